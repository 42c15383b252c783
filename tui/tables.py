"""What the engine fills: packets, connections, addresses. What left a ring of files is let go of.

Numbers are given out once: what is let go of leaves a gap. Views that were made before keep what they show.
Invariant: memory is that of what is kept, and of the connections that still have packets there. A connection
whose latest packet is let go of is forgotten: what comes of it later begins a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.index.addresses import AddressBook
from tui.index.table import NO_ROWS, PacketTable
from tui.tcp.track import Tracker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.reader import Reader, Rows
    from tui.index.table import Packets

LEAST = 65_536  # packets, or addresses, let go of at once: so that it costs next to nothing


class Tables:
    """The tables of one session; one thread fills them."""

    def __init__(self) -> None:
        self.book = AddressBook()
        self._tracker = Tracker()
        self._packets = PacketTable()
        self._addresses = LEAST  # that the book had, at least, when some were let go of last

    def __len__(self) -> int:
        """How many packets were added."""
        return len(self._packets)

    @property
    def connections(self) -> NDArray[np.void]:
        """The connections (schema.CONNECTION) as they are now; their counts go on."""
        connections = self._tracker.connections[: self._tracker.count]
        connections.flags.writeable = False
        return connections

    def packets(self, gone: int) -> Packets:
        """The packets there are now, of which the first `gone` are not kept any more."""
        return self._packets.view(gone)

    def add(self, rows: Rows) -> None:
        """Add rows of schema.PACKET."""
        self._tracker.track(rows, len(self._packets))
        self._packets.append(rows)

    def let_go(self, first: int, reader: Reader, zeros: NDArray[np.int64] = NO_ROWS) -> bool:
        """Let go of the packets before row `first`, which all came from `reader`, once they are many.

        But for the rows `zeros` among them, from which times are counted.
        """
        if first - self._packets.first < max(LEAST, len(self) - first):
            return False
        self._packets.forget(first, zeros)
        self._tracker.forget(first)
        kept = self._packets.view(first)
        if len(self.book) > 2 * self._addresses:
            used = (kept.src[first:], kept.dst[first:], self._tracker.addresses())
            self.book = self.book.only(np.unique(np.concatenate(used)))
            self._addresses = max(len(self.book), LEAST)
        reader.forget(int(kept.offset[first - 1]), self.book)
        return True
