"""The rungs of a ladder: which segments stand alone, which fold into one line, and where lines come between.

Invariant: what depends on the number of segments is an array operation; no segment is an object. A rung is
one segment, one ICMP error, or a run of at least RUN_LEAST segments of one connection in which one end sends
the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple
from numpy.typing import NDArray

from tui.tcp.findings import CODES, FINDINGS, Found
from tui.tcp.story import Part, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.tcp.flow import Flow, Ints

Flags = NDArray[np.bool_]

RUN_LEAST = 3  # so many segments are folded into one line
GAP = 200_000_000  # ns without a segment that are worth a line; Linux waits so long before it sends again
PARTS = (Part.OPENING, Part.DATA, Part.CLOSING)
"""The parts of a connection's life, in order; `Rungs.part` has their indices."""
_SIGNED = np.array([finding.sign is not None for finding in FINDINGS])
_LOST_SEGMENT = CODES["lost-segment"]


class Strand(Struct, frozen=True):
    """One of the connections of a ladder; `found` is what stands out in the capture (findings.undisputed)."""

    story: Story
    flow: Flow
    found: Found


class Entries(Struct, frozen=True):
    """Segments and ICMP errors by the packets that they are; every array has one entry for each.

    `index` is the index in the flow, or -1 - i for error i of the story; `part` is an index of PARTS,
    `data_end` the end that sends the data there; what is `alone` is never folded; before a `hole` something
    is missing in the sequence.
    """

    rows: Ints
    times: Ints
    index: Ints
    strand: NDArray[np.int16]
    part: NDArray[np.int8]
    data_end: NDArray[np.int8]
    alone: Flags
    heading: Flags  # the first of its part
    hole: Flags


class Rungs(Struct, frozen=True):
    """The rungs that the entries of all strands form, in the order of capture.

    `first` are the first entries of the rungs, then the number of entries; `delta` is ns since the entry
    before. `gap`, `heading` and `hole` say which rungs have such a line before them.
    """

    entries: Entries
    delta: Ints
    first: Ints
    gap: Flags
    heading: Flags
    hole: Flags


def make_rungs(strands: Sequence[Strand]) -> Rungs:
    """The rungs of connections that have at least one segment each."""
    entries = _merge([_enter(strand, number) for number, strand in enumerate(strands)])
    delta = np.diff(entries.times, prepend=entries.times[:1])
    gap = delta >= GAP
    breaks = entries.alone | entries.heading | gap
    breaks[1:] |= entries.alone[:-1]
    breaks[1:] |= (np.diff(entries.strand) != 0) | (np.diff(entries.data_end) != 0)
    first = _fold(breaks)
    return Rungs(
        entries=entries,
        delta=delta,
        first=np.append(first, len(delta)),
        gap=gap[first],
        heading=entries.heading[first],
        hole=entries.hole[first],
    )


def _enter(strand: Strand, number: int) -> Entries:
    """The entries of one strand."""
    story, flow = strand.story, strand.flow
    errors = len(story.errors)
    rows = np.append(flow.rows, [error.row for error in story.errors]).astype(np.int64)
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    found = strand.found
    hole = np.isin(flow.rows, found.rows[found.codes == _LOST_SEGMENT]) & (flow.seq > flow.top)
    alone = hole | np.isin(flow.rows, found.rows[_SIGNED[found.codes]])
    alone[np.searchsorted(flow.rows, [stage.row for stage in story.stages])] = True
    part = _parts(story, rows)
    return Entries(
        rows=rows,
        times=np.append(flow.times, np.array([error.time for error in story.errors], np.int64))[order],
        index=np.append(np.arange(len(flow)), -1 - np.arange(errors))[order],
        strand=np.full(len(rows), number, np.int16),
        part=part,
        data_end=np.append(_data_ends(flow), np.zeros(errors, np.int8))[order],
        alone=np.append(alone, np.ones(errors, bool))[order],
        heading=np.diff(part, prepend=-1) != 0,
        hole=np.append(hole, np.zeros(errors, bool))[order],
    )


def _merge(strands: Sequence[Entries]) -> Entries:
    """The entries of all strands in the order of capture."""
    if len(strands) == 1:
        return strands[0]
    order = np.argsort(np.concatenate([each.rows for each in strands]), kind="stable")
    return Entries(*(np.concatenate(values)[order] for values in zip(*map(astuple, strands), strict=True)))


def _parts(story: Story, rows: Ints) -> NDArray[np.int8]:
    """The part that each packet belongs to: those between opening and closing are data."""
    openings = [stage.row for stage in story.stages if stage.part is Part.OPENING]
    opened = story.opened_at if story.opened_at is not None else max(openings, default=-1)
    closings = (stage.row for stage in story.stages if stage.part is Part.CLOSING and stage.row > opened)
    parts = np.full(len(rows), PARTS.index(Part.DATA), np.int8)
    parts[rows <= opened] = PARTS.index(Part.OPENING)
    if (closing := next(closings, None)) is not None:
        parts[rows >= closing] = PARTS.index(Part.CLOSING)
    return parts


def _data_ends(flow: Flow) -> NDArray[np.int8]:
    """The end that sent data last, for each segment; before there is data, the segment's sender."""
    latest = np.maximum.accumulate(np.where(flow.lengths > 0, np.arange(len(flow)), -1))
    return np.where(latest >= 0, flow.ends[latest], flow.ends).astype(np.int8)


def _fold(breaks: Flags) -> Ints:
    """The first entries of the rungs; what lies between two breaks and is too short is not folded."""
    starts = np.flatnonzero(breaks)
    sizes = np.diff(starts, append=len(breaks))
    short = np.repeat(sizes < RUN_LEAST, sizes)
    return np.flatnonzero(breaks | short)
