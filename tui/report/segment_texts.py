"""The Info texts of many packets at once, where they are ordinary TCP segments: from columns, and options.

Invariant: the texts are those of tui/decode/info.py, whose words they have; of a packet that is not ordinary
nothing is said here.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from tui.decode.context import Judgement, Numbers
from tui.decode.counting import Counting
from tui.decode.info import segment_text
from tui.decode.layers.tcp_analysis import info_marks
from tui.decode.tag_layouts import TagLayouts
from tui.decode.tcp_options import TCP_OPTIONS
from tui.errors import CaptureError
from tui.filter import columns
from tui.index.schema import ANALYSIS_TEXTS, NOWHERE, Mark, Protocol
from tui.report.filtered import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.decode.info import PortText
    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.session import Session, Snapshot

_HEADER = 20  # bytes before the options
_AT_ONCE = 256  # packets whose frames are held together
_OUT_OF_ORDINARY = int(
    Mark.QUOTED
    | Mark.CUT_HEADER
    | Mark.FRAGMENT
    | Mark.REASSEMBLED
    | Mark.COMMENT
    | Mark.MALFORMED
    | Mark.PARTIAL
    | Mark.SHORT
    | Mark.CUT_FIXED
)
_URG = 0x20
_NUMBERED = sum(int(mark.flag) for mark in ANALYSIS_TEXTS if "{" in mark.info)
"""Marks that say numbers of packets; all the others depend on the flags alone."""


class SegmentTexts:
    """Makes the texts for packets of one session."""

    def __init__(self, session: Session, numbers: Numbers, port: PortText) -> None:
        self._session = session
        self._numbers = numbers
        self._port = port
        self._layouts = TagLayouts(TCP_OPTIONS)

    def texts(self, snapshot: Snapshot, rows: Ints) -> dict[int, str]:
        """The texts of those of these rows that are ordinary segments."""
        view, ascending, found = view_of(self._session, snapshot), np.unique(rows), dict[int, str]()
        ordinary = ascending[_is_ordinary(view.pick(ascending))]
        for start in range(0, len(ordinary), _AT_ONCE):
            chunk = view.pick(ordinary[start : start + _AT_ONCE])
            with suppress(CaptureError):  # the bytes of some are not there any more
                found.update(zip(chunk.rows, self._of(chunk), strict=True))
        return found

    def _of(self, chunk: Chunk) -> Iterator[str]:
        relative = self._numbers is Numbers.RELATIVE
        seq = columns.seq(chunk).values if relative else chunk.column("seq")
        ack = columns.ack(chunk).values if relative else chunk.column("ack")
        number, port = Counting(None, self._numbers).text, self._port
        values = (chunk.column("srcport"), chunk.column("dstport"), chunk.flags, seq, ack)
        more = (columns.window(chunk).values, chunk.column("seglen"))
        lists = [column.tolist() for column in (*values, *more)]
        for source, destination, flags, own, other, window, length, tags, marks in zip(
            *lists, self._tags(chunk), _marks(chunk), strict=True
        ):
            ends = port(source, "tcp"), port(destination, "tcp")
            yield segment_text(ends, flags, number(own), number(other), window, 0, length, tags, marks)

    def _tags(self, chunk: Chunk) -> Iterator[list[str]]:
        """What is said of the options of each segment."""
        bases, known = chunk.of_receiver("base"), columns.is_receiver_based(chunk)

        def edges(index: int) -> Counting:
            return Counting(int(bases[index]) if known[index] else None, self._numbers)

        frames, layouts = chunk.frames, self._layouts
        starts = frames.starts + chunk.column("tcp_at")
        ends = (starts + _length(chunk)).tolist()
        for index, (start, end) in enumerate(zip((starts + _HEADER).tolist(), ends, strict=True)):
            options = bytes(frames.data[start:end])
            yield layouts.tags(options, partial(edges, index)) if options else []


def _is_ordinary(chunk: Chunk) -> Bools:
    """Where the columns say all that the header does, but for its options, which are there."""
    packets = chunk.view.capture.packets
    found: Bools = chunk.tcp & ~chunk.marked(Mark(_OUT_OF_ORDINARY)) & (chunk.flags & _URG == 0)
    found &= (chunk.stream >= 0) & (chunk.at >= packets.first) & (chunk.raw("protocol") == Protocol.TCP)
    start, length = chunk.column("tcp_at"), _length(chunk)
    found &= (start != NOWHERE) & (length >= _HEADER) & (start + length <= chunk.column("caplen"))
    return found


def _length(chunk: Chunk) -> Ints:
    """Bytes of each TCP header."""
    return (chunk.column("bits") >> 12) * 4


def _marks(chunk: Chunk) -> Iterator[str]:
    """What stands before the text of each segment."""
    flags = chunk.column("analysis")
    numbered = flags & _NUMBERED != 0
    repeats, duplicates = (np.where(numbered, chunk.column(name), 0) for name in ("repeats", "duplicates"))
    return map(_mark, flags.tolist(), repeats.tolist(), duplicates.tolist())


@lru_cache(maxsize=4096)
def _mark(flags: int, repeats: int, duplicates: int) -> str:
    return info_marks(Judgement(flags, repeats=repeats, duplicates=duplicates)) if flags else ""
