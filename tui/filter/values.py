"""Many packets' values at once: what an expression is worth in each packet of a chunk.

An expression may have no value in a packet, one, or several. They are held in parts: in a dense part entry i
is the value of packet i, where it has one; a sparse part says for each value which packet's it is. Numbers
are numpy integers; bytes and strings are Python's, in object arrays.
Invariant: operations see every pair of values of the same packet, as Wireshark's do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tui.filter.chunk import Bools, Ints
    from tui.filter.field import Value, Values

Array = NDArray[Any]


class Part(Struct, frozen=True):
    """Some of the values: `owner` None: entry i is packet i's, if `present` (None: everywhere) says so.

    Else entry i is packet owner[i]'s.
    """

    values: Array
    present: Bools | None = None
    owner: Ints | None = None

    def sparse(self) -> Part:
        """The same values, each with its packet."""
        if self.owner is not None:
            return self
        if self.present is None:
            return Part(self.values, None, np.arange(len(self.values)))
        rows = np.flatnonzero(self.present)
        return Part(self.values[rows], None, rows)

    def where(self, kept: Bools) -> Part:
        """Those values only for which `kept` is true."""
        if self.owner is not None:
            return Part(self.values[kept], None, self.owner[kept])
        return Part(self.values, kept if self.present is None else kept & self.present)

    def holders(self) -> Bools | slice | Ints:
        """The packets that have values, as an index."""
        if self.owner is not None:
            return self.owner
        return slice(None) if self.present is None else self.present


class Constant(Struct, frozen=True):
    """The same value in every packet: a field's type has such values, or it is a pattern to look for."""

    value: Any


Parts = list[Part]

_TOO_LARGE = 1 << 62  # sums of two still fit 64 bits


def array(values: Sequence[Value]) -> Array:
    """Values of one type: numbers as a numpy array of integers, all else as objects."""
    numbers = [value for value in values if isinstance(value, int)]
    if numbers and len(numbers) == len(values):
        return np.array(numbers, np.int64 if max(numbers) < _TOO_LARGE else object)
    found = np.empty(len(values), object)
    found[:] = values
    return found


def gather(values: Values, rows: Ints | None = None) -> Part:
    """Each packet's occurrences as a sparse part; `rows`: which packets they are of, if not of all."""
    counts = np.fromiter(map(len, values), np.int64, len(values))
    owner = np.repeat(np.arange(len(values)) if rows is None else rows, counts)
    return Part(array([value for each in values for value in each]), None, owner)


def count(parts: Iterable[Part], size: int) -> Ints:
    """How many values each of `size` packets has."""
    total = np.zeros(size, np.int64)
    for part in parts:
        if part.owner is not None:
            total += np.bincount(part.owner, minlength=size)
        else:
            total += 1 if part.present is None else part.present
    return total


def any_true(parts: Iterable[Part], size: int) -> Bools:
    """Where one of a packet's values, which are booleans, is true."""
    found = np.zeros(size, np.bool_)
    for part in parts:
        if part.owner is not None:
            found[part.owner[part.values.astype(np.bool_)]] = True
        else:
            found |= part.values if part.present is None else part.values & part.present
    return found


def all_true(parts: Sequence[Part], size: int) -> Bools:
    """Where a packet has values and all of them are true."""
    false = [Part(~part.values.astype(np.bool_), part.present, part.owner) for part in parts]
    return (count(parts, size) > 0) & ~any_true(false, size)


def each(function: Callable[[Any], Any], parts: Iterable[Part]) -> Parts:
    """`function` of every value; a value for which it gives None is dropped."""
    found = []
    for part in (part.sparse() for part in parts):
        results = [function(value) for value in part.values.tolist()]
        kept = np.array([result is not None for result in results], np.bool_)
        owner = part.owner[kept] if part.owner is not None else None
        found.append(Part(array([result for result in results if result is not None]), None, owner))
    return found


def combine(
    function: Callable[[Array, Any], Array], left: Parts | Constant, right: Parts | Constant
) -> Parts:
    """`function` of every pair of a left and a right value of one packet; it takes arrays or constants."""
    if isinstance(right, Constant):
        if isinstance(left, Constant):
            raise TypeError("one of the two belongs to packets")
        return [Part(function(part.values, right.value), part.present, part.owner) for part in left]
    if isinstance(left, Constant):
        return [
            Part(
                function(np.full(len(part.values), left.value, part.values.dtype), part.values),
                part.present,
                part.owner,
            )
            for part in right
        ]
    return [_pairs(function, one, other) for one in left for other in right]


def _pairs(function: Callable[[Array, Any], Array], left: Part, right: Part) -> Part:
    if left.owner is None and right.owner is None:
        both = [mask for mask in (left.present, right.present) if mask is not None]
        present = both[0] & both[-1] if both else None
        if left.values.dtype != object and right.values.dtype != object:
            return Part(function(left.values, right.values), present)
        rows = np.arange(len(left.values)) if present is None else np.flatnonzero(present)
        return Part(function(left.values[rows], right.values[rows]), None, rows)
    left, right = left.sparse(), right.sparse()
    ours, theirs = _joined(left.owner, right.owner)
    assert left.owner is not None
    return Part(function(left.values[ours], right.values[theirs]), None, left.owner[ours])


def _joined(left: Ints | None, right: Ints | None) -> tuple[Ints, Ints]:
    """Indices into both, of every pair of entries that are equal."""
    assert left is not None
    assert right is not None
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, "left")
    counts = np.searchsorted(right[order], left, "right") - first
    ours = np.repeat(np.arange(len(left)), counts)
    begins = np.repeat(np.cumsum(counts) - counts, counts)
    return ours, order[np.repeat(first, counts) + np.arange(len(ours)) - begins]
