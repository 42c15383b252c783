"""One direction of a connection: what an end sends, and what the other end answers.

Invariant: data that was captured twice counts once; sequence numbers are positions, which count on where
the numbers wrap around.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple

from tui.index.schema import SCALE_UNKNOWN, Analysis, Mark
from tui.tcp.flow import RST, SYN, make_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.table import Packets
    from tui.report.graphs.series import Ints
    from tui.session import Snapshot
    from tui.tcp.flow import Flow

RESENT = Analysis.RETRANSMISSION | Analysis.FAST_RETRANSMISSION | Analysis.SPURIOUS_RETRANSMISSION


class Sent(Struct, frozen=True):
    """What end `end` sent, or of its answers what the other end did; arrays as in Flow, for these segments.

    `times` are ns since the connection's first packet.
    """

    rows: Ints
    times: Ints
    flags: Ints
    seq: Ints
    stop: Ints
    ack: Ints
    lengths: Ints
    window: Ints  # scaled, in bytes
    analysis: Ints

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, mask: NDArray[np.bool_]) -> Sent:
        """Those where `mask` is true."""
        return Sent(*(values[mask] for values in astuple(self)))

    def said(self, flags: int) -> Sent:
        """Those of which tcp.analysis says any of `flags`."""
        return self.only(self.analysis & flags != 0)


class Direction:
    """Connection `stream` of a snapshot, seen from the data that `end` (0: A, 1: B) sends."""

    def __init__(self, snapshot: Snapshot, stream: int, end: int) -> None:
        self.packets: Packets = snapshot.packets
        self.stream = stream
        self.end = end
        self.connection = snapshot.connections[stream]
        self.start = int(self.connection["start"])

    @property
    def unscaled(self) -> bool:
        """Whether the receiver's window scale is not known, for want of its SYN."""
        return int(self.connection["scale"][1 - self.end]) == SCALE_UNKNOWN

    @cached_property
    def _rows(self) -> Ints:
        """The rows of all its packets that the snapshot has: the connections may be ahead of it."""
        last = min(int(self.connection["last"]), len(self.packets) - 1)
        return self.packets.rows_of(self.stream, int(self.connection["first"]), last)

    @cached_property
    def duration(self) -> int:
        """From the connection's first packet to the one with the latest time, ns."""
        return max(0, int(self.packets.time[self._rows].max()) - self.start) if len(self._rows) else 0

    @cached_property
    def _flow(self) -> Flow:
        return make_flow(self.packets, self.connection, self.stream)

    @cached_property
    def sent(self) -> Sent:
        """The sender's segments that take up sequence numbers."""
        sent = self._of(self.end, ~self._flow.copies)
        return sent.only((sent.stop > sent.seq) & (sent.flags & RST == 0))

    @cached_property
    def answers(self) -> Sent:
        """The receiver's segments that acknowledge; resets, which may be forged, are not among them.

        Copies are: drawn twice they are the same, and a duplicate acknowledgment with other SACK blocks looks
        like a copy.
        """
        answers = self._of(1 - self.end, self._flow.ends >= 0)
        return answers.only((answers.ack >= 0) & (answers.flags & RST == 0))

    def rows_of(self, end: int) -> Ints:
        """The rows of all segments that an end sent, the quoted ones of ICMP errors left out."""
        rows = self._rows
        marks = self.packets.marks[rows]
        from_b = marks & int(Mark.FROM_B) != 0
        found: Ints = rows[(from_b == bool(end)) & (marks & int(Mark.QUOTED) == 0)]
        return found

    def _of(self, end: int, among: NDArray[np.bool_]) -> Sent:
        flow = self._flow
        at = np.flatnonzero((flow.ends == end) & among)
        rows, flags = flow.rows[at], flow.flags[at]
        # A SYN's window is never scaled (RFC 7323 §2.2).
        shift = np.where(flags & SYN, 0, max(int(self.connection["scale"][end]), 0))
        return Sent(
            rows=rows,
            times=flow.times[at] - self.start,
            flags=flags,
            seq=flow.seq[at],
            stop=flow.stop[at],
            ack=flow.ack[at],
            lengths=flow.lengths[at],
            window=flow.window[at] << shift,
            analysis=self.packets.analysis[rows].astype(np.int64),
        )
