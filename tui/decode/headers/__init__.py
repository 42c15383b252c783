"""THE header tables: for each layer the fields that always stand at the same bits, with Wireshark's names and
labels.

Invariant: a row says all there is to know of a field; the header tree, `-T fields` and the filters derive
from the same row. Fields that only stand there if the header says so (GRE's key, an ICMP message's rest) are
in the family's module, not in `HEADERS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.decode.headers import link, network, transport, tunnel
from tui.decode.headers.field import Field, Form, extract, read, read_all, text_of, value_of
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "ALIASES",
    "FIELDS",
    "HEADERS",
    "Field",
    "Form",
    "Header",
    "extract",
    "read",
    "read_all",
    "text_of",
    "value_of",
]


class Header(Struct, frozen=True):
    """A kind of header: Wireshark's protocol name, the words that begin its line in the tree, its fields."""

    name: str
    title: str
    fields: tuple[Field, ...] = ()


HEADERS: Mapping[Layer, Header] = {
    Layer.ETHERNET: Header("eth", "Ethernet II", link.ETHERNET),
    Layer.VLAN: Header("vlan", "802.1Q Virtual LAN", link.VLAN),
    Layer.MPLS: Header("mpls", "MultiProtocol Label Switching Header", link.MPLS),
    Layer.PPPOE: Header("pppoes", "PPP-over-Ethernet Session", link.PPPOE),
    Layer.PPP: Header("ppp", "Point-to-Point Protocol"),
    Layer.SLL: Header("sll", "Linux cooked capture v1", (*link.SLL, link.SLL_ETYPE)),
    Layer.SLL2: Header("sll", "Linux cooked capture v2", link.SLL2),
    Layer.NULL: Header("null", "Null/Loopback", link.NULL_LITTLE),
    Layer.LLC: Header("llc", "Logical-Link Control", link.LLC),
    Layer.SNAP: Header("llc", "Subnetwork Access Protocol", link.SNAP),
    Layer.RADIOTAP: Header("radiotap", "Radiotap Header", link.RADIOTAP),
    Layer.IEEE80211: Header("wlan", "IEEE 802.11", link.IEEE80211),
    Layer.NFLOG: Header("nflog", "Linux Netfilter NFLOG", link.NFLOG),
    Layer.ENC: Header("enc", "Enc", link.ENC),
    Layer.ARP: Header("arp", "Address Resolution Protocol", link.ARP),
    Layer.IPV4: Header("ip", "Internet Protocol Version 4", network.IPV4),
    Layer.IPV6: Header("ipv6", "Internet Protocol Version 6", network.IPV6),
    Layer.HOP_BY_HOP: Header("ipv6.hopopts", "IPv6 Hop-by-Hop Option", network.HOP_BY_HOP),
    Layer.ROUTING: Header("ipv6.routing", "Routing Header for IPv6", network.ROUTING),
    Layer.FRAGMENT: Header("ipv6.fraghdr", "Fragment Header for IPv6", network.FRAGMENT),
    Layer.DESTINATION: Header("ipv6.dstopts", "Destination Options for IPv6", network.DESTINATION),
    Layer.AH: Header("ah", "Authentication Header", network.AH),
    Layer.MOBILITY: Header("mipv6", "Mobile IPv6", network.MOBILITY),
    Layer.GRE: Header("gre", "Generic Routing Encapsulation", tunnel.GRE),
    Layer.UDP: Header("udp", "User Datagram Protocol", transport.UDP),
    Layer.VXLAN: Header("vxlan", "Virtual eXtensible Local Area Network", tunnel.VXLAN),
    Layer.GENEVE: Header("geneve", "Generic Network Virtualization Encapsulation", tunnel.GENEVE),
    Layer.GTPU: Header("gtp", "GPRS Tunneling Protocol", tunnel.GTPU),
    Layer.L2TP: Header("l2tp", "Layer 2 Tunneling Protocol", tunnel.L2TP),
    Layer.TCP: Header("tcp", "Transmission Control Protocol", transport.TCP),
    Layer.ICMP: Header("icmp", "Internet Control Message Protocol", network.ICMP),
    Layer.ICMPV6: Header("icmpv6", "Internet Control Message Protocol v6", network.ICMPV6),
}

# Wireshark's names that mean either of several fields.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "ip.addr": ("ip.src", "ip.dst"),
    "ipv6.addr": ("ipv6.src", "ipv6.dst"),
    "tcp.port": ("tcp.srcport", "tcp.dstport"),
    "udp.port": ("udp.srcport", "udp.dstport"),
}


def _all(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _all(field.children)


def _by_name() -> dict[str, tuple[tuple[Layer, Field], ...]]:
    found: dict[str, tuple[tuple[Layer, Field], ...]] = {}
    for layer, header in HEADERS.items():
        for field in filter(lambda field: field.name, _all(header.fields)):
            found[field.name] = (*found.get(field.name, ()), (layer, field))
    for alias, names in ALIASES.items():
        found[alias] = tuple(place for name in names for place in found[name])
    return found


FIELDS: Mapping[str, tuple[tuple[Layer, Field], ...]] = _by_name()
