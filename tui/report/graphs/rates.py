"""Throughput and goodput: bytes over a window of time that moves along.

Throughput counts all payload that was sent, goodput each byte of the stream once, when it is first seen.
Invariant: goodput never exceeds throughput.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from tui.tcp.flow import SYN

if TYPE_CHECKING:
    from tui.report.graphs.segments import Sent
    from tui.report.graphs.series import Ints, Numbers

STEPS = 5
"""Points of a moving average in each window."""
_SECOND = 10**9
_BITS = 8


def fresh_bytes(sent: Sent) -> Ints:
    """Of each segment the payload bytes that no segment before it had.

    A segment behind the highest byte brings something new only where it fills a hole: what was lost before
    the place of capture, or overtaken.
    """
    fresh = np.zeros(len(sent), np.int64)
    data = np.flatnonzero(sent.lengths > 0)
    if not len(data):
        return fresh
    first = sent.seq[data] + (sent.flags[data] & SYN != 0)  # a SYN takes a number, and no byte
    stop = first + sent.lengths[data]
    top = np.concatenate(([first.min()], np.maximum.accumulate(stop)[:-1]))
    new = np.clip(stop - np.maximum(first, top), 0, None)
    holes = _Holes()
    for index in np.flatnonzero(first != top).tolist():
        begin, end, reached = int(first[index]), int(stop[index]), int(top[index])
        if begin > reached:
            holes.dig(reached, begin)
        else:
            new[index] += holes.fill(begin, min(end, reached))
    fresh[data] = new
    return fresh


class _Holes:
    """Stretches of the stream that were passed over, ascending and apart."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def dig(self, start: int, end: int) -> None:
        """What begins behind all that was sent leaves a hole before it."""
        self._starts.append(start)
        self._ends.append(end)

    def fill(self, start: int, end: int) -> int:
        """How many bytes of [start, end) were missing; they are not any more."""
        low = bisect_right(self._ends, start)
        high = low
        starts, ends, filled = [], [], 0
        while high < len(self._starts) and self._starts[high] < end:
            left, right = self._starts[high], self._ends[high]
            filled += min(right, end) - max(left, start)
            for one, other in ((left, start), (end, right)):
                if one < other:
                    starts.append(one)
                    ends.append(other)
            high += 1
        self._starts[low:high], self._ends[low:high] = starts, ends
        return filled


def moving_average(times: Ints, sizes: Ints, window: int, duration: int) -> tuple[Ints, Numbers]:
    """Bits a second over the `window` ns up to each point, and the points: STEPS in each window.

    The average at time t is that of (t - window, t]; times are ascending, ns since 0.
    """
    points = np.arange(0, duration + window, max(window // STEPS, 1))
    before = np.concatenate(([0], np.cumsum(sizes)))
    sums = before[times.searchsorted(points, "right")] - before[times.searchsorted(points - window, "right")]
    return points, sums * (_BITS * _SECOND / window)
