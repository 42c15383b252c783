"""THE field table: every name that `-T fields -e` prints and a filter compares, its type and how to get it.

A field comes from the columns (whole chunks, numpy), from the header tables of tui/decode/headers (every
occurrence in the packet, outermost first), from TCP's options, from the header tree (whatever else it shows),
or from the packet list's cells. Invariant: names and types are tshark's (`tshark -G fields`, version 4.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from tui.decode.headers import FIELDS as HEADER_FIELDS
from tui.decode.headers import Field as Row
from tui.decode.headers import Form, extract
from tui.decode.headers.link import ARP_ADDRESSES, ETHERNET_LENGTH, PPP_ADDRESS, PPP_PROTOCOL
from tui.decode.headers.network import ICMP_NEEDS_FRAGMENTATION, ICMP_REST, ICMPV6_REST
from tui.decode.headers.transport import TCP_FLAG_BITS
from tui.decode.headers.tunnel import GRE_OPTIONAL, GTPU_OPTIONAL, L2TP_OPTIONAL, PPTP_OPTIONAL
from tui.decode.layers.tcp import flag_letters
from tui.decode.nodes import walk
from tui.decode.options import walk as walk_options
from tui.decode.tcp_options import OPTIONS
from tui.errors import UsageError
from tui.filter import analysis, columns
from tui.index.schema import ANALYSIS_TEXTS, Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.filter.chunk import Chunk, Header
    from tui.filter.columns import Columns

_SUGGESTIONS = 3
_TCP_HEADER = 20  # bytes before the options
_LEAST_ETHERTYPE = 0x0600  # IEEE 802.3: below, the field is a length


class Type(Enum):
    """What a field's values are; the text says how they are held."""

    UINT = "int"
    INT = "int, may be negative"
    HEX = "int, written in hex"
    BOOL = "int, 0 or 1"
    NONE = "int, 1 where it is there"
    IPV4 = "4 bytes"
    IPV6 = "16 bytes"
    ETHER = "6 bytes"
    BYTES = "bytes"
    STRING = "str"
    TIME = "int, ns since 1970 UTC, written as a date"
    DURATION = "int, ns, written in seconds"


Value = int | bytes | str
Values = list[tuple[Value, ...]]
"""For each packet of a chunk the field's occurrences, outermost first."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: Wireshark's name and label, its type, and one of two ways to get it.

    `column` gives at most one value a packet for a whole chunk in numpy, `values` every occurrence in each
    packet. `digits` is how many a HEX value is written with.
    """

    name: str
    label: str
    type: Type
    column: Columns | None = None
    values: Callable[[Chunk], Values] | None = None
    digits: int = 0


def find(name: str) -> Field:
    """The field of that name; UsageError with the nearest names if there is none."""
    field = FIELDS.get(name)
    if field is None:
        near = get_close_matches(name, FIELDS, _SUGGESTIONS)
        hint = (
            f"did you mean {' or '.join(near)}?"
            if near
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
    Field("frame.interface_id", "Interface id", Type.UINT, columns.frame_column("interface")),
    Field("tcp.stream", "Stream index", Type.UINT, columns.stream),
    Field("tcp.completeness", "Conversation completeness", Type.UINT, columns.completeness),
    Field("tcp.srcport", "Source Port", Type.UINT, columns.port("srcport")),
    Field("tcp.dstport", "Destination Port", Type.UINT, columns.port("dstport")),
    Field("tcp.seq", "Sequence Number", Type.UINT, columns.seq),
    Field("tcp.seq_raw", "Sequence Number (raw)", Type.UINT, columns.sent_column("seq")),
    Field("tcp.nxtseq", "Next Sequence Number", Type.UINT, columns.next_seq),
    Field("tcp.ack", "Acknowledgment Number", Type.UINT, columns.ack),
    Field("tcp.ack_raw", "Acknowledgment number (raw)", Type.UINT, columns.tcp_column("ack")),
    Field("tcp.len", "TCP Segment Len", Type.UINT, columns.segment_length),
    Field("tcp.hdr_len", "Header Length", Type.UINT, columns.header_length),
    Field("tcp.flags", "Flags", Type.HEX, columns.flags, digits=4),
    Field("tcp.flags.res", "Reserved", Type.BOOL, columns.flag(0xE00)),
    *(
        Field(name, label, Type.BOOL, columns.flag(1 << (111 - bit)))
        for name, label, bit, _, _ in TCP_FLAG_BITS
    ),
    Field("tcp.window_size_value", "Window", Type.UINT, columns.tcp_column("window")),
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


# Where Wireshark's own type is another than the row's form and width tell: type, digits.
_OTHERWISE = {
    "ipv6.tclass": (Type.HEX, 8),
    "llc.control": (Type.HEX, 4),
    "llc.oui": (Type.UINT, 0),
}


def _typed(row: Row, values: Callable[[Chunk], Values], name: str = "") -> Field:
    usual = _TYPES.get(row.form, Type.UINT), (row.width + 7) // 8 * 2
    kind, digits = _OTHERWISE.get(row.name, usual)
    return Field(name or row.name, row.label, kind, values=values, digits=digits)


def _in_headers(places: tuple[tuple[Layer, Row], ...]) -> Callable[[Chunk], Values]:
    """Every occurrence of a field that always stands at the same bits of its header."""
    rows: dict[int, list[Row]] = {}
    for layer, row in places:
        rows.setdefault(layer, []).append(row)

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                value
                for header in headers
                for row in rows.get(header.layer, ())
                if (value := _value(row, header)) is not None
            )
            for headers in chunk.headers
        ]

    return values


def _value(row: Row, header: Header) -> int | bytes | None:
    value = extract(row, header.data, header.start)
    if row.name == "eth.type" and isinstance(value, int) and value < _LEAST_ETHERTYPE:
        return None
    return value if row.form is not Form.NAME or value is None else int(value != 0)


def _in_options(kinds: Mapping[int, Row]) -> Callable[[Chunk], Values]:
    """Every occurrence of a field that stands in TCP options of these kinds."""

    def occurrences(header: Header) -> Iterator[int | bytes]:
        for item in walk_options(header.data, header.start + _TCP_HEADER, header.end):
            row = kinds.get(item.kind)
            if row is not None and OPTIONS[item.kind].length in (None, item.end - item.start):
                value = extract(row, header.data[: item.end], item.start)
                if value is not None:
                    yield value

    def values(chunk: Chunk) -> Values:
        return [
            tuple(value for header in headers if header.layer == Layer.TCP for value in occurrences(header))
            for headers in chunk.headers
        ]

    return values


def _all_options(chunk: Chunk) -> Values:
    """tcp.options: the options' bytes."""
    return [
        tuple(
            header.data[header.start + _TCP_HEADER : header.end]
            for header in headers
            if header.layer == Layer.TCP and header.end > header.start + _TCP_HEADER
        )
        for headers in chunk.headers
    ]


def _payload(chunk: Chunk) -> Values:
    """tcp.payload: what was captured of it."""
    return [
        tuple(
            after.data[after.start : after.end]
            for header, after in pairwise(headers)
            if header.layer == Layer.TCP and after.layer == Layer.PAYLOAD
        )
        for headers in chunk.headers
    ]


def _in_tree(name: str) -> Callable[[Chunk], Values]:
    """Every occurrence in the header tree."""

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                node.value
                for node in walk(nodes)
                if node.name == name and isinstance(node.value, int | bytes | str)
            )
            for nodes in chunk.nodes
        ]

    return values


def _cell(place: int) -> Callable[[Chunk], Values]:
    return lambda chunk: [(cells[place],) for cells in chunk.cells]


def _flag_text(chunk: Chunk) -> Values:
    """tcp.flags.str: a letter for each flag that is set, "·······A··S·"."""
    pairs = zip(chunk.flags.tolist(), columns.headed(chunk).tolist(), strict=True)
    return [(flag_letters(flags),) if there else () for flags, there in pairs]


def _option_fields() -> Iterator[Field]:
    kinds: dict[str, dict[int, Row]] = {}
    for kind, option in OPTIONS.items():
        for row in option.fields:
            kinds.setdefault(row.name, {})[kind] = row
    for rows in kinds.values():
        yield _typed(next(iter(rows.values())), _in_options(rows))


def _tree_rows() -> Iterator[Row]:
    """The rows of what only stands in a header if the header says so."""
    yield from (ETHERNET_LENGTH, *PPP_ADDRESS, PPP_PROTOCOL)
    for rows in (ARP_ADDRESSES, ICMP_NEEDS_FRAGMENTATION, *ICMP_REST.values(), *ICMPV6_REST.values()):
        yield from rows
    for _, rows in (*GRE_OPTIONAL, *PPTP_OPTIONAL, *L2TP_OPTIONAL):
        yield from rows
    yield from GTPU_OPTIONAL


_COMPUTED = (  # what the header tree shows that no table row says
    Field("tcp.options", "TCP Options", Type.BYTES, values=_all_options),
    Field(
        "tcp.options.wscale.multiplier",
        "Multiplier",
        Type.UINT,
        values=_in_tree("tcp.options.wscale.multiplier"),
    ),
    Field("tcp.options.sack_le", "TCP SACK Left Edge", Type.UINT, values=_in_tree("tcp.options.sack_le")),
    Field("tcp.options.sack_re", "TCP SACK Right Edge", Type.UINT, values=_in_tree("tcp.options.sack_re")),
    Field("tcp.options.sack.count", "TCP SACK Count", Type.UINT, values=_in_tree("tcp.options.sack.count")),
    Field(
        "tcp.options.tfo.cookie", "Fast Open Cookie", Type.BYTES, values=_in_tree("tcp.options.tfo.cookie")
    ),
    Field("tcp.option_kind", "Kind", Type.UINT, values=_in_tree("tcp.option_kind")),
    Field("tcp.option_len", "Length", Type.UINT, values=_in_tree("tcp.option_len")),
    Field("tcp.payload", "TCP payload", Type.BYTES, values=_payload),
    Field("tcp.flags.str", "TCP Flags", Type.STRING, values=_flag_text),
    Field("frame.comment", "Comment", Type.STRING, values=_in_tree("frame.comment")),
    Field("frame.interface_name", "Interface name", Type.STRING, values=_in_tree("frame.interface_name")),
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
    fields = [_typed(row, _in_tree(row.name)) for row in _tree_rows()]
    places = dict(HEADER_FIELDS)
    places["ip.version"] += places["ipv6.version"]  # as Wireshark has it
    fields += [_typed(rows[0][1], _in_headers(rows), name) for name, rows in places.items()]
    fields += [*_option_fields(), *_COMPUTED, *_COLUMNS, *_analysis_fields()]
    fields += [
        Field(f"_ws.col.{title}", f"The packet list's column {title}", Type.STRING, values=_cell(place))
        for place, title in enumerate(_CELLS)
    ]
    return {field.name: field for field in fields}


FIELDS: Mapping[str, Field] = _table()
