"""How long packets are: counts, rates and bursts in classes of length; equal to tshark -z plen,tree.

A burst is the most packets in 100 ms, counted in steps of 5 ms (Wireshark's defaults), given as packets a
millisecond. As JSON a class is an object with the keys length ("all", "40-79"), packets, share (percent),
average, shortest, longest (bytes; null where there is no packet), rate, burst_rate (packets a millisecond),
burst_start (seconds since the first packet; null where there is none).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.report.statistics.facts import Facts, ratio, words

if TYPE_CHECKING:
    from tui.report.statistics.facts import Values

# Shortest and longest of each class, bytes.
CLASSES: tuple[tuple[int, int | None], ...] = (
    (0, None),
    (0, 19),
    (20, 39),
    (40, 79),
    (80, 159),
    (160, 319),
    (320, 639),
    (640, 1279),
    (1280, 2559),
    (2560, 5119),
    (5120, None),
)
_MILLISECOND = 10**6  # ns
_STEP = 5  # ms
_WINDOW = 100  # ms
_STEPS = _WINDOW // _STEP

COLUMNS = (
    words("length", "Length", "bytes on the wire, from and to", 18),
    ratio("packets", "Packets", "packets of that length", 0),
    ratio("share", "%", "of all packets", 2, " %"),
    ratio("average", "Average", "their average length", 2),
    ratio("shortest", "Min", "the shortest", 0),
    ratio("longest", "Max", "the longest", 0),
    ratio("rate", "Rate (ms)", "packets a millisecond, over the whole capture", 4),
    ratio("burst_rate", "Burst rate", "packets a millisecond in the 100 ms with the most of them", 4),
    ratio("burst_start", "Burst start", "seconds from the first packet to those", 3),
)


def lengths(sizes: Values, times: Values, first_time: int) -> Facts:
    """The classes of packets with these lengths (bytes) and times (ns); `first_time`: the capture's."""
    since = (times - first_time) / _MILLISECOND
    elapsed = max(float(since[-1] - since[0]), 0.0) if len(since) else 0.0  # as Wireshark counts it
    rows = [_class(sizes, since, elapsed, least, most) for least, most in CLASSES]
    columns = list(zip(*rows, strict=True))
    names = [column.id for column in COLUMNS[1:]]
    return Facts(
        {"length": np.array([_name(*each) for each in CLASSES], object)}
        | {name: np.array(column, float) for name, column in zip(names, columns, strict=True)},
        leads_to=lambda line: _filter(*CLASSES[line]),
    )


def _class(sizes: Values, since: Values, elapsed: float, least: int, most: int | None) -> tuple[float, ...]:
    """The columns behind the first, in their order."""
    there = (sizes >= least) & (sizes <= most) if most is not None else sizes >= least
    own = sizes[there]
    count = len(own)
    share = 100 * count / len(sizes) if len(sizes) else np.nan
    rate = count / elapsed if elapsed else np.nan
    if not count:
        return (0, share, np.nan, np.nan, np.nan, rate, np.nan, np.nan)
    burst, start = _burst(since[there])
    return (count, share, float(own.mean()), int(own.min()), int(own.max()), rate, burst / _WINDOW, start)


def _burst(since: Values) -> tuple[int, float]:
    """The most packets in a window of steps, and when these begin (s); before a whole window that is 0."""
    since = np.sort(since, kind="stable")  # they are in order but for a few
    steps = np.floor(since / _STEP)
    firsts = np.searchsorted(steps, steps - _STEPS, "right")
    counts = np.arange(1, len(since) + 1) - firsts
    most = int(np.argmax(counts))
    return int(counts[most]), float(since[firsts[most]]) / 1000 if steps[most] >= _STEPS else 0.0


def _name(least: int, most: int | None) -> str:
    if most is not None:
        return f"{least}-{most}"
    return f"{least} and greater" if least else "all"


def _filter(least: int, most: int | None) -> str:
    if most is not None:
        return f"frame.len >= {least} && frame.len <= {most}"
    return f"frame.len >= {least}"
