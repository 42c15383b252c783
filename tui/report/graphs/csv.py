"""The points of a graph as CSV (RFC 4180): a line a point.

Invariant: nothing is rounded; times have nanoseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.report.times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.report.graphs.series import Graph

HEADING = "series,time_s,value,low,packet"


def csv_lines(graph: Graph) -> Iterator[str]:
    """The heading, then each series; `low` is where a bar begins, and empty where there are no bars."""
    yield HEADING
    for series in graph.series:
        name = _quoted(series.name)
        lows = [""] * len(series) if series.low is None else series.low.tolist()
        columns = (series.x.tolist(), series.y.tolist(), lows, series.rows.tolist())
        for x, y, low, row in zip(*columns, strict=True):
            yield f"{name},{seconds(int(x), 9)},{y},{low},{row + 1}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(each in text for each in ',"\n') else text
