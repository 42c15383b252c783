"""The nodes of ICMP and ICMPv6, in Wireshark's wording.

Invariant: whatever is cut off or contradicts itself is left out; nothing here fails.
"""

from __future__ import annotations

from msgspec.structs import replace

from tui.decode.headers import HEADERS, network
from tui.decode.headers.field import Field, Form, bits, flag, read_all
from tui.decode.headers.names import ICMP_CODES, ICMPV6_CODES
from tui.decode.layers.part import Part, checksum_nodes
from tui.decode.layers.tunnel import unverified
from tui.decode.nodes import Node

_FRAGMENTATION_NEEDED = (3, 4)


def icmp(part: Part) -> Node:
    """RFC 792: what stands behind the checksum depends on the type."""
    kind, code, checksum = network.ICMP
    number = part.number(kind)
    names = ICMP_CODES.get(number)
    rows = _rest(number, part.number(code), says_length=part.number(network.ICMP_QUOTED) > 0)
    code = replace(code, form=Form.NUMBER_NAMED, names=names) if names else code
    nodes = read_all((kind, code), part.head, part.start) + _checksum(part, checksum, 1, pseudo=False)
    return part.node(HEADERS[part.layer].title, nodes + read_all(rows, part.head, part.start))


def _rest(kind: int, code: int, *, says_length: bool) -> tuple[Field, ...]:
    if (kind, code) == _FRAGMENTATION_NEEDED:
        rows = network.ICMP_NEEDS_FRAGMENTATION
        return network.ICMP_NEEDS_FRAGMENTATION_QUOTED if says_length else rows
    if says_length and kind in network.ICMP_REST_QUOTED:
        return network.ICMP_REST_QUOTED[kind]
    return network.ICMP_REST.get(kind, ())


def icmpv6(part: Part) -> Node:
    """RFC 4443 and 4861."""
    kind, code, checksum = network.ICMPV6
    number = part.number(kind)
    names = ICMPV6_CODES.get(number)
    code = replace(code, form=Form.NAMED, names=names) if names else code
    nodes = read_all((kind, code), part.head, part.start) + _checksum(part, checksum, 58, pseudo=True)
    nodes += tuple(
        _with_words(part, node)
        for node in read_all(network.ICMPV6_REST.get(number, ()), part.head, part.start)
    )
    first = network.ICMPV6_OPTIONS_AT.get(number)
    if first is not None:
        nodes += _neighbor_options(part, part.start + first)
    return part.node(HEADERS[part.layer].title, nodes)


def _checksum(part: Part, field: Field, protocol: int, pseudo: bool) -> tuple[Node, ...]:
    """Wireshark judges these two unasked: no network card computes them."""
    if part.quoted or part.carrier is None:
        return unverified(part, field)
    return checksum_nodes(part, field, protocol, pseudo=pseudo)


_ADVERTISED = ((0x80000000, "Router"), (0x40000000, "Solicited"), (0x20000000, "Override"))


def _with_words(part: Part, node: Node) -> Node:
    if node.name == "icmpv6.nd.na.flag" and isinstance(node.value, int):
        words = "".join(f", {word}" for bit, word in _ADVERTISED if node.value & bit)
        return replace(node, text=node.text + words)
    return node


_OPTION_NAMES = {
    1: "Source link-layer address",
    2: "Target link-layer address",
    3: "Prefix information",
    4: "Redirected header",
    5: "MTU",
    24: "Route Information",
    25: "Recursive DNS Server",
    31: "DNS Search List Option",
}
_WORD = (24, 8)
_OPTION_FIELDS = {
    1: (Field("icmpv6.opt.linkaddr", "Link-layer address", 16, 48, Form.MAC),),
    2: (Field("icmpv6.opt.linkaddr", "Link-layer address", 16, 48, Form.MAC),),
    3: (
        Field("icmpv6.opt.prefix.length", "Prefix Length", 16, 8),
        Field(
            "icmpv6.opt.prefix.flag",
            "Flag",
            24,
            8,
            Form.HEX,
            children=(
                flag("icmpv6.opt.prefix.flag.l", "On-link flag(L)", 24, _WORD),
                flag("icmpv6.opt.prefix.flag.a", "Autonomous address-configuration flag(A)", 25, _WORD),
                flag("icmpv6.opt.prefix.flag.r", "Router address flag(R)", 26, _WORD),
                bits("icmpv6.opt.prefix.flag.reserved", "Reserved", 27, 5, _WORD),
            ),
        ),
        Field("icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", 32, 32),
        Field("icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime", 64, 32),
        Field("icmpv6.opt.reserved", "Reserved", 96, 32, Form.BYTES),
        Field("icmpv6.opt.prefix", "Prefix", 128, 128, Form.IPV6),
    ),
    5: (Field("icmpv6.opt.reserved", "Reserved", 16, 16, Form.BYTES), Field("icmpv6.opt.mtu", "MTU", 32, 32)),
}
_OPTION_TYPE = Field("icmpv6.opt.type", "Type", 0, 8, Form.NAMED, _OPTION_NAMES)
_OPTION_LENGTH = Field("icmpv6.opt.length", "Length", 8, 8, Form.DECIMAL)


def _neighbor_options(part: Part, at: int) -> tuple[Node, ...]:
    """RFC 4861 4.6: type, length in units of eight bytes, which is never 0."""
    nodes: tuple[Node, ...] = ()
    while at + 2 <= part.end:
        kind, units = part.frame[at], part.frame[at + 1]
        stop = min(at + units * 8, part.end) if units else part.end
        body = part.frame[:stop]
        rows = read_all((_OPTION_TYPE, _OPTION_LENGTH), body, at)
        values = read_all(_OPTION_FIELDS.get(kind, ()), body, at)
        title = _OPTION_NAMES.get(kind, "Unknown")
        shown = {1: "linkaddr", 2: "linkaddr", 3: "prefix", 5: "mtu"}.get(kind)
        value = next((node.value for node in values if node.name == f"icmpv6.opt.{shown}"), "")
        fault = " [length 0]" if not units else ""
        text = f"ICMPv6 Option ({title}{f' : {value}' if value != '' else ''}){fault}"
        nodes += (Node("icmpv6.opt", text, at * 8, stop * 8, rows + values),)
        at = stop
    return nodes
