"""The DNS answers in a capture: which names they gave to addresses.

Invariant: a packet is read once; any bytes give a result; names are bounded in length and number.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from tui.decode.dns import read_name
from tui.decode.spans import spans_of
from tui.errors import CaptureError
from tui.index.scan import FIRST_HEADERS
from tui.index.schema import Layer, Mark
from tui.names.text import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from tui.capture.interface import Interface
    from tui.index.table import Packets

MOST_NAMES = 200_000
"""Addresses that are given a name; a capture of a flood of answers has more."""
_PORTS = (53, 5353, 5355)  # DNS, multicast DNS, LLMNR
_RESPONSE = 0x8000
_MOST_RECORDS = 100  # of one message
_SIZES = {1: 4, 28: 16}  # A, AAAA: bytes of the address
_STEP = 1 << 20  # packets whose ports are looked at at once
_PAUSE_EACH = 64  # messages; then other threads get their turn


def answers(message: bytes) -> Iterator[tuple[bytes, str]]:
    """The addresses in a DNS response, and the name that each record gives (RFC 1035 4.1, RFC 3596)."""
    if len(message) < 12:
        return
    flags, questions, *counts = (int.from_bytes(message[at : at + 2]) for at in range(2, 12, 2))
    if not flags & _RESPONSE:
        return
    at = 12
    for _ in range(min(questions, _MOST_RECORDS)):
        at = read_name(message, at)[1] + 4
    for _ in range(min(sum(counts), _MOST_RECORDS)):
        name, at = read_name(message, at)
        kind, size = int.from_bytes(message[at : at + 2]), int.from_bytes(message[at + 8 : at + 10])
        value = message[at + 10 : at + 10 + size]
        at += 10 + size
        if at > len(message):
            return
        if size == _SIZES.get(kind) and (shown := name_of(name)):
            yield value, shown


class Answers:
    """The names that the DNS answers of one capture give; of several for an address the latest counts."""

    def __init__(self, frame: Callable[[int], bytes]) -> None:
        """`frame` gives the bytes of a packet; it may raise CaptureError."""
        self.names: dict[bytes, str] = {}
        self.version = 0
        self.done = 0  # packets that were read
        self._frame = frame

    def read(
        self, packets: Packets, interfaces: Sequence[Interface], wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Read on to the end of `packets`, as long as it is `wanted`; meant for a thread."""
        while self.done < len(packets):
            stop = min(self.done + _STEP, len(packets))
            for count, row in enumerate(_rows(packets, max(self.done, packets.first), stop).tolist()):
                if count % _PAUSE_EACH == 0:
                    time.sleep(0)
                    if not wanted():
                        return
                self._take(row, interfaces[packets.interface[row]])
            self.done = stop

    def _take(self, row: int, interface: Interface) -> None:
        try:
            frame = self._frame(row)
        except CaptureError:
            return  # the list says so where the packet is shown
        for raw, name in answers(_datagram(frame, interface.link_type)):
            if self.names.get(raw) != name and (raw in self.names or len(self.names) < MOST_NAMES):
                self.names[raw] = name
                self.version += 1


def _rows(packets: Packets, start: int, stop: int) -> NDArray[np.int64]:
    """The packets of [start, stop) that a name server sent by UDP."""
    part = slice(start, stop)
    from_server = np.isin(packets.srcport[part], _PORTS) & (packets.marks[part] & Mark.TCP == 0)
    found: NDArray[np.int64] = np.flatnonzero(from_server) + start
    return found


def _datagram(frame: bytes, link_type: int) -> bytes:
    """What the innermost UDP header of a frame carries."""
    if link_type not in FIRST_HEADERS:
        return b""
    spans = spans_of(frame, link_type, len(frame))
    ends = [end for kind, _, end in spans if kind == Layer.UDP]
    stops = [stop for kind, start, stop in spans if kind == Layer.PAYLOAD and ends and start >= ends[-1]]
    return frame[ends[-1] : stops[0]] if stops else b""
