"""Directions of connections for the tests of graphs: of captures, or made of a few segments."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from tui.report.graphs.kinds import KINDS, Wish, make_graph
from tui.report.graphs.segments import Direction, Sent
from tui.report.graphs.selective import SelectiveAcks
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tui.report.graphs.series import Graph, Series

MS = 1_000_000
KIND = {kind.id: kind for kind in KINDS}


@contextmanager
def opened(path: Path) -> Iterator[Session]:
    """A capture, read to its end."""
    session = Session([str(path)])
    try:
        session.wait()
        yield session
    finally:
        session.close()


def drawn(session: Session, stream: int, end: int, kind: str, window: int = 1000 * MS) -> Graph:
    """A graph of what `end` sends, its SACK blocks too."""
    snapshot = session.snapshot()
    direction = Direction(snapshot, stream, end)
    selective = SelectiveAcks()
    selective.advance(session, snapshot, direction.answers)
    blocks = selective.positions(snapshot, direction.answers)
    return make_graph(KIND[kind], direction, Wish(window, blocks))


def series(graph: Graph, name: str) -> Series | None:
    """The series of that name."""
    return next((each for each in graph.series if each.name == name), None)


def sent(segments: Sequence[tuple[int, int, int]]) -> Sent:
    """Segments of one end: ms since the first, position, payload bytes."""
    times, seq, lengths = np.array(segments, np.int64).reshape(-1, 3).T
    nothing = np.zeros(len(seq), np.int64)
    rows = np.arange(len(seq))
    return Sent(rows, times * MS, nothing, seq, seq + lengths, nothing, lengths, nothing, nothing)
