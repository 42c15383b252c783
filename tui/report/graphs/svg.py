"""A graph as an SVG picture, in the form in which the terminal shows it: axes, marks, legend.

Written here, and PNG is made of it by resvg (the extra `graphs`), as for the screenshots: matplotlib would
bring nine packages for the same lines, and other ticks and marks than the screen's.

Invariant: every text is escaped; the picture's size is bounded, whatever the number of points: where many
fall on one place, one is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
from msgspec import Struct

from tui.errors import printable
from tui.report.explain import Tone
from tui.report.graphs.scales import Unit, ticks
from tui.report.graphs.series import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui.report.graphs.series import Graph, Ints, Numbers, Series

WIDTH, HEIGHT = 1280, 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 110, 24, 76, 48
_LINE = 18  # of text
_TEXT = 14
_CHAR = 7.6  # of the legend's texts, about
_SIGN_EVERY = 120  # pixels: so often a line shows its sign
_X_TICKS, _Y_TICKS = 10, 8
_MANY = 50_000
_BARS = (Shape.BARS, Shape.DOTTED)
_BITS, _MIDDLE = 14, 1 << 12  # pixels lie within 4,096 of 0


class _Frame(Struct, frozen=True):
    """Which values the plot's edges stand for."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, values: Numbers) -> Ints:
        """The pixels of times, kept near the plot: SVG viewers lose their way far outside."""
        share = np.clip((values - self.left) / (self.right - self.left), -1, 2)
        return np.rint(_LEFT + share * (WIDTH - _LEFT - _RIGHT)).astype(np.int64)

    def y(self, values: Numbers) -> Ints:
        """The pixels of values, in the same way."""
        share = np.clip((values - self.bottom) / (self.top - self.bottom), -1, 2)
        return np.rint(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)).astype(np.int64)


def svg_lines(
    graph: Graph,
    title: str,
    x: tuple[float, float],
    y: tuple[float, float],
    colours: Mapping[Tone, str],
    ground: str,
) -> Iterator[str]:
    """The picture of what lies between these times (ns) and values, in these colours on that ground."""
    frame = _Frame(*x, *y)
    plain, muted = colours[Tone.PLAIN], colours[Tone.MUTED]
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" font-family="DejaVu Sans, sans-serif" font-size="{_TEXT}">'
    )
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
    yield _text(_LEFT, 26, title, plain, size=18)
    yield from _axes(frame, graph.unit, muted)
    yield (
        f'<clipPath id="plot"><rect x="{_LEFT}" y="{_TOP}" width="{WIDTH - _LEFT - _RIGHT}"'
        f' height="{HEIGHT - _TOP - _BOTTOM}"/></clipPath>'
    )
    yield '<g clip-path="url(#plot)">'
    several = sum(each.shape is not Shape.SIGNS and len(each) > 0 for each in graph.series) > 1
    for number, series in reversed(list(enumerate(graph.series))):
        if len(series):
            yield from _drawn(series, frame, graph.end, colours[series.tone], number if several else None)
    yield "</g>"
    yield from _legend(graph, colours)
    yield "</svg>"


def _text(x: float, y: float, text: str, colour: str, *, anchor: str = "start", size: int = _TEXT) -> str:
    shown = escape(printable(text))
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-size="{size}" text-anchor="{anchor}">{shown}</text>'
    )


def _axes(frame: _Frame, unit: Unit, colour: str) -> Iterator[str]:
    floor, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    yield f'<path d="M{_LEFT} {_TOP}V{floor}H{right}" stroke="{colour}" fill="none"/>'
    for tick in ticks(frame.bottom, frame.top, _Y_TICKS, unit):
        y = int(frame.y(np.array([tick.value]))[0])
        yield f'<path d="M{_LEFT - 5} {y}H{right}" stroke="{colour}" stroke-opacity=".25"/>'
        yield _text(_LEFT - 9, y + 5, tick.text, colour, anchor="end")
    for tick in ticks(frame.left, frame.right, _X_TICKS, Unit.TIME):
        x = int(frame.x(np.array([tick.value]))[0])
        yield f'<path d="M{x} {_TOP}V{floor + 5}" stroke="{colour}" stroke-opacity=".25"/>'
        yield _text(x, floor + _LINE + 4, tick.text, colour, anchor="middle")


def _legend(graph: Graph, colours: Mapping[Tone, str]) -> Iterator[str]:
    x = float(_LEFT)
    for series in graph.series:
        if len(series):
            text = f"{series.sign} {series.name}"
            yield _text(x, 54, text, colours[series.tone])
            x += len(text) * _CHAR + 24


def _drawn(series: Series, frame: _Frame, end: int, colour: str, number: int | None) -> Iterator[str]:
    shown = slice(*_visible(series, frame))
    x, y = frame.x(series.x[shown]), frame.y(series.y[shown])
    if series.shape is Shape.SIGNS:
        for left, top in _places(x, y):
            yield _text(left, top + 5, series.sign, colour, anchor="middle")
        return
    if series.shape is Shape.DOTS:
        path = "".join(f"M{left} {top}h0" for left, top in _places(x, y))
        yield f'<path d="{path}" stroke="{colour}" stroke-width="3" stroke-linecap="round" fill="none"/>'
        return
    dashes = ""
    if series.low is not None and series.shape in _BARS:
        dashes = ' stroke-dasharray="2 2"' if series.shape is Shape.DOTTED else ""
        low = frame.y(series.low[shown])
        bars = _distinct(x, y, low)
        path = "".join(f"M{left} {top}V{bottom}" for left, top, bottom in bars)
    else:
        if series.shape is Shape.STEPS and len(x):
            last = frame.x(np.array([max(end, int(series.x[-1]))]))
            x, y = np.append(x, last), np.append(y, y[-1])
        x, y = _thinned(x, y)
        join = "H{0}V{1}" if series.shape is Shape.STEPS else "L{0} {1}"
        points = list(zip(x.tolist(), y.tolist(), strict=True))
        path = "".join(("M{0} {1}" if not at else join).format(*point) for at, point in enumerate(points))
    yield f'<path d="{path}" stroke="{colour}" stroke-width="1.5" fill="none"{dashes}/>'
    if number is not None and series.shape not in _BARS:
        for at in range(_LEFT + 30 + number * 37 % _SIGN_EVERY, WIDTH - _RIGHT, _SIGN_EVERY):
            place = int(x.searchsorted(at, "right")) - 1
            if 0 <= place < len(x) - 1 or (place >= 0 and at <= x[-1]):
                yield _text(at, int(y[place]) - 4, series.sign, colour, anchor="middle")


def _visible(series: Series, frame: _Frame) -> tuple[int, int]:
    """The points that are seen, and one more at each side, to which lines lead."""
    first, last = series.x.searchsorted((frame.left, frame.right))
    return max(int(first) - 1, 0), min(int(last) + 1, len(series))


def _places(x: Ints, y: Ints) -> list[tuple[int, ...]]:
    """Each pixel that has points, once; of very many points every other pixel, which their dots cover."""
    if len(x) > _MANY:
        x, y = x & ~1, y & ~1
    return _distinct(x, y)


def _distinct(*columns: Ints) -> list[tuple[int, ...]]:
    """The rows of these columns of pixels, each once. As numbers: a sixth of the time of np.unique's rows."""
    codes = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        codes = codes << _BITS | column + _MIDDLE
    codes = np.unique(codes)
    shifts = range(_BITS * (len(columns) - 1), -1, -_BITS)
    parts = [(codes >> shift & ((1 << _BITS) - 1)) - _MIDDLE for shift in shifts]
    return list(zip(*(part.tolist() for part in parts), strict=True))


def _thinned(x: Ints, y: Ints) -> tuple[Ints, Ints]:
    """Of the points in a column of pixels the first, the lowest, the highest and the last, in their order."""
    if len(x) <= 4 * WIDTH:
        return x, y
    starts = np.flatnonzero(np.diff(x, prepend=x[0] - 1))
    ends = np.append(starts[1:], len(x))
    order = np.lexsort((y, x))  # in each column by height
    kept = np.unique(np.concatenate((starts, ends - 1, order[starts], order[ends - 1])))
    return x[kept], y[kept]
