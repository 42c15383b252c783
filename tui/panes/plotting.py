"""What a plot's parts are made of: which values the axes show, the cells, the texts beside them.

Invariant: what is shown holds all points if nothing else was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from tui.panes.dots import ACROSS, DOWN, Axes, Picture, draw, visible
from tui.panes.lines import Line, Look
from tui.panes.tones import LOOKS
from tui.report.graphs.scales import Unit, ticks
from tui.report.graphs.series import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.report.graphs.series import Graph, Series

_RULER_LINES = 2  # the time axis and its texts
_TICK_CELLS = 14  # an x tick's text and what parts it from the next
_TICK_ROWS = 3
_ROOM = 0.04  # of an axis that stays free beside the outermost points
_LEAST_SPAN = 20.0  # ns
_FROM_ZERO = frozenset({Unit.TIME, Unit.BYTES, Unit.RATE, Unit.COUNT})
"""Units of which a height means something: their axis begins with 0 unless it is zoomed."""
_SAMPLES = {
    Shape.DOTS: "⠶",
    Shape.BARS: "⡇",
    Shape.DOTTED: "⠅",
    Shape.STEPS: "─{}─",
    Shape.LINE: "─{}─",
    Shape.SIGNS: "{}",
}


class View(Struct, frozen=True):
    """What part of the graph is seen; None: as far as there are points; of y: those that are seen."""

    x: tuple[float, float] | None = None
    y: tuple[float, float] | None = None


class Drawn(NamedTuple):
    """A plot that was drawn, and what of."""

    graph: Graph
    view: View
    size: tuple[int, int]
    axes: Axes
    picture: Picture
    heights: Mapping[int, str]  # the rows that have a value written beside them
    label_width: int


def nearest(series: Series, moment: float) -> int:
    """The point of a series that is nearest in time."""
    index = int(series.x.searchsorted(moment))
    if index and (index == len(series) or moment - series.x[index - 1] < series.x[index] - moment):
        index -= 1
    return index


def closest(graph: Graph, axes: Axes, x: int, y: int) -> tuple[int, int] | None:
    """The series and the index of the visible point that is closest to a cell."""
    best: tuple[float, int, int] | None = None
    for number, series in enumerate(graph.series):
        shown = visible(series, axes)
        column, row = axes.across(series.x[shown], 1), axes.down(series.y[shown]) // DOWN
        if len(column):
            apart = (column - x) ** 2 + (2 * (row - y)) ** 2  # a cell is twice as high as wide
            index = int(apart.argmin())
            best = min(best or (np.inf, 0, 0), (float(apart[index]), number, shown.start + index))
    return None if best is None else best[1:]


def plot(graph: Graph, view: View, size: tuple[int, int]) -> Drawn:
    """Draw a graph, of which there are points, in so many columns and rows."""
    rows = size[1] - _RULER_LINES
    left, right = view.x or padded(*graph.extent())
    bottom, top = view.y or heights_of(graph, Axes(left, right, 0, 1, 1, rows))
    marks = ticks(bottom, top, max(rows // _TICK_ROWS, 2), graph.unit)
    width = max((len(mark.text) for mark in marks), default=0)
    axes = Axes(left, right, bottom, top, size[0] - width - 1, rows)
    heights = {int(axes.down(np.array([mark.value]))[0]) // DOWN: mark.text for mark in marks}
    return Drawn(graph, view, size, axes, draw(graph, axes), heights, width)


def padded(first: float, last: float) -> tuple[float, float]:
    """The times that an axis shows for points from `first` to `last`."""
    span = max(last - first, _LEAST_SPAN)
    return first - span * _ROOM / 4, last + span * _ROOM / 2


def heights_of(graph: Graph, axes: Axes) -> tuple[float, float]:
    """The values that an axis shows for the points that are seen."""
    low, high = np.inf, -np.inf
    for series in graph.series:
        shown = visible(series, axes)
        if shown.start < shown.stop:
            low = min(low, float((series.y if series.low is None else series.low)[shown].min()))
            high = max(high, float(series.y[shown].max()))
    if low > high:
        return 0.0, 1.0
    if graph.unit in _FROM_ZERO:
        low = min(low, 0.0)
    room = max(high - low, 1.0) * _ROOM
    return low - (room if low else 0.0), high + room


def zoomed(span: tuple[float, float], middle: float | None, factor: float) -> tuple[float, float]:
    """`factor` times as long a span, in which `middle`, if it lies in it, stays where it is."""
    first, last = span
    if middle is None or not first <= middle <= last:
        middle = (first + last) / 2
    factor = max(factor, _LEAST_SPAN / (last - first)) if factor < 1 else factor
    return middle - (middle - first) * factor, middle + (last - middle) * factor


def legend(graph: Graph, chosen: int, width: int) -> Line:
    """What each mark means; the series that the cursor reads stands out."""
    entries = []
    for number, series in enumerate(graph.series):
        if len(series):
            look = LOOKS[series.tone]
            sample = _SAMPLES[series.shape].format(series.sign)
            entries.append([(f"{sample} ", look), (series.name, Look.MARK if number == chosen else look)])
    cells = sum(len(text) for entry in entries for text, _ in entry)
    gap = "  " if cells + 2 * (len(entries) - 1) <= width else " "
    return [piece for entry in entries for piece in (*entry, (gap, ""))][:-1]


def ruler(axes: Axes, indent: int) -> tuple[Line, Line]:
    """The time axis, and its texts."""
    rule, texts = ["─"] * axes.columns, [" "] * (indent + 1 + axes.columns)
    for tick in ticks(axes.left, axes.right, max(axes.columns // _TICK_CELLS, 2), Unit.TIME):
        column = int(axes.across(np.array([tick.value]))[0]) // ACROSS
        if 0 <= column < axes.columns:
            rule[column] = "┬"
            start = min(max(indent + 1 + column - len(tick.text) // 2, 0), len(texts) - len(tick.text))
            texts[start : start + len(tick.text)] = tick.text
    return [(" " * indent + "└" + "".join(rule), Look.MUTED)], [("".join(texts).rstrip(), Look.MUTED)]
