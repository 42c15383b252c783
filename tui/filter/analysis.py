"""tcp.analysis.*: the columns that the track kernel fills, with tshark's rules of what is shown when.

Invariant: as in columns.py; times between packets are differences of the column `time`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.filter.columns import Column, told
from tui.index.schema import RETRANSMISSIONS, Analysis, Mark

if TYPE_CHECKING:
    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.filter.columns import Columns
    from tui.filter.fields import Values


def _is(chunk: Chunk, flags: Analysis) -> Bools:
    found: Bools = _shown(chunk) & (chunk.column("analysis") & int(flags) != 0)
    return found


def _shown(chunk: Chunk) -> Bools:
    """Where the header is whole: Wireshark shows its analysis behind the options."""
    shown: Bools = told(chunk) & ~chunk.marked(Mark.CUT_HEADER)
    return shown


def _there(present: Bools) -> Column:
    return Column(present.astype(np.int64), present)


def judged(flag: Analysis) -> Columns:
    """1 where Wireshark says that of a segment, nothing elsewhere."""
    meant = RETRANSMISSIONS if flag is Analysis.RETRANSMISSION else flag
    return lambda chunk: _there(_is(chunk, meant))


def flags(chunk: Chunk) -> Column:
    """tcp.analysis.flags: 1 where Wireshark says anything of a segment that stands out."""
    return _there(_is(chunk, ~Analysis.ANALYSED))


def analysed(chunk: Chunk) -> Column:
    """tcp.analysis: 1 where there is anything of it."""
    return _there(_is(chunk, Analysis.ANALYSED))


def duplicate_ack(chunk: Chunk) -> Values:
    """tcp.analysis.duplicate_ack: Wireshark says it twice."""
    return [(1, 1) if there else () for there in _is(chunk, Analysis.DUPLICATE_ACK).tolist()]


def number(name: str) -> Columns:
    """A column in which 0 stands for nothing."""

    def column(chunk: Chunk) -> Column:
        values = chunk.column(name)
        return Column(values, (values != 0) & _shown(chunk))

    return column


def duplicate_of(chunk: Chunk) -> Column:
    """tcp.analysis.duplicate_ack_frame."""
    return Column(chunk.column("repeats"), _is(chunk, Analysis.DUPLICATE_ACK))


def pushed(chunk: Chunk) -> Column:
    """tcp.analysis.push_bytes_sent: shown with the bytes in flight only."""
    return Column(chunk.column("pushed"), (chunk.column("in_flight") != 0) & _shown(chunk))


def initial_rtt(chunk: Chunk) -> Column:
    """tcp.analysis.initial_rtt, ns: the connection's, wherever there is anything else of tcp.analysis."""
    values = chunk.of_connection("initial_rtt")
    return Column(values, _is(chunk, Analysis.ANALYSED) & (values != 0))


def _since(chunk: Chunk, numbers: Ints, present: Bools) -> Column:
    """ns since the packets of these numbers, where they are kept; Wireshark does not show 0."""
    packets = chunk.view.capture.packets
    times, present = packets.time, present & (numbers > packets.first)
    values = np.where(present, chunk.column("time") - times[np.maximum(numbers, 1) - 1], 0)
    return Column(values, values != 0)


def ack_rtt(chunk: Chunk) -> Column:
    """tcp.analysis.ack_rtt, ns: since the segment that is acknowledged."""
    acked = chunk.column("acked")
    return _since(chunk, acked, (acked != 0) & _shown(chunk))


def delay(chunk: Chunk) -> Column:
    """tcp.analysis.rto, ns: since the segment from which a retransmission's delay counts."""
    return _since(chunk, chunk.column("repeats"), _is(chunk, Analysis.RETRANSMISSION))


def delayed_since(chunk: Chunk) -> Column:
    """tcp.analysis.rto_frame: that segment."""
    return Column(chunk.column("repeats"), delay(chunk).present)
