"""The columns of the packet list side by side: how wide each is, its heading, and a row's cells as text.

Invariant: columns only grow while the same packets are looked at, so that lines do not jump about; the marked
column is always shown. The last column takes the room that is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.cells import cut
from tui.panes.lines import Line, Look
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.report.list_columns import ListColumn
    from tui.report.tables import Sorting

_LEAST_INFO = 30
_WIDEST = 39  # an IPv6 address in full
_GAP = " "
_FALLING, _RISING = "↓", "↑"
# A narrow pane does without these first, in this order; then without all others but those that it keeps, the
# rightmost first.
_DROPPED_FIRST = ("length", "protocol")
_KEPT = ("number", "time", "interface", "source", "destination", "sender", "receiver")


class ColumnLayout:
    """Lays out the cells of `columns`, of which one may be marked, and one the rows be sorted by."""

    def __init__(self, columns: Sequence[ListColumn]) -> None:
        self.columns = tuple(columns)
        self.widths = [column.width for column in self.columns]  # 0: not shown
        self.marked: int | None = None
        self.sorting: Sorting | None = None
        self._shift = 0
        self._longest = [0] * len(self.columns)
        self._laid: tuple[object, ...] = ()  # what the texts were laid out by
        self._head: Line = []
        self._headed: tuple[object, ...] = ()  # what the heading was made of

    def note(self, cells: Sequence[str]) -> None:
        """A row has these cells: the columns should be wide enough for them."""
        self._longest = list(map(max, self._longest, map(width_of, cells)))

    def forget(self) -> None:
        """The rows have other cells now."""
        self._longest = [0] * len(self.columns)

    def fit(self, room: int) -> bool:
        """Share `room` cells; whether rows are laid out in another way now."""
        self.widths = self._share(room)
        before, self._laid = self._laid, (self.widths, self._shift)
        return self._laid != before

    def scroll(self, cells: int) -> None:
        """Show the last column from so many cells further right; from further left if that is negative."""
        self._shift = max(0, self._shift + cells)

    def text(self, cells: Sequence[str]) -> str:
        """The cells of one row, each cut or filled to its column's width."""
        return _GAP.join(text for _, text in self._filled(cells, self._shift))

    def head(self) -> Line:
        """The titles: an arrow says by which column the rows are sorted, and how."""
        made_of = (self.widths, self.marked, self.sorting)
        if self._headed != made_of:
            self._headed, self._head = made_of, self._titles()
        return self._head

    def _titles(self) -> Line:
        line: Line = []
        for index, text in self._filled([self._title(index) for index in range(len(self.columns))], 0):
            sorted_by = self.sorting is not None and index == self.sorting.column
            look = Look.MARK if index == self.marked else Look.ACCENT if sorted_by else Look.TITLE
            line += [(text, look), (_GAP, Look.TITLE)]
        return line[:-1]

    def column_at(self, x: int) -> int | None:
        """The column that takes cell `x`."""
        end = 0
        for index, width in enumerate(self.widths):
            end += width + len(_GAP) if width else 0
            if width and x < end:
                return index
        return None

    def _title(self, index: int) -> str:
        title, sorting = self.columns[index].title, self.sorting
        if sorting is None or sorting.column != index:
            return title
        return title + (_FALLING if sorting.falling else _RISING)

    def _filled(self, cells: Sequence[str], shift: int) -> Iterator[tuple[int, str]]:
        """The columns that are shown, each with its cell's text."""
        last = len(self.columns) - 1
        for index, (column, width, text) in enumerate(zip(self.columns, self.widths, cells, strict=True)):
            if not width:
                continue
            if index == last and column.align == "left":
                yield index, text[shift:]
            else:
                short = cut(text, width)
                fill = " " * (width - width_of(short))
                yield index, fill + short if column.align == "right" else short + fill

    def _share(self, room: int) -> list[int]:
        """Cells that each column takes; the last takes the rest.

        A pane that is too narrow for the preferred widths gives each column what its texts need, then does
        without the least needed columns.
        """
        *fixed, last = self.columns
        needs = [max(longest, width_of(self._title(index))) for index, longest in enumerate(self._longest)]
        tight = [
            column.width if column.fixed else min(max(_WIDEST, column.width), need)
            for column, need in zip(fixed, needs, strict=False)
        ]
        wide = [
            width if column.fixed else max(width, column.width)
            for column, width in zip(fixed, tight, strict=True)
        ]
        least = min(max(needs[-1], last.width), _LEAST_INFO)
        choices = [wide, tight]
        for index in self._dropped():
            choices.append([*choices[-1][:index], 0, *choices[-1][index + 1 :]])
        for widths in choices:
            rest = room - sum(width + len(_GAP) for width in widths if width)
            if rest >= least:
                break
        if last.align == "right":
            rest = min(rest, max(needs[-1], last.width))
        return [*widths, max(0, rest)]

    def _dropped(self) -> list[int]:
        """The columns that a narrow pane does without, in this order."""
        ids = [column.id for column in self.columns[:-1]]
        first = [ids.index(each) for each in _DROPPED_FIRST if each in ids]
        others = [index for index, each in enumerate(ids) if index not in first and each not in _KEPT]
        return [index for index in (*first, *reversed(others)) if index != self.marked]
