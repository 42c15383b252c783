"""THE field tables of the network layer: IPv4, IPv6 and its extension headers, ICMP, ICMPv6.

Sources: RFC 791, 2474, 3168, 8200, 4302, 6275, 792, 4443, 4861.
"""

from __future__ import annotations

from tui.decode.headers.field import Field, Form, bits, flag
from tui.decode.headers.names import DSCP, ECN, ICMP_TYPES, ICMPV6_TYPES, IP_PROTOCOLS

_DSCP = {number: text for number, (_, text) in DSCP.items()}
_ECN = {number: text for number, (_, text) in ECN.items()}
_YES = {0: "No", 1: "Yes"}

IPV4 = (
    bits("ip.version", "Version", 0, 4, (0, 8)),
    Field("ip.hdr_len", "Header Length", 4, 4, Form.SIZE, None, (0, 8), unit=4),
    Field(
        "ip.dsfield",
        "Differentiated Services Field",
        8,
        8,
        Form.HEX,
        children=(
            Field("ip.dsfield.dscp", "Differentiated Services Codepoint", 8, 6, Form.NAMED, _DSCP, (8, 8)),
            Field("ip.dsfield.ecn", "Explicit Congestion Notification", 14, 2, Form.NAMED, _ECN, (8, 8)),
        ),
    ),
    Field("ip.len", "Total Length", 16, 16),
    Field("ip.id", "Identification", 32, 16, Form.HEX_DECIMAL),
    Field(
        "ip.flags",
        "Flags",
        48,
        3,
        Form.HEX,
        None,
        (48, 8),
        children=(
            flag("ip.flags.rb", "Reserved bit", 48, (48, 8)),
            flag("ip.flags.df", "Don't fragment", 49, (48, 8)),
            flag("ip.flags.mf", "More fragments", 50, (48, 8)),
        ),
    ),
    Field("ip.frag_offset", "Fragment Offset", 51, 13, Form.EIGHTS, None, (48, 16)),
    Field("ip.ttl", "Time to Live", 64, 8),
    Field("ip.proto", "Protocol", 72, 8, Form.NAMED, IP_PROTOCOLS),
    Field("ip.checksum", "Header Checksum", 80, 16, Form.HEX),
    Field("ip.src", "Source Address", 96, 32, Form.IPV4),
    Field("ip.dst", "Destination Address", 128, 32, Form.IPV4),
)

IPV6 = (
    bits("ipv6.version", "Version", 0, 4, (0, 8)),
    Field(
        "ipv6.tclass",
        "Traffic Class",
        4,
        8,
        Form.HEX,
        None,
        (0, 32),
        children=(
            Field("ipv6.tclass.dscp", "Differentiated Services Codepoint", 4, 6, Form.NAMED, _DSCP, (0, 32)),
            Field("ipv6.tclass.ecn", "Explicit Congestion Notification", 10, 2, Form.NAMED, _ECN, (0, 32)),
        ),
    ),
    bits("ipv6.flow", "Flow Label", 12, 20, (8, 24), Form.HEX),
    Field("ipv6.plen", "Payload Length", 32, 16),
    Field("ipv6.nxt", "Next Header", 48, 8, Form.NAMED, IP_PROTOCOLS),
    Field("ipv6.hlim", "Hop Limit", 56, 8),
    Field("ipv6.src", "Source Address", 64, 128, Form.IPV6),
    Field("ipv6.dst", "Destination Address", 192, 128, Form.IPV6),
)


def _extension(name: str) -> tuple[Field, ...]:
    return (
        Field(f"ipv6.{name}.nxt", "Next Header", 0, 8, Form.NAMED, IP_PROTOCOLS),
        Field(f"ipv6.{name}.len", "Length", 8, 8),
    )


HOP_BY_HOP = _extension("hopopts")
DESTINATION = _extension("dstopts")

_ROUTING_TYPES = {
    0: "Source Route",
    1: "Nimrod",
    2: "Type 2 Routing",
    3: "RPL Source Route",
    4: "Segment Routing",
}

ROUTING = (
    *_extension("routing"),
    Field("ipv6.routing.type", "Type", 16, 8, Form.NAMED, _ROUTING_TYPES),
    Field("ipv6.routing.segleft", "Segments Left", 24, 8),
)

FRAGMENT = (
    Field("ipv6.fraghdr.nxt", "Next header", 0, 8, Form.NAMED, IP_PROTOCOLS),
    Field("ipv6.fraghdr.reserved_octet", "Reserved octet", 8, 8, Form.HEX),
    bits("ipv6.fraghdr.offset", "Offset", 16, 13, (16, 16)),
    bits("ipv6.fraghdr.reserved_bits", "Reserved bits", 29, 2, (16, 16)),
    flag("ipv6.fraghdr.more", "More Fragments", 31, (16, 16), _YES),
    Field("ipv6.fraghdr.ident", "Identification", 32, 32, Form.HEX),
)

AH = (
    Field("ah.next_header", "Next header", 0, 8, Form.NAMED, IP_PROTOCOLS),
    Field("ah.length", "Length", 8, 8),
    Field("ah.reserved", "Reserved", 16, 16, Form.BYTES),
    Field("ah.spi", "AH SPI", 32, 32, Form.HEX),
    Field("ah.sequence", "AH Sequence", 64, 32),
)

_MOBILITY_TYPES = {
    0: "Binding Refresh Request",
    1: "Home Test Init",
    2: "Care-of Test Init",
    3: "Home Test",
    4: "Care-of Test",
    5: "Binding Update",
    6: "Binding Acknowledgement",
    7: "Binding Error",
}

MOBILITY = (
    Field("mip6.proto", "Payload protocol", 0, 8, Form.NAMED, IP_PROTOCOLS),
    Field("mip6.hlen", "Header length", 8, 8),
    Field("mip6.mhtype", "Mobility Header Type", 16, 8, Form.NAMED, _MOBILITY_TYPES),
    Field("mip6.reserved", "Reserved", 24, 8, Form.HEX),
    Field("mip6.csum", "Checksum", 32, 16, Form.HEX),
)

ICMP = (
    Field("icmp.type", "Type", 0, 8, Form.NUMBER_NAMED, ICMP_TYPES),
    Field("icmp.code", "Code", 8, 8),
    Field("icmp.checksum", "Checksum", 16, 16, Form.HEX),
)
_ECHO = (
    Field("icmp.ident", "Identifier (BE)", 32, 16, Form.DECIMAL_HEX),
    Field("icmp.ident_le", "Identifier (LE)", 32, 16, Form.DECIMAL_HEX, little=True),
    Field("icmp.seq", "Sequence Number (BE)", 48, 16, Form.DECIMAL_HEX),
    Field("icmp.seq_le", "Sequence Number (LE)", 48, 16, Form.DECIMAL_HEX, little=True),
)
_TIMESTAMPS = (
    Field("icmp.originate_timestamp", "Originate Timestamp", 64, 32),
    Field("icmp.receive_timestamp", "Receive Timestamp", 96, 32),
    Field("icmp.transmit_timestamp", "Transmit Timestamp", 128, 32),
)
_UNUSED = (Field("icmp.unused", "Unused", 32, 32, Form.BYTES),)
ICMP_NEEDS_FRAGMENTATION = (
    Field("icmp.unused", "Unused", 32, 16, Form.BYTES),
    Field("icmp.mtu", "MTU of next hop", 48, 16),
)
ICMP_QUOTED = Field("icmp.length", "Length", 40, 8)  # how much is quoted, in units of 4 bytes (RFC 4884)
_FIRST_UNUSED = Field("icmp.unused", "Unused", 32, 8, Form.BYTES)
_LAST_UNUSED = Field("icmp.unused", "Unused", 48, 16, Form.BYTES)
ICMP_REST_QUOTED = {  # the same of those types if they say so
    3: (_FIRST_UNUSED, ICMP_QUOTED, _LAST_UNUSED),
    11: (_FIRST_UNUSED, ICMP_QUOTED, _LAST_UNUSED),
    12: (Field("icmp.pointer", "Pointer", 32, 8), ICMP_QUOTED, _LAST_UNUSED),
}
ICMP_NEEDS_FRAGMENTATION_QUOTED = (_FIRST_UNUSED, ICMP_QUOTED, Field("icmp.mtu", "MTU of next hop", 48, 16))
ICMP_REST = {  # by type: what stands after the checksum
    0: _ECHO,
    3: _UNUSED,
    5: (Field("icmp.redir_gw", "Gateway Address", 32, 32, Form.IPV4),),
    8: _ECHO,
    9: (
        Field("icmp.num_addrs", "Number of addresses", 32, 8),
        Field("icmp.addr_entry_size", "Address entry size", 40, 8),
        Field("icmp.lifetime", "Lifetime", 48, 16),
    ),
    11: _UNUSED,
    12: (Field("icmp.pointer", "Pointer", 32, 8), Field("icmp.unused", "Unused", 40, 24, Form.BYTES)),
    13: _ECHO + _TIMESTAMPS,
    14: _ECHO + _TIMESTAMPS,
    15: _ECHO,
    16: _ECHO,
    17: (*_ECHO, Field("icmp.address_mask", "Address Mask", 64, 32, Form.IPV4)),
    18: (*_ECHO, Field("icmp.address_mask", "Address Mask", 64, 32, Form.IPV4)),
    42: _ECHO[:2],
    43: _ECHO[:2],
}

ICMPV6 = (
    Field("icmpv6.type", "Type", 0, 8, Form.NAMED, ICMPV6_TYPES),
    Field("icmpv6.code", "Code", 8, 8),
    Field("icmpv6.checksum", "Checksum", 16, 16, Form.HEX),
)
_ECHO6 = (
    Field("icmpv6.echo.identifier", "Identifier", 32, 16, Form.HEX),
    Field("icmpv6.echo.sequence_number", "Sequence", 48, 16),
)
_RESERVED6 = (Field("icmpv6.reserved", "Reserved", 32, 32, Form.BYTES),)
_MLD = (
    Field("icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]", 32, 16),
    Field("icmpv6.reserved", "Reserved", 48, 16, Form.BYTES),
    Field("icmpv6.mld.multicast_address", "Multicast Address", 64, 128, Form.IPV6),
)
_PREFERENCES = {0: "Medium", 1: "High", 2: "Reserved", 3: "Low"}
_NA_WORD = (32, 32)
_RA_WORD = (40, 8)
ICMPV6_REST = {
    1: _RESERVED6,
    2: (Field("icmpv6.mtu", "MTU", 32, 32),),
    3: _RESERVED6,
    4: (Field("icmpv6.pointer", "Pointer", 32, 32),),
    128: _ECHO6,
    129: _ECHO6,
    130: _MLD,
    131: _MLD,
    132: _MLD,
    133: _RESERVED6,
    134: (
        Field("icmpv6.nd.ra.cur_hop_limit", "Cur hop limit", 32, 8),
        Field(
            "icmpv6.nd.ra.flag",
            "Flags",
            40,
            8,
            Form.HEX,
            children=(
                flag("icmpv6.nd.ra.flag.m", "Managed address configuration", 40, _RA_WORD),
                flag("icmpv6.nd.ra.flag.o", "Other configuration", 41, _RA_WORD),
                flag("icmpv6.nd.ra.flag.h", "Home Agent", 42, _RA_WORD),
                Field(
                    "icmpv6.nd.ra.flag.prf",
                    "Prf (Default Router Preference)",
                    43,
                    2,
                    Form.NAMED,
                    _PREFERENCES,
                    _RA_WORD,
                ),
                flag("icmpv6.nd.ra.flag.p", "Proxy", 45, _RA_WORD),
                bits("icmpv6.nd.ra.flag.rsv", "Reserved", 46, 2, _RA_WORD),
            ),
        ),
        Field("icmpv6.nd.ra.router_lifetime", "Router lifetime (s)", 48, 16),
        Field("icmpv6.nd.ra.reachable_time", "Reachable time (ms)", 64, 32),
        Field("icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)", 96, 32),
    ),
    135: (*_RESERVED6, Field("icmpv6.nd.ns.target_address", "Target Address", 64, 128, Form.IPV6)),
    136: (
        Field(
            "icmpv6.nd.na.flag",
            "Flags",
            32,
            32,
            Form.HEX,
            children=(
                flag("icmpv6.nd.na.flag.r", "Router", 32, _NA_WORD),
                flag("icmpv6.nd.na.flag.s", "Solicited", 33, _NA_WORD),
                flag("icmpv6.nd.na.flag.o", "Override", 34, _NA_WORD),
                bits("icmpv6.nd.na.flag.rsv", "Reserved", 35, 29, _NA_WORD),
            ),
        ),
        Field("icmpv6.nd.na.target_address", "Target Address", 64, 128, Form.IPV6),
    ),
    137: (
        *_RESERVED6,
        Field("icmpv6.nd.rd.target_address", "Target Address", 64, 128, Form.IPV6),
        Field("icmpv6.rd.na.destination_address", "Destination Address", 192, 128, Form.IPV6),
    ),
    143: (
        Field("icmpv6.reserved", "Reserved", 32, 16, Form.BYTES),
        Field("icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records", 48, 16),
    ),
}
ICMPV6_OPTIONS_AT = {
    133: 8,
    134: 16,
    135: 24,
    136: 24,
    137: 40,
}  # RFC 4861: the byte where the options begin, by type
