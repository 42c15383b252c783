"""The connections of a capture as a table: one line each, with THE columns of a connection.

Invariant: a cell is put into words only when it is asked for; the order comes from arrays. Left is always the
client, right the server; where nothing tells them apart, left is who sent the first segment, with a "?".
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui.decode.layers.tcp import completeness_text
from tui.errors import printable
from tui.report.ends import address_ranks, packed, unpacked
from tui.report.explain import Tone
from tui.report.listing import TimeForm, time_text
from tui.report.tables import NOTHING, Column, Sorting, order_by, record
from tui.report.times import decimals, seconds
from tui.tcp.outlines import CLOSINGS, OPENINGS, REASONS, STATES, Outlines, from_client, who_closed_first
from tui.tcp.story import end_text
from tui.tcp.zeek import CONN_STATES, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from enum import Enum

    from tui.report.explain import Piece
    from tui.session import Snapshot

Values = NDArray[Any]
"""One for each connection."""

CHOSEN = "●"
BEFORE = "<"
_SIDES = ("client", "server")


class Connections:
    """What is known of each connection of a snapshot, turned so that the client stands at the left.

    Two-columned arrays are (client, server). Nothing in them changes, even while the capture grows. A
    connection is told by its place in them: its number is that of `streams`.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        outlines: Outlines,
        words: Words,
        form: TimeForm = TimeForm.RELATIVE,
        streams: Values | None = None,
    ) -> None:
        """`streams` are those that anything is kept of, ascending; None: of all."""
        self.snapshot = snapshot
        self.form = form
        if streams is None:
            self.streams: Values = np.arange(len(outlines.rows))
            self.rows = snapshot.connections[: len(outlines.rows)].copy()
            self.outlines, self.words = outlines.rows, words
        else:
            self.streams = streams
            self.rows, self.outlines = snapshot.connections[streams], outlines.rows[streams]
            self.words = Words(words.states[streams], words.histories[streams])
        self.packets = from_client(self.outlines, self.rows["packets"])
        self.sizes = from_client(self.outlines, self.outlines["sizes"])
        self.states = from_client(self.outlines, self.outlines["states"])
        self.ends = from_client(self.outlines, packed(self.rows["addr"], self.rows["port"]))
        self.closed_first = who_closed_first(self.outlines)

    def __len__(self) -> int:
        return len(self.rows)

    def in_form(self, form: TimeForm) -> Connections:
        """The same with times in another form."""
        other = copy(self)
        other.form = form
        return other

    @property
    def segmentless(self) -> Values:
        """Whether only ICMP errors tell of it: then there is no story."""
        return self.outlines["segmentless"]

    def end_text(self, place: int, side: int) -> str:
        """Address and port of the client (0) or the server (1); "?" if nothing in the packets tells which."""
        number, port = unpacked(int(self.ends[place, side]))
        text = end_text(self.snapshot.addresses.text(number), port)
        outline = self.outlines[place]
        in_doubt = outline["assumed"] or outline["client"] < 0 or outline["segmentless"]
        return f"{text}?" if in_doubt else text

    def end_ranks(self, side: int) -> Values:
        """Numbers that order ends by family, address and port."""
        book = self.snapshot.addresses
        numbers, ports = unpacked(self.ends[:, side])
        return packed(address_ranks(book.entries[: book.used])[numbers], ports)

    def first_row(self, place: int) -> int:
        """The row of its first packet that is kept."""
        return self.snapshot.first_row(int(self.streams[place]))

    def places(self, place: int) -> int:
        """Decimals of a second that its clock gives."""
        packets = self.snapshot.packets
        return decimals(self.snapshot.interfaces[packets.interface[self.first_row(place)]])


class ConnectionColumn(Column, frozen=True, kw_only=True):
    """A column of the table: what it is sorted by, and its cell for a connection."""

    keys: Callable[[Connections], Values]
    write: Callable[[Connections, int], str]
    tone: Tone = Tone.PLAIN


class _Coded(Struct, frozen=True):
    """Values that are indices into a list of words; a connection without a story has NOTHING."""

    words: Sequence[str]
    codes: Callable[[Connections], Values]

    def write(self, table: Connections, place: int) -> str:
        code = int(self.codes(table)[place])
        if table.segmentless[place] or code >= len(self.words):
            return NOTHING
        return self.words[code] or NOTHING

    def keys(self, table: Connections) -> Values:
        """Numbers that order connections as the words are ordered; NOTHING comes last."""
        words = sorted({word for word in self.words if word})
        ranks = np.full(256, len(words), np.uint8)
        for code, word in enumerate(self.words):
            ranks[code] = words.index(word) if word else len(words)
        return np.where(table.segmentless, len(words), ranks[self.codes(table)])


def _coded(
    name: str,
    title: str,
    text: str,
    words: Sequence[str],
    codes: Callable[[Connections], Values],
    tone: Tone = Tone.PLAIN,
) -> ConnectionColumn:
    coded, width = _Coded(words, codes), max(map(len, words))
    return ConnectionColumn(
        id=name, title=title, width=width, text=text, keys=coded.keys, write=coded.write, tone=tone
    )


def _values(kinds: Sequence[Enum]) -> tuple[str, ...]:
    return tuple(str(kind.value) for kind in kinds)


def _count(name: str, title: str, text: str, values: Callable[[Connections], Values]) -> ConnectionColumn:
    return ConnectionColumn(
        id=name,
        title=title,
        width=15,
        text=text,
        align="right",
        falling=True,
        keys=values,
        write=lambda table, place: f"{values(table)[place]:,}",
    )


def _end(name: str, title: str, side: int, text: str) -> ConnectionColumn:
    return ConnectionColumn(
        id=name,
        title=title,
        width=48,
        text=text,
        keys=lambda table: table.end_ranks(side),
        write=lambda table, place: table.end_text(place, side),
    )


def _duration(table: Connections, place: int) -> str:
    row = table.rows[place]
    return seconds(int(row["end"]) - int(row["start"]), table.places(place))


def _history(table: Connections, place: int) -> str:
    return bytes(table.words.histories[place]).decode("ascii") or NOTHING


def _start(table: Connections, place: int) -> str:
    """No connection comes before the first, so that a start is never told as the time since another."""
    form = table.form if table.form in (TimeForm.ABSOLUTE, TimeForm.UTC) else TimeForm.RELATIVE
    row = table.first_row(place)
    before = BEFORE if row > table.rows["first"][place] else ""
    return before + time_text(table.snapshot, row, form)


_STATES = tuple(state.name for state in STATES)

COLUMNS = (
    ConnectionColumn(
        id="stream",
        title="No.",
        width=9,
        align="right",
        text="Wireshark's number of the connection (tcp.stream)",
        keys=lambda table: np.arange(len(table)),
        write=lambda table, place: str(table.streams[place]),
    ),
    _end("client", "Client", 0, "address and port of the client; ? where only the ports tell who that is"),
    _end("server", "Server", 1, "address and port of the server"),
    ConnectionColumn(
        id="start",
        title="Start",
        width=30,
        align="right",
        text="when its first packet was captured; < if it began before the first one that is kept",
        keys=lambda table: table.rows["start"],
        write=_start,
    ),
    ConnectionColumn(
        id="duration",
        title="Duration",
        width=20,
        align="right",
        text="seconds from its first packet to its latest",
        falling=True,
        keys=lambda table: table.rows["end"] - table.rows["start"],
        write=_duration,
    ),
    _count("client_packets", "Pkts →", "segments that the client sent", lambda table: table.packets[:, 0]),
    _count("server_packets", "Pkts ←", "segments that the server sent", lambda table: table.packets[:, 1]),
    _count("client_bytes", "Bytes →", "the client's payload, counted once", lambda table: table.sizes[:, 0]),
    _count("server_bytes", "Bytes ←", "the server's payload, counted once", lambda table: table.sizes[:, 1]),
    _coded("opening", "Opening", "how it opened", _values(OPENINGS), lambda table: table.outlines["opening"]),
    _coded("closing", "Closing", "how it closed", _values(CLOSINGS), lambda table: table.outlines["closing"]),
    _coded("client_state", "Client state", "at the end", _STATES, lambda table: table.states[:, 0]),
    _coded("server_state", "Server state", "at the end", _STATES, lambda table: table.states[:, 1]),
    _coded("closed_by", "Closed by", "who closed first", _SIDES, lambda table: table.closed_first),
    _coded(
        "reason",
        "Reason",
        "why it did not open, or did not close, as it should",
        _values(REASONS),
        lambda table: table.outlines["reason"],
        Tone.BAD,
    ),
    ConnectionColumn(
        id="completeness",
        title="Completeness",
        width=34,
        text="Wireshark's tcp.completeness",
        keys=lambda table: table.rows["completeness"],
        write=lambda table, place: completeness_text(int(table.rows["completeness"][place])),
    ),
    _coded("conn_state", "Zeek", "Zeek's conn_state", CONN_STATES, lambda table: table.words.states),
    ConnectionColumn(
        id="history",
        title="History",
        width=40,
        text="Zeek's history",
        keys=lambda table: table.words.histories,
        write=_history,
    ),
)
"""THE columns of a connection, in their order."""

_MARK = Column(id="chosen", title="", width=1, text="● marks the connections that are chosen")
FIXED_COLUMNS = 2
"""Columns of the table that say which connection a line is of: its mark and its number."""


class ConnectionTable:
    """The connections in lines, sorted by a column; some may be chosen."""

    columns = (_MARK, *COLUMNS)

    def __init__(
        self,
        facts: Connections,
        sorting: Sorting,
        chosen: frozenset[int] = frozenset(),
        judge: Callable[[int], str] = lambda stream: "",
        called: Callable[[str], str] = lambda end: "",
    ) -> None:
        """`judge` gives the verdict on a connection, `called` what "192.0.2.1:80" is called."""
        self.facts = facts
        self._judge = judge
        self._called = called
        self.sorting = sorting
        self.chosen = chosen
        self._order = order_by(self._keys(sorting.column), sorting.falling)

    def __len__(self) -> int:
        return len(self._order)

    def cells(self, line: int) -> Sequence[Piece]:
        """The cells of a line; behind the address of an end stands what it is called."""
        return [
            (f"{text} {called}", tone)
            if column.id in _SIDES and (called := self._called(text.removesuffix("?")))
            else (text, tone)
            for column, (text, tone) in zip(self.columns, self._plain_cells(line), strict=True)
        ]

    def _plain_cells(self, line: int) -> Sequence[Piece]:
        place = int(self._order[line])
        mark = (CHOSEN if self.facts.streams[place] in self.chosen else "", Tone.STRONG)
        return (mark, *((printable(column.write(self.facts, place)), column.tone) for column in COLUMNS))

    def note(self, line: int) -> str:
        """The verdict on the connection of a line."""
        return printable(self._judge(self.stream_at(line)))

    def stream_at(self, line: int) -> int:
        """The connection of a line."""
        return int(self.facts.streams[self._order[line]])

    def line_of(self, stream: int) -> int:
        """The line of a connection; the first one if the table does not have it (yet, or any more)."""
        place = int(self.facts.streams.searchsorted(stream))
        there = place < len(self) and self.facts.streams[place] == stream
        return int(np.argmax(self._order == place)) if there else 0

    def row_at(self, line: int) -> int:
        """The first packet that is kept of the connection of a line."""
        return self.facts.first_row(int(self._order[line]))

    def record(self, line: int) -> str:
        """A line for other programs; see tables.record."""
        return record(self.columns[1:], self._plain_cells(line)[1:])

    def records(self) -> Iterator[str]:
        """All lines for other programs, the columns' titles before them."""
        yield "\t".join(column.id for column in COLUMNS)
        yield from map(self.record, range(len(self)))

    def _keys(self, column: int) -> Values:
        if column > 0:
            return COLUMNS[column - 1].keys(self.facts)
        keys = np.ones(len(self.facts), np.uint8)
        keys[np.isin(self.facts.streams, list(self.chosen))] = 0
        return keys
