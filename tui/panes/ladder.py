"""LadderPane: the ladder of one or several connections, with folding.

Invariant: it says what report/ladder.py says; only the visible lines are made. What stands at the top follows
the cursor: the verdict on its line's connection, and the states of both ends after that line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.decode.context import Numbers
from tui.panes.lines import Line, LinePane
from tui.panes.tones import dress
from tui.report.ladder import HEAD_LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.ladder import Ladder


class LadderPane(LinePane):
    """Shows a ladder; empty until there is one."""

    HEAD_LINES: ClassVar[int] = HEAD_LINES

    class PacketWanted(Message):
        """A line was chosen that leads to packet `row`."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self.ladder: Ladder | None = None
        self._numbers = Numbers.RELATIVE

    def show(self, ladder: Ladder, row: int, numbers: Numbers) -> None:
        """Show a ladder, with the cursor on the line of packet `row`."""
        self.ladder, self._numbers = ladder, numbers
        self.select(ladder.index_of(row), center=True)

    def use(self, numbers: Numbers) -> None:
        """Write sequence numbers in another form."""
        self._numbers = numbers
        self.repaint()

    def line_count(self) -> int:
        return 0 if self.ladder is None else len(self.ladder)

    def line(self, index: int, width: int) -> Line:
        assert self.ladder is not None, "no line is asked for before there is a ladder"
        return dress(self.ladder.line(index, width, self._numbers))

    def head(self, width: int) -> Sequence[Line]:
        if self.ladder is None:
            return [[]] * HEAD_LINES
        return [dress(line) for line in self.ladder.head(self.cursor, width, self._numbers)]

    def left(self) -> None:
        """Fold the run that the cursor is in."""
        self._fold(True)

    def right(self) -> None:
        """Unfold the run under the cursor."""
        if self.ladder is not None and self.ladder.is_folded(self.cursor):
            self._fold(False)

    def activate(self) -> None:
        """Unfold a folded run; from any other line go to its packet."""
        if self.ladder is None:
            return
        if self.ladder.is_folded(self.cursor):
            self._fold(False)
        else:
            self.post_message(self.PacketWanted(self.ladder.row_at(self.cursor)))

    def fold_all(self, folded: bool) -> None:
        """Fold or unfold all runs; the cursor stays with its packet."""
        if self.ladder is not None:
            row = self.ladder.row_at(self.cursor)
            self.ladder.fold_all(folded)
            self.select(self.ladder.index_of(row), center=True)

    def click_line(self, index: int, x: int) -> None:
        if index == self.cursor:
            self.activate()
        else:
            super().click_line(index, x)

    def _fold(self, folded: bool) -> None:
        if self.ladder is not None:
            self.select(self.ladder.fold(self.cursor, folded))
