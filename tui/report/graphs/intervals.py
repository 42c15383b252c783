"""Packets in each interval of the whole capture, of all packets or of those that pass a filter.

The intervals are tshark's of `-z io,stat,INTERVAL,FILTER`: the first begins with the capture's first packet.
Invariant: a packet without a time is in no interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Mark

if TYPE_CHECKING:
    from tui.index.table import Packets
    from tui.report.graphs.series import Ints


def timed(packets: Packets, rows: Ints | None = None) -> tuple[Ints, Ints]:
    """The rows, of `rows` or of all, whose packets have a time; and those times, ns since 1970."""
    every = np.arange(len(packets)) if rows is None else rows
    untimed = packets.marks[every] & int(Mark.UNTIMED) != 0
    kept = every[~untimed] if untimed.any() else every
    return kept, packets.time[kept]


def count(rows: Ints, times: Ints, first: int, last: int, interval: int) -> tuple[Ints, Ints, Ints]:
    """Where each interval begins, ns since `start`; how many packets it has; and one of them to go to.

    The intervals are those of the times from `first` to `last`, also where there are no packets: then the
    packet to go to is the one before. `times` are ns since `start`.
    """
    low, high = first // interval, last // interval
    places = times // interval - low
    counts = np.bincount(places, minlength=high - low + 1)
    earliest = np.full(len(counts), -1)
    earliest[places[::-1]] = rows[::-1]
    filled = np.maximum.accumulate(np.where(earliest >= 0, np.arange(len(counts)), 0))
    return np.arange(low, high + 1) * interval, counts, np.maximum(earliest[filled], 0)


NICE = tuple(
    factor * power for power in (10**3, 10**4, 10**5, 10**6, 10**7, 10**8, 10**9) for factor in (1, 2, 5)
) + tuple(seconds * 10**9 for seconds in (10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 604800))
"""The intervals that can be chosen, ns."""

MOST = 200_000
"""Intervals of a graph: finer ones are refused."""


def usual(duration: int, parts: int) -> int:
    """The interval that divides `duration` (ns) into about `parts`."""
    return next((each for each in NICE if each * parts >= duration), NICE[-1])


def other(interval: int, step: int, duration: int) -> int:
    """The interval `step` places longer (shorter if negative), as far as there are not too many of it."""
    able = [each for each in NICE if each * MOST >= duration] or [NICE[-1]]
    place = min(range(len(able)), key=lambda index: abs(able[index] - interval))
    return able[max(0, min(place + step, len(able) - 1))]
