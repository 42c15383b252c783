"""THE field tables of the link layers: Ethernet, VLAN, MPLS, PPP and the captures' own pseudo-headers.

Sources: IEEE 802.3, 802.1Q, 802.2; RFC 3032, 2516, 1661; the LINKTYPE_ pages of tcpdump.org.
"""

from __future__ import annotations

from tui.decode.headers.field import Field, Form, bits, flag
from tui.decode.headers.names import (
    ARP_HARDWARE,
    ARP_OPCODES,
    COOKED_TYPES,
    ETHERTYPES,
    FAMILIES,
    PPP_PROTOCOLS,
)

_LG = {
    0: "Globally unique address (factory default)",
    1: "Locally administered address (this is NOT the factory default)",
}
_IG = {0: "Individual address (unicast)", 1: "Group address (multicast/broadcast)"}


def _ethernet_address(name: str, label: str, start: int) -> Field:
    word = (start, 24)
    return Field(
        name,
        label,
        start,
        48,
        Form.MAC,
        children=(
            Field("eth.addr", "Address", start, 48, Form.MAC),
            flag(f"{name}.lg", "LG bit", start + 6, word, _LG),
            flag(f"{name}.ig", "IG bit", start + 7, word, _IG),
        ),
    )


ETHERNET = (
    _ethernet_address("eth.dst", "Destination", 0),
    _ethernet_address("eth.src", "Source", 48),
    Field("eth.type", "Type", 96, 16, Form.NAMED_HEX, ETHERTYPES),
)
ETHERNET_LENGTH = Field("eth.len", "Length", 96, 16)  # IEEE 802.3: below 1536 it is a length

_PRIORITIES = {
    0: "Best Effort (default)",
    1: "Background",
    2: "Excellent Effort",
    3: "Critical Applications",
    4: "Video, < 100ms latency and jitter",
    5: "Voice, < 10ms latency and jitter",
    6: "Internetwork Control",
    7: "Network Control",
}

VLAN = (
    Field("vlan.priority", "Priority", 0, 3, Form.NAMED, _PRIORITIES, (0, 16)),
    flag("vlan.dei", "DEI", 3, (0, 16), {0: "Ineligible", 1: "Eligible"}),
    bits("vlan.id", "ID", 4, 12, (0, 16)),
    Field("vlan.etype", "Type", 16, 16, Form.NAMED_HEX, ETHERTYPES),
)

MPLS = (
    bits("mpls.label", "MPLS Label", 0, 20, (0, 32), Form.DECIMAL_HEX),
    bits("mpls.exp", "MPLS Experimental Bits", 20, 3, (0, 32)),
    bits("mpls.bottom", "MPLS Bottom Of Label Stack", 23, 1, (0, 32)),
    bits("mpls.ttl", "MPLS TTL", 24, 8, (0, 32)),
)

_PPPOE_CODES = {
    0x00: "Session Data",
    0x07: "Active Discovery Offer (PADO)",
    0x09: "Active Discovery Initiation (PADI)",
    0x19: "Active Discovery Request (PADR)",
    0x65: "Active Discovery Session-confirmation (PADS)",
    0xA7: "Active Discovery Terminate (PADT)",
}

PPPOE = (
    bits("pppoe.version", "Version", 0, 4, (0, 8)),
    bits("pppoe.type", "Type", 4, 4, (0, 8)),
    Field("pppoe.code", "Code", 8, 8, Form.NAMED_HEX, _PPPOE_CODES),
    Field("pppoe.session_id", "Session ID", 16, 16, Form.HEX),
    Field("pppoe.payload_length", "Payload Length", 32, 16),
)

# RFC 1661 and 1662: address and control may be left out, the protocol may be one byte. Each row stands where
# the one before ends.
PPP_ADDRESS = (
    Field("ppp.address", "Address", 0, 8, Form.HEX),
    Field("ppp.control", "Control", 8, 8, Form.HEX),
)
PPP_PROTOCOL = Field("ppp.protocol", "Protocol", 0, 16, Form.NAMED_HEX, PPP_PROTOCOLS)
PPP_PROTOCOL_SHORT = Field("ppp.protocol", "Protocol", 0, 8, Form.NAMED_HEX, PPP_PROTOCOLS)

SLL = (
    Field("sll.pkttype", "Packet type", 0, 16, Form.NAMED, COOKED_TYPES),
    Field("sll.hatype", "Link-layer address type", 16, 16, Form.NAMED, ARP_HARDWARE),
    Field("sll.halen", "Link-layer address length", 32, 16),
)
SLL_ETYPE = Field("sll.etype", "Protocol", 112, 16, Form.NAMED_HEX, ETHERTYPES)

SLL2 = (
    Field("sll.etype", "Protocol", 0, 16, Form.NAMED_HEX, ETHERTYPES),
    Field("", "Reserved", 16, 16, Form.BYTES),
    Field("sll.ifindex", "Interface index", 32, 32),
    Field("sll.hatype", "Link-layer address type", 64, 16, Form.NAMED, ARP_HARDWARE),
    Field("sll.pkttype", "Packet type", 80, 8, Form.NAMED, COOKED_TYPES),
    Field("sll.halen", "Link-layer address length", 88, 8),
)

# DLT_NULL is written in the order of the machine that captured; DLT_LOOP in network order.
NULL_LITTLE = (Field("null.family", "Family", 0, 32, Form.NAMED, FAMILIES, little=True),)
NULL_BIG = (Field("null.family", "Family", 0, 32, Form.NAMED, FAMILIES),)

_SAPS = {
    0x00: "NULL LSAP",
    0x42: "Spanning Tree BPDU",
    0x06: "TCP/IP",
    0xAA: "SNAP",
    0xE0: "NetWare",
    0xF0: "NetBIOS",
    0xFE: "ISO Network Layer",
}

LLC = (
    Field("llc.dsap", "DSAP", 0, 8, Form.NAMED_HEX, _SAPS),
    Field("llc.ssap", "SSAP", 8, 8, Form.NAMED_HEX, _SAPS),
    Field("llc.control", "Control", 16, 8, Form.HEX),
)

_OUIS = {
    0: "Encapsulated Ethernet",
    0xF8: "Cisco 90-Compatible",
    0x0080C2: "Bridged",
    0x00000C: "Cisco Systems, Inc",
}

SNAP = (
    Field("llc.oui", "Organization Code", 0, 24, Form.NAMED_HEX, _OUIS),
    Field("llc.type", "Type", 24, 16, Form.NAMED_HEX, ETHERTYPES),
)

RADIOTAP = (
    Field("radiotap.version", "Header revision", 0, 8),
    Field("radiotap.pad", "Header pad", 8, 8),
    Field("radiotap.length", "Header length", 16, 16, little=True),
    Field("radiotap.present.word", "Present flags word", 32, 32, Form.HEX, little=True),
)

_WLAN_TYPES = {0: "Management frame", 1: "Control frame", 2: "Data frame", 3: "Extension frame"}
_WLAN_FLAGS = (8, 8)

IEEE80211 = (
    Field(
        "wlan.fc",
        "Frame Control Field",
        0,
        16,
        Form.HEX,
        children=(
            bits("wlan.fc.version", "Version", 6, 2, (0, 8)),
            Field("wlan.fc.type", "Type", 4, 2, Form.NAMED, _WLAN_TYPES, (0, 8)),
            bits("wlan.fc.subtype", "Subtype", 0, 4, (0, 8)),
            flag("wlan.fc.order", "+HTC/Order flag", 8, _WLAN_FLAGS),
            flag("wlan.fc.protected", "Protected flag", 9, _WLAN_FLAGS),
            flag("wlan.fc.moredata", "More Data", 10, _WLAN_FLAGS),
            flag("wlan.fc.pwrmgt", "PWR MGT", 11, _WLAN_FLAGS),
            flag("wlan.fc.retry", "Retry", 12, _WLAN_FLAGS),
            flag("wlan.fc.frag", "More Fragments", 13, _WLAN_FLAGS),
            flag("wlan.fc.fromds", "From DS", 14, _WLAN_FLAGS),
            flag("wlan.fc.tods", "To DS", 15, _WLAN_FLAGS),
        ),
    ),
    Field("wlan.duration", "Duration", 16, 16, little=True),
    Field("wlan.ra", "Receiver address", 32, 48, Form.MAC),
    Field("wlan.ta", "Transmitter address", 80, 48, Form.MAC),
    Field("wlan.addr", "Hardware address", 128, 48, Form.MAC),
)

NFLOG = (
    Field("nflog.family", "Family", 0, 8, Form.NAMED, {0: "Unspecified", 2: "IPv4", 10: "IPv6"}),
    Field("nflog.version", "Version", 8, 8),
    Field("nflog.res_id", "Resource id", 16, 16),
)

ENC = (
    Field("enc.af", "Address Family", 0, 32, Form.NAMED, FAMILIES, little=True),
    Field("enc.spi", "SPI", 32, 32, Form.HEX),
    Field("enc.flags", "Flags", 64, 32, Form.HEX, little=True),
)

ARP = (
    Field("arp.hw.type", "Hardware type", 0, 16, Form.NAMED, ARP_HARDWARE),
    Field("arp.proto.type", "Protocol type", 16, 16, Form.NAMED_HEX, ETHERTYPES),
    Field("arp.hw.size", "Hardware size", 32, 8),
    Field("arp.proto.size", "Protocol size", 40, 8),
    Field("arp.opcode", "Opcode", 48, 16, Form.NAMED, ARP_OPCODES),
)
# RFC 826 leaves the sizes open; these rows are for six bytes of hardware and four of protocol address.
ARP_ADDRESSES = (
    Field("arp.src.hw_mac", "Sender MAC address", 64, 48, Form.MAC),
    Field("arp.src.proto_ipv4", "Sender IP address", 112, 32, Form.IPV4),
    Field("arp.dst.hw_mac", "Target MAC address", 144, 48, Form.MAC),
    Field("arp.dst.proto_ipv4", "Target IP address", 192, 32, Form.IPV4),
)
