"""PacketList: one line a packet, of a capture of any length.

Invariant: a packet is never an object here. Only rows that are visible are asked for, as cells of text; a
capture that grows changes neither the window nor what stands in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.cache import LRUCache
from textual.message import Message

from tui.index.schema import Mark
from tui.panes.cells import cut
from tui.panes.lines import Line, LinePane, Look, Piece
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tui.report.listing import ListColumn
    from tui.session import Snapshot

_CACHED_ROWS = 1024
_LEAST_INFO = 30
_WIDEST = 39  # an IPv6 address in full
_SHIFT = 8
_GUTTER = 2  # connection, sign
_DROPPED_FIRST = ("length", "protocol")
"""The columns that a narrow pane does without, in this order."""


class Cells(Protocol):
    """What gives a row's cells: `tui.report.listing.Listing`."""

    def cells(self, snapshot: Snapshot, row: int) -> tuple[str, ...]:
        """The texts of LIST_COLUMNS for one row, printable."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark of one cell in the gutter, with the look of its row: colour is never the only carrier."""

    char: str
    look: str
    marks: int  # any of these bits of the column `marks`
    flags: int  # or, on a segment that was really sent, any of these TCP flags


SIGNS = (
    Sign("!", "packet-list--odd", Mark.MALFORMED | Mark.CUT_HEADER | Mark.PARTIAL, 0),
    Sign("R", "packet-list--reset", 0, 0x04),
    Sign("S", "packet-list--open", 0, 0x02),
    Sign("F", "packet-list--close", 0, 0x01),
)
_PLAIN = Sign(" ", Look.PLAIN, 0, 0)


class PacketList(LinePane):
    """The packet list: a title line that stays, then a line a packet; the cursor is the selected row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {sign.look for sign in SIGNS}
    DEFAULT_CSS = """
    PacketList > .packet-list--odd { color: $text-warning; }
    PacketList > .packet-list--reset { color: $text-error; }
    PacketList > .packet-list--open { color: $text-success; }
    PacketList > .packet-list--close { color: $text-primary; }
    """

    HEAD_LINES: ClassVar[int] = 1

    class Selected(Message):
        """The cursor is on another packet, or on the first one that came."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(
        self,
        listing: Cells,
        columns: Sequence[ListColumn],
        *,
        id: str | None = None,  # noqa: A002 Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._listing = listing
        self._snapshot: Snapshot | None = None
        self._only: NDArray[np.int64] | None = None  # the packets that are shown; None is all of them
        self._left = 0  # the packet that the cursor was on before there was none to be shown
        self._gone = 0  # lines at the beginning whose packets are not there any more
        self._cells: LRUCache[int, tuple[str, ...]] = LRUCache(_CACHED_ROWS)
        self._longest = [0] * len(self._columns)
        self._widths = [column.width for column in self._columns]
        self._shift = 0
        self._texts: LRUCache[int, Piece] = LRUCache(_CACHED_ROWS)  # rows laid out, of these widths and shift
        self._selected = (-1, -1, -1)  # the cursor's connection, and its first and last packet

    def show(self, snapshot: Snapshot) -> None:
        """Take a newer snapshot of the same capture."""
        first = not self.line_count()
        self._snapshot = snapshot
        moved = self._drop_what_is_gone()
        self.repaint()
        if (first or moved) and self.line_count():
            self.cursor_moved()

    @property
    def row(self) -> int:
        """The packet under the cursor; if no packet is shown, the one that was under it before."""
        return self._row_at(self.cursor) if self.line_count() else self._left

    def line_of(self, row: int) -> int:
        """The line of packet `row`, or of the next one that is shown."""
        line = row if self._only is None else int(self._only.searchsorted(row))
        return max(0, line - self._gone)

    def restrict(self, rows: NDArray[np.int64] | None) -> None:
        """Show only these packets, or all again; the cursor goes to the next one if its own is not shown."""
        row = self._left = self.row
        place, empty = self.cursor - self.top, not self.line_count()
        self._only = rows
        self._gone = self._count_gone()
        line = self.line_of(row)
        self.set_top(line - place)
        self.select(line)
        if self.line_count() and (empty or self.row != row):
            self.cursor_moved()

    def extend(self, rows: NDArray[np.int64]) -> None:
        """More packets are shown: `rows` begins with those that were; cursor and window stay."""
        first = not self.line_count()
        self._only = rows
        self._gone = self._count_gone()
        self.repaint()
        if first and self.line_count():
            self.cursor_moved()

    def use(self, listing: Cells) -> None:
        """Take the cells from another listing: another form of times or of sequence numbers."""
        self._listing = listing
        self._cells.clear()
        self._texts.clear()
        self._longest = [0] * len(self._columns)
        self.repaint()

    def left(self) -> None:
        """Show the Info text from further left."""
        self._shift = max(0, self._shift - _SHIFT)
        self._texts.clear()
        self.repaint()

    def right(self) -> None:
        """Show the Info text from further right."""
        self._shift += _SHIFT
        self._texts.clear()
        self.repaint()

    def cursor_moved(self) -> None:
        self.post_message(self.Selected(self.row))

    def line_count(self) -> int:
        if self._snapshot is None:
            return 0
        return len(self._snapshot.packets if self._only is None else self._only) - self._gone

    def head(self, width: int) -> Sequence[Line]:
        return [[(" " * _GUTTER + self._fit(column.title for column in self._columns), Look.TITLE)]]

    def line(self, index: int, width: int) -> Line:
        row = self._row_at(index)
        piece = self._texts.get(row)
        if piece is None:
            sign = self._sign(row)
            piece = self._texts[row] = (sign.char + self._fit(self._row(row)), sign.look)
        return [(self._bracket(row) + piece[0], piece[1])]

    def visible_lines(self, shown: range, width: int) -> list[Line]:
        """The visible rows, in columns that only grow, so that lines do not jump about."""
        for index in shown:
            self._row(self._row_at(index))
        widths = self._share(width - _GUTTER)
        if widths != self._widths:
            self._widths = widths
            self._texts.clear()
        self._selected = self._selected_connection()
        return super().visible_lines(shown, width)

    def _row_at(self, index: int) -> int:
        line = index + self._gone
        return line if self._only is None else int(self._only[line])

    def _count_gone(self) -> int:
        gone = 0 if self._snapshot is None else self._snapshot.gone
        return gone if self._only is None else int(self._only.searchsorted(gone))

    def _drop_what_is_gone(self) -> bool:
        """Leave the lines out whose packets are gone; whether the cursor was on one of them."""
        before, self._gone = self._gone, self._count_gone()
        dropped = self._gone - before
        on_one = self.cursor < dropped
        self.cursor = max(0, self.cursor - dropped)
        self.set_top(self.top - dropped)
        return on_one

    def _row(self, row: int) -> tuple[str, ...]:
        cells = self._cells.get(row)
        if cells is None:
            assert self._snapshot is not None, "no line is asked for before there is a snapshot"
            cells = self._listing.cells(self._snapshot, row)
            self._cells[row] = cells
            self._longest = list(map(max, self._longest, map(width_of, cells)))
        return cells

    def _share(self, room: int) -> list[int]:
        """Cells that each column takes (0: not shown); the last takes the rest.

        A pane that is too narrow for the preferred widths gives each column what its texts need, then does
        without the least needed columns.
        """
        fixed = self._columns[:-1]
        tight = [
            min(_WIDEST, max(longest, width_of(column.title)))
            for column, longest in zip(fixed, self._longest, strict=False)
        ]
        wide = [max(width, column.width) for column, width in zip(fixed, tight, strict=True)]
        choices = [wide, tight]
        for name in _DROPPED_FIRST:
            choices.append(
                [0 if column.id == name else width for column, width in zip(fixed, choices[-1], strict=True)]
            )
        for widths in choices:
            rest = room - sum(width + 1 for width in widths if width)
            if rest >= _LEAST_INFO:
                break
        return [*widths, max(0, rest)]

    def _fit(self, cells: Iterable[str]) -> str:
        """The cells of one row side by side, each cut or filled to its column's width."""
        parts = []
        for column, width, text in zip(self._columns, self._widths, cells, strict=True):
            if column is self._columns[-1]:
                parts.append(text[self._shift :])
            elif width:
                short = cut(text, width)
                fill = " " * (width - width_of(short))
                parts.append(fill + short if column.align == "right" else short + fill)
        return " ".join(parts)

    def _sign(self, row: int) -> Sign:
        assert self._snapshot is not None, "no line is asked for before there is a snapshot"
        packets = self._snapshot.packets
        marks, flags = int(packets.marks[row]), int(packets.bits[row])
        for sign in SIGNS:
            if marks & sign.marks or (marks & Mark.TCP and flags & sign.flags):
                return sign
        return _PLAIN

    def _selected_connection(self) -> tuple[int, int, int]:
        """The selected packet's connection (-1: it has none) with its first and last packet."""
        if self._snapshot is None or not self.line_count():
            return -1, -1, -1
        stream = int(self._snapshot.packets.stream[self.row])
        if stream < 0:
            return -1, -1, -1
        connection = self._snapshot.connections[stream]
        return stream, int(connection["first"]), int(connection["last"])

    def _bracket(self, row: int) -> str:
        """The mark of a packet of the selected packet's connection: its first, its last, one between."""
        assert self._snapshot is not None, "no line is asked for before there is a snapshot"
        stream, first, last = self._selected
        if stream < 0 or int(self._snapshot.packets.stream[row]) != stream:
            return " "
        if first == last:
            return "╶"
        return "┌" if row == first else "└" if row == last else "│"
