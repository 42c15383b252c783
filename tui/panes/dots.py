"""Points in numbers → cells of the terminal: braille characters, each of 2 by 4 dots, in numpy.

Invariant: nothing outside the axes is drawn; of a series that is drawn without signs, a dot is set where and
only where a point, or the line between two, falls into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.report.graphs.series import Shape

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tui.report.graphs.series import Graph, Series

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Numbers = NDArray[Any]

ACROSS, DOWN = 2, 4
"""Dots of a cell."""
BLANK = -1
_BRAILLE = 0x2800
_WEIGHTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # Unicode's numbers of the dots
_SIGN_EVERY = 16  # columns: so often a line shows its sign


class Axes(Struct, frozen=True):
    """The values that the plot's edges stand for, and its size in cells."""

    left: float
    right: float
    bottom: float
    top: float
    columns: int
    rows: int

    def across(self, x: Numbers, dots: int = ACROSS) -> Ints:
        """The column of dots (or of cells: `dots` 1) in which times lie, 0 at the left."""
        scale = self.columns * dots / (self.right - self.left)
        return np.floor(np.clip((x - self.left) * scale, -1e9, 1e9)).astype(np.int64)

    def down(self, y: Numbers, dots: int = DOWN) -> Ints:
        """The row of dots (or cells) in which values lie, 0 at the top."""
        scale = (self.rows * dots - 1) / (self.top - self.bottom)
        return np.rint(np.clip((self.top - y) * scale, -1e9, 1e9)).astype(np.int64)

    def moment(self, column: float) -> float:
        """The time at the left edge of a cell."""
        return self.left + column * (self.right - self.left) / self.columns


class Picture(Struct, frozen=True):
    """The cells of a plot: a character each, and the number of the series that is on top, or BLANK."""

    chars: NDArray[np.str_]
    owners: Ints


def visible(series: Series, axes: Axes) -> slice:
    """The points between the left and the right edge; of lines also the one before and the one behind."""
    first, last = series.x.searchsorted((axes.left, np.nextafter(axes.right, np.inf)))
    if series.shape in (Shape.STEPS, Shape.LINE):
        first, last = first - 1, last + 1
    return slice(max(int(first), 0), min(int(last), len(series)))


def draw(graph: Graph, axes: Axes) -> Picture:
    """The plot of a graph; lines show their signs now and then if there are several series."""
    dots = np.zeros((axes.rows * DOWN, axes.columns * ACROSS), np.bool_)
    owners = np.full((axes.rows, axes.columns), BLANK)
    signs = np.full((axes.rows, axes.columns), "", "U1")
    several = sum(each.shape is not Shape.SIGNS and len(each) > 0 for each in graph.series) > 1
    order = sorted(
        range(len(graph.series)), key=lambda index: (graph.series[index].shape is Shape.SIGNS, -index)
    )
    for number in order:
        series = graph.series[number]
        if not len(series):
            continue
        if series.shape is Shape.SIGNS:
            column, row = _cells(series, axes)
            signs[row, column], owners[row, column] = series.sign, number
            continue
        own = _DRAWN[series.shape](series, axes, graph.end)
        dots |= own
        cells = np.asarray(own.reshape(axes.rows, DOWN, axes.columns, ACROSS).any(axis=(1, 3)))
        owners[cells] = number
        signs[cells] = ""
        if several and series.shape in (Shape.STEPS, Shape.LINE):
            _sign_line(series.sign, number, cells, signs)
    bits = np.einsum("rdca,da->rc", dots.reshape(axes.rows, DOWN, axes.columns, ACROSS), _WEIGHTS)
    chars = (bits + _BRAILLE).astype("<u4").view("<U1").reshape(bits.shape)
    chars = np.where(bits > 0, chars, " ")
    return Picture(np.where(signs != "", signs, chars), owners)


def _sign_line(sign: str, number: int, cells: Bools, signs: NDArray[np.str_]) -> None:
    """Put a line's sign on it every few columns, shifted for each series."""
    columns = np.arange((number * 5 + 3) % _SIGN_EVERY, cells.shape[1], _SIGN_EVERY)
    columns = columns[cells[:, columns].any(axis=0)]
    signs[cells[:, columns].argmax(axis=0), columns] = sign


def _cells(series: Series, axes: Axes) -> tuple[Ints, Ints]:
    """The columns and rows of the cells in which its visible points lie."""
    shown = visible(series, axes)
    column, row = axes.across(series.x[shown], 1), axes.down(series.y[shown]) // DOWN
    inside = (column >= 0) & (column < axes.columns) & (row >= 0) & (row < axes.rows)
    return column[inside], row[inside]


def _dots(series: Series, axes: Axes, end: int) -> Bools:
    shown = visible(series, axes)
    height, width = axes.rows * DOWN, axes.columns * ACROSS
    column, row = axes.across(series.x[shown]), axes.down(series.y[shown])
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    found = np.zeros((height, width), np.bool_)
    found[row[inside], column[inside]] = True
    return found


def _bars(series: Series, axes: Axes, end: int) -> Bools:
    """Each from `low` to `y`; the many that fall into one column are counted where they begin and end."""
    assert series.low is not None, "bars have lower ends"
    shown = visible(series, axes)
    height, width = axes.rows * DOWN, axes.columns * ACROSS
    column = axes.across(series.x[shown])
    upper, lower = axes.down(series.y[shown]), axes.down(series.low[shown])
    inside = (column >= 0) & (column < width) & (lower >= 0) & (upper < height)
    column = column[inside]
    upper, lower = np.maximum(upper[inside], 0), np.minimum(lower[inside], height - 1)
    size = (height + 1) * width
    begun = np.bincount(upper * width + column, minlength=size)
    ended = np.bincount((lower + 1) * width + column, minlength=size)
    found: Bools = (begun - ended).reshape(height + 1, width)[:height].cumsum(axis=0) > 0
    return found


def _dotted(series: Series, axes: Axes, end: int) -> Bools:
    found = _bars(series, axes, end)
    found[1::2] &= ~found[:-1:2]  # a bar of a single dot stays
    return found


def _steps(series: Series, axes: Axes, end: int) -> Bools:
    """Each column from the lowest to the highest of its points and of the value that came before them."""
    low, high, starts, row = _extremes(series, axes)
    carried = np.where(starts > 0, row[np.maximum(starts - 1, 0)], -1)
    holds = starts > 0
    last = int(axes.across(np.array([max(end, int(series.x[-1]))]))[0])
    holds &= np.arange(len(holds)) <= last
    low = np.where(holds, np.minimum(low, carried), low)
    high = np.where(holds, np.maximum(high, carried), high)
    return _filled(low, high, axes)


def _line(series: Series, axes: Axes, end: int) -> Bools:
    """Each column from the lowest to the highest of its points and of where the line crosses its edges."""
    low, high, _, _ = _extremes(series, axes)
    shown = visible(series, axes)
    x, y = series.x[shown], series.y[shown]
    width = axes.columns * ACROSS
    edges = axes.left + np.arange(width + 1) * (axes.right - axes.left) / width
    crossing = axes.down(np.interp(edges, x, y))
    there = (edges >= x[0]) & (edges <= x[-1]) if len(x) else np.zeros(width + 1, np.bool_)
    for at, on in ((crossing[:-1], there[:-1]), (crossing[1:], there[1:])):
        low = np.where(on, np.minimum(low, at), low)
        high = np.where(on, np.maximum(high, at), high)
    return _filled(low, high, axes)


_NONE = np.int64(1 << 40)  # a lowest row of no point


def _extremes(series: Series, axes: Axes) -> tuple[Ints, Ints, Ints, Ints]:
    """Of each column of dots the least and greatest row of its points, and its first point; and all rows."""
    shown = visible(series, axes)
    width = axes.columns * ACROSS
    edges = axes.left + np.arange(width + 1) * (axes.right - axes.left) / width
    starts = series.x[shown].searchsorted(edges)
    row = axes.down(series.y[shown])
    low, high = np.full(width, _NONE), np.full(width, -_NONE)
    full = np.flatnonzero(starts[1:] > starts[:-1])
    if len(full):
        inner = row[: starts[-1]]
        low[full] = np.minimum.reduceat(inner, starts[full])
        high[full] = np.maximum.reduceat(inner, starts[full])
    return low, high, starts[:-1], row if len(row) else np.zeros(1, np.int64)


def _filled(low: Ints, high: Ints, axes: Axes) -> Bools:
    rows = np.arange(axes.rows * DOWN)[:, None]
    found: Bools = (rows >= low) & (rows <= high)
    return found


_DRAWN = {Shape.DOTS: _dots, Shape.BARS: _bars, Shape.DOTTED: _dotted, Shape.STEPS: _steps, Shape.LINE: _line}
