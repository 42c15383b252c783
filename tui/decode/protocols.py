"""THE table of what carries what beyond the headers that we walk: who dissects a payload, by the number that
announces it.

Invariant: a row names a scapy layer, or is a protocol of text lines; scapy itself is imported only when a row
is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dissector(Struct, frozen=True):
    """A protocol: its line in the tree, its short name in "Protocols in frame", the scapy layer; `skip` bytes
    stand before it.
    """

    title: str
    name: str
    module: str
    layer: str
    skip: int = 0


_DNS = Dissector("Domain Name System", "dns", "scapy.layers.dns", "DNS")
_DNS_STREAM = Dissector(
    "Domain Name System", "dns", "scapy.layers.dns", "DNS", skip=2
)  # RFC 1035 4.2.2: a length comes first
_DHCP = Dissector("Dynamic Host Configuration Protocol", "dhcp", "scapy.layers.dhcp", "BOOTP")
_SNMP = Dissector("Simple Network Management Protocol", "snmp", "scapy.layers.snmp", "SNMP")
_RADIUS = Dissector("RADIUS Protocol", "radius", "scapy.layers.radius", "Radius")

UDP_PORTS: Mapping[int, Dissector] = {
    53: _DNS,
    67: _DHCP,
    68: _DHCP,
    69: Dissector("Trivial File Transfer Protocol", "tftp", "scapy.layers.tftp", "TFTP"),
    123: Dissector("Network Time Protocol", "ntp", "scapy.layers.ntp", "NTPHeader"),
    137: Dissector("NetBIOS Name Service", "nbns", "scapy.layers.netbios", "NBNSHeader"),
    161: _SNMP,
    162: _SNMP,
    546: Dissector("DHCPv6", "dhcpv6", "scapy.layers.dhcp6", "_dhcp6_dispatcher"),
    547: Dissector("DHCPv6", "dhcpv6", "scapy.layers.dhcp6", "_dhcp6_dispatcher"),
    1812: _RADIUS,
    1813: _RADIUS,
    5353: Dissector("Multicast Domain Name System", "mdns", "scapy.layers.dns", "DNS"),
    5355: Dissector("Link-local Multicast Name Resolution", "llmnr", "scapy.layers.llmnr", "LLMNRQuery"),
}

TCP_PORTS: Mapping[int, Dissector] = {
    53: _DNS_STREAM,
    139: Dissector("NetBIOS Session Service", "nbss", "scapy.layers.netbios", "NBTSession"),
}

IP_PROTOCOLS: Mapping[int, Dissector] = {
    2: Dissector("Internet Group Management Protocol", "igmp", "scapy.layers.igmp", "IGMP"),
    50: Dissector("Encapsulating Security Payload", "esp", "scapy.layers.ipsec", "ESP"),
    88: Dissector("Enhanced Interior Gateway Routing Protocol", "eigrp", "scapy.contrib.eigrp", "EIGRP"),
    89: Dissector("Open Shortest Path First", "ospf", "scapy.contrib.ospf", "OSPF_Hdr"),
    112: Dissector("Virtual Router Redundancy Protocol", "vrrp", "scapy.layers.vrrp", "VRRP"),
    132: Dissector("Stream Control Transmission Protocol", "sctp", "scapy.layers.sctp", "SCTP"),
}

ETHERTYPES: Mapping[int, Dissector] = {
    0x8863: Dissector("PPP-over-Ethernet Discovery", "pppoed", "scapy.layers.ppp", "PPPoED"),
    0x888E: Dissector("802.1X Authentication", "eapol", "scapy.layers.eap", "EAPOL"),
    0x88CC: Dissector("Link Layer Discovery Protocol", "lldp", "scapy.contrib.lldp", "LLDPDU"),
}

PPP_NUMBERS: Mapping[int, Dissector] = {
    0x8021: Dissector("PPP IP Control Protocol", "ipcp", "scapy.layers.ppp", "PPP_IPCP"),
    0xC021: Dissector("PPP Link Control Protocol", "lcp", "scapy.layers.ppp", "PPP_LCP"),
    0xC023: Dissector("PPP Password Authentication Protocol", "pap", "scapy.layers.ppp", "PPP_PAP"),
    0xC223: Dissector(
        "PPP Challenge Handshake Authentication Protocol", "chap", "scapy.layers.ppp", "PPP_CHAP"
    ),
}

SPANNING_TREE_SAP = 0x42
SPANNING_TREE = Dissector("Spanning Tree Protocol", "stp", "scapy.layers.l2", "STP")
