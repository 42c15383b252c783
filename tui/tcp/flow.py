"""One connection's segments as arrays, with positions in place of sequence numbers.

Position 0 of an end is its relative sequence number 0; positions count on where sequence numbers wrap
around. Segments that an ICMP error quotes, and those whose length is unknown, are not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui.index.schema import Known
from tui.tcp.quotes import hard_error
from tui.tcp.segments import Source
from tui.tcp.story import Traffic

if TYPE_CHECKING:
    from tui.index.table import Packets

Ints = NDArray[np.int64]

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

# How many segments are looked at one by one; what lies between them can move no state.
OPENING_SEGMENTS = 16
CLOSING_SEGMENTS = 64
FLAGGED_SEGMENTS = 4096  # with SYN, FIN or RST, the first and the last half: bounds the work on a hostile one
ROOM = 5000  # of a connection with more packets, a story's flow has only the segments that it may depend on


class HardError(Struct, frozen=True):
    """A hard ICMP error that quotes the SYN of `end`: its packet row, when it came (ns)."""

    row: int
    time: int
    end: int


class Flow(Struct, frozen=True):
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
    zeros: tuple[int, int]  # relative sequence numbers count from these: the bases, if its beginning is kept
    traffic: tuple[Traffic, Traffic]  # of A, B: all segments
    copied: int  # how many of all segments are copies
    error: HardError | None = None  # the first hard ICMP error, if it quotes a SYN

    def __len__(self) -> int:
        return len(self.rows)


def make_flow(packets: Packets, connection: np.void, stream: int, room: int | None = None) -> Flow:
    """The flow of row `stream` of the connection table.

    If it has more than `room` packets, its arrays have only the segments that a story may depend on, which
    choice.pxd chooses; None: all. Its traffic and positions are those of all segments either way.
    """
    last = min(int(connection["last"]), len(packets) - 1)  # the connections may be ahead of the packets
    rows = packets.rows_of(stream, int(connection["first"]), last)
    source, zeros = Source(packets), _bases(connection)
    if connection["first"] < packets.first:
        shorter = np.array([connection])
        source.rebase(shorter, rows, np.array([0, len(rows)]), packets.first)
        connection = shorter[0]
    bases = _bases(connection)
    (*columns, copies), (sent_a, sent_b), copied = source.flow(rows, *bases, room)
    errors = hard_error(packets, connection, stream)
    row = max(errors)
    return Flow(
        # The kernel has them in the order of the members.
        **dict(zip(Flow.__struct_fields__, columns, strict=False)),
        copies=copies != 0,
        bases=bases,
        zeros=zeros,
        traffic=(Traffic(*sent_a), Traffic(*sent_b)),
        copied=copied,
        error=HardError(row, int(packets.time[row]), errors.index(row)) if row >= 0 else None,
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


def _bases(connection: np.void) -> tuple[int, int]:
    known = int(connection["known"])
    a, b = (int(base) if known & bit else 0 for base, bit in zip(connection["base"], _BASES, strict=True))
    return a, b


def _first(flow: Flow, end: int, condition: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(condition & (flow.ends == end))[:1]
