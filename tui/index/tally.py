"""Who talked to whom, at each layer of each packet: tunnels count with all of their headers.

Invariant: memory goes with the number of pairs that talk, not with the number of packets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.index import talk
from tui.index.addresses import AddressBook
from tui.index.schema import Layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Both directions of a pair are one entry: which end is A says nothing. Times are ns since 1970.
TALK = np.dtype(
    [
        ("start", "i8"),  # of its packets the earliest, and the latest
        ("end", "i8"),
        ("bytes", "u8", 2),  # of whole frames, sent by A, by B
        ("packets", "u8", 2),
        ("addr", "u4", 2),  # numbers in the tally's own address book
        ("port", "u2", 2),
        ("stream", "i4"),  # tcp.stream; -1 if it is not TCP's
        ("layer", "u1"),  # a Layer: ETHERNET, IPV4, IPV6, TCP or UDP
        ("opener", "u1"),  # who sent the packet that was counted first: A (0) or B (1)
    ]
)
FRAME_COLUMNS = 7  # see talk.count
_MOST_PATHS = 4096  # different sequences of headers; what would be one more counts as far as it is known
_ROOM = 1024  # for talks, at first
_KINDS = 64


class Tally:
    """Counts frames as they are added."""

    def __init__(self) -> None:
        self.book = AddressBook()
        self._talks = np.zeros(_ROOM, TALK)
        self._slots = np.zeros(2 * _ROOM, np.uint32)
        self._used = 1
        self._children = np.zeros((_MOST_PATHS, _KINDS), np.uint16)
        self._paths = 1

    @property
    def talks(self) -> NDArray[np.void]:
        """All pairs so far (TALK), in the order in which they appeared."""
        return self._talks[1 : self._used].copy()

    def add(self, data: bytes | bytearray, frames: NDArray[np.int64]) -> NDArray[np.uint16]:
        """Count frames, rows as talk.count describes them; the number of each one's path."""
        found = np.zeros(len(frames), np.uint16)
        done = 0
        while True:
            done, self._used, self.book.used, self._paths = talk.count(
                data,
                frames,
                done,
                self._talks,
                self._slots,
                self._used,
                self.book.entries,
                self.book.slots,
                self.book.used,
                self._children,
                self._paths,
                found,
            )
            if done == len(frames):
                return found
            self._reserve()

    def paths(self) -> list[tuple[Layer, ...]]:
        """The headers of each path, outermost first, by its number; 0 has none."""
        found: list[tuple[Layer, ...]] = [()] * self._paths
        parents, kinds = np.nonzero(self._children[: self._paths])
        children = self._children[parents, kinds]
        for place in np.argsort(children):  # a path is made after that which it goes on
            found[children[place]] = (*found[parents[place]], Layer(int(kinds[place])))
        return found

    def _reserve(self) -> None:
        """Make room for twice as many talks, and as many addresses."""
        grown: NDArray[Any] = np.zeros(2 * len(self._talks), TALK)
        grown[: self._used] = self._talks[: self._used]
        self._talks, self._slots = grown, np.zeros(2 * len(grown), np.uint32)
        talk.rehash(self._talks, self._used, self._slots)
        self.book.reserve(len(grown))
