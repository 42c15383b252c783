"""TablePane: a table of any length, a heading that says how it is sorted, a note on the cursor's line.

Invariant: only visible lines are made into cells. The pane sorts nothing and folds nothing: it says what is
wanted (SortWanted, LineWanted) and shows what it is given.

The first `fixed` columns stay where they are; left and right scroll the others by whole columns. A column is
as wide as the cells of it that were seen, so that lines do not jump about, and never wider than it says.
"""

from __future__ import annotations

import textwrap
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from textual.cache import LRUCache
from textual.message import Message

from tui.panes.cells import crop, cut
from tui.panes.lines import Line, LinePane, Look
from tui.panes.tones import LOOKS
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from tui.report.explain import Piece
    from tui.report.tables import Column, Table

_CACHED_LINES = 1024
_LEAST_NOTE = 20  # cells in a line of words; narrower ones are cut
_GAP = " "
_FALLING, _RISING = "↓", "↑"
_MORE_LEFT, _MORE_RIGHT = "◀", "▶"


class TablePane(LinePane):
    """Shows a table; empty until there is one."""

    HEAD_LINES: ClassVar[int] = 1
    FOOT_LINES: ClassVar[int] = 2

    class SortWanted(Message):
        """The heading of column `column` was clicked."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    class LineWanted(Message):
        """Line `line` was chosen, by key or mouse."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(
        self,
        fixed: int = 0,
        *,
        id: str | None = None,  # noqa: A002 Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self._fixed = fixed
        self._shift = 0  # columns that are scrolled out at the left
        self._longest: list[int] = []
        self._places: list[tuple[int, int, int]] = []  # of the visible columns: index, first cell, width
        self._hides_more = False  # there are columns further right
        self._cells: LRUCache[int, Sequence[Piece]] = LRUCache(_CACHED_LINES)
        self._lines: LRUCache[int, Line] = LRUCache(_CACHED_LINES)  # of these places
        self._note = (-1, "")  # a line, and what is said of it

    def show(self, table: Table, line: int) -> None:
        """Show a table, or what has changed of it, with the cursor on `line` where it was in the window."""
        place = self.cursor - self.top
        if self.table is None:
            self._longest = [_least(column) for column in table.columns]
        self.table = table
        self._cells.clear()
        self._lines.clear()
        self._note = (-1, "")
        self.set_top(line - place)
        self.select(line)

    def show_column(self, column: int) -> None:
        """Scroll sideways so that the column is seen, once the pane has a size."""
        if self.table is None or not self.size:
            return
        self._shift = max(0, min(self._shift, column - self._fixed))
        self._fit_columns(self.text_width)
        while self._hides_more and not self._sees(column):
            self._shift += 1
            self._fit_columns(self.text_width)
        self.repaint()

    def line_count(self) -> int:
        return 0 if self.table is None else len(self.table)

    def head(self, width: int) -> Sequence[Line]:
        if self.table is None:
            return [[]]
        self._fit_columns(width)
        sorting = self.table.sorting
        line: Line = []
        for index, _, room in self._places:
            column, title = self.table.columns[index], self.table.columns[index].title
            is_sorted = index == sorting.column
            if is_sorted:
                title += _FALLING if sorting.falling else _RISING
            look = Look.ACCENT if is_sorted else Look.TITLE
            line += [(_fill(title, room, column.align), look), (self._gap_after(index), Look.MUTED)]
        if self._hides_more:
            line = [*_crop(line, width - 1), (_MORE_RIGHT, Look.MUTED)]
        return [line]

    def visible_lines(self, shown: range, width: int) -> list[Line]:
        if self.table is not None:
            self._fit_columns(width)
        return super().visible_lines(shown, width)

    def line(self, index: int, width: int) -> Line:
        line = self._lines.get(index)
        if line is None:
            line = self._lines[index] = self._put_together(self._cells[index])
        return line

    def foot(self, width: int) -> Sequence[Line]:
        """What is to be said of the cursor's line."""
        if self.table and self._note[0] != self.cursor:
            self._note = self.cursor, self.table.note(self.cursor)
        note = textwrap.wrap(
            self._note[1], max(width, _LEAST_NOTE), max_lines=self.FOOT_LINES, placeholder=" …"
        )
        return [[(text, Look.MUTED)] for text in (note + [""] * self.FOOT_LINES)[: self.FOOT_LINES]]

    def left(self) -> None:
        """Show the column before."""
        self._shift = max(0, self._shift - 1)
        self.repaint()

    def right(self) -> None:
        """Show a column more at the right, if there is one."""
        if self._hides_more:
            self._shift += 1
            self.repaint()

    def activate(self) -> None:
        """Say that the cursor's line is wanted."""
        if self.line_count():
            self.post_message(self.LineWanted(self.cursor))

    def click_line(self, index: int, x: int) -> None:
        if index == self.cursor:
            self.activate()
        else:
            super().click_line(index, x)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < self.HEAD_LINES:
            for index, first, width in self._places:
                if first <= offset.x < first + width:
                    self.post_message(self.SortWanted(index))

    def _fit_columns(self, width: int) -> None:
        """Have the visible lines' cells, and lay the columns out in `width` cells so that these fit."""
        assert self.table is not None, "no column is laid out before there is a table"
        for line in range(self.top, min(self.top + self.window, len(self.table))):
            if line not in self._cells:
                self._keep(line, self.table.cells(line))
        columns = self.table.columns
        widths = list(map(min, self._longest, map(_most, columns)))
        spare = width - sum(widths) - len(_GAP) * (len(widths) - 1)
        for index, column in enumerate(columns):
            if column.stretches:
                widths[index] = max(widths[index] + spare, _least(column))
        self._scroll_columns(widths, width)

    def _keep(self, line: int, cells: Sequence[Piece]) -> None:
        self._cells[line] = cells
        if len(cells) == len(self._longest):
            self._longest = [
                max(known, width_of(cell[0])) for known, cell in zip(self._longest, cells, strict=True)
            ]

    def _scroll_columns(self, widths: Sequence[int], width: int) -> None:
        """Place the columns that are seen; at the right no more is scrolled in than there is."""
        ends = list(accumulate(each + len(_GAP) for each in widths))
        begins = [0, *ends]
        behind = width + len(_GAP) - begins[self._fixed]  # room for the columns that scroll
        furthest = next(
            (index for index in range(self._fixed, len(widths)) if ends[-1] - begins[index] <= behind),
            len(widths) - 1,
        )
        self._shift = min(self._shift, furthest - self._fixed)
        self._hides_more = self._fixed + self._shift < furthest
        scrolled = begins[self._fixed + self._shift] - begins[self._fixed]
        places = [(index, begins[index], widths[index]) for index in range(self._fixed)]
        places += [
            (index, begins[index] - scrolled, widths[index])
            for index in range(self._fixed + self._shift, len(widths))
        ]
        places = [place for place in places if place[1] < width]
        if places != self._places:
            self._places = places
            self._lines.clear()

    def _sees(self, column: int) -> bool:
        """Whether all of the column is seen."""
        ends = {index: first + width for index, first, width in self._places}
        return ends.get(column, self.text_width + 1) <= self.text_width

    def _put_together(self, cells: Sequence[Piece]) -> Line:
        """The cells of a line in the columns that are seen."""
        assert self.table is not None, "no line is asked for before there is a table"
        columns = self.table.columns
        line: Line = []
        for place, _, room in self._places:
            if place < len(cells):
                text, tone = cells[place]
                is_long = place + 1 == len(cells) < len(columns)
                line.append(
                    (text if is_long else _fill(text, room, columns[place].align) + _GAP, LOOKS[tone])
                )
        return line

    def _gap_after(self, index: int) -> str:
        """What parts the heading of a column from the next: a sign where some are scrolled out."""
        return _MORE_LEFT if self._shift and index == self._fixed - 1 else _GAP


def _least(column: Column) -> int:
    """The cells that a column's title needs, with the sign that it is sorted."""
    return width_of(column.title) + len(_FALLING)


def _most(column: Column) -> int:
    return max(column.width, _least(column))


def _fill(text: str, width: int, align: str) -> str:
    """`text` in exactly `width` cells."""
    short = cut(text, width)
    blank = " " * (width - width_of(short))
    return blank + short if align == "right" else short + blank


def _crop(line: Line, width: int) -> Line:
    """The first `width` cells of a line, filled up with blanks."""
    cropped: Line = []
    for text, look in line:
        part = crop(text, width) if width_of(text) > width else text
        width -= width_of(part)
        cropped.append((part, look))
    return [*cropped, (" " * width, Look.PLAIN)]
