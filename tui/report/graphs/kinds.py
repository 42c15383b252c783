"""THE table of graphs of one connection: what each draws, from which columns.

Values are Wireshark's: round trips are tcp.analysis.ack_rtt, bytes in flight tcp.analysis.bytes_in_flight,
windows tcp.window_size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.index.schema import Analysis
from tui.report.explain import Tone
from tui.report.graphs.rates import fresh_bytes, moving_average
from tui.report.graphs.scales import Unit
from tui.report.graphs.segments import RESENT
from tui.report.graphs.series import Graph, Series, Shape

if TYPE_CHECKING:
    from tui.report.graphs.segments import Direction, Sent
    from tui.report.graphs.series import Ints, Numbers

Blocks = tuple["Ints", "Ints", "Ints"]
"""Of each SACK block the place in the direction's answers, and where it begins and ends."""

_UNSCALED = "windows are not scaled: the SYN was not captured"


class Wish(Struct, frozen=True):
    """What the person chose: the window of averages (ns), and what was read beside the columns."""

    window: int
    blocks: Blocks | None = None


Maker = Callable[["Direction", Wish], list[Series]]


class Kind(Struct, frozen=True):
    """A graph that a connection has; `averaged`: over a window of time; `windows`: it shows windows."""

    id: str
    title: str
    unit: Unit
    make: Maker
    averaged: bool = False
    windows: bool = False
    selective: bool = False  # it shows SACK blocks, which are read from the file


def make_graph(kind: Kind, direction: Direction, wish: Wish, notes: tuple[str, ...] = ()) -> Graph:
    """The graph of one direction of a connection; its time begins with the connection's first packet."""
    series = tuple(each.ordered() for each in kind.make(direction, wish))
    if kind.windows and direction.unscaled:
        notes = (_UNSCALED, *notes)
    return Graph(kind.title, kind.unit, series, direction.duration, notes)


def _points(name: str, sign: str, shape: Shape, tone: Tone, of: Sent, y: Numbers) -> Series:
    return Series(name, sign, shape, tone, of.times, y, of.rows)


def _stevens(direction: Direction, wish: Wish) -> list[Series]:
    sent = direction.sent
    return [
        _points("segments", ".", Shape.DOTS, Tone.TITLE, sent, sent.seq),
        *_sent_again(sent),
    ]


def _tcptrace(direction: Direction, wish: Wish) -> list[Series]:
    sent, answers = direction.sent, direction.answers
    segments = Series("segments", "|", Shape.BARS, Tone.TITLE, sent.times, sent.stop, sent.rows, sent.seq)
    closed = answers.said(Analysis.ZERO_WINDOW)
    found = [
        segments,
        _points("acked", "a", Shape.STEPS, Tone.GOOD, answers, answers.ack),
        _points("window", "w", Shape.STEPS, Tone.WARN, answers, answers.ack + answers.window),
        *_sent_again(sent),
        _points("zero window", "z", Shape.SIGNS, Tone.BAD, closed, closed.ack),
    ]
    if wish.blocks is not None and len(wish.blocks[0]):
        at, left, right = wish.blocks
        found.insert(
            1,
            Series("SACK", "s", Shape.DOTTED, Tone.STRONG, answers.times[at], right, answers.rows[at], left),
        )
    return found


def _sent_again(sent: Sent) -> list[Series]:
    again, late = sent.said(RESENT), sent.said(Analysis.OUT_OF_ORDER)
    return [
        _points("resent", "R", Shape.SIGNS, Tone.BAD, again, again.seq),
        _points("out of order", "o", Shape.SIGNS, Tone.WARN, late, late.seq),
    ]


def _round_trips(direction: Direction, wish: Wish) -> list[Series]:
    packets, rows = direction.packets, direction.rows_of(1 - direction.end)
    rows = rows[packets.acked[rows] > 0]
    times = packets.time[rows]
    trips = times - packets.time[packets.acked[rows].astype(np.int64) - 1]
    return [Series("round trip", ".", Shape.DOTS, Tone.TITLE, times - direction.start, trips, rows)]


def _rates(direction: Direction, wish: Wish) -> list[Series]:
    sent = direction.sent
    order = np.argsort(sent.times, kind="stable")
    times, rows = sent.times[order], sent.rows[order]
    found = []
    for name, sign, tone, sizes in (
        ("goodput", "g", Tone.GOOD, fresh_bytes(sent)),
        ("throughput", "t", Tone.TITLE, sent.lengths),
    ):
        x, y = moving_average(times, sizes[order], wish.window, direction.duration)
        at = rows[np.maximum(times.searchsorted(x, "right") - 1, 0)] if len(rows) else rows
        if len(rows):
            found.append(Series(name, sign, Shape.LINE, tone, x, y, at))
    return found


def _flying(direction: Direction) -> tuple[Ints, Ints, Ints]:
    """Rows, times and bytes in flight of the sender's segments of which that is known."""
    packets, rows = direction.packets, direction.rows_of(direction.end)
    rows = rows[packets.in_flight[rows] > 0]
    return rows, packets.time[rows] - direction.start, packets.in_flight[rows].astype(np.int64)


def _window(direction: Direction, wish: Wish) -> list[Series]:
    answers, (rows, times, flying) = direction.answers, _flying(direction)
    closed = answers.said(Analysis.ZERO_WINDOW)
    full = direction.sent.said(Analysis.WINDOW_FULL)
    level = direction.packets.in_flight[full.rows].astype(np.int64)
    return [
        Series("bytes in flight", ".", Shape.DOTS, Tone.TITLE, times, flying, rows),
        _points("window", "w", Shape.STEPS, Tone.WARN, answers, answers.window),
        _points("zero window", "z", Shape.SIGNS, Tone.BAD, closed, closed.window),
        _points("window full", "f", Shape.SIGNS, Tone.BAD, full, level),
    ]


def _in_flight(direction: Direction, wish: Wish) -> list[Series]:
    rows, times, flying = _flying(direction)
    return [Series("bytes in flight", ".", Shape.STEPS, Tone.TITLE, times, flying, rows)]


KINDS = (
    Kind("stevens", "Time–sequence (Stevens)", Unit.SEQUENCE, _stevens),
    Kind("tcptrace", "Time–sequence (tcptrace)", Unit.SEQUENCE, _tcptrace, windows=True, selective=True),
    Kind("rtt", "Round-trip time", Unit.TIME, _round_trips),
    Kind("throughput", "Throughput and goodput", Unit.RATE, _rates, averaged=True),
    Kind("window", "Window and bytes in flight", Unit.BYTES, _window, windows=True),
    Kind("flight", "Bytes in flight", Unit.BYTES, _in_flight),
)
