"""The cable between two namespaces, with the observer in its middle.

A segment that passes is written into the capture and delivered in one act, and the receiving kernel has
looked at it when that returns: no two packets are ever on the way at once, unless they are made to wait.
"""

from __future__ import annotations

import os
import select
import struct
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple, Self

from forgery import forge_reset

if TYPE_CHECKING:
    from pathlib import Path

    from namespaces import Namespace

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

_MAGIC_NS, _LINKTYPE_RAW = 0xA1B23C4D, 101
_LONGEST = 65535
_TCP = 6


class Kind(NamedTuple):
    """Which segments are meant: those with `flags & mask == value`."""

    mask: int
    value: int

    def has(self, packet: bytes) -> bool:
        """Whether an IPv4 packet is a segment of this kind."""
        return packet[9] == _TCP and packet[(packet[0] & 15) * 4 + 13] & self.mask == self.value


KINDS = {
    "SYN": Kind(SYN | ACK, SYN),
    "SYN-ACK": Kind(SYN | ACK, SYN | ACK),
    "ACK": Kind(SYN | FIN | RST | PSH | ACK, ACK),  # and nothing else
    "FIN": Kind(FIN, FIN),
    "RST": Kind(RST, RST),
    "data": Kind(PSH, PSH),
}


class Cable:
    """Joins two namespaces; their segments take turns."""

    def __init__(self, ends: tuple[Namespace, Namespace], path: Path) -> None:
        """Write the capture to `path`."""
        self._devices = (ends[0].cable, ends[1].cable)
        self._waiting: tuple[deque[bytes], deque[bytes]] = (deque(), deque())
        self._turn = 0
        self._capture = path.open("wb", buffering=0)
        self._capture.write(struct.pack("<IHHiIII", _MAGIC_NS, 2, 4, 0, 0, _LONGEST, _LINKTYPE_RAW))
        self._latest = [b"", b""]  # each end's latest segment
        self.count = 0  # packets in the capture
        self.seen: Counter[tuple[int, str]] = Counter()  # segments in it, by sender and kind
        self._lost: set[tuple[int, str]] = set()  # the kinds, by sender, that get lost
        self._held: set[tuple[int, str]] = set()  # and that wait

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the capture."""
        self._capture.close()

    def waits(self, end: int) -> bool:
        """Whether `end` has sent what was not observed yet."""
        while packet := _read(self._devices[end]):
            if packet[0] >> 4 == 4 and not _among(self._lost, end, packet):
                self._waiting[end].append(packet)
        return bool(self._waiting[end])

    def wait(self, seconds: float) -> None:
        """Wait until something is sent, at most so long."""
        select.select(self._devices, [], [], seconds)

    def forward(self) -> bool:
        """Let one packet pass; false if none may."""
        for end in (self._turn, 1 - self._turn):
            if self.waits(end) and not _among(self._held, end, self._waiting[end][0]):
                self._pass(end, self._waiting[end].popleft())
                self._turn = 1 - end
                return True
        return False

    def lose(self, end: int, kind: str) -> None:
        """Have segments of this kind lost before the observer sees them."""
        self._lost.add((end, kind))

    def hold(self, end: int, kind: str) -> None:
        """Have segments of this kind wait, and all that `end` sends behind them."""
        self._held.add((end, kind))

    def clear(self, end: int) -> None:
        """Let pass what waits, and all that `end` sends from now on."""
        self.waits(end)
        self._lost = {rule for rule in self._lost if rule[0] != end}
        self._held = {rule for rule in self._held if rule[0] != end}

    def forge_reset(self, end: int, ahead: str) -> None:
        """Let pass a RST that seems to come from `end`, `ahead` of what it sends next."""
        self._waiting[end].append(forge_reset(self._latest[end], int(ahead)))

    def _pass(self, end: int, packet: bytes) -> None:
        seconds, ns = divmod(time.time_ns(), 10**9)
        self._capture.write(struct.pack("<IIII", seconds, ns, len(packet), len(packet)) + packet)
        self.count += 1
        self._latest[end] = packet
        self.seen.update((end, name) for name, kind in KINDS.items() if kind.has(packet))
        os.write(self._devices[1 - end], packet)


def _among(chosen: set[tuple[int, str]], end: int, packet: bytes) -> bool:
    return any(sender == end and KINDS[name].has(packet) for sender, name in chosen)


def _read(device: int) -> bytes:
    try:
        return os.read(device, _LONGEST)
    except BlockingIOError:
        return b""
