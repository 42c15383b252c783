"""ChoicePane: a short list to choose from, in columns under a heading.

Invariant: the cursor stays on what it was on when the list is made anew; only a key or the mouse moves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.panes.cells import cut
from tui.panes.lines import Line, LinePane, Look
from tui.panes.tones import LOOKS
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from tui.report.explain import Piece
    from tui.report.tables import Column

_GAP = " "


class ChoicePane(LinePane):
    """Lines of cells, each with a key by which it is known; a line with one cell stands over all columns."""

    HEAD_LINES: ClassVar[int] = 1

    class Chosen(Message):
        """The line with this key was chosen in `pane`."""

        def __init__(self, pane: ChoicePane, key: Hashable) -> None:
            super().__init__()
            self.pane = pane
            self.key = key

        @property
        def control(self) -> ChoicePane:
            """By which Textual tells panes apart."""
            return self.pane

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id)
        self._columns: Sequence[Column] = ()
        self._keys: Sequence[Hashable] = ()
        self._cells: Sequence[Sequence[Piece]] = ()
        self._widths: Sequence[int] = ()

    def show(
        self, columns: Sequence[Column], keys: Sequence[Hashable], cells: Sequence[Sequence[Piece]]
    ) -> None:
        """Show these lines; a key and cells for each."""
        kept = self._keys[self.cursor : self.cursor + 1]
        self._columns, self._keys, self._cells = columns, keys, cells
        self._widths = [self._widest(place) for place in range(len(columns))]
        if kept and kept[0] in keys:
            self.cursor = keys.index(kept[0])
        self.reveal()
        self.repaint()

    def line_count(self) -> int:
        return len(self._cells)

    def head(self, width: int) -> Sequence[Line]:
        return [self._lay_out([(column.title, Look.TITLE) for column in self._columns])]

    def line(self, index: int, width: int) -> Line:
        return self._lay_out([(text, LOOKS[tone]) for text, tone in self._cells[index]])

    def activate(self) -> None:
        """Say that the cursor's line is chosen."""
        if self._keys:
            self.post_message(self.Chosen(self, self._keys[self.cursor]))

    def click_line(self, index: int, x: int) -> None:
        if index == self.cursor:
            self.activate()
        else:
            super().click_line(index, x)

    def _widest(self, place: int) -> int:
        """The cells that the column at `place` takes."""
        column = self._columns[place]
        texts = [line[place][0] for line in self._cells if len(line) == len(self._columns)]
        return min(column.width, max(map(width_of, [column.title, *texts])))

    def _lay_out(self, cells: Line) -> Line:
        if len(cells) != len(self._columns):
            return cells
        laid: Line = []
        for (text, look), column, room in zip(cells, self._columns, self._widths, strict=True):
            shown = cut(text, room)
            blank = " " * (room - width_of(shown))
            laid.append(((blank + shown if column.align == "right" else shown + blank) + _GAP, look))
        return laid
