"""The packet list as text: for any row the cells of its columns. The screen and `-T text` show the same.

Invariant: a row is put into words only when it is asked for, from the columns and that one frame; every cell
is printable.
"""

from __future__ import annotations

from enum import Enum
from functools import cache, cached_property, partial
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tui.decode.info import info, plain_port
from tui.decode.layers.tcp import flag_names
from tui.errors import CaptureError, printable
from tui.index.schema import Mark, label
from tui.report.list_columns import LIST_COLUMNS, OWN_COLUMNS, ListColumn
from tui.report.times import clock, decimals, seconds
from tui.tcp.story import end_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.decode.context import Numbers
    from tui.names.names import Names
    from tui.notes import Rows
    from tui.report.field_cells import FieldCells
    from tui.report.segment_texts import SegmentTexts
    from tui.session import Session, Snapshot

__all__ = ["LIST_COLUMNS", "ListColumn", "Listing", "TimeForm", "interface_names", "time_text"]

_CACHED_ADDRESSES = 4096
_MANY = 64  # packets that are worth while to be told together
_label = cache(label)  # of some forty protocols; each row needs one, and members of an enumeration are slow
_FLAGS = 0xFFF  # in the column `bits`
REFERENCE = "*REF*"
"""What the Time cell of a time reference says, as in Wireshark."""
IGNORED = "<Ignored>"
_KEPT = frozenset({"number", "time", "length"})  # cells that an ignored packet has still, as in Wireshark
LATER = "…"
"""What a cell says that takes longer than the cursor may wait."""


class TimeForm(Enum):
    """What the Time column says."""

    RELATIVE = "seconds since the first packet, or the last time reference"
    DELTA = "seconds since the packet before"
    DISPLAYED = "seconds since the packet shown before"
    STREAM = "seconds since the first packet of the connection"
    ABSOLUTE = "time of day, local"
    UTC = "time of day, UTC"


class Listing:
    """Puts rows of one session into cells, with times and sequence numbers in the forms chosen."""

    def __init__(
        self,
        session: Session,
        numbers: Numbers,
        time_form: TimeForm,
        columns: Sequence[ListColumn] = LIST_COLUMNS,
        before: Callable[[int], int] = lambda row: max(row - 1, 0),
        names: Names | None = None,
    ) -> None:
        """`before` gives the packet that is shown before one; itself, if that is the first.

        `names` are put in place of addresses, and beside the ports of Info; None: nothing has a name.
        """
        self._names = names
        self._port = names.port_text if names is not None else plain_port
        self._before = before
        self.columns = tuple(columns)
        self._own = [(place, _CELLS[each.id]) for place, each in enumerate(columns) if each.id in OWN_COLUMNS]
        self._session = session
        self._numbers = numbers
        self._time_form = time_form
        self._addresses: dict[int, str] = {}
        self._interfaces: tuple[str, ...] = ()
        self._fields = self._field_cells() if len(self._own) < len(columns) else None

    @property
    def is_late(self) -> bool:
        """Whether some columns take decoding, or a survey of all connections."""
        return self._fields is not None and bool(self._fields.late)

    @property
    def of_displayed(self) -> bool:
        """Whether some cells depend on which packets are displayed."""
        return self._time_form is TimeForm.DISPLAYED or (
            self._fields is not None and self._fields.of_displayed
        )

    def cells(self, snapshot: Snapshot, row: int) -> tuple[str, ...]:
        """The texts of the columns for packet `row` (from 0), printable; Info may be long."""
        return self.rows(snapshot, (row,), late=True)[0]

    def rows(self, snapshot: Snapshot, rows: Sequence[int], *, late: bool = False) -> list[tuple[str, ...]]:
        """The same for several packets; those of late columns are LATER unless they are asked for too."""
        found = self._rows(snapshot, rows, late)
        ignored = self._session.notes.ignored
        if not ignored:
            return found
        return [
            self._ignored(cells) if row in ignored else cells for row, cells in zip(rows, found, strict=True)
        ]

    def _rows(self, snapshot: Snapshot, rows: Sequence[int], late: bool) -> list[tuple[str, ...]]:
        at = np.asarray(rows, np.int64)
        cells = {place: texts(self, snapshot, at) for place, texts in self._own}
        if self._fields is not None:
            cells |= self._fields.cells(snapshot, rows, late=late)
        later = [LATER] * len(rows)
        return list(zip(*[cells.get(place, later) for place in range(len(self.columns))], strict=True))

    def _ignored(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """What is left of a packet's cells if it is ignored."""
        return tuple(
            text if column.id in _KEPT else IGNORED if column.id == "info" else ""
            for column, text in zip(self.columns, cells, strict=True)
        )

    def _field_cells(self) -> FieldCells:
        from tui.report.field_cells import FieldCells  # most lists show no fields

        return FieldCells(self._session, dict(enumerate(self.columns)), self._before)

    def _numbers_of(self, _snapshot: Snapshot, rows: Rows) -> list[str]:
        return [str(row + 1) for row in rows.tolist()]

    def _times(self, snapshot: Snapshot, rows: Rows) -> list[str]:
        notes = self._session.notes
        if self._time_form is TimeForm.DISPLAYED:
            since = np.array([self._before(row) for row in rows.tolist()], np.int64)
        else:
            since = notes.zeros_of(rows)
        texts = time_texts(snapshot, rows, self._time_form, since)
        if notes.references:
            for place in np.flatnonzero(notes.references.holds(rows)).tolist():
                texts[place] = REFERENCE
        return texts

    def _sources(self, snapshot: Snapshot, rows: Rows) -> list[str]:
        return [self._address(snapshot, number) for number in snapshot.packets.src[rows].tolist()]

    def _destinations(self, snapshot: Snapshot, rows: Rows) -> list[str]:
        return [self._address(snapshot, number) for number in snapshot.packets.dst[rows].tolist()]

    def _protocols(self, snapshot: Snapshot, rows: Rows) -> list[str]:
        return [_label(number) for number in snapshot.packets.protocol[rows].tolist()]

    def _lengths(self, snapshot: Snapshot, rows: Rows) -> list[str]:
        return [str(number) for number in snapshot.packets.length[rows].tolist()]

    def _address(self, snapshot: Snapshot, number: int) -> str:
        text = self._addresses.get(number)
        if text is None:
            if len(self._addresses) >= _CACHED_ADDRESSES:
                self._addresses.clear()
            text = self._addresses[number] = self._named(snapshot, number) or snapshot.addresses.text(number)
        return text

    def _named(self, snapshot: Snapshot, number: int) -> str:
        return self._names.address(snapshot.addresses.raw(number)) if self._names is not None else ""

    def _sender(self, snapshot: Snapshot, row: int) -> str:
        return self._end(snapshot, row, "src")

    def _receiver(self, snapshot: Snapshot, row: int) -> str:
        return self._end(snapshot, row, "dst")

    def _end(self, snapshot: Snapshot, row: int, end: str) -> str:
        """Address and port of one end, "[2001:db8::1]:443"; the address alone where there is no port."""
        packets = snapshot.packets
        address = self._address(snapshot, int(getattr(packets, end)[row]))
        port = int(getattr(packets, f"{end}port")[row])
        if not port:
            return address
        protocol = "tcp" if int(packets.marks[row]) & Mark.TCP else "udp"
        service = (self._names.port(port, protocol) if self._names is not None else "") or port
        return end_text(address, service)

    def _flags(self, snapshot: Snapshot, row: int) -> str:
        packets = snapshot.packets
        there = int(packets.marks[row]) & (Mark.TCP | Mark.PARTIAL) == Mark.TCP
        return flag_names(int(packets.bits[row]) & _FLAGS) if there else ""

    def _interface(self, snapshot: Snapshot, row: int) -> str:
        if len(self._interfaces) != len(snapshot.interfaces):
            self._interfaces = interface_names(self._session, snapshot)
        return self._interfaces[int(snapshot.packets.interface[row])]

    def _infos(self, snapshot: Snapshot, rows: Rows) -> list[str]:
        """Many packets' Info texts are made together where they are ordinary."""
        known = self._segments.texts(snapshot, rows) if len(rows) >= _MANY else {}
        return [known.get(row) or self._info(snapshot, row) for row in rows.tolist()]

    @cached_property
    def _segments(self) -> SegmentTexts:
        from tui.report.segment_texts import SegmentTexts  # a screenful is quickly told without

        return SegmentTexts(self._session, self._numbers, self._port)

    def _info(self, snapshot: Snapshot, row: int) -> str:
        try:
            frame = self._session.frame(row)
        except CaptureError as error:
            return f"[{error.message}]"
        whole = self._session.datagram(row)
        reassembled = whole[1] if whole else None
        context = self._session.context(snapshot, row, brief=True)
        return info(frame, context, self._numbers, reassembled, self._port)


Cells: TypeAlias = "Callable[[Listing, Snapshot, Rows], list[str]]"


def _each(cell: Callable[[Listing, Snapshot, int], str]) -> Cells:
    """Cells that are made one by one."""
    return lambda listing, snapshot, rows: [cell(listing, snapshot, row) for row in rows.tolist()]


_CELLS: Mapping[str, Cells] = {
    "number": Listing._numbers_of,
    "time": Listing._times,
    "source": Listing._sources,
    "destination": Listing._destinations,
    "protocol": Listing._protocols,
    "length": Listing._lengths,
    "info": Listing._infos,
    "sender": _each(Listing._sender),
    "receiver": _each(Listing._receiver),
    "flags": _each(Listing._flags),
    "interface": _each(Listing._interface),
}
"""How the cells of each column are made, by its id."""


def interface_names(session: Session, snapshot: Snapshot) -> tuple[str, ...]:
    """What each interface is called: its name, else its number; and of several files its file, "a.pcap 0"."""
    several = len(session.readers) > 1
    counted = [0] * len(session.readers)
    names = []
    for interface in snapshot.interfaces:
        file = PurePath(session.readers[interface.recording].recording.name).name if several else ""
        counted[interface.recording] += 1
        number = "" if several and not interface.name else str(counted[interface.recording] - 1)
        names.append(printable(" ".join(filter(None, (file, interface.name or number)))))
    return tuple(names)


def time_text(snapshot: Snapshot, row: int, form: TimeForm, since: int = 0) -> str:
    """As `time_texts`, of one packet."""
    return time_texts(snapshot, np.array([row]), form, np.array([since]))[0]


def time_texts(snapshot: Snapshot, rows: Rows, form: TimeForm, since: Rows) -> list[str]:
    """The times of packets; "" where a record carries none, or no connection has it where one is needed.

    `since` are the packets from which RELATIVE and DISPLAYED count.
    """
    packets = snapshot.packets
    clocks = [decimals(interface) for interface in snapshot.interfaces]
    places = [clocks[number] for number in packets.interface[rows].tolist()]
    now, there = packets.time[rows].tolist(), packets.marks[rows] & int(Mark.UNTIMED) == 0
    if form in (TimeForm.ABSOLUTE, TimeForm.UTC):
        before = [int(packets.time[0])] * len(rows)
        write: Callable[[int, int, int], str] = partial(clock, utc=form is TimeForm.UTC)
    else:
        before, write = _origins(snapshot, rows, form, since).tolist(), _span
        if form is TimeForm.STREAM:
            there &= packets.stream[rows] >= 0
    texts = map(write, now, before, places)
    return [text if told else "" for text, told in zip(texts, there.tolist(), strict=True)]


def _span(now: int, before: int, places: int) -> str:
    return seconds(now - before, places)


def _origins(snapshot: Snapshot, rows: Rows, form: TimeForm, since: Rows) -> Rows:
    """The moments from which the times of packets count."""
    packets = snapshot.packets
    if form is not TimeForm.STREAM:
        return packets.time[np.maximum(rows - 1, 0) if form is TimeForm.DELTA else since]
    streams, found = packets.stream[rows], np.zeros(len(rows), np.int64)
    found[streams >= 0] = snapshot.connections["start"][streams[streams >= 0]]
    return found
