"""What is kept of a capture whose beginning left with files of a ring, as a capture of its own.

It numbers packets and connections from 0 again, and is as long as what is kept, however long the capture was.
Its connections are what they would be if the capture had begun with it: one whose beginning is missing begins
in the middle.
Invariant: what is said of it says the same of the whole capture, once its numbers are told in those of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tui.index.grouping import Grouping, group
from tui.index.schema import PACKET_COLUMNS
from tui.index.sparse import sparse
from tui.index.table import Packets
from tui.tcp.segments import Source

if TYPE_CHECKING:
    from tui.tcp.findings import Found
    from tui.tcp.outlines import Outlines
    from tui.tcp.zeek import Words

Ints = NDArray[np.int64]


class Kept(Struct, frozen=True):
    """The rows from `first` on, and their connections: of the `whole` number of them those in `streams`."""

    packets: Packets
    connections: NDArray[np.void]
    streams: Ints
    first: int
    whole: int

    def grouping(self, own: Grouping) -> Grouping:
        """The grouping of what is kept, in the numbers of the whole."""
        counts = np.zeros(self.whole + 1, np.int64)
        counts[self.streams + 1] = np.diff(own.starts)
        return Grouping(own.order + self.first, np.cumsum(counts))

    def outlines(self, own: Outlines) -> Outlines:
        """The same of outlines."""
        rows, notes = own.rows.copy(), own.notes.copy()
        for name in ("opened_at", "icmp"):
            rows[name] += np.where(rows[name] < 0, 0, self.first)
        notes["row"] += self.first
        notes["stream"] = self.streams[notes["stream"]]
        return replace(
            own,
            rows=self._by_stream(rows),
            states=self._by_row(own.states),
            parts=self._by_row(own.parts),
            notes=notes,
            copies=own.copies + self.first,
        )

    def words(self, own: Words) -> Words:
        """The same of Zeek's words."""
        return replace(
            own,
            states=self._by_stream(own.states),
            histories=self._by_stream(own.histories),
        )

    def found(self, own: Found) -> Found:
        """The same of findings."""
        return replace(own, rows=own.rows + self.first)

    def _by_stream(self, own: NDArray[Any]) -> NDArray[Any]:
        whole = sparse((self.whole, *own.shape[1:]), own.dtype)
        whole[self.streams] = own
        return whole

    def _by_row(self, own: NDArray[Any]) -> NDArray[Any]:
        whole = sparse((self.first + len(own), *own.shape[1:]), own.dtype)
        whole[self.first :] = own
        return whole


def keep(packets: Packets, connections: NDArray[np.void]) -> Kept:
    """What is kept of `packets` and of their `connections` (schema.CONNECTION)."""
    first = packets.first
    columns = {column.name: getattr(packets, column.name)[first:] for column in PACKET_COLUMNS if column.kept}
    streams, own = np.unique(columns["stream"], return_inverse=True)
    without = np.count_nonzero(streams < 0)  # one number, -1, stands for no connection
    streams = streams[without:].astype(np.int64)
    columns["stream"] = (own - without).astype(columns["stream"].dtype)
    rows = Packets(columns, len(packets) - first, packets.quoting - first)
    shorter = connections[streams]
    for name in ("first", "last"):
        shorter[name] -= first
    grouping = group(rows.stream, len(streams))
    Source(rows).rebase(shorter, grouping.order, grouping.starts, 0)
    return Kept(rows, shorter, streams, first, len(connections))
