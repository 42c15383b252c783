"""Which of several overlapping ranges each place belongs to: the one that a receiver delivered first.

It delivers bytes in order, and once. So whoever holds a place goes on to its end, over what waits behind it
(as Linux and BSD do), but not over what was delivered before it came; else the first to come has it.

Invariant: the parts that `cover` gives never overlap, and together hold exactly the places that any range
holds.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Ints = NDArray[np.int64]

_Part = tuple[int, int, int]  # begin, stop, number of the range


def cover(begins: Ints, stops: Ints, came: Ints, done: Ints) -> tuple[Ints, Ints, Ints]:
    """The parts of ranges, ascending: each one's begin and stop, and the number of the range that owns it.

    `came` says when each range came, ascending; `done` when it was delivered at the latest. None is empty.
    Only those that overlap are looked at one by one, and those that came twice not even then.
    """
    order = np.lexsort((stops, begins))  # is stable: of equal ranges the first comes first
    first, last = begins[order], stops[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    order, first, last = order[new], first[new], last[new]
    meets = np.zeros(len(order) + 1, np.bool_)  # begins before all those before it have ended
    meets[1:-1] = first[1:] < np.maximum.accumulate(last)[:-1]
    crowded = meets[:-1] | meets[1:]
    ranges = np.stack((first, last, order))
    shared = list(_share(ranges[:, crowded].T.tolist(), came, done))
    parts = np.concatenate((ranges[:, ~crowded].T, np.array(shared, np.int64).reshape(-1, 3)))
    parts = parts[np.argsort(parts[:, 0], kind="stable")]
    begin, stop, owner = parts.T
    head = np.ones(len(parts), np.bool_)  # goes not on from the part before
    head[1:] = (owner[1:] != owner[:-1]) | (begin[1:] != stop[:-1])
    tail = np.append(head[1:], True)[: len(parts)]
    return begin[head], stop[tail], owner[head]


def _share(ranges: Sequence[_Part], came: Ints, done: Ints) -> Iterator[_Part]:
    """The same by a sweep from place to place, in O(n log n); ranges come in the order of their begins."""
    waiting: list[tuple[int, int]] = []  # number and stop of those that have begun, the first to come on top
    at = following = end = 0
    owner = -1
    while following < len(ranges) or waiting:
        if not waiting:
            at = ranges[following][0]
        while following < len(ranges) and ranges[following][0] <= at:
            _, stop, number = ranges[following]
            heapq.heappush(waiting, (number, stop))
            following += 1
        while waiting and waiting[0][1] <= at:
            heapq.heappop(waiting)
        if waiting:
            first, stop = waiting[0]
            if at >= end or done[first] < came[owner]:
                owner, end = first, stop
            until = min(end, ranges[following][0]) if following < len(ranges) else end
            yield at, until, owner
            at = until
