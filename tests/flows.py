"""Flows and strands for tests: of captures, or made of a few words a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.report.rungs import Strand
from tui.session import Session
from tui.tcp.findings import Found, undisputed
from tui.tcp.flow import Flow
from tui.tcp.story import Traffic
from tui.tcp.tell import Ends, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui.tcp.flow import Ints

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MS = 1_000_000

NOTHING = Found(np.zeros(0, np.int64), np.zeros(0, np.uint8))

Segment = tuple[int, int, int, int, int, int]
"""End, flags, position, payload bytes, acknowledged position (-1: none), ms since the segment before."""

HANDSHAKE: tuple[Segment, ...] = (
    (0, SYN, 0, 0, -1, 0),
    (1, SYN | ACK, 0, 0, 1, 1),
    (0, ACK, 1, 0, 1, 1),
)


def strands_of(path: Path, *streams: int) -> list[Strand]:
    """Connections of a capture."""
    session = Session([str(path)])
    try:
        snapshot = session.wait()
        strands = []
        for stream in streams or (0,):
            story = session.story(snapshot, int(snapshot.connections["first"][stream]))
            assert story is not None
            survey = session.survey(snapshot)
            found = undisputed(survey.found, snapshot.packets, survey.outlines)
            strands.append(Strand(story, session.flow(snapshot, stream), found))
    finally:
        session.close()
    return strands


def strand_of(segments: Sequence[Segment], stream: int = 0, first_row: int = 0, step: int = 1) -> Strand:
    """A connection of these segments, in every `step`-th packet from `first_row` on."""
    columns = np.array(segments, np.int64).reshape(-1, 6).T
    rows = first_row + step * np.arange(len(segments), dtype=np.int64)
    return strand(columns, rows, stream)


def bulk(segments: int) -> Strand:
    """A handshake, then A sends 1,000 bytes in two of three segments, and B acknowledges."""
    places = np.arange(segments, dtype=np.int64)
    ends = np.where(places % 3 == 2, 1, 0)
    lengths = np.where(ends == 0, 1000, 0)
    seq = np.where(ends == 0, 1 + np.cumsum(lengths) - lengths, 1)
    ack = np.where(ends == 0, 1, 1 + np.cumsum(lengths))
    data = np.stack((ends, np.full(segments, ACK), seq, lengths, ack, np.zeros(segments, np.int64)))
    columns = np.concatenate((np.array(HANDSHAKE, np.int64).T, data), axis=1)
    return strand(columns, np.arange(segments + 3, dtype=np.int64), 0)


def strand(columns: Ints, rows: Ints, stream: int) -> Strand:
    """A connection of the columns of Segment."""
    ends, flags, seq, lengths, ack, delays = columns
    stop = seq + lengths + ((flags & SYN) != 0) + ((flags & FIN) != 0)
    tops = [_tops(np.where((ends == end) & ((flags & RST) == 0), stop, 0)) for end in (0, 1)]
    flow = Flow(
        rows=rows,
        ends=ends,
        flags=flags,
        seq=seq,
        stop=stop,
        ack=ack,
        top=np.where(ends == 0, *tops),
        peer_top=np.where(ends == 1, *tops),
        window=np.full(len(rows), 500, np.int64),
        lengths=lengths,
        times=np.cumsum(delays) * MS,
        copies=np.zeros(len(rows), bool),
        bases=(1000, 5000),
        zeros=(1000, 5000),
        traffic=(_traffic(columns, 0), _traffic(columns, 1)),
        copied=0,
    )
    ends_of = Ends(("192.0.2.1:40000", "192.0.2.2:80"), (40000, 80), (-1, -1), (None, None))
    return Strand(tell(flow, stream, ends_of), flow, NOTHING)


def _traffic(columns: Ints, end: int) -> Traffic:
    """Of segments none of which is sent again."""
    lengths = columns[3][columns[0] == end]
    return Traffic(segments=int((lengths > 0).sum()), size=int(lengths.sum()), repeated=0)


def _tops(stops: Ints) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.maximum.accumulate(stops)[:-1]))
