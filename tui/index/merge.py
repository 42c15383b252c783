"""Several recordings as one: their packets in the order of time.

The order is mergecap's. Inside a recording it is kept even where the clock goes back: a packet counts from
the latest time its recording has reached. Of equal times the later recording's comes first. A packet is given
out once every other recording has come as far, or has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.capture.recording import NEVER
from tui.index.schema import PACKET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.index.reader import Reader, Rows

_NO_ROWS: Rows = np.zeros(0, PACKET)
_AFTER_ALL = 2**63 - 1


class _Queue(Struct):
    """A recording's rows that wait for the others; `times` are what they are ordered by, ascending."""

    reader: Reader
    rows: Rows
    times: NDArray[np.int64]
    latest: int

    def fill(self) -> None:
        if not len(self.rows) and not self.reader.finished:
            reached = self.reader.recording.reached  # asked before, for what is read now goes up to it
            self.rows = self.reader.read().copy()
            self.times = np.maximum.accumulate(np.maximum(self.rows["time"], self.latest))
            if len(self.times):
                self.latest = int(self.times[-1])
            else:
                self.latest = max(self.latest, reached)

    def take(self, until: int) -> tuple[Rows, NDArray[np.int64]]:
        """Remove and return what is not later than `until`."""
        count = int(np.searchsorted(self.times, until, side="right"))
        taken = self.rows[:count], self.times[:count]
        self.rows, self.times = self.rows[count:], self.times[count:]
        return taken


class Merge:
    """The rows of `readers` in one sequence."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = readers
        empty = np.zeros(0, np.int64)
        self._queues = [_Queue(reader, _NO_ROWS, empty, NEVER) for reader in reversed(readers)]

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return all(queue.reader.finished and not len(queue.rows) for queue in self._queues)

    def read(self) -> Rows:
        """The next rows; none if nothing can be given out now."""
        if len(self._readers) == 1:
            return self._readers[0].read()
        for queue in self._queues:
            queue.fill()
        limits = [self._limit(place) for place in range(len(self._queues))]
        taken = [queue.take(limit) for queue, limit in zip(self._queues, limits, strict=True)]
        rows = np.concatenate([part for part, _ in taken])
        order = np.argsort(np.concatenate([times for _, times in taken]), kind="stable")
        return rows[order]

    def _limit(self, place: int) -> int:
        """Up to what time the queue at `place` may give out: a recording that goes on holds it back."""
        return min(
            (
                other.latest if place <= index else other.latest - 1
                for index, other in enumerate(self._queues)
                if not other.reader.finished
            ),
            default=_AFTER_ALL,
        )
