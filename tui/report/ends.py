"""The ends of connections as numbers: that of the address in the book, and the port behind it.

Invariant: two ends have the same number if they have the same address and port, and only then.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_PORT_BITS = 16

Values = NDArray[Any]


def packed(addresses: Values, ports: Values) -> NDArray[np.int64]:
    """Ends, from the numbers of their addresses and their ports."""
    return addresses.astype(np.int64) << _PORT_BITS | ports


def unpacked(ends: Any) -> tuple[Any, Any]:
    """The numbers of the addresses, and the ports; of one end or of an array of them."""
    return ends >> _PORT_BITS, ends & (1 << _PORT_BITS) - 1


def address_ranks(entries: NDArray[np.void]) -> NDArray[np.int64]:
    """For each of these entries of a book (schema.ADDRESS) its place by family, and then from the lowest."""
    halves = np.ascontiguousarray(entries["raw"]).view(">u8")
    ranks = np.empty(len(entries), np.int64)
    ranks[np.lexsort((halves[:, 1], halves[:, 0], entries["family"]))] = np.arange(len(entries))
    return ranks
