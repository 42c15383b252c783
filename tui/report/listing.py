"""The packet list as text: for any row the cells of its columns. The screen and `-T text` show the same.

Invariant: a row is put into words only when it is asked for, from the columns and that one frame; every cell
is printable.
"""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING

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
    from tui.report.field_cells import FieldCells
    from tui.session import Session, Snapshot

__all__ = ["LIST_COLUMNS", "ListColumn", "Listing", "TimeForm", "interface_names", "time_text"]

_CACHED_ADDRESSES = 4096
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
        if self._fields is None:
            return [tuple([cell(self, snapshot, row) for _, cell in self._own]) for row in rows]
        fields = self._fields.cells(snapshot, rows, late=late)
        found = []
        for index, row in enumerate(rows):
            cells = {place: cell(self, snapshot, row) for place, cell in self._own}
            cells |= {place: texts[index] for place, texts in fields.items()}
            found.append(tuple([cells.get(place, LATER) for place in range(len(self.columns))]))
        return found

    def _ignored(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """What is left of a packet's cells if it is ignored."""
        return tuple(
            text if column.id in _KEPT else IGNORED if column.id == "info" else ""
            for column, text in zip(self.columns, cells, strict=True)
        )

    def _field_cells(self) -> FieldCells:
        from tui.report.field_cells import FieldCells  # most lists show no fields

        return FieldCells(self._session, dict(enumerate(self.columns)))

    def _number(self, _snapshot: Snapshot, row: int) -> str:
        return str(row + 1)

    def _time(self, snapshot: Snapshot, row: int) -> str:
        notes, form = self._session.notes, self._time_form
        if row in notes.references:
            return REFERENCE
        since = self._before(row) if form is TimeForm.DISPLAYED else notes.zero(row)
        return time_text(snapshot, row, form, since)

    def _source(self, snapshot: Snapshot, row: int) -> str:
        return self._address(snapshot, int(snapshot.packets.src[row]))

    def _destination(self, snapshot: Snapshot, row: int) -> str:
        return self._address(snapshot, int(snapshot.packets.dst[row]))

    def _protocol(self, snapshot: Snapshot, row: int) -> str:
        return label(int(snapshot.packets.protocol[row]))

    def _length(self, snapshot: Snapshot, row: int) -> str:
        return str(snapshot.packets.length[row])

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

    def _info(self, snapshot: Snapshot, row: int) -> str:
        try:
            frame = self._session.frame(row)
        except CaptureError as error:
            return f"[{error.message}]"
        return info(frame, self._session.context(snapshot, row, brief=True), self._numbers, port=self._port)


_CELLS: Mapping[str, Callable[[Listing, Snapshot, int], str]] = {
    "number": Listing._number,
    "time": Listing._time,
    "source": Listing._source,
    "destination": Listing._destination,
    "protocol": Listing._protocol,
    "length": Listing._length,
    "info": Listing._info,
    "sender": Listing._sender,
    "receiver": Listing._receiver,
    "flags": Listing._flags,
    "interface": Listing._interface,
}
"""How the cell of each column is made, by its id."""


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
    """The time of packet `row`; "" if its record carries none, or no connection has it where one is needed.

    `since` is the packet from which RELATIVE and DISPLAYED count.
    """
    packets = snapshot.packets
    if int(packets.marks[row]) & Mark.UNTIMED:
        return ""
    now = int(packets.time[row])
    places = decimals(snapshot.interfaces[packets.interface[row]])
    if form in (TimeForm.RELATIVE, TimeForm.DISPLAYED):
        return seconds(now - int(packets.time[since]), places)
    if form is TimeForm.DELTA:
        return seconds(now - int(packets.time[max(row - 1, 0)]), places)
    if form is TimeForm.STREAM:
        stream = int(packets.stream[row])
        return seconds(now - int(snapshot.connections["start"][stream]), places) if stream >= 0 else ""
    return clock(now, int(packets.time[0]), places, utc=form is TimeForm.UTC)
