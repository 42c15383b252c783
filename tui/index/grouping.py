"""The rows of a capture, grouped by connection.

Invariant: each row that belongs to a connection stands in one group, and each group is in the order of the
capture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Grouping(Struct, frozen=True):
    """The rows of connection c are order[starts[c] : starts[c + 1]], ascending.

    `order` has a row number for each row with a connection; `starts` has one more entry than there are
    connections.
    """

    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    @property
    def firsts(self) -> NDArray[np.int64]:
        """The first row of each connection that has rows."""
        starts = self.starts[:-1]
        return self.order[starts[starts < self.starts[1:]]]


def group(streams: NDArray[np.signedinteger], count: int) -> Grouping:
    """Group rows by `streams` (tcp.stream of each row; -1: none), which has `count` connections.

    A connection may be without rows. ValueError if a row belongs to none of the `count`.
    """
    # Numbers that hold both connection and row are sorted in a third of the time that a stable argsort takes.
    bits = len(streams).bit_length()
    keys = streams.astype(np.int64) << bits
    keys |= np.arange(len(streams))
    keys.sort()
    keys &= (1 << bits) - 1
    ends = np.cumsum(np.bincount(streams + 1, minlength=count + 1))
    if len(ends) > count + 1:
        raise ValueError(f"expected rows of {count} connections, found one of tcp.stream {len(ends) - 2}")
    return Grouping(keys[ends[0] :], ends - ends[0])
