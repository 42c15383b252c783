"""One connection's segments as arrays, with positions in place of sequence numbers.

Position 0 of an end is its relative sequence number 0; positions count on where sequence numbers wrap
around. Segments that an ICMP error quotes, and those whose length is unknown, are not among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui.index.schema import Known, Mark
from tui.tcp.seq import distance, unwrap

if TYPE_CHECKING:
    from tui.index.table import Packets

Ints = NDArray[np.int64]

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

# How many segments are looked at one by one; what lies between them can move no state.
OPENING_SEGMENTS = 16
CLOSING_SEGMENTS = 64
FLAGGED_SEGMENTS = 4096  # with SYN, FIN or RST, the first and the last half: bounds the work on a hostile one
COPY_NS = 1_000_000  # a copy comes this soon after its frame
COUNTED_COPY_NS = 50_000_000  # or this soon, where the sender counts IP identifications


@dataclass(frozen=True, slots=True)
class Flow:
    """The segments in the order of capture; every array has one entry a segment.

    `rows` packet rows; `ends` the sender, 0 (A) or 1 (B); `seq` where a segment begins and `stop` where it
    ends in its sender's positions (SYN and FIN count 1); `ack` what it acknowledges in the other end's, -1
    without the ACK flag; `top` how far its sender, `peer_top` how far the other end had come before it;
    `window` as on the wire; `lengths` payload bytes; `times` ns; `copies` whether it is the frame before
    captured once more.
    """

    rows: Ints
    ends: Ints
    flags: Ints
    seq: Ints
    stop: Ints
    ack: Ints
    top: Ints
    peer_top: Ints
    window: Ints
    lengths: Ints
    times: Ints
    copies: NDArray[np.bool_]
    bases: tuple[int, int]  # the sequence numbers at position 0

    def __len__(self) -> int:
        return len(self.rows)


def make_flow(packets: Packets, connection: np.void, stream: int) -> Flow:
    """The flow of row `stream` of the connection table."""
    last = min(int(connection["last"]), len(packets) - 1)  # the connections may be ahead of the packets
    rows = packets.rows_of(stream, int(connection["first"]), last)
    marks = packets.marks[rows]
    rows = rows[(marks & (Mark.QUOTED | Mark.SHORT)) == 0]
    ends = (packets.marks[rows] & Mark.FROM_B).astype(np.int64)
    flags = (packets.bits[rows] & 0xFFF).astype(np.int64)
    lengths = packets.seglen[rows].astype(np.int64)
    numbers = packets.seq[rows].astype(np.int64)
    acks = packets.ack[rows].astype(np.int64)
    known = int(connection["known"])
    bases = tuple(
        int(base) if known & bit else 0 for base, bit in zip(connection["base"], _BASES, strict=True)
    )
    seq, ack = np.zeros_like(numbers), np.full_like(numbers, -1)
    for end in (0, 1):
        sent = ends == end
        acknowledged = ~sent & ((flags & ACK) != 0)
        space = sent | acknowledged
        positions = _positions(np.where(sent, numbers, acks)[space], (flags[space] & RST) == 0, bases[end])
        seq[sent] = positions[sent[space]]
        ack[acknowledged] = positions[acknowledged[space]]
    stop = seq + lengths + ((flags & SYN) != 0) + ((flags & FIN) != 0)
    tops = [_tops(np.where((ends == end) & ((flags & RST) == 0), stop, 0)) for end in (0, 1)]
    return Flow(
        rows=rows,
        ends=ends,
        flags=flags,
        seq=seq,
        stop=stop,
        ack=ack,
        top=np.where(ends == 0, tops[0], tops[1]),
        peer_top=np.where(ends == 0, tops[1], tops[0]),
        window=packets.window[rows].astype(np.int64),
        lengths=lengths,
        times=packets.time[rows].astype(np.int64),
        copies=_copies(packets, rows, ends),
        bases=(bases[0], bases[1]),
    )


def key_segments(flow: Flow) -> Ints:
    """The indices, ascending, of the segments that can move a state, or that are to be seen beside those."""
    flagged = np.flatnonzero(flow.flags & (SYN | FIN | RST))
    if len(flagged) > FLAGGED_SEGMENTS:
        half = FLAGGED_SEGMENTS // 2
        flagged = np.concatenate((flagged[:half], flagged[-half:]))
    keys = [flagged, np.arange(min(len(flow), OPENING_SEGMENTS))]
    for end in (0, 1):
        keys.append(_first(flow, 1 - end, flow.ack >= 1))
        fins = np.flatnonzero((flow.flags & FIN != 0) & (flow.ends == end))
        if len(fins):
            first = int(fins[0])
            keys.append(np.arange(first, min(len(flow), first + CLOSING_SEGMENTS)))
            after = np.arange(len(flow)) > first
            keys.append(_first(flow, 1 - end, after & (flow.ack >= flow.stop[first])))
    found = np.unique(np.concatenate(keys))
    return found[~flow.copies[found]]


_BASES = (Known.BASE_A, Known.BASE_B)


def quoting_rows(packets: Packets, connection: np.void, stream: int, flow: Flow) -> Ints:
    """The rows, ascending, of the ICMP errors that quote a segment of the connection.

    Where an error quotes 8 bytes only, its ports, the number that it quotes and whom it is sent to tell.
    """
    rows = packets.quoting[packets.quoting >= int(connection["first"])]
    found = packets.stream[rows] == stream
    partial = packets.marks[rows] & Mark.PARTIAL != 0
    for end in (0, 1):
        fits = partial & (packets.dst[rows] == connection["addr"][end])
        fits &= packets.srcport[rows] == connection["port"][end]
        fits &= packets.dstport[rows] == connection["port"][1 - end]
        if fits.any():
            found |= fits & np.isin(packets.seq[rows], packets.seq[flow.rows[flow.ends == end]])
    return rows[found]


def _copies(packets: Packets, rows: Ints, ends: Ints) -> NDArray[np.bool_]:
    """Which segments are the same frame captured again (at a mirror port, or with all interfaces).

    A frame sent again has another IP identification; where hosts do not count those (0, IPv6) the time alone
    tells: no sender repeats a segment so soon.
    """
    copies = np.zeros(len(rows), bool)
    for end in (0, 1):
        places = np.flatnonzero(ends == end)
        own = rows[places]
        same = np.ones(max(len(own) - 1, 0), bool)
        for name in ("seq", "ack", "seglen", "bits", "window", "ip_id"):
            column = getattr(packets, name)[own]
            same &= column[1:] == column[:-1]
        soon = np.where(packets.ip_id[own][1:] == 0, COPY_NS, COUNTED_COPY_NS)
        same &= np.abs(np.diff(packets.time[own])) <= soon
        copies[places[1:][same]] = True
    return copies


def _first(flow: Flow, end: int, condition: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(condition & (flow.ends == end))[:1]


def _positions(numbers: Ints, trusted: NDArray[np.bool_], origin: int) -> Ints:
    """Positions of sequence numbers in the order in which they were seen.

    An untrusted one (a RST's may be forged) carries no other along.
    """
    chain = numbers[trusted]
    chain_positions = unwrap(chain, origin)
    last = np.cumsum(trusted) - 1  # the chain's latest member at or before each number
    reference = np.append(chain, origin)[last]  # -1, none yet: the origin
    positions: Ints = np.append(chain_positions, 0)[last] + distance(numbers, reference)
    return positions


def _tops(stops: Ints) -> Ints:
    """The highest stop before each segment."""
    highest = np.maximum.accumulate(stops) if len(stops) else stops
    return np.concatenate((np.zeros(1, np.int64), highest[:-1]))
