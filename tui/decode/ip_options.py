"""THE table of IPv4's options and the IPv6 options of hop-by-hop and destination headers, in Wireshark's
words.

Sources: the IANA registries "IP Option Numbers" and "Destination Options and Hop-by-Hop Options"; RFC 791,
2113, 1393, 4782, 8200.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.headers.field import Field, Form, bits, flag, read_all
from tui.decode.nodes import Node
from tui.decode.options import Family, Item, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.decode.counting import Counting

NUMBERS: Mapping[int, str] = {  # the low five bits of the type
    0: "End of Option List (EOL)",
    1: "No-Operation (NOP)",
    2: "Security",
    3: "Loose source route",
    4: "Time stamp",
    5: "Extended security",
    6: "Commercial IP security option",
    7: "Record route",
    8: "Stream identifier",
    9: "Strict source route",
    10: "Experimental Measurement",
    11: "MTU probe",
    12: "MTU Reply",
    13: "Experimental Flow Control",
    14: "Experimental Access Control",
    17: "Extended Internet Protocol",
    18: "Traceroute",
    19: "Address Extension",
    20: "Router Alert",
    21: "Selective Directed Broadcast",
    24: "Upstream Multicast Packet",
    25: "Quick-Start",
}
_CLASSES = {
    0: "Control",
    1: "Reserved for future use",
    2: "Debugging and measurement",
    3: "Reserved for future use",
}
_YES = {0: "No", 1: "Yes"}
_TYPE = Field(
    "ip.opt.type",
    "Type",
    0,
    8,
    children=(
        flag("ip.opt.type.copy", "Copy on fragmentation", 0, (0, 8), _YES),
        Field("ip.opt.type.class", "Class", 1, 2, Form.NAMED, _CLASSES, (0, 8)),
        Field("ip.opt.type.number", "Number", 3, 5, Form.NAMED, NUMBERS, (0, 8)),
    ),
)
_LENGTH = Field("ip.opt.len", "Length", 8, 8)
_POINTER = Field("ip.opt.ptr", "Pointer", 16, 8)
_ALERTS = {0: "Router shall examine packet"}
_STAMP_KINDS = {
    0: "Time stamps only",
    1: "Time stamp and address",
    3: "Time stamps for prespecified addresses",
}


RECORD_ROUTE = 7


def _route_nodes(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
    """The addresses of a route option: those before the pointer (RFC 791: counted from 1) are recorded, the
    others free.
    """
    source_route = frame[item.start] != RECORD_ROUTE
    pointer = frame[item.start + 2] if item.end - item.start > 2 else 0
    nodes: tuple[Node, ...] = ()
    for at in range(3, item.end - item.start - 3, 4):
        if at + 1 < pointer:
            name, label = "ip.rec_rt", "Recorded Route"
        elif source_route:
            name, label = "ip.src_rt", "Source Route"
        else:
            name, label = "ip.empty_rt", "Empty Route"
        nodes += read_all((Field(name, label, at * 8, 32, Form.IPV4),), frame, item.start)
    return nodes


def _stamp_nodes(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
    """RFC 791's timestamp option: stamps alone (flag 0) or behind an address each."""
    addresses = item.end - item.start > 3 and frame[item.start + 3] & 15 != 0
    stamp = ("ip.opt.time_stamp", "Time stamp", Form.DECIMAL)
    address = ("ip.opt.time_stamp_addr", "Address", Form.IPV4)
    fields = []
    for number, at in enumerate(range(4, item.end - item.start - 3, 4)):
        name, label, form = address if addresses and number % 2 == 0 else stamp
        fields.append(Field(name, label, at * 8, 32, form))
    return read_all(fields, frame, item.start)


_MTU = (Field("ip.opt.mtu", "MTU", 16, 16),)

OPTIONS: Mapping[int, Option] = {
    0: Option("ip.options.eol", "End of Options List (EOL)"),
    1: Option("ip.options.nop", "No-Operation (NOP)"),
    7: Option("ip.options.record_route", "Record Route", None, (_POINTER,), rest=_route_nodes),
    11: Option("ip.options.mtu_probe", "MTU Probe", 4, _MTU),
    12: Option("ip.options.mtu_reply", "MTU Reply", 4, _MTU),
    25: Option("ip.options.qs", "Quick-Start", 8),
    68: Option(
        "ip.options.timestamp",
        "Time Stamp",
        None,
        (
            _POINTER,
            bits("ip.opt.overflow", "Overflow", 24, 4, (24, 8)),
            Field("ip.opt.flag", "Flag", 28, 4, Form.NAMED_HEX, _STAMP_KINDS, (24, 8)),
        ),
        rest=_stamp_nodes,
    ),
    82: Option(
        "ip.options.traceroute",
        "Traceroute",
        12,
        (
            Field("ip.opt.id_number", "ID Number", 16, 16),
            Field("ip.opt.ohc", "Outbound Hop Count", 32, 16),
            Field("ip.opt.rhc", "Return Hop Count", 48, 16),
            Field("ip.opt.originator", "Originator IP Address", 64, 32, Form.IPV4),
        ),
    ),
    130: Option("ip.options.security", "Security"),
    131: Option("ip.options.lsr", "Loose Source Route", None, (_POINTER,), rest=_route_nodes),
    133: Option("ip.options.ext_security", "Extended Security"),
    134: Option("ip.options.cipso", "Commercial Security"),
    136: Option("ip.options.sid", "Stream ID", 4, (Field("ip.opt.sid", "Stream Identifier", 16, 16),)),
    137: Option("ip.options.ssr", "Strict Source Route", None, (_POINTER,), rest=_route_nodes),
    148: Option(
        "ip.options.routeralert",
        "Router Alert",
        4,
        (Field("ip.opt.ra", "Router Alert", 16, 16, Form.NAMED, _ALERTS),),
    ),
    149: Option("ip.options.sdb", "Selective Directed Broadcast"),
}


def _unknown(kind: int) -> Option:
    return Option("", f"Unknown (0x{kind:02x})")


def _opening(frame: bytes, item: Item) -> tuple[Node, ...]:
    fields = (_TYPE,) if item.end - item.start == 1 else (_TYPE, _LENGTH)
    return read_all(fields, frame, item.start)


IP_OPTIONS = Family("IP Option - ", OPTIONS, _unknown, _opening)

_OPTION6_NAMES = {
    0x00: "Pad1",
    0x01: "PadN",
    0x04: "Tunnel Encapsulation Limit",
    0x05: "Router Alert",
    0x07: "CALIPSO",
    0x26: "Quick-Start",
    0x63: "RPL Option",
    0xC2: "Jumbo Payload",
    0xC9: "Home Address",
}
_ACTIONS6 = {
    0: "Skip and continue",
    1: "Discard",
    2: "Discard and send ICMP Parameter Problem",
    3: "Discard and send ICMP if not multicast",
}
_TYPE6 = Field(
    "ipv6.opt.type",
    "Type",
    0,
    8,
    Form.NAMED_HEX,
    _OPTION6_NAMES,
    children=(
        Field("ipv6.opt.type.action", "Action", 0, 2, Form.NAMED, _ACTIONS6, (0, 8)),
        flag("ipv6.opt.type.change", "May Change", 2, (0, 8), _YES),
        bits("ipv6.opt.type.rest", "Low-Order Bits", 3, 5, (0, 8), Form.HEX),
    ),
)
_LENGTH6 = Field("ipv6.opt.length", "Length", 8, 8)
_VALUES6 = {
    0x04: Field("ipv6.opt.tel", "Tunnel Encapsulation Limit", 16, 8),
    0x05: Field("ipv6.opt.router_alert", "Router Alert", 16, 16),
    0xC2: Field("ipv6.opt.jumbo", "Payload Length", 16, 32),
    0xC9: Field("ipv6.opt.mipv6.home_address", "MIPv6 Home Address", 16, 128, Form.IPV6),
}


def ipv6_option_nodes(frame: bytes, start: int, end: int) -> tuple[Node, ...]:
    """The options at bytes [start, end) of a hop-by-hop or destination header (RFC 8200 4.2: the length
    counts the value alone).
    """
    nodes: tuple[Node, ...] = ()
    end = min(end, len(frame))
    while start < end:
        kind = frame[start]
        size = 1 if kind == 0 else 2 + frame[start + 1] if start + 1 < end else end - start
        stop = min(start + size, end)
        body = frame[:stop]
        fields: tuple[Field, ...] = (_TYPE6,) if kind == 0 else (_TYPE6, _LENGTH6)
        if kind in _VALUES6:
            fields += (_VALUES6[kind],)
        elif kind == 1 and stop > start + 2:
            fields += (Field("ipv6.opt.padn", "PadN", 16, (stop - start - 2) * 8, Form.BYTES),)
        title = _OPTION6_NAMES.get(kind, f"Unknown IPv6 Option ({kind})")
        if start + size > end:
            title += " (its length says that it goes past the end of the header)"
        nodes += (Node("ipv6.opt", title, start * 8, stop * 8, read_all(fields, body, start)),)
        start = stop
    return nodes
