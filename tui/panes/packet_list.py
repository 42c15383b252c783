"""PacketList: one line a packet, of a capture of any length.

Invariant: a packet is never an object here. Only rows that are visible are asked for, as cells of text; a
capture that grows changes neither the window nor what stands in it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.cache import LRUCache
from textual.message import Message

from tui.panes.brackets import Bracket
from tui.panes.columns import ColumnLayout
from tui.panes.lines import Line, LinePane, Look, Piece
from tui.panes.paint import paint
from tui.panes.row_colours import RowColours
from tui.panes.shown_rows import Order, Rows, ShownRows
from tui.report.noting import Noted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual import events

    from tui.report.colouring_rules import ColouringRule
    from tui.report.list_columns import ListColumn
    from tui.report.tables import Sorting
    from tui.session import Snapshot

_CACHED_ROWS = 1024
_SHIFT = 8
_GUTTER = 3  # connection, mark of the colouring rule, notes
_MARKED = "packet-list--marked"


class Cells(Protocol):
    """What gives rows their cells: `tui.report.listing.Listing`."""

    @property
    def is_late(self) -> bool:
        """Whether some cells are not given at once, but by `PacketList.fill`."""

    def rows(self, snapshot: Snapshot, rows: Sequence[int]) -> list[tuple[str, ...]]:
        """The texts of the columns for each of these rows, printable."""


class PacketList(LinePane):
    """The packet list: a title line that stays, then a line a packet; the cursor is the selected row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_MARKED}
    DEFAULT_CSS = """
    PacketList > .packet-list--marked { text-style: bold; background: $primary-muted; }
    """

    HEAD_LINES: ClassVar[int] = 1

    class Selected(Message):
        """The cursor is on another packet, or on the first one that came."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    class SortWanted(Message):
        """The heading of column `column` was clicked."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    class CellsMissed(Message):
        """Some cells of these packets say LATER."""

        def __init__(self, rows: Sequence[int]) -> None:
            super().__init__()
            self.rows = rows

    class ColoursMissed(Message):
        """Of these packets a rule that takes longer may hold."""

        def __init__(self, rows: Sequence[int]) -> None:
            super().__init__()
            self.rows = rows

    def __init__(
        self,
        listing: Cells,
        columns: Sequence[ListColumn],
        *,
        noted: Callable[[Snapshot, int], Noted] = lambda snapshot, row: Noted(),
        id: str | None = None,  # noqa: A002 Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = ColumnLayout(columns)
        self._listing = listing
        self._noted = noted
        self._snapshot: Snapshot | None = None
        self.shown = ShownRows()
        self.colours = RowColours()
        self._left = 0  # the packet that the cursor was on before there was none to be shown
        self._cells: LRUCache[int, tuple[str, ...]] = LRUCache(_CACHED_ROWS)
        self._texts: LRUCache[int, Piece] = LRUCache(_CACHED_ROWS)  # rows laid out, of these widths and shift
        self._bracket: Bracket | None = None  # of the cursor's connection

    def show(self, snapshot: Snapshot) -> None:
        """Take a newer snapshot of the same capture."""
        before, self._snapshot = self._snapshot, snapshot
        first, total = not self.line_count(), len(snapshot.packets)
        if before is not None and snapshot.gone != before.gone:
            self._change(lambda: self.shown.grow(total, snapshot.gone))
            return
        self.shown.grow(total, snapshot.gone)
        self.repaint()
        if first and self.line_count():
            self.cursor_moved()

    @property
    def row(self) -> int:
        """The packet under the cursor; if no packet is shown, the one that was under it before."""
        return self.row_at(self.cursor) if self.line_count() else self._left

    @property
    def rows(self) -> Rows | range:
        """The packets of all lines."""
        return self.shown.rows

    def row_at(self, line: int) -> int:
        """The packet of a line."""
        return self.shown.row_at(line)

    def line_of(self, row: int) -> int:
        """The line of packet `row`; if it is not shown, of the next one in the capture that is."""
        return self.shown.line_of(row)

    def restrict(self, rows: Rows | None) -> None:
        """Show only these packets, or all again; the cursor goes to the next one if its own is not shown."""
        self._change(lambda: self.shown.restrict(rows))
        if self.shown.order is None and self.columns.sorting is not None:
            self.sort(None, None)

    def extend(self, rows: Rows) -> None:
        """More packets are shown: `rows` begins with those that were; cursor and window stay."""
        first = not self.line_count()
        self.shown.extend(rows)
        self.repaint()
        if first and self.line_count():
            self.cursor_moved()

    def sort(self, order: Order | None, sorting: Sorting | None) -> None:
        """Show the packets in another order, by the column of `sorting`; the cursor stays on its own."""
        self.columns.sorting = sorting
        self._change(lambda: self.shown.sort(order))

    def use(self, listing: Cells, columns: Sequence[ListColumn] | None = None) -> None:
        """Take the cells from another listing: of other columns, or in other forms."""
        self._listing = listing
        self._cells.clear()
        self._texts.clear()
        if columns is None:
            self.columns.forget()
        else:
            self.columns = ColumnLayout(columns)
        self.repaint()

    def renew(self, rows: Iterable[int] | None) -> None:
        """The notes on packets have changed, and with them cells and rules of these packets; None: of all."""
        if rows is None:
            self._cells.clear()
        else:
            for row in rows:
                self._cells.discard(row)
        self.colours.forget()
        self._texts.clear()
        self.repaint()

    def fill(
        self,
        cells: Mapping[int, tuple[str, ...]],
        rules: Mapping[int, ColouringRule] = MappingProxyType({}),
    ) -> None:
        """The cells of some rows are others now, the colouring rules of some too."""
        self.colours.fill(rules)
        for row in rules:
            self._texts.discard(row)
        for row, texts in cells.items():
            self._cells.discard(row)  # the cache takes no other value for what it has
            self._texts.discard(row)
            self._cells[row] = texts
            self.columns.note(texts)
        self.repaint()

    def look_again(self) -> None:
        """What is not given at once may be something else now: ask for it."""
        shown = range(self.top, min(self.top + self.window, self.line_count()))
        if self._listing.is_late and shown:
            self.post_message(self.CellsMissed([self.row_at(line) for line in shown]))

    def left(self) -> None:
        """Show the last column's text from further left."""
        self.columns.scroll(-_SHIFT)
        self.repaint()

    def right(self) -> None:
        """Show the last column's text from further right."""
        self.columns.scroll(_SHIFT)
        self.repaint()

    def cursor_moved(self) -> None:
        self.post_message(self.Selected(self.row))

    def line_count(self) -> int:
        return len(self.shown)

    def head(self, width: int) -> Sequence[Line]:
        self._fit_columns(width)
        self._look_for_colours()
        return [[(" " * _GUTTER, Look.TITLE), *self.columns.head()]]

    def line(self, index: int, width: int) -> Line:
        row = self.row_at(index)
        piece = self._texts.get(row)
        if piece is None:
            piece = self._texts[row] = self._piece(row)
        assert self._bracket is not None, "no line is asked for before there is a snapshot"
        return [(self._bracket.sign(row) + piece[0], piece[1])]

    def _piece(self, row: int) -> Piece:
        """A packet's line behind its bracket."""
        assert self._snapshot is not None, "no line is asked for before there is a snapshot"
        rule, noted = self.colours.of(row), self._noted(self._snapshot, row)
        look = paint(rule.foreground, rule.background)
        look = Look.MUTED if noted.ignored else f"{look} {_MARKED}" if noted.marked else look
        return rule.mark + noted.sign + self.columns.text(self._cells[row]), look

    def visible_lines(self, shown: range, width: int) -> list[Line]:
        if self._snapshot is not None and self.line_count():
            self._bracket = Bracket(self._snapshot, self.row, sorted_=self.shown.order is not None)
        return super().visible_lines(shown, width)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < self.HEAD_LINES and offset.x < self.text_width:
            column = self.columns.column_at(offset.x - _GUTTER)
            if column is not None:
                self.post_message(self.SortWanted(column))

    def _change(self, change: Callable[[], None]) -> None:
        """Have other lines: the cursor stays on its packet, or goes to the next one, and where it is seen."""
        row = self._left = self.row
        place, empty = self.cursor - self.top, not self.line_count()
        change()
        line = self.line_of(row)
        self.cursor = max(0, min(line, self.line_count() - 1))
        self.set_top(line - place)
        self.reveal()
        self.repaint()
        if self.line_count() and (empty or self.row != row):
            self.cursor_moved()

    def _fit_columns(self, width: int) -> None:
        """Have the visible rows' cells, and columns that only grow, so that lines do not jump about."""
        stop = min(self.top + self.window, self.line_count())
        missing = [row for line in range(self.top, stop) if (row := self.row_at(line)) not in self._cells]
        if missing:
            assert self._snapshot is not None, "no line is asked for before there is a snapshot"
            for row, cells in zip(missing, self._listing.rows(self._snapshot, missing), strict=True):
                self._cells[row] = cells
                self.columns.note(cells)
            if self._listing.is_late:
                self.post_message(self.CellsMissed(missing))
        if self.columns.fit(width - _GUTTER):
            self._texts.clear()

    def _look_for_colours(self) -> None:
        """Know the visible rows' colouring rules."""
        if self._snapshot is not None:
            shown = range(self.top, min(self.top + self.window, self.line_count()))
            unsure = self.colours.look_for(self._snapshot, shown, self.line_count(), self.row_at)
            if unsure:
                self.post_message(self.ColoursMissed(unsure))
