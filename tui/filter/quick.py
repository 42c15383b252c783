"""Fields for many packets at once, where the index knows where their headers stand.

A packet is plain if its innermost IP header is its only one, whole and no fragment, and no tunnel leads to
another link header; then the index says where its TCP header stands, and the Ethernet, IP and UDP headers
need no walk.
Invariant: `Quick.sure` is true only where the columns hold every occurrence of the field; the other packets
are for the field's `values`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.decode.headers import ALIASES, HEADERS, Form
from tui.decode.headers.network import IPV4, IPV6
from tui.decode.tcp_options import OPTIONS
from tui.filter import columns
from tui.filter.columns import Column
from tui.filter.field import Effort
from tui.filter.option_columns import at_most_one, first_option
from tui.filter.places import OTHER_FIELD, PLACES
from tui.index.schema import LEAST_BITS, NOWHERE, Layer, Mark, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.decode.headers import Field as Row
    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.filter.columns import Columns

_ETHERNET = 1  # LINKTYPE_ETHERNET
_UDP = 17
_RST = 0x004
_IPV6_HEADER = 40
_IP_HEADER = 20  # the least: so much room an outer IP header takes before an inner one
_NOT_PLAIN = Mark.QUOTED | Mark.FRAGMENT | Mark.REASSEMBLED | Mark.MALFORMED | Mark.SHORT | Mark.CUT_FIXED
_RAW = frozenset({Form.MAC, Form.IPV4, Form.IPV6, Form.BYTES, Form.TEXT})
# What may hold a second header of a kind: errors that quote, and a tunnel into a network of link headers.
# Behind an IP header only a tunnel leads to those.
_NESTING = (
    *(Protocol.ICMP, Protocol.ICMPV6),
    *(Protocol.ETHERNET, Protocol.ARP, Protocol.LLC, Protocol.STP, Protocol.LLDP, Protocol.EAPOL),
    *(Protocol.PPP, Protocol.PPPOED, Protocol.MPLS),
)
_IS_NESTING = np.isin(np.arange(len(Protocol)), _NESTING)
_NOT_IN_PLAIN = (Layer.ARP, Layer.ICMP, Layer.ICMPV6)


class Quick(Struct, frozen=True):
    """A field's occurrences, one column each; `sure` None: in every packet."""

    columns: tuple[Columns, ...]
    sure: Callable[[Chunk], Bools] | None
    effort: Effort


def plain(chunk: Chunk) -> Bools:
    """Which packets are plain: none of them carries ARP or ICMP."""
    found: Bools = (chunk.raw("ip_at") < _IP_HEADER) & ~_IS_NESTING[chunk.raw("protocol")]
    return found & ~chunk.marked(_NOT_PLAIN)


_ABSENT = Quick((), plain, Effort.HEADERS)


def _plain_ethernet(chunk: Chunk) -> Bools:
    return plain(chunk) & _on_ethernet(chunk)


def _on_ethernet(chunk: Chunk) -> Bools:
    links = np.array([interface.link_type for interface in chunk.view.capture.interfaces])
    found: Bools = links[chunk.raw("interface")] == _ETHERNET
    return found


def _family(chunk: Chunk, family: int) -> Bools:
    found: Bools = chunk.view.capture.addresses.entries["family"][chunk.raw("src")] == family
    return found


def _network(family: int) -> Callable[[Chunk], Ints]:
    return lambda chunk: np.where(_family(chunk, family), chunk.column("ip_at"), -1)


def _tcp(chunk: Chunk) -> Ints:
    at = chunk.column("tcp_at")
    return np.where(at == NOWHERE, -1, at)


def _udp(chunk: Chunk) -> Ints:
    """Behind an IP header that says so itself."""
    rows = {row.name: row for row in (*IPV4, *IPV6)}
    version4, version6 = _network(4)(chunk), _network(6)(chunk)
    protocol, there4 = chunk.frames.numbers(rows["ip.proto"], version4)
    length, _ = chunk.frames.numbers(rows["ip.hdr_len"], version4)
    following, there6 = chunk.frames.numbers(rows["ipv6.nxt"], version6)
    return np.where(
        there4 & (protocol == _UDP),
        version4 + length,
        np.where(there6 & (following == _UDP), version6 + _IPV6_HEADER, -1),
    )


# Where a plain packet's header of that kind begins, -1 if it has none; and which packets are plain for it.
_STARTS: Mapping[Layer, tuple[Callable[[Chunk], Ints], Callable[[Chunk], Bools]]] = {
    Layer.ETHERNET: (lambda chunk: np.where(_on_ethernet(chunk), 0, -1), _plain_ethernet),
    Layer.IPV4: (_network(4), plain),
    Layer.IPV6: (_network(6), plain),
    Layer.UDP: (_udp, lambda chunk: plain(chunk) & _known_next(chunk)),
    Layer.TCP: (_tcp, plain),
}


def _known_next(chunk: Chunk) -> Bools:
    """Not behind IPv6's extension headers."""
    row = next(row for row in IPV6 if row.name == "ipv6.nxt")
    following, there = chunk.frames.numbers(row, _network(6)(chunk))
    extended = np.isin(following, (0, 43, 44, 51, 60, 135)) & there  # RFC 8200, 4302, 6275
    return ~extended


def _address(name: str, family: int) -> Columns:
    """An IP address from the address book: numbers for IPv4, bytes for IPv6."""

    def column(chunk: Chunk) -> Column:
        numbers = chunk.raw(name)
        raw = chunk.view.capture.addresses.entries["raw"][numbers]
        there = _family(chunk, family)
        if family == 4:
            return Column(np.ascontiguousarray(raw[:, :4]).view(">u4")[:, 0].astype(np.int64), there)
        values = np.full(len(chunk), None, object)
        for place in np.flatnonzero(there).tolist():
            values[place] = raw[place].tobytes()
        return Column(values, there)

    return column


def _in_frames(row: Row, layer: Layer) -> Columns:
    """A field that stands at fixed bits of a header."""
    start, _ = _STARTS[layer]

    def column(chunk: Chunk) -> Column:
        if row.form in _RAW:
            pieces, there = chunk.frames.pieces(row, start(chunk))
            values = np.full(len(chunk), None, object)
            values[:] = pieces
            return Column(values, there)
        numbers, there = chunk.frames.numbers(row, start(chunk))
        other = OTHER_FIELD.get(row.name, range(0))
        there &= (numbers < other.start) | (numbers >= other.stop)
        if row.name == "ip.len":  # 0 is segmentation offload: what is left of the frame (Wireshark's rule)
            numbers = np.where(numbers == 0, chunk.column("length") - start(chunk), numbers)
        return Column((numbers != 0).astype(np.int64) if row.form is Form.NAME else numbers, there)

    return column


def _header_fields() -> Iterator[tuple[str, Quick]]:
    for name, places in PLACES.items():
        layers = {layer for layer, _ in places}
        sures = {_STARTS[layer][1] for layer in layers & _STARTS.keys()}
        if layers <= _STARTS.keys() and len(sures) == 1:
            found = tuple(_in_frames(row, layer) for layer, row in places)
            yield name, Quick(found, sures.pop(), Effort.BYTES)


def _not_in_plain_fields() -> Iterator[tuple[str, Quick]]:
    """Those of headers that no plain packet has: only the others are looked at."""
    for name, places in PLACES.items():
        if {layer for layer, _ in places} <= set(_NOT_IN_PLAIN):
            yield name, _ABSENT


def _addresses() -> Iterator[tuple[str, Quick]]:
    for protocol, family in (("ip", 4), ("ipv6", 6)):
        ends = {f"{protocol}.{end}": _address(end, family) for end in ("src", "dst")}
        for name, column in ends.items():
            yield name, Quick((column,), plain, Effort.COLUMNS)
        alias = f"{protocol}.addr"
        yield alias, Quick(tuple(ends[name] for name in ALIASES[alias]), plain, Effort.COLUMNS)


def _options() -> Iterator[tuple[str, Quick]]:
    """Numbers that stand in one kind of TCP option only."""
    kinds: dict[str, list[tuple[int, Row]]] = {}
    for kind, option in OPTIONS.items():
        for row in option.fields:
            kinds.setdefault(row.name, []).append((kind, row))
    for name, ((kind, row), *others) in kinds.items():
        if not others and row.form not in _RAW and row.form is not Form.NAME:
            yield name, Quick((first_option(kind, row),), _plain_with_one(kind), Effort.BYTES)


def _plain_with_one(kind: int) -> Callable[[Chunk], Bools]:
    return lambda chunk: plain(chunk) & at_most_one(chunk, kind)


_PORTS = tuple(columns.port(name) for name in ("srcport", "dstport"))


def _ends(chunk: Chunk) -> Ints:
    """Where the captured part of the IP packet ends; -1 if its header does not say (segmentation offload)."""
    rows = {row.name: row for row in (*IPV4, *IPV6)}
    version4, version6 = _network(4)(chunk), _network(6)(chunk)
    total, there4 = chunk.frames.numbers(rows["ip.len"], version4)
    payload, there6 = chunk.frames.numbers(rows["ipv6.plen"], version6)
    end = np.where(there4, version4 + total, np.where(there6, version6 + _IPV6_HEADER + payload, -1))
    said = np.where(there4, total, payload) > 0
    return np.where(said, np.minimum(end, chunk.frames.lengths), -1)


def _segment(start: Callable[[Chunk], Ints]) -> Quick:
    """From there to the end of the IP packet, where that is anything."""

    def column(chunk: Chunk) -> Column:
        begin, end = start(chunk), _ends(chunk)
        return Column(chunk.frames.between(begin, end), (begin >= 0) & (end > begin))

    def sure(chunk: Chunk) -> Bools:
        sound = (_ends(chunk) >= 0) & (chunk.raw("bits") >= LEAST_BITS)
        return plain(chunk) & ((_tcp(chunk) < 0) | sound)

    return Quick((column,), sure, Effort.BYTES)


def _tcp_payload(chunk: Chunk) -> Ints:
    start = _tcp(chunk)
    without = (start < 0) | (
        chunk.flags & _RST != 0
    )  # of a reset it is a reason, Wireshark's tcp.reset_cause
    return np.where(without, -1, start + (chunk.column("bits") >> 12) * 4)


def _frame_bytes() -> Quick:
    def column(chunk: Chunk) -> Column:
        lengths = chunk.frames.lengths
        return Column(chunk.frames.between(np.zeros(len(chunk), np.int64), lengths))

    return Quick((column,), None, Effort.BYTES)


QUICK: Mapping[str, Quick] = {
    **dict(_header_fields()),
    **dict(_not_in_plain_fields()),
    **dict(_addresses()),
    **dict(_options()),
    "tcp.port": Quick(_PORTS, None, Effort.COLUMNS),
    "tcp": _segment(_tcp),
    "tcp.payload": _segment(_tcp_payload),
    "frame": _frame_bytes(),
}
"""What is quicker than the field's values, by the field's name."""


def _presence(layer: Layer) -> Quick:
    start, sure = _STARTS[layer]
    effort = Effort.BYTES if layer is Layer.UDP else Effort.COLUMNS
    return Quick((lambda chunk: Column(start(chunk), start(chunk) >= 0),), sure, effort)


PRESENCE: Mapping[str, Quick] = {
    **{HEADERS[layer].name: _presence(layer) for layer in _STARTS if layer is not Layer.TCP},
    **{HEADERS[layer].name: _ABSENT for layer in _NOT_IN_PLAIN},
    "tcp": Quick((lambda chunk: Column(chunk.stream, chunk.tcp),), None, Effort.COLUMNS),
    "frame": Quick((lambda chunk: Column(chunk.at),), None, Effort.COLUMNS),
}
"""Whether a packet has such a header at all; the values mean nothing."""
