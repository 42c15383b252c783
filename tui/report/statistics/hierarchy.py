"""Which protocols carry which, as a tree: packets, bytes and shares of each; equal to tshark -z io,phs.

The tree has the headers that the index walks, and below them what the Protocol column names: what TCP carries
is not told, since that takes reassembly. As JSON a line is an object with the keys protocol (Wireshark's
names from the outermost on, parted by ":"), packets, packets_share, bytes, bytes_share (of all, in percent),
bits (a second; null if the packets take no time), end_packets, end_bytes (of packets in which nothing further
is recognised).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from tui.decode.headers import HEADERS
from tui.index.schema import Layer, Protocol
from tui.report.statistics.facts import Facts, FactTable, count, ratio, words
from tui.report.tables import Sorting, order_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui.report.statistics.counted import Counted
    from tui.report.statistics.facts import Values

# Wireshark has these in the tree of the header that they belong to.
_WITHIN = frozenset({Layer.HOP_BY_HOP, Layer.ROUTING, Layer.FRAGMENT, Layer.DESTINATION, Layer.SNAP})
# What is named without being a header that is walked: Wireshark's name, and a filter if it has no field here.
_BEYOND: Mapping[Protocol, tuple[str, str]] = {
    Protocol.ARP: ("arp", "arp"),
    Protocol.IGMP: ("igmp", "ip.proto == 2"),
    Protocol.SCTP: ("sctp", "ip.proto == 132"),
    Protocol.ESP: ("esp", "ip.proto == 50"),
    Protocol.OSPF: ("ospf", "ip.proto == 89"),
    Protocol.PIM: ("pim", "ip.proto == 103"),
    Protocol.VRRP: ("vrrp", "ip.proto == 112"),
    Protocol.DNS: ("dns", "udp.port == 53"),
    Protocol.MDNS: ("mdns", "udp.port == 5353"),
    Protocol.DHCP: ("dhcp", "udp.port in {67, 68}"),
    Protocol.DHCPV6: ("dhcpv6", "udp.port in {546, 547}"),
    Protocol.NTP: ("ntp", "udp.port == 123"),
    Protocol.SSDP: ("ssdp", "udp.port == 1900"),
    Protocol.LLMNR: ("llmnr", "udp.port == 5355"),
    Protocol.NBNS: ("nbns", "udp.port == 137"),
    Protocol.SNMP: ("snmp", "udp.port in {161, 162}"),
    Protocol.SYSLOG: ("syslog", "udp.port == 514"),
    Protocol.RADIUS: ("radius", "udp.port in {1812, 1813}"),
    Protocol.STP: ("stp", "llc.dsap == 0x42"),
    Protocol.LLDP: ("lldp", "eth.type == 0x88cc"),
    Protocol.PPPOED: ("pppoed", "eth.type == 0x8863"),
    Protocol.EAPOL: ("eapol", "eth.type == 0x888e"),
}
FILTERS = dict(_BEYOND.values())

COLUMNS = (
    replace(
        words("protocol", "Protocol", "Wireshark's name, below what carries it", 40, stretches=True),
        value=lambda facts, line: facts.arrays["path"][line],
    ),
    count("packets", "Packets", "packets that have it"),
    ratio("packets_share", "% Packets", "of all packets", 1, " %"),
    count("bytes", "Bytes", "bytes of these packets"),
    ratio("bytes_share", "% Bytes", "of all bytes", 1, " %"),
    ratio("bits", "Bits/s", "bits a second, from the first packet to the last", 0),
    count("end_packets", "End Packets", "packets in which nothing further is recognised"),
    count("end_bytes", "End Bytes", "bytes of these packets"),
)
AS_TREE = Sorting(0)
"""In the order in which protocols appeared, as tshark prints them."""


class _Node(Struct):
    packets: int = 0
    bytes: int = 0
    end_packets: int = 0
    end_bytes: int = 0
    children: dict[str, _Node] = field(default_factory=dict)

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], _Node]]:
        """Everything below, each before what it carries."""
        for name, child in self.children.items():
            yield (*path, name), child
            yield from child.walk((*path, name))


def hierarchy(counted: Counted, duration: int) -> Facts:
    """The tree, line by line; `duration` (ns) of what was counted."""
    top = _Node()
    for layers, protocol, packets, length in counted.hierarchy():
        node = top
        node.packets, node.bytes = node.packets + packets, node.bytes + length
        for name in _names(layers, protocol):
            node = node.children.setdefault(name, _Node())
            node.packets, node.bytes = node.packets + packets, node.bytes + length
        node.end_packets, node.end_bytes = node.end_packets + packets, node.end_bytes + length
    lines = list(top.walk())
    paths = [path for path, _ in lines]

    def array(name: str) -> Values:
        return np.array([getattr(node, name) for _, node in lines], np.int64)

    counts, sizes = array("packets"), array("bytes")
    return Facts(
        {
            "protocol": np.array([f"{'  ' * (len(path) - 1)}{path[-1]}" for path in paths], object),
            "path": np.array([":".join(path) for path in paths], object),
            "depth": np.array([len(path) for path in paths], np.int64),
            "packets": counts,
            "packets_share": 100 * counts / max(top.packets, 1),
            "bytes": sizes,
            "bytes_share": 100 * sizes / max(top.bytes, 1),
            "bits": sizes * 8e9 / duration if duration > 0 else np.full(len(lines), np.nan),
            "end_packets": array("end_packets"),
            "end_bytes": array("end_bytes"),
        },
        leads_to=lambda line: " && ".join(FILTERS.get(name, name) for name in dict.fromkeys(paths[line])),
    )


def hierarchy_table(facts: Facts, sorting: Sorting) -> FactTable:
    """The tree, what is carried by the same sorted by a column."""
    if sorting == AS_TREE:
        order = np.arange(len(facts))
    else:
        order = _sorted_tree(facts, order_by(COLUMNS[sorting.column].keys(facts), sorting.falling))
    return FactTable(COLUMNS, facts, sorting, order)


def _sorted_tree(facts: Facts, order: Values) -> Values:
    """The lines so that each is followed by what it carries, in the order given."""
    depths = facts.arrays["depth"].tolist()
    parents: list[int] = []
    branch: list[int] = []
    for place, depth in enumerate(depths):
        del branch[depth - 1 :]
        parents.append(branch[-1] if branch else -1)
        branch.append(place)
    carried: dict[int, list[int]] = {}
    for place in order.tolist():
        carried.setdefault(parents[place], []).append(place)
    found: list[int] = []
    waiting = carried.get(-1, [])[::-1]
    while waiting:
        place = waiting.pop()
        found.append(place)
        waiting += carried.get(place, [])[::-1]
    return np.array(found, np.int64)


def _names(layers: tuple[Layer, ...], protocol: Protocol) -> Iterator[str]:
    """Wireshark's names of what stands in a packet."""
    for layer in layers:
        if layer not in _WITHIN and layer in HEADERS:
            yield HEADERS[layer].name
    if protocol in _BEYOND and layers[-1:] != (Layer.ARP,):
        yield _BEYOND[protocol][0]
