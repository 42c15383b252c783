"""A run of packets as the field table sees it: slices of the columns, and the frames' headers, walked once.

Invariant: nothing is read before a field asks for it; columns alone never touch the capture file.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui.decode.spans import spans_of
from tui.filter.frames import Frames
from tui.index import scan, schema
from tui.index.grouping import group
from tui.index.schema import Mark
from tui.index.sparse import sparse
from tui.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.capture.interface import Interface
    from tui.decode.nodes import Node
    from tui.index.addresses import AddressBook
    from tui.index.table import Packets
    from tui.notes import Notes

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_SOUGHT = 256  # rows whose predecessors are sought one by one: a screen's, while all are grouped in 50 ms


class Capture(Protocol):
    """What a session's snapshot gives."""

    @property
    def packets(self) -> Packets: ...
    @property
    def connections(self) -> NDArray[np.void]: ...
    @property
    def addresses(self) -> AddressBook: ...
    @property
    def interfaces(self) -> tuple[Interface, ...]: ...


class Means(Struct, frozen=True):
    """How to look at one packet, by its row; and at all connections. `cells` are those of several packets.

    `datagram` gives the IP protocol and the payload of the datagram that a packet marked REASSEMBLED
    completes. `survey` gives the capture's survey where one is kept; else the view makes its own. `read`
    gives bytes of a recording: its number, their place, their count; without it packets are read one by one.
    `notes` are what a person says of packets, `comments` gives those of one packet. `before` gives for each
    of these rows the packet displayed before it (itself: there is none); without it all are displayed.
    """

    frame: Callable[[int], bytes]
    datagram: Callable[[int], tuple[int, bytes] | None]
    nodes: Callable[[int], tuple[Node, ...]]
    cells: Callable[[Sequence[int]], list[tuple[str, ...]]]
    survey: Callable[[], Survey] | None = None
    read: Callable[[int, int, int], bytes | bytearray] | None = None
    notes: Notes | None = None
    comments: Callable[[int], tuple[str, ...]] | None = None
    before: Callable[[Ints], Ints] | None = None


class Header(NamedTuple):
    """A header: its layer, and where it stands: bytes [start, end) of `data`.

    That is a frame, or the payload of a datagram put together from several.
    """

    layer: int
    data: bytes
    start: int
    end: int


def _never() -> bool:
    return False


class View:
    """A capture as it stands: makes chunks, and holds what all of them share."""

    def __init__(self, capture: Capture, means: Means) -> None:
        self.capture = capture
        self.means = means
        self.stopped: Callable[[], bool] = _never
        """Says whether nobody wants to know any more; asked, from any thread, where something takes long."""

    def chunk(self, start: int, stop: int) -> Chunk:
        """Rows [start, stop)."""
        return Chunk(self, range(start, stop))

    def pick(self, rows: Ints) -> Chunk:
        """These rows, which are ascending."""
        return Chunk(self, rows)

    @cached_property
    def survey(self) -> Survey:
        """What all connections of the capture come to."""
        if self.means.survey is not None:
            return self.means.survey()
        return Survey(0, self.capture.packets, self.capture.connections)

    @cached_property
    def previous(self) -> Ints:
        """For each row the row of its connection before it; itself if there is none."""
        first, streams = self.capture.packets.first, self.capture.packets.stream
        groups = group(streams[first:], len(self.capture.connections))
        before = np.arange(len(streams) - first)
        before[groups.order[1:]] = groups.order[:-1]
        before[groups.firsts] = groups.firsts
        rows = sparse(streams.shape, before.dtype)
        rows[first:] = before + first
        return rows


class Chunk:
    """Some rows of a view, ascending: a range, or any."""

    def __init__(self, view: View, rows: range | Ints) -> None:
        self.view = view
        self._rows = rows
        self.place: slice | Ints = slice(rows.start, rows.stop) if isinstance(rows, range) else rows
        """The rows as an index into columns and into whatever else has an entry a packet."""

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def rows(self) -> Sequence[int]:
        """The row numbers."""
        return self._rows if isinstance(self._rows, range) else self._rows.tolist()

    @cached_property
    def at(self) -> Ints:
        """The row numbers, as an array."""
        return np.arange(self._rows.start, self._rows.stop) if isinstance(self._rows, range) else self._rows

    def raw(self, name: str) -> Ints:
        """A column of schema.PACKET_COLUMNS in the width that it is kept in."""
        column: Ints = getattr(self.view.capture.packets, name)
        return column[self.place]

    def column(self, name: str) -> Ints:
        """A column of schema.PACKET_COLUMNS, as 64-bit integers."""
        return self.raw(name).astype(np.int64)

    @cached_property
    def marks(self) -> Ints:
        """schema.Mark of each row."""
        return self.column("marks")

    def marked(self, mark: Mark) -> Bools:
        """Where any bit of `mark` is set."""
        found: Bools = self.marks & int(mark) != 0
        return found

    @cached_property
    def flags(self) -> Ints:
        """The twelve bits of tcp.flags of each row."""
        return self.column("bits") & 0xFFF

    @cached_property
    def tcp(self) -> Bools:
        """Where the TCP columns hold a header, sent or quoted."""
        return self.marked(Mark.TCP)

    @cached_property
    def stream(self) -> Ints:
        """tcp.stream; -1 where there is none."""
        return self.column("stream")

    def of_connection(self, name: str) -> Ints:
        """A column of schema.CONNECTION_COLUMNS, for the connection of each row; 0 where there is none."""
        column = self.view.capture.connections[name]
        return self._gather(column)

    def of_sender(self, name: str) -> Ints:
        """Of a pair of columns (end A's, end B's) that of the end that sent the row."""
        pair = self.view.capture.connections[name]
        return np.where(self.from_b, self._gather(pair[:, 1]), self._gather(pair[:, 0]))

    def of_receiver(self, name: str) -> Ints:
        """Of a pair of columns that of the other end."""
        pair = self.view.capture.connections[name]
        return np.where(self.from_b, self._gather(pair[:, 0]), self._gather(pair[:, 1]))

    @cached_property
    def from_b(self) -> Bools:
        """Where end B sent the row."""
        return self.marked(Mark.FROM_B)

    def _gather(self, column: Ints) -> Ints:
        if not len(column):
            return np.zeros(len(self), np.int64)
        return np.where(self.stream >= 0, column[np.maximum(self.stream, 0)].astype(np.int64), 0)

    @cached_property
    def previous(self) -> Ints:
        """For each row the row of its connection before it; itself if there is none."""
        if len(self) > _SOUGHT or "previous" in vars(self.view):
            return self.view.previous[self.place]
        packets = self.view.capture.packets
        before = map(packets.previous_of_stream, self.rows)
        pairs = zip(self.rows, before, strict=True)
        return np.array([row if found is None else found for row, found in pairs])

    @cached_property
    def frames(self) -> Frames:
        """The captured bytes of all rows, read at once."""
        return Frames(self)

    @cached_property
    def headers(self) -> list[list[Header]]:
        """The headers of each row, outermost first."""
        links = [interface.link_type for interface in self.view.capture.interfaces]
        columns = (self.column(name).tolist() for name in ("length", "interface", "protocol"))
        found = []
        for index, (length, interface, protocol) in enumerate(zip(*columns, strict=True)):
            frame = self.frames.frame(index)
            walk = spans_of if protocol == schema.Protocol.ARP else scan.layers
            layers = walk(frame, links[interface], length)
            found.append([Header(layer, frame, start, end) for layer, start, end in layers])
        for index in np.flatnonzero(self.marked(Mark.REASSEMBLED)).tolist():
            found[index] += self._reassembled(self.rows[index])
        return found

    def _reassembled(self, row: int) -> list[Header]:
        whole = self.view.means.datagram(row)
        if whole is None:
            return []
        protocol, data = whole
        return [
            Header(layer, data, start, end) for layer, start, end in scan.layers_of_datagram(data, protocol)
        ]

    @cached_property
    def nodes(self) -> list[tuple[Node, ...]]:
        """The header tree of each row."""
        return [self.view.means.nodes(row) for row in self.rows]

    @cached_property
    def cells(self) -> list[tuple[str, ...]]:
        """The packet list's cells of each row."""
        return self.view.means.cells(self.rows)
