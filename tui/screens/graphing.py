"""Makes the graphs that the graphs' screen shows, and keeps what had to be read from the file for them.

Invariant: one thread at a time calls `make`; `stop` may be called from any, and ends what reads the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.filter.field import Effort
from tui.panes.cells import cut
from tui.report.explain import Tone
from tui.report.graphs import intervals
from tui.report.graphs.kinds import KINDS, Wish, make_graph
from tui.report.graphs.scales import Unit, span_text
from tui.report.graphs.segments import Direction
from tui.report.graphs.selective import SelectiveAcks
from tui.report.graphs.series import Graph, Series, Shape
from tui.screens.storyteller import LONG

if TYPE_CHECKING:
    from tui.screens.filtering import Passage
    from tui.session import Session, Snapshot

INTERVALS = len(KINDS)
"""The number of the graph of all packets, behind those of a connection."""

_WINDOWS, _PARTS = 60, 200  # of a graph whose interval nobody chose
_TONES = (Tone.TITLE, Tone.WARN, Tone.GOOD, Tone.BAD, Tone.STRONG)
_NAME_CELLS = 28


class Choice(Struct, frozen=True):
    """What is to be drawn: a graph by its number; of a connection the number and whose data.

    `interval` is that of averages or counts, ns; None: what suits the duration.
    """

    kind: int
    stream: int | None
    end: int = 0
    interval: int | None = None
    filters: tuple[Passage, ...] = ()


class Made(Struct, frozen=True):
    """A graph, what it was made for, and the interval that it has (None: it has none)."""

    graph: Graph
    choice: Choice
    interval: int | None
    duration: int


class Graphing:
    """Makes graphs of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._selective: tuple[int, int, SelectiveAcks] | None = None  # of a connection's end

    def is_long(self, snapshot: Snapshot, choice: Choice) -> bool:
        """Whether to make it takes longer than a key may."""
        if choice.kind == INTERVALS:
            packets = len(snapshot.packets)
            slow = any(each.filter.effort is not Effort.COLUMNS for each in choice.filters)
            return packets >= LONG or (slow and any(each.done < packets for each in choice.filters))
        assert choice.stream is not None, "a connection's graph has a connection"
        segments = int(snapshot.connections["packets"][choice.stream].sum())
        return segments >= (LONG // 10 if KINDS[choice.kind].selective else LONG)

    def make(self, snapshot: Snapshot, choice: Choice) -> Made:
        """The graph that was chosen."""
        if choice.kind == INTERVALS:
            return self._count(snapshot, choice)
        assert choice.stream is not None, "a connection's graph has a connection"
        kind, direction = KINDS[choice.kind], Direction(snapshot, choice.stream, choice.end)
        window = choice.interval or intervals.usual(direction.duration, _WINDOWS)
        blocks, failure = None, ""
        if kind.selective:
            selective = self._selective_of(choice)
            selective.advance(self._session, snapshot, direction.answers)
            blocks, failure = selective.positions(snapshot, direction.answers), selective.failure
            if selective.stopped:
                failure = "not all SACK blocks were read"
        graph = make_graph(kind, direction, Wish(window, blocks), (failure,) if failure else ())
        return Made(graph, choice, window if kind.averaged else None, direction.duration)

    def stop(self, choice: Choice) -> None:
        """Let what is being read be enough."""
        for each in choice.filters:
            each.stop()
        if self._selective is not None:
            self._selective[2].stopped = True

    def _selective_of(self, choice: Choice) -> SelectiveAcks:
        """What was read so far of this direction's SACK blocks; that of another one is forgotten."""
        known = self._selective
        if known is None or known[:2] != (choice.stream, choice.end):
            assert choice.stream is not None, "a connection's graph has a connection"
            known = self._selective = (choice.stream, choice.end, SelectiveAcks())
        return known[2]

    def _count(self, snapshot: Snapshot, choice: Choice) -> Made:
        """Packets in each interval: of all, and of those that pass each filter."""
        rows, times = intervals.timed(snapshot.packets)
        if not len(rows):
            return Made(Graph("Packets", Unit.COUNT, (), 0), choice, None, 0)
        start = int(times[0])
        times = times - start
        span = int(times.min()), int(times.max())
        duration = span[1] - span[0]
        interval = choice.interval or intervals.usual(duration, _PARTS)
        x, counts, at = intervals.count(rows, times, *span, interval)
        series = [Series("all packets", "*", Shape.STEPS, Tone.PLAIN, x, counts, at)]
        for number, passage in enumerate(choice.filters):
            self._pass(passage, snapshot)
            kept, moments = intervals.timed(snapshot.packets, passage.rows)
            x, counts, at = intervals.count(kept, moments - start, *span, interval)
            tone, name = _TONES[number % len(_TONES)], cut(passage.filter.text, _NAME_CELLS)
            series.append(Series(name, str(number + 1), Shape.STEPS, tone, x, counts, at))
        notes = tuple(dict.fromkeys(each.failure for each in choice.filters if each.failure))
        title = f"Packets per {span_text(interval)}"
        graph = Graph(title, Unit.COUNT, tuple(series), int(x[-1]) + interval, notes)
        return Made(graph, choice, interval, duration)

    def _pass(self, passage: Passage, snapshot: Snapshot) -> None:
        """Look at the packets that came since; what asks for connections changes behind them, so at all."""
        if passage.filter.effort is Effort.CONNECTIONS and passage.done < len(snapshot.packets):
            passage.rows, passage.done = np.zeros(0, np.int64), 0
        if passage.done < len(snapshot.packets) and not passage.stopped:
            passage.advance(self._session, snapshot)
