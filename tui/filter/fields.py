"""THE field table: every name that `-T fields -e` prints and a filter compares, its type and how to get it.

A field comes from the columns (whole chunks, numpy), from the header tables of tui/decode/headers (every
occurrence in the packet, outermost first), from TCP's options, from the header tree (whatever else it shows),
or from the packet list's cells. Invariant: names and types are tshark's (`tshark -G fields`, version 4.0).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from tui.decode.headers import Field as Row
from tui.decode.headers import Form
from tui.decode.headers.field import SET
from tui.decode.headers.link import ARP_ADDRESSES, ETHERNET_LENGTH, PPP_ADDRESS, PPP_PROTOCOL
from tui.decode.headers.network import ICMP_NEEDS_FRAGMENTATION, ICMP_REST, ICMPV6_REST
from tui.decode.headers.transport import TCP_FLAG_BITS
from tui.decode.headers.tunnel import GRE_OPTIONAL, GTPU_OPTIONAL, L2TP_OPTIONAL, PPTP_OPTIONAL
from tui.decode.tcp_options import OPTIONS
from tui.errors import UsageError
from tui.filter import analysis, applications, columns, noted, occurrences, verdicts
from tui.filter.field import Effort, Field, Type, Value, Values
from tui.filter.places import PLACES
from tui.index.schema import ANALYSIS_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tui.filter.chunk import Chunk

__all__ = ["FIELDS", "Effort", "Field", "Type", "Value", "Values", "find", "near"]

_SUGGESTIONS = 3


def near(name: str, names: Iterable[str]) -> list[str]:
    """Those of the names that look most like `name`."""
    return get_close_matches(name, names, _SUGGESTIONS)


def find(name: str) -> Field:
    """The field of that name; UsageError with the nearest names if there is none."""
    field = FIELDS.get(name)
    if field is None:
        close = near(name, FIELDS)
        hint = (
            f"did you mean {' or '.join(close)}?"
            if close
            else "field names are Wireshark's, such as tcp.srcport"
        )
        raise UsageError(f"there is no field {name!r}", hint)
    return field


_COLUMNS = (
    Field("frame.number", "Frame Number", Type.UINT, columns.number),
    Field("frame.len", "Frame length on the wire", Type.UINT, columns.frame_column("length")),
    Field(
        "frame.cap_len", "Frame length stored in the capture file", Type.UINT, columns.frame_column("caplen")
    ),
    Field("frame.time", "Arrival Time", Type.TIME, columns.time),
    Field("frame.time_epoch", "Epoch Time", Type.DURATION, columns.time),
    Field("frame.time_relative", "Time since first frame", Type.DURATION, columns.time_relative),
    Field("frame.time_delta", "Time delta from previous captured frame", Type.DURATION, columns.time_delta),
    Field(
        "frame.time_delta_displayed",
        "Time delta from previous displayed frame",
        Type.DURATION,
        columns.time_delta_displayed,
        of_displayed=True,
    ),
    Field("frame.interface_id", "Interface id", Type.UINT, columns.interface),
    Field("tcpscope.malformed", "A header contradicts itself or is cut short", Type.NONE, columns.malformed),
    Field("tcp.stream", "Stream index", Type.UINT, columns.stream),
    Field("tcp.completeness", "Conversation completeness", Type.UINT, columns.completeness, bits=8),
    Field("tcp.srcport", "Source Port", Type.UINT, columns.port("srcport"), bits=16),
    Field("tcp.dstport", "Destination Port", Type.UINT, columns.port("dstport"), bits=16),
    Field("tcp.seq", "Sequence Number", Type.UINT, columns.seq),
    Field("tcp.seq_raw", "Sequence Number (raw)", Type.UINT, columns.raw_seq),
    Field("tcp.nxtseq", "Next Sequence Number", Type.UINT, columns.next_seq),
    Field("tcp.ack", "Acknowledgment Number", Type.UINT, columns.ack),
    Field("tcp.ack_raw", "Acknowledgment number (raw)", Type.UINT, columns.tcp_column("ack")),
    Field("tcp.len", "TCP Segment Len", Type.UINT, columns.segment_length),
    Field("tcp.hdr_len", "Header Length", Type.UINT, columns.header_length, bits=8),
    Field("tcp.flags", "Flags", Type.HEX, columns.flags, digits=4, bits=16),
    Field("tcp.flags.res", "Reserved", Type.BOOL, columns.flag(0xE00), names=SET),
    *(
        Field(name, label, Type.BOOL, columns.flag(1 << (111 - bit)), names=SET)
        for name, label, bit, _, _ in TCP_FLAG_BITS
    ),
    Field("tcp.window_size_value", "Window", Type.UINT, columns.tcp_column("window"), bits=16),
    Field("tcp.window_size", "Calculated window size", Type.UINT, columns.window),
    Field("tcp.window_size_scalefactor", "Window size scaling factor", Type.INT, columns.scale_factor),
    Field(
        "tcp.time_relative", "Time since first frame in this TCP stream", Type.DURATION, columns.stream_time
    ),
    Field(
        "tcp.time_delta", "Time since previous frame in this TCP stream", Type.DURATION, columns.stream_delta
    ),
)


def _analysis_fields() -> Iterator[Field]:
    """tcp.analysis: what is only there or not is printed as 1 where it is."""
    for mark in ANALYSIS_TEXTS:
        yield Field(mark.field, mark.text, Type.NONE, analysis.judged(mark.flag))
    duplicate = "tcp.analysis.duplicate_ack"
    yield Field(duplicate, "Duplicate ACK", Type.NONE, values=analysis.duplicate_ack)
    yield from (
        Field("tcp.analysis", "SEQ/ACK analysis", Type.NONE, analysis.analysed),
        Field("tcp.analysis.flags", "TCP Analysis Flags", Type.NONE, analysis.flags),
        Field(f"{duplicate}_num", "Duplicate ACK #", Type.UINT, analysis.number("duplicates")),
        Field(f"{duplicate}_frame", "Duplicate to the ACK in frame", Type.UINT, analysis.duplicate_of),
        Field(
            "tcp.analysis.acks_frame",
            "This is an ACK to the segment in frame",
            Type.UINT,
            analysis.number("acked"),
        ),
        Field("tcp.analysis.ack_rtt", "The RTT to ACK the segment was", Type.DURATION, analysis.ack_rtt),
        Field("tcp.analysis.initial_rtt", "iRTT", Type.DURATION, analysis.initial_rtt),
        Field("tcp.analysis.bytes_in_flight", "Bytes in flight", Type.UINT, analysis.number("in_flight")),
        Field("tcp.analysis.push_bytes_sent", "Bytes sent since last PSH flag", Type.UINT, analysis.pushed),
        Field("tcp.analysis.rto", "The RTO for this segment was", Type.DURATION, analysis.delay),
        Field("tcp.analysis.rto_frame", "RTO based on delta from frame", Type.UINT, analysis.delayed_since),
    )


# How the header tree writes a value says what its type is; forms that are not here are decimal numbers.
_TYPES: Mapping[Form, Type] = {
    Form.HEX: Type.HEX,
    Form.HEX_DECIMAL: Type.HEX,
    Form.NAMED_HEX: Type.HEX,
    Form.NAME: Type.BOOL,
    Form.MAC: Type.ETHER,
    Form.IPV4: Type.IPV4,
    Form.IPV6: Type.IPV6,
    Form.BYTES: Type.BYTES,
    Form.TEXT: Type.STRING,
}


# Where Wireshark's own type is another than the row's form and width tell: type, digits, bits.
_OTHERWISE = {
    "ipv6.tclass": (Type.HEX, 8, 32),
    "llc.control": (Type.HEX, 4, 16),
    "llc.oui": (Type.UINT, 0, 24),
    "icmp.pointer": (Type.UINT, 0, 32),
}


# What a name that means several places is called.
_LABELS = {
    **{f"{name}.port": "Source or Destination Port" for name in ("tcp", "udp")},
    **{f"{name}.addr": "Source or Destination Address" for name in ("ip", "ipv6", "eth")},
}


def _typed(
    row: Row, values: Callable[[Chunk], Values], name: str = "", effort: Effort = Effort.HEADERS
) -> Field:
    """A row's field; its integer type is as wide as the bytes that the row's bits are part of."""
    bits = ((row.word[1] if row.word else row.width) + 7) // 8 * 8
    usual = _TYPES.get(row.form, Type.UINT), (row.width + 7) // 8 * 2, bits
    kind, digits, bits = _OTHERWISE.get(row.name, usual)
    verbatim = kind is Type.BYTES
    return Field(
        name or row.name,
        _LABELS.get(name, row.label),
        kind,
        None,
        values,
        digits,
        bits,
        row.names,
        effort,
        verbatim=verbatim,
    )


def _in_tree(name: str, label: str, kind: Type, bits: int = 32) -> Field:
    return Field(name, label, kind, values=occurrences.in_tree(name), bits=bits, effort=Effort.DECODING)


def _option_fields() -> Iterator[Field]:
    kinds: dict[str, dict[int, Row]] = {}
    for kind, option in OPTIONS.items():
        for row in option.fields:
            kinds.setdefault(row.name, {})[kind] = row
    for rows in kinds.values():
        yield _typed(next(iter(rows.values())), occurrences.in_options(rows))


def _tree_rows() -> Iterator[Row]:
    """The rows of what only stands in a header if the header says so."""
    yield from (ETHERNET_LENGTH, *PPP_ADDRESS, PPP_PROTOCOL)
    for rows in (ARP_ADDRESSES, ICMP_NEEDS_FRAGMENTATION, *ICMP_REST.values(), *ICMPV6_REST.values()):
        yield from rows
    for _, rows in (*GRE_OPTIONAL, *PPTP_OPTIONAL, *L2TP_OPTIONAL):
        yield from rows
    yield from (row for _, row in GTPU_OPTIONAL)


_COMPUTED = (  # what no row of a header table says
    Field(
        "tcp.options",
        "TCP Options",
        Type.BYTES,
        values=occurrences.all_options,
        effort=Effort.HEADERS,
        verbatim=True,
    ),
    Field(
        "tcp.payload",
        "TCP payload",
        Type.BYTES,
        values=occurrences.payload,
        effort=Effort.HEADERS,
        verbatim=True,
    ),
    Field("tcp.flags.str", "TCP Flags", Type.STRING, values=occurrences.flag_text),
    _in_tree("tcp.options.wscale.multiplier", "Multiplier", Type.UINT, 16),
    _in_tree("tcp.options.sack_le", "TCP SACK Left Edge", Type.UINT),
    _in_tree("tcp.options.sack_re", "TCP SACK Right Edge", Type.UINT),
    _in_tree("tcp.options.sack.count", "TCP SACK Count", Type.UINT, 8),
    _in_tree("tcp.options.tfo.cookie", "Fast Open Cookie", Type.BYTES),
    _in_tree("tcp.option_kind", "Kind", Type.UINT, 8),
    _in_tree("tcp.option_len", "Length", Type.UINT, 8),
    Field(
        "eth.padding", "Padding", Type.BYTES, values=occurrences.padding, effort=Effort.HEADERS, verbatim=True
    ),
    Field("ip.len", "Total Length", Type.UINT, values=occurrences.total_length, bits=16),
    _in_tree("frame.interface_name", "Interface name", Type.STRING),
    _in_tree("frame.protocols", "Protocols in frame", Type.STRING),
)
_CELLS = (
    "No.",
    "Time",
    "Source",
    "Destination",
    "Protocol",
    "Length",
    "Info",
)  # as report.listing.LIST_COLUMNS


def _table() -> dict[str, Field]:
    """All fields by name; of several ways to get one the last here stands, which is the fastest."""
    fields = [_typed(row, occurrences.in_tree(row.name), effort=Effort.DECODING) for row in _tree_rows()]
    fields += [_typed(rows[0][1], occurrences.in_headers(rows), name) for name, rows in PLACES.items()]
    fields += [*_option_fields(), *_COMPUTED, *_COLUMNS, *_analysis_fields(), *applications.FIELDS]
    fields += noted.FIELDS
    fields += [
        Field(name, label, Type.STRING, values=values, effort=Effort.CONNECTIONS)
        for name, label, values in verdicts.FIELDS
    ]
    fields += [
        Field(
            f"_ws.col.{title}",
            f"The packet list's column {title}",
            Type.STRING,
            values=occurrences.cell(place),
            effort=Effort.DECODING,
        )
        for place, title in enumerate(_CELLS)
    ]
    return {field.name: field for field in fields}


FIELDS: Mapping[str, Field] = _table()
