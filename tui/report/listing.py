"""The packet list as text: its columns and, for any row, its cells. The screen and `-T text` show the same.

Invariant: a row is put into words only when it is asked for, from the columns and that one frame; every cell
is printable.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from tui.decode.info import info
from tui.errors import CaptureError
from tui.index.schema import Mark, label
from tui.report.times import clock, decimals, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.decode.context import Numbers
    from tui.session import Session, Snapshot

_CACHED_ADDRESSES = 4096


class TimeForm(Enum):
    """What the Time column says."""

    RELATIVE = "seconds since the first packet"
    DELTA = "seconds since the packet before"
    ABSOLUTE = "time of day, local"
    UTC = "time of day, UTC"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the packet list; `width` is what it takes if there is room, `text` what it shows."""

    id: str
    title: str
    width: int
    align: Literal["left", "right"]
    text: str


LIST_COLUMNS = (
    ListColumn("number", "No.", 5, "right", "the packet's number, counted from 1"),
    ListColumn("time", "Time", 12, "right", "when it was captured, in the form chosen"),
    ListColumn("source", "Source", 15, "left", "who sent it: IP address, or hardware address if it has none"),
    ListColumn("destination", "Destination", 15, "left", "whom it was sent to"),
    ListColumn("protocol", "Protocol", 8, "left", "the innermost protocol that was recognised"),
    ListColumn("length", "Length", 6, "right", "bytes on the wire"),
    ListColumn("info", "Info", 80, "left", "what the packet says, in Wireshark's words"),
)


class Listing:
    """Puts rows of one session into cells, with times and sequence numbers in the forms chosen."""

    def __init__(
        self,
        session: Session,
        numbers: Numbers,
        time_form: TimeForm,
        columns: Sequence[ListColumn] = LIST_COLUMNS,
    ) -> None:
        self._cells = [_CELLS[column.id] for column in columns]
        self._session = session
        self._numbers = numbers
        self._time_form = time_form
        self._addresses: dict[int, str] = {}

    def cells(self, snapshot: Snapshot, row: int) -> tuple[str, ...]:
        """The texts of the columns for packet `row` (from 0), printable; Info may be long."""
        return tuple([cell(self, snapshot, row) for cell in self._cells])

    def _number(self, _snapshot: Snapshot, row: int) -> str:
        return str(row + 1)

    def _time(self, snapshot: Snapshot, row: int) -> str:
        return time_text(snapshot, row, self._time_form)

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
            text = self._addresses[number] = snapshot.addresses.text(number)
        return text

    def _info(self, snapshot: Snapshot, row: int) -> str:
        try:
            frame = self._session.frame(row)
        except CaptureError as error:
            return f"[{error.message}]"
        return info(frame, self._session.context(snapshot, row), self._numbers)


_CELLS: Mapping[str, Callable[[Listing, Snapshot, int], str]] = {
    "number": Listing._number,
    "time": Listing._time,
    "source": Listing._source,
    "destination": Listing._destination,
    "protocol": Listing._protocol,
    "length": Listing._length,
    "info": Listing._info,
}
"""How the cell of each column is made, by its id."""


def time_text(snapshot: Snapshot, row: int, form: TimeForm) -> str:
    """The Time cell of packet `row`; "" if its record carries no time."""
    packets = snapshot.packets
    if int(packets.marks[row]) & Mark.UNTIMED:
        return ""
    now = int(packets.time[row])
    places = decimals(snapshot.interfaces[packets.interface[row]])
    if form is TimeForm.RELATIVE:
        return seconds(now - int(packets.time[0]), places)
    if form is TimeForm.DELTA:
        return seconds(now - int(packets.time[max(row - 1, 0)]), places)
    return clock(now, int(packets.time[0]), places, utc=form is TimeForm.UTC)
