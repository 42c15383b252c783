"""Fields that follow from the index alone: their values for a chunk of packets, in numpy, no byte read.

Invariant: every function takes a chunk and gives arrays of the chunk's length. The numbers are those of
tshark in two passes (`-2`), so what is known of a connection in the end holds for its first packet too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from tui.filter.chunk import Bools, Chunk, Ints
from tui.index.schema import LEAST_BITS, Known, Mark, Protocol
from tui.tcp.seq import add, relative

if TYPE_CHECKING:
    from numpy.typing import NDArray


_FIN, _SYN, _ACK = 0x001, 0x002, 0x010


class Column(Struct, frozen=True):
    """One value a packet; meaningless where `present` is False. No `present`: there is one everywhere.

    Values are integers; bytes are objects.
    """

    values: NDArray[Any]
    present: Bools | None = None


Columns = Callable[[Chunk], Column]


def _timed(chunk: Chunk) -> Bools:
    return ~chunk.marked(Mark.UNTIMED)


def headed(chunk: Chunk) -> Bools:
    """Where 16 bytes of a TCP header are there: Wireshark dissects no fewer."""
    return chunk.tcp & ~chunk.marked(Mark.PARTIAL)


def told(chunk: Chunk) -> Bools:
    """Where more is told of it than its length: Wireshark gives up one that claims less than 20 bytes."""
    return headed(chunk) & (chunk.raw("bits") >= LEAST_BITS)


def _sent(chunk: Chunk) -> Bools:
    """Where such a header was really sent, not quoted by an ICMP error."""
    return headed(chunk) & ~chunk.marked(Mark.QUOTED)


def measured(chunk: Chunk) -> Bools:
    """Where a segment has a length: its header claims no more than there is."""
    return _sent(chunk) & ~chunk.marked(Mark.SHORT)


def frame_column(name: str) -> Columns:
    """A column that every packet has."""
    return lambda chunk: Column(chunk.column(name))


def interface(chunk: Chunk) -> Column:
    """frame.interface_id: pcapng numbers interfaces, pcap does not."""
    numbers = chunk.column("interface")
    return Column(numbers, numbered(chunk)[numbers])


def numbered(chunk: Chunk) -> Bools:
    """Which interfaces have a number: also those of pcap if they are several, as if they had been merged."""
    interfaces = chunk.view.capture.interfaces
    return np.array([each.numbered or len(interfaces) > 1 for each in interfaces], np.bool_)


def tcp_column(name: str) -> Columns:
    """A column of the TCP header, a quoted one too."""
    return lambda chunk: Column(chunk.column(name), told(chunk))


def raw_seq(chunk: Chunk) -> Column:
    """tcp.seq_raw: not given for what ICMP quotes, but for what ICMPv6 does."""
    return Column(chunk.column("seq"), _sent(chunk) | headed(chunk) & _of_icmpv6(chunk))


def _of_icmpv6(chunk: Chunk) -> Bools:
    found: Bools = chunk.column("protocol") == Protocol.ICMPV6
    return found


def port(name: str) -> Columns:
    """A port: the first thing in a TCP header, so there even if little else is."""
    return lambda chunk: Column(chunk.column(name), chunk.tcp)


def flag(mask: int) -> Columns:
    """1 where any bit of `mask` is set in the TCP flags, else 0."""
    return lambda chunk: Column((chunk.flags & mask != 0).astype(np.int64), told(chunk))


def malformed(chunk: Chunk) -> Column:
    """tcpscope.malformed: 1 where a header contradicts itself or the frame, or its TCP header is cut."""
    found = chunk.marked(Mark.MALFORMED | Mark.CUT_HEADER | Mark.PARTIAL)
    return Column(found.astype(np.int64), found)


def number(chunk: Chunk) -> Column:
    """frame.number."""
    return Column(chunk.at + 1)


def time(chunk: Chunk) -> Column:
    """frame.time, frame.time_epoch: ns since 1970 UTC."""
    return Column(chunk.column("time"), _timed(chunk))


def time_relative(chunk: Chunk) -> Column:
    """frame.time_relative: ns since the last time reference, or the capture's first packet."""
    times = chunk.view.capture.packets.time
    notes = chunk.view.means.notes
    since = np.zeros(1, np.int64) if notes is None else notes.zeros_of(chunk.at)
    return Column(chunk.column("time") - times[since], _timed(chunk))


def time_delta(chunk: Chunk) -> Column:
    """frame.time_delta: ns since the packet before; 0 for the first."""
    return _time_since(chunk, np.maximum(chunk.at - 1, 0))


def time_delta_displayed(chunk: Chunk) -> Column:
    """frame.time_delta_displayed: ns since the packet displayed before; 0 for the first."""
    before = chunk.view.means.before
    return time_delta(chunk) if before is None else _time_since(chunk, before(chunk.at))


def _time_since(chunk: Chunk, rows: Ints) -> Column:
    times = chunk.view.capture.packets.time
    return Column(chunk.column("time") - times[rows], _timed(chunk))


def stream(chunk: Chunk) -> Column:
    """tcp.stream."""
    return Column(chunk.stream, chunk.stream >= 0)


def completeness(chunk: Chunk) -> Column:
    """tcp.completeness: what the connection shows in the whole capture.

    Its first packet is without what that packet alone gives (Wireshark's order of work).
    """
    whole, own = chunk.of_connection("completeness"), chunk.of_connection("opening")
    values = np.where(chunk.at == chunk.of_connection("first"), whole & ~own, whole)
    return Column(values, chunk.stream >= 0)


def _clocked(chunk: Chunk) -> Bools:
    """Where a connection's times are given: its header's fixed 20 bytes are there."""
    return (chunk.stream >= 0) & ~chunk.marked(Mark.CUT_FIXED) & told(chunk)


def stream_time(chunk: Chunk) -> Column:
    """tcp.time_relative: ns since the connection's first packet."""
    return Column(chunk.column("time") - chunk.of_connection("start"), _clocked(chunk))


def stream_delta(chunk: Chunk) -> Column:
    """tcp.time_delta: ns since the connection's packet before; 0 for the first."""
    times = chunk.view.capture.packets.time
    before = times[chunk.previous]
    return Column(chunk.column("time") - before, _clocked(chunk))


def header_length(chunk: Chunk) -> Column:
    """tcp.hdr_len, in bytes."""
    return Column((chunk.column("bits") >> 12) * 4, headed(chunk))


def flags(chunk: Chunk) -> Column:
    """tcp.flags."""
    return Column(chunk.flags, told(chunk))


def seq(chunk: Chunk) -> Column:
    """tcp.seq: relative to the sender's first number if that is known; raw in what an ICMP error quotes."""
    raw, base = chunk.column("seq"), chunk.of_sender("base")
    values = np.where(_based(chunk, Known.BASE_A, Known.BASE_B), relative(raw, base), raw)
    return Column(values, headed(chunk) | _quoted_seq(chunk))


def _quoted_seq(chunk: Chunk) -> Bools:
    """Where an ICMP error quotes ports and sequence number at least (RFC 792: 8 bytes)."""
    quoted: Bools = chunk.column("caplen") >= chunk.column("tcp_at") + 8
    return quoted & chunk.marked(Mark.QUOTED) & ~_of_icmpv6(chunk)


def ack(chunk: Chunk) -> Column:
    """tcp.ack: relative to the other end's first number if that is known; raw without the flag ACK."""
    raw, base = chunk.column("ack"), chunk.of_receiver("base")
    based = is_receiver_based(chunk) & (chunk.flags & _ACK != 0)
    return Column(np.where(based, relative(raw, base), raw), told(chunk))


def is_receiver_based(chunk: Chunk) -> Bools:
    """Where the other end's relative number 0 is known of a segment that was sent."""
    return _based(chunk, Known.BASE_B, Known.BASE_A)


def next_seq(chunk: Chunk) -> Column:
    """tcp.nxtseq: the number after this segment; SYN, FIN or both count one (Wireshark's rule)."""
    takes_one = (chunk.flags & (_SYN | _FIN) != 0).astype(np.int64)
    return Column(add(seq(chunk).values, chunk.column("seglen") + takes_one), measured(chunk) & told(chunk))


def segment_length(chunk: Chunk) -> Column:
    """tcp.len: payload bytes by the IP header."""
    return Column(chunk.column("seglen"), measured(chunk))


def window(chunk: Chunk) -> Column:
    """tcp.window_size: scaled by the sender's option, which no SYN's window is (RFC 7323 section 2.2)."""
    scaled = measured(chunk) & (chunk.flags & _SYN == 0)
    shift = np.where(scaled, np.maximum(chunk.of_sender("scale"), 0), 0)
    return Column(chunk.column("window") << shift, told(chunk))


def scale_factor(chunk: Chunk) -> Column:
    """tcp.window_size_scalefactor: what the window was multiplied by; -1 not known, -2 no scaling is used."""
    scale = chunk.of_sender("scale")
    factor = np.where(scale < 0, scale, 1 << np.maximum(scale, 0))
    return Column(factor, told(chunk) & (chunk.flags & _SYN == 0) & (chunk.stream >= 0))


def _based(chunk: Chunk, from_a: Known, from_b: Known) -> Bools:
    """Where a sent segment's relative number 0 is known; `from_a` is the bit that says so for end A's."""
    bit = np.where(chunk.from_b, int(from_b), int(from_a))
    known: Bools = chunk.of_connection("known") & bit != 0
    return known & measured(chunk)
