"""CompletionList: what may stand at a place of a filter, a proposal a line, one of them perhaps chosen.

Invariant: it never has the focus, which stays in the field where the filter is typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.filter.completion import What
from tui.panes.lines import Line, LinePane, Look
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.filter.completion import Completion

_LOOKS = {
    What.FIELD: Look.ACCENT,
    What.FUNCTION: Look.ACCENT,
    What.OPERATOR: Look.TITLE,
    What.VALUE: Look.GOOD,
    What.ACTION: Look.ACCENT,
    What.SAVED: Look.STRONG,
}
_WIDEST = 40  # cells of a proposal, so that there is room to say what it is
_GAP = 2


class CompletionList(LinePane, can_focus=False):
    """Shows proposals; arrows move in it once one is chosen."""

    SCROLL_SHARE: ClassVar[int] = 8

    class Taken(Message):
        """A proposal was clicked."""

        def __init__(self, completion: Completion) -> None:
            super().__init__()
            self.completion = completion

    def __init__(self) -> None:
        super().__init__()
        self._completions: Sequence[Completion] = ()
        self._choosing = False
        self._width = 0

    @property
    def chosen(self) -> Completion | None:
        """The proposal that was chosen."""
        return self._completions[self.cursor] if self._choosing and self._completions else None

    def show(self, completions: Sequence[Completion]) -> None:
        """Show other proposals, none of them chosen."""
        self._completions = completions
        self._choosing = False
        self._width = min(_WIDEST, max((width_of(each.text) for each in completions), default=0))
        self.cursor = 0
        self.set_top(0)
        self.repaint()

    def choose(self, step: int) -> None:
        """Choose the first proposal, or the one `step` lines from the one that is chosen, round and round."""
        if self._completions:
            index = (self.cursor + step) % len(self._completions) if self._choosing else 0
            self._choosing = True
            self.select(index)

    def leave(self) -> None:
        """Choose none."""
        self._choosing = False
        self.repaint()

    @property
    def cursor_look(self) -> Look:
        return Look.CURSOR if self._choosing else Look.PLAIN

    def line_count(self) -> int:
        return len(self._completions)

    def line(self, index: int, width: int) -> Line:
        each = self._completions[index]
        gap = " " * max(_GAP, self._width + _GAP - width_of(each.text))
        return [(each.text, _LOOKS[each.what]), (gap + each.help, Look.MUTED)]

    def click_line(self, index: int, x: int) -> None:
        self.post_message(self.Taken(self._completions[index]))
