"""PlotPane: a graph of any number of points, with a cursor that reads them.

Not textual-plotext: plotext goes through its points one by one in Python (12 s for a million at 160x48; here
it is 10 to 60 ms), it has no cursor, and the binding needs a version of it that is no longer kept up.

Invariant: what is under the cursor is a point of the graph; the plot is drawn anew only if graph, view or
size differ.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from msgspec.structs import replace
from textual.message import Message

from tui.panes.dots import BLANK, DOWN, Axes
from tui.panes.lines import Line, LinePane, Look
from tui.panes.plotting import (
    Drawn,
    View,
    closest,
    heights_of,
    legend,
    nearest,
    padded,
    plot,
    ruler,
    zoomed,
)
from tui.panes.tones import LOOKS
from tui.report.graphs.scales import Unit, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from tui.report.graphs.series import Graph, Series

_HAIR = "┊"


class PaintedPlot(LinePane):
    """A graph in its axes, and the cursor that was put on a point. PlotPane moves it, and what is seen."""

    HEAD_LINES: ClassVar[int] = 1
    FOOT_LINES: ClassVar[int] = 1
    CURSOR_LINE: ClassVar[bool] = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self.graph: Graph | None = None
        self.view = View()
        self.series = 0  # the number of the one that the cursor reads
        self.index = 0  # of the point in it
        self._drawn: Drawn | None = None

    @property
    def seen(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The times and the values that the axes begin and end with."""
        drawn = self._plotted()
        assert drawn is not None, "there is something to see"
        return (drawn.axes.left, drawn.axes.right), (drawn.axes.bottom, drawn.axes.top)

    @property
    def _series(self) -> Series | None:
        """The series that the cursor reads; None if the graph has no points."""
        if self.graph is None or not self.graph.series:
            return None
        series = self.graph.series[self.series]
        return series if len(series) else None

    @property
    def _moment(self) -> float | None:
        return None if self._series is None else float(self._series.x[min(self.index, len(self._series) - 1)])

    def line_count(self) -> int:
        return self.window

    def head(self, width: int) -> Sequence[Line]:
        return [[] if self.graph is None else legend(self.graph, self.series, width)]

    def foot(self, width: int) -> Sequence[Line]:
        series, graph = self._series, self.graph
        if graph is None or series is None:
            return [[]]
        x, y = float(series.x[self.index]), float(series.y[self.index])
        value = value_text(y, graph.unit)
        if series.low is not None:
            low = float(series.low[self.index])
            value = f"{value_text(low, graph.unit)} – {value}, {value_text(y - low, Unit.BYTES)}"
        pieces: Line = [
            (f"{series.name} ", Look.MUTED),
            (value, Look.STRONG),
            ("  at ", Look.MUTED),
            (f"{x / 1e9:,.6f} s", Look.PLAIN),
            ("  packet ", Look.MUTED),
            (f"{int(series.rows[self.index]) + 1:,}", Look.PLAIN),
            *(("  " + note, Look.WARN) for note in graph.notes),
        ]
        count = f"  {self.index + 1:,} of {len(series):,}"
        if sum(len(text) for text, _ in pieces) + len(count) <= width:
            pieces.append((count, Look.MUTED))
        return [pieces]

    def visible_lines(self, shown: range, width: int) -> list[Line]:
        drawn = self._plotted()
        if drawn is None:
            text = "" if self.graph is None else "there is nothing to draw"
            middle = len(shown) // 2
            return [[(text.center(width), Look.MUTED)] if y == middle else [] for y in shown]
        lines = [self._row(drawn, y) for y in range(drawn.axes.rows)]
        return [*lines, *ruler(drawn.axes, drawn.label_width)][: len(shown)]

    def _plotted(self) -> Drawn | None:
        """The plot as it is to be now; None if there are no points, or there is no room."""
        size, graph = (self.text_width, self.window), self.graph
        if graph is None or not len(graph) or size[0] < 20 or size[1] < 4:
            return None
        drawn = self._drawn
        if drawn is None or drawn.graph is not graph or (drawn.view, drawn.size) != (self.view, size):
            drawn = self._drawn = plot(graph, self.view, size)
        return drawn

    def _row(self, drawn: Drawn, y: int) -> Line:
        """A row of the plot: the value at its left, if it has one, and its cells."""
        text = drawn.heights.get(y)
        label = (text or "").rjust(drawn.label_width) + ("│" if text is None else "┤")
        pieces: Line = [(label, Look.MUTED)]
        chars, owners = drawn.picture.chars[y], drawn.picture.owners[y]
        graph, cut = drawn.graph, self._cursor_cell(drawn)
        edges = {0, len(owners), *(np.flatnonzero(np.diff(owners)) + 1).tolist()}
        if cut is not None:
            edges |= {cut[0], cut[0] + 1}
        ends = sorted(edges)
        text_of = "".join(chars.tolist())
        for start, stop in pairwise(ends):
            part, owner = text_of[start:stop], int(owners[start])
            look: str = Look.PLAIN if owner == BLANK else LOOKS[graph.series[owner].tone]
            if cut is not None and start == cut[0]:
                here = cut[1] == y
                part = _HAIR if owner == BLANK else part
                look = self.cursor_look if here else Look.MUTED if owner == BLANK else look
            pieces.append((part, look))
        return pieces

    def _cursor_cell(self, drawn: Drawn) -> tuple[int, int] | None:
        """The column and the row in which the point under the cursor lies; None if its column is not seen."""
        series = self._series
        if series is None:
            return None
        column = int(drawn.axes.across(series.x[self.index : self.index + 1], 1)[0])
        row = int(drawn.axes.down(series.y[self.index : self.index + 1])[0]) // DOWN
        return (column, row) if 0 <= column < drawn.axes.columns else None


class PlotPane(PaintedPlot):
    """Shows a graph; empty until there is one."""

    class PacketWanted(Message):
        """A point was chosen that comes from packet `row`."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    @property
    def row(self) -> int | None:
        """The packet under the cursor."""
        series = self._series
        return None if series is None else int(series.rows[self.index])

    def show(self, graph: Graph, row: int | None = None, *, anew: bool = True) -> None:
        """Show a graph, with the cursor at packet `row`; unless it is shown `anew`, cursor and view stay."""
        moment = self._moment
        name = "" if self._series is None else self._series.name
        self.graph = graph
        there = [number for number, each in enumerate(graph.series) if len(each)]
        same = [number for number in there if graph.series[number].name == name]
        self.series = (same or there or [0])[0]
        if anew:
            self.view = View()
        if anew and row is not None:
            self._go_to(row)
        elif self._series is not None:
            self.index = nearest(self._series, moment or 0.0)
        self.repaint()

    def step(self, points: int) -> None:
        """Move the cursor along its series, by points."""
        if self._series is not None:
            self._put(self.index + points)

    def step_column(self, columns: int) -> None:
        """Move the cursor to the next cells' points: one column at a time, empty ones are passed over."""
        series, drawn = self._series, self._plotted()
        if series is None or drawn is None:
            return
        index = self.index
        for _ in range(abs(columns)):
            column = int(drawn.axes.across(series.x[index : index + 1], 1)[0])
            if columns > 0:
                index = min(int(series.x.searchsorted(drawn.axes.moment(column + 1))), len(series) - 1)
            else:
                index = max(int(series.x.searchsorted(drawn.axes.moment(column))) - 1, 0)
        self._put(index)

    def home(self) -> None:
        """Go to the first point."""
        self._put(0)

    def end(self) -> None:
        """Go to the last point."""
        if self._series is not None:
            self._put(len(self._series) - 1)

    def move(self, delta: int) -> None:
        """The cursor goes over to another series, at the same time."""
        if self.graph is None or self._series is None:
            return
        there = [number for number, each in enumerate(self.graph.series) if len(each)]
        moment = self._moment or 0.0
        self.series = there[(there.index(self.series) + delta) % len(there)]
        self._put(nearest(self._series, moment))

    def activate(self) -> None:
        """Go to the packet under the cursor."""
        if self.row is not None:
            self.post_message(self.PacketWanted(self.row))

    def zoom(self, across: float, down: float, *, moment: float | None = None) -> None:
        """Show so many times as much of each axis (less: zoom in), around the cursor or a `moment`."""
        drawn = self._plotted()
        if drawn is None or self.graph is None:
            return
        axes, series = drawn.axes, self._series
        x, y = self.view.x, self.view.y
        if across != 1:
            middle = self._moment if moment is None else moment
            x = zoomed((axes.left, axes.right), middle, across)
            first, last = padded(*self.graph.extent())
            if x[0] <= first and x[1] >= last:
                x = None
        if down != 1:
            middle = None if series is None else float(series.y[self.index])
            y = zoomed((axes.bottom, axes.top), middle, down)
            low, high = heights_of(self.graph, axes)
            if down > 1 and y[0] <= low and y[1] >= high:
                y = None
        self.view = View(x, y)
        self.repaint()

    def pan(self, across: float, down: float) -> None:
        """Move what is seen by parts of it: to later times, to greater values."""
        drawn = self._plotted()
        if drawn is None or self.graph is None:
            return
        axes, view = drawn.axes, self.view
        if across and view.x is not None:
            first, last = padded(*self.graph.extent())
            width = axes.right - axes.left
            left = max(first - width / 2, min(axes.left + across * width, last - width / 2))
            view = replace(view, x=(left, left + width))
        if down:
            by = down * (axes.top - axes.bottom)
            view = replace(view, y=(axes.bottom + by, axes.top + by))
        self.view = view
        self.repaint()

    def fit(self) -> None:
        """Show all of it."""
        self.view = View()
        self.repaint()

    # the cursor

    def _go_to(self, row: int) -> None:
        """Put the cursor on a point of packet `row`, else on the next one of the first series."""
        assert self.graph is not None, "there is a graph"
        self.index = 0
        for number, series in enumerate(self.graph.series):
            found = np.flatnonzero(series.rows == row)
            if len(found):
                self.series, self.index = number, int(found[0])
                return
        if self._series is not None:
            later = np.flatnonzero(self._series.rows >= row)
            self.index = int(later[0]) if len(later) else len(self._series) - 1

    def _put(self, index: int) -> None:
        """Put the cursor on a point of its series, and show it."""
        series, drawn = self._series, self._plotted()
        if series is None:
            return
        self.index = max(0, min(index, len(series) - 1))
        if drawn is not None:
            self._reveal(drawn.axes, float(series.x[self.index]), float(series.y[self.index]))
        self.repaint()

    def _reveal(self, axes: Axes, x: float, y: float) -> None:
        half = (axes.right - axes.left) / 2
        if self.view.x is not None and not axes.left <= x < axes.right:
            self.view = replace(self.view, x=(x - half, x + half))
        if self.view.y is not None and not axes.bottom <= y <= axes.top:
            half = (axes.top - axes.bottom) / 2
            self.view = replace(self.view, y=(y - half, y + half))

    # the mouse

    def on_click(self, event: events.Click) -> None:
        """The point nearest to the click is read; a click on what is read goes to its packet."""
        drawn, offset = self._plotted(), event.get_content_offset(self)
        if drawn is None or offset is None or self.graph is None:
            return
        x, y = offset.x - drawn.label_width - 1, offset.y - self.HEAD_LINES
        found = closest(self.graph, drawn.axes, x, y)
        if found == (self.series, self.index):
            self.activate()
        elif found is not None:
            self.series, self.index = found
            self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._zoom_at(event, 2.0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._zoom_at(event, 0.5)

    def _zoom_at(self, event: events.MouseEvent, factor: float) -> None:
        drawn, offset = self._plotted(), event.get_content_offset(self)
        if drawn is not None and offset is not None:
            self.zoom(factor, 1, moment=drawn.axes.moment(offset.x - drawn.label_width - 1))
