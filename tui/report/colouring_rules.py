"""THE colouring rules that everybody begins with: a display filter each, a mark, colours.

The first rule whose filter a packet passes says how it looks. They are those of Wireshark 4 whose protocols
are known here, with its names. Two things differ: SYN and FIN stand before HTTP and routing, as connections
are what is looked at; and what Wireshark calls malformed has a rule. Invariant: a colour is the name of one
of the theme's (tui/palettes.py), or #rrggbb; whatever has a colour has a mark.
"""

from __future__ import annotations

from msgspec import Struct

NO_MARK = " "


class ColouringRule(Struct, frozen=True):
    """How packets look that pass a filter; `mark` is one cell, "" as a colour is the list's own."""

    name: str
    filter: str
    mark: str = NO_MARK
    foreground: str = ""
    background: str = ""
    enabled: bool = True


NO_RULE = ColouringRule("", "")
"""What is said of a packet that passes no rule's filter."""

DEFAULT_RULES = (
    ColouringRule("Malformed", "tcpscope.malformed", "!", "warning"),
    ColouringRule(
        "Bad TCP",
        "tcp.analysis.flags && !tcp.analysis.window_update && !tcp.analysis.keep_alive && "
        "!tcp.analysis.keep_alive_ack",
        "x",
        "warning",
    ),
    ColouringRule("ICMP errors", "icmp.type in { 3..5, 11 } || icmpv6.type in { 1..4 }", "E", "error"),
    ColouringRule("ARP", "arp", "A", "secondary"),
    ColouringRule("ICMP", "icmp || icmpv6", "I", "secondary"),
    ColouringRule("TCP RST", "tcp.flags.reset == 1", "R", "error"),
    ColouringRule(
        "TTL low or unexpected",  # 89: OSPF, 103: PIM, 112: VRRP and CARP
        "(ip.dst != 224.0.0.0/4 && ip.ttl < 5 && !(ip.proto in { 89, 103 })) || "
        "(ip.dst == 224.0.0.0/24 && ip.dst != 224.0.0.251 && ip.ttl != 1 && ip.proto != 112)",
        "T",
        "warning",
    ),
    ColouringRule("TCP SYN", "tcp.flags.syn == 1", "S", "success"),
    ColouringRule("TCP FIN", "tcp.flags.fin == 1", "F", "primary"),
    ColouringRule("HTTP", "http || tcp.port == 80", "H", "accent"),
    ColouringRule(
        "Routing",  # BGP; IGMP, EIGRP, OSPF, VRRP and CARP; RIP and HSRP
        "tcp.port == 179 || (!tcp && (ip.proto in { 2, 88, 89, 112 } || udp.port in { 520, 521, 1985 }))",
        "r",
        "secondary",
    ),
    ColouringRule("TCP", "tcp"),
    ColouringRule("UDP", "udp", "U", "muted"),
    ColouringRule("Broadcast", "eth.dst.ig == 1", "B", "muted"),
)
