"""THE names of numbers that headers share, in Wireshark's words: protocols, classes, families, codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ETHERTYPES: Mapping[int, str] = {
    0x0000: "Unknown",
    0x0800: "IPv4",
    0x0806: "ARP",
    0x0842: "Wake on LAN",
    0x22F3: "TRILL",
    0x6558: "Transparent Ethernet bridging",
    0x8035: "RARP",
    0x8037: "IPX",
    0x809B: "AppleTalk LLAP bridging",
    0x80F3: "AARP",
    0x8100: "802.1Q Virtual LAN",
    0x8137: "Netware IPX/SPX",
    0x86DD: "IPv6",
    0x8808: "MAC Control",
    0x8809: "Slow Protocols",
    0x880B: "PPP",
    0x8847: "MPLS label switched packet",
    0x8848: "MPLS multicast label switched packet",
    0x8863: "PPPoE Discovery",
    0x8864: "PPPoE Session",
    0x888E: "802.1X Authentication",
    0x88A8: "802.1ad Provider Bridge (Q-in-Q)",
    0x88CC: "802.1 Link Layer Discovery Protocol (LLDP)",
    0x88E5: "802.1AE (MACsec)",
    0x88E7: "802.1ah Provider Backbone Bridge (mac-in-mac)",
    0x88F7: "PTPv2 over Ethernet (IEEE1588)",
    0x8902: "IEEE 802.1Q Connectivity Fault Management (CFM) protocol",
    0x9000: "Loopback",
    0x9100: "QinQ",
}

IP_PROTOCOLS: Mapping[int, str] = {
    0: "IPv6 Hop-by-Hop Option",
    1: "ICMP",
    2: "IGMP",
    3: "GGP",
    4: "IPIP",
    6: "TCP",
    8: "EGP",
    17: "UDP",
    33: "DCCP",
    41: "IPv6",
    43: "Routing Header for IPv6",
    44: "Fragment Header for IPv6",
    46: "Reservation Protocol",
    47: "Generic Routing Encapsulation",
    50: "Encap Security Payload",
    51: "Authentication Header",
    58: "ICMPv6",
    59: "No Next Header for IPv6",
    60: "Destination Options for IPv6",
    88: "EIGRP",
    89: "OSPF IGP",
    103: "PIM",
    112: "VRRP",
    115: "Layer 2 Tunneling",
    132: "SCTP",
    135: "Mobile IP",
    136: "UDPlite",
    137: "MPLS in IP",
    139: "HIP",
    140: "Shim6",
}

DSCP: Mapping[int, tuple[str, str]] = {  # (short, in full)
    0: ("CS0", "Default"),
    1: ("LE", "Lower Effort"),
    8: ("CS1", "Class Selector 1"),
    10: ("AF11", "Assured Forwarding 11"),
    12: ("AF12", "Assured Forwarding 12"),
    14: ("AF13", "Assured Forwarding 13"),
    16: ("CS2", "Class Selector 2"),
    18: ("AF21", "Assured Forwarding 21"),
    20: ("AF22", "Assured Forwarding 22"),
    22: ("AF23", "Assured Forwarding 23"),
    24: ("CS3", "Class Selector 3"),
    26: ("AF31", "Assured Forwarding 31"),
    28: ("AF32", "Assured Forwarding 32"),
    30: ("AF33", "Assured Forwarding 33"),
    32: ("CS4", "Class Selector 4"),
    34: ("AF41", "Assured Forwarding 41"),
    36: ("AF42", "Assured Forwarding 42"),
    38: ("AF43", "Assured Forwarding 43"),
    40: ("CS5", "Class Selector 5"),
    44: ("VOICE-ADMIT", "VOICE-ADMIT"),
    46: ("EF PHB", "Expedited Forwarding"),
    48: ("CS6", "Class Selector 6"),
    56: ("CS7", "Class Selector 7"),
}

ECN: Mapping[int, tuple[str, str]] = {
    0: ("Not-ECT", "Not ECN-Capable Transport"),
    1: ("ECT(1)", "ECN-Capable Transport codepoint '01'"),
    2: ("ECT(0)", "ECN-Capable Transport codepoint '10'"),
    3: ("CE", "Congestion Experienced"),
}

PPP_PROTOCOLS: Mapping[int, str] = {
    0x0021: "Internet Protocol version 4",
    0x002D: "Van Jacobson Compressed TCP/IP",
    0x002F: "Van Jacobson Uncompressed TCP/IP",
    0x003D: "Multi-Link",
    0x0057: "Internet Protocol version 6",
    0x00FD: "Compressed Datagram",
    0x0281: "MPLS Unicast",
    0x8021: "Internet Protocol Control Protocol",
    0x8057: "IPv6 Control Protocol",
    0x80FD: "Compression Control Protocol",
    0xC021: "Link Control Protocol",
    0xC023: "Password Authentication Protocol",
    0xC025: "Link Quality Report",
    0xC223: "Challenge Handshake Authentication Protocol",
}

ARP_HARDWARE: Mapping[int, str] = {
    1: "Ethernet",
    6: "IEEE 802",
    7: "ARCNET",
    15: "Frame Relay",
    18: "Fibre Channel",
    24: "IEEE 1394",
    32: "InfiniBand",
    512: "PPP",
    768: "IPIP",
    769: "IPIP6",
    772: "Loopback",
    776: "IPv6-in-IPv4",
    778: "IPGRE",
    801: "IEEE 802.11",
    802: "IEEE 802.11 + Prism header",
    803: "IEEE 802.11 + radiotap header",
    824: "Netlink",
    65534: "None",
}

ARP_OPCODES: Mapping[int, str] = {
    1: "request",
    2: "reply",
    3: "reverse request",
    4: "reverse reply",
    8: "inverse request",
    9: "inverse reply",
}

COOKED_TYPES: Mapping[int, str] = {
    0: "Unicast to us",
    1: "Broadcast",
    2: "Multicast",
    3: "Unicast to another host",
    4: "Sent by us",
}

# BSD's AF_ numbers; those of IPv6 differ from system to system.
FAMILIES: Mapping[int, str] = {2: "IP", 7: "OSI", 10: "IPv6", 23: "IPX", 24: "IPv6", 28: "IPv6", 30: "IPv6"}

ICMP_TYPES: Mapping[int, str] = {
    0: "Echo (ping) reply",
    1: "Reserved",
    2: "Reserved",
    3: "Destination unreachable",
    4: "Source quench (flow control)",
    5: "Redirect",
    6: "Alternate host address",
    8: "Echo (ping) request",
    9: "Router advertisement",
    10: "Router solicitation",
    11: "Time-to-live exceeded",
    12: "Parameter problem",
    13: "Timestamp request",
    14: "Timestamp reply",
    15: "Information request",
    16: "Information reply",
    17: "Address mask request",
    18: "Address mask reply",
    30: "Traceroute",
    40: "Photuris",
    42: "Extended Echo request",
    43: "Extended Echo reply",
}

ICMP_CODES: Mapping[int, Mapping[int, str]] = {
    3: {
        0: "Network unreachable",
        1: "Host unreachable",
        2: "Protocol unreachable",
        3: "Port unreachable",
        4: "Fragmentation needed",
        5: "Source route failed",
        6: "Destination network unknown",
        7: "Destination host unknown",
        8: "Source host isolated",
        9: "Network administratively prohibited",
        10: "Host administratively prohibited",
        11: "Network unreachable for TOS",
        12: "Host unreachable for TOS",
        13: "Communication administratively filtered",
        14: "Host precedence violation",
        15: "Precedence cutoff in effect",
    },
    5: {
        0: "Redirect for network",
        1: "Redirect for host",
        2: "Redirect for TOS and network",
        3: "Redirect for TOS and host",
    },
    11: {0: "Time to live exceeded in transit", 1: "Fragment reassembly time exceeded"},
    12: {0: "Pointer indicates the error", 1: "Required option missing", 2: "Bad length"},
}

ICMPV6_TYPES: Mapping[int, str] = {
    1: "Destination Unreachable",
    2: "Packet Too Big",
    3: "Time Exceeded",
    4: "Parameter Problem",
    128: "Echo (ping) request",
    129: "Echo (ping) reply",
    130: "Multicast Listener Query",
    131: "Multicast Listener Report",
    132: "Multicast Listener Done",
    133: "Router Solicitation",
    134: "Router Advertisement",
    135: "Neighbor Solicitation",
    136: "Neighbor Advertisement",
    137: "Redirect",
    143: "Multicast Listener Report Message v2",
}

ICMPV6_CODES: Mapping[int, Mapping[int, str]] = {
    1: {
        0: "no route to destination",
        1: "Administratively prohibited",
        2: "Beyond scope of source address",
        3: "Address unreachable",
        4: "Port unreachable",
        5: "Source address failed ingress/egress policy",
        6: "Reject route to destination",
        7: "Error in Source Routing Header",
    },
    3: {0: "hop limit exceeded in transit", 1: "fragment reassembly time exceeded"},
    4: {
        0: "erroneous header field encountered",
        1: "unrecognized Next Header type encountered",
        2: "unrecognized IPv6 option encountered",
    },
}
