"""A connection's two streams of bytes, put together from the columns: which bytes of which packet come when.

What RFC 9293 §3.4 says of one end's bytes, by their sequence numbers: bytes that came twice are there once,
those that came out of order are put in order, those that nobody captured are a hole. Both streams are joined
in the order in which they were delivered: a byte when all bytes before it have come, those behind a hole when
the receiver acknowledges the hole, for then it has it.

Invariant: no byte of a packet is read. Holes are exactly where no segment was captured, between the first
byte and the last one that is known of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple
from numpy.typing import NDArray

from tui.index.schema import NOWHERE, Analysis
from tui.tcp.coverage import cover
from tui.tcp.flow import ACK, FIN, RST, SYN

if TYPE_CHECKING:
    from tui.index.table import Packets
    from tui.tcp.flow import Flow

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOLE = -1
"""In place of the bytes to skip: nobody captured these."""
_NEVER = 1 << 60  # beyond all positions and segments


class Pieces(Struct, frozen=True):
    """What was delivered, in that order; every array has one entry a piece.

    A piece is a part of one packet's payload, or a hole. `ends` the sender, 0 (A) or 1 (B); `rows` the
    packet, of a hole the one after it; `begins` where it stands in its sender's positions; `lengths` its
    bytes; `skips` how many bytes of the payload stand before it, or HOLE; `cut`: a hole that begins where a
    packet was cut off by the snap length.
    """

    ends: NDArray[np.int8]
    rows: Ints
    begins: Ints
    lengths: Ints
    skips: Ints
    cut: Bools

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: Ints | Bools) -> Pieces:
        """Those pieces."""
        return Pieces(*(values[chosen] for values in astuple(self)))


class Repeats(NamedTuple):
    """Payloads some of whose bytes had come before: sender, packet, position, bytes captured."""

    ends: Ints
    rows: Ints
    begins: Ints
    lengths: Ints


class Side(NamedTuple):
    """What there is of one end's bytes."""

    start: int  # the position of its first byte
    opened: bool  # its SYN was captured: nothing came before
    size: int  # bytes captured, each once
    holes: int
    missing: int  # bytes in holes


class Streams(Struct, frozen=True):
    """Both streams of a connection; `repeats` is what came again."""

    pieces: Pieces
    repeats: Repeats
    sides: tuple[Side, Side]


class _Segments(NamedTuple):
    """One end's segments with data: their indices in the flow, begin, end as sent, end as captured."""

    numbers: Ints
    begins: Ints
    sent: Ints
    stops: Ints


def reassemble(flow: Flow, packets: Packets) -> Streams:
    """Both streams of a flow, which has all segments of its connection.

    Left out are copies of frames, what a RST carries (RFC 9293 §3.5.3: an explanation for people), the byte
    of a keep-alive, which is none of the stream's (RFC 9293 §3.8.4), and what stands before the SYN's number.
    """
    captured = _captured(flow, packets)
    kept = (flow.lengths > 0) & ~flow.copies & (flow.flags & RST == 0)
    kept &= packets.analysis[flow.rows] & Analysis.KEEP_ALIVE == 0
    parts = [_side(flow, captured, np.flatnonzero(kept & (flow.ends == end)), end) for end in (0, 1)]
    pieces = [part[0] for part in parts]
    moments = np.concatenate([part[1] for part in parts])
    joined = Pieces(*map(np.concatenate, zip(*map(astuple, pieces), strict=True)))
    repeats = Repeats(*map(np.concatenate, zip(*(part[2] for part in parts), strict=True)))
    return Streams(joined.take(np.argsort(moments, kind="stable")), repeats, (parts[0][3], parts[1][3]))


def _captured(flow: Flow, packets: Packets) -> Ints:
    """How many bytes of each segment's payload were captured."""
    at = packets.tcp_at[flow.rows].astype(np.int64)
    header = (packets.bits[flow.rows].astype(np.int64) >> 12) * 4
    room = packets.caplen[flow.rows].astype(np.int64) - at - header
    return np.where(at == NOWHERE, flow.lengths, np.clip(room, 0, flow.lengths))


def _side(flow: Flow, captured: Ints, index: Ints, end: int) -> tuple[Pieces, Ints, Repeats, Side]:
    """One end's pieces by their positions, the moments at which they were delivered, and what came again."""
    begins = flow.seq[index] + (flow.flags[index] & SYN != 0)
    segments = _Segments(index, begins, begins + flow.lengths[index], begins + captured[index])
    opened = _opened(flow, index, end)
    start = int(begins.min(initial=_NEVER)) if opened is None else opened
    at = np.maximum(begins, start)
    some = segments.stops > at
    acked = _acked(flow, end, segments.stops[some])
    begin, stop, owner = cover(at[some], segments.stops[some], index[some], acked)
    which = np.flatnonzero(some)[owner]
    pieces, arrivals = _with_holes(flow, segments, end, start, (begin, stop, which))
    moments = _delivered(flow, end, pieces, arrivals)
    own = np.bincount(which, stop - begin, len(index)).astype(np.int64)
    again = some & (own < segments.stops - at)
    repeats = Repeats(
        np.full(int(again.sum()), end),
        flow.rows[index[again]],
        begins[again],
        segments.stops[again] - begins[again],
    )
    holes = pieces.lengths[pieces.skips == HOLE]
    side = Side(start, opened is not None, int((stop - begin).sum()), len(holes), int(holes.sum()))
    return pieces, moments, repeats, side


def _opened(flow: Flow, index: Ints, end: int) -> int | None:
    """The position behind the latest SYN before an end's data; None if its SYN was not captured."""
    syns = np.flatnonzero((flow.ends == end) & (flow.flags & (SYN | RST) == SYN))
    if not len(syns):
        return None
    before = syns[syns <= index[0]] if len(index) else syns
    return int(flow.seq[before[-1] if len(before) else syns[0]]) + 1


def _with_holes(
    flow: Flow, segments: _Segments, end: int, start: int, parts: tuple[Ints, Ints, Ints]
) -> tuple[Pieces, Ints]:
    """The pieces of one end with the holes among them; and the segment that each came with, _NEVER: none."""
    begin, stop, which = parts
    fins = np.flatnonzero((flow.ends == end) & (flow.flags & (FIN | RST) == FIN))
    last = max(int(segments.sent.max(initial=start)), int((flow.stop[fins] - 1).max(initial=start)))
    if not len(segments.numbers) and start == _NEVER:
        last = start  # no byte of it and no beginning: nothing is known to be missing
    before = np.append(start, stop)  # where the part before each gap ends
    gap = np.append(begin, last) - before
    holes = np.flatnonzero(gap)
    source = segments.numbers[which]
    behind = fins[:1] if len(fins) else segments.numbers[-1:]
    following = np.append(source, behind)[holes]  # what came after each hole
    cuts = np.sort(segments.stops[segments.stops < segments.sent])
    places = before[holes]
    cut = np.searchsorted(cuts, places + gap[holes]) > np.searchsorted(cuts, places)
    pieces = Pieces(
        np.full(len(begin) + len(holes), end, np.int8),
        np.insert(flow.rows[source], holes, flow.rows[following]),
        np.insert(begin, holes, places),
        np.insert(stop - begin, holes, gap[holes]),
        np.insert(begin - segments.begins[which], holes, HOLE),
        np.insert(np.zeros(len(begin), np.bool_), holes, cut),
    )
    return pieces, np.insert(source, holes, _NEVER)


def _delivered(flow: Flow, end: int, pieces: Pieces, arrivals: Ints) -> Ints:
    """When each of one end's pieces was delivered: twice the index of a segment, and 1 if with its own data.

    A hole when it is acknowledged; so a piece that was captured after one that stands behind it, if that was
    earlier: it had come on a way that was not captured.
    """
    late = np.zeros(len(pieces), np.bool_)
    late[:-1] = np.minimum.accumulate(arrivals[::-1])[::-1][1:] < arrivals[:-1]
    moments = 2 * arrivals + 1
    asking = np.flatnonzero(late | (arrivals == _NEVER))
    acked = _acked(flow, end, (pieces.begins + pieces.lengths)[asking])
    moments[asking] = np.minimum(moments[asking], 2 * acked)
    result: Ints = np.maximum.accumulate(moments)
    return result


def _acked(flow: Flow, end: int, positions: Ints) -> Ints:
    """The first segment of the other end that acknowledges all before each position of `end`; or _NEVER."""
    acks = np.flatnonzero((flow.ends == 1 - end) & (flow.flags & (ACK | RST) == ACK))
    reach = np.maximum.accumulate(flow.ack[acks])
    return np.append(acks, _NEVER)[np.searchsorted(reach, positions)]
