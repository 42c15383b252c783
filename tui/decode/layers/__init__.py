"""THE table of node builders: how each kind of layer becomes a node of the header tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.layers import icmp, link, network, tcp, tunnel
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.decode.layers.part import Part
    from tui.decode.nodes import Node

BUILDERS: Mapping[Layer, Callable[[Part], Node]] = {
    Layer.ETHERNET: link.ethernet,
    Layer.VLAN: link.vlan,
    Layer.MPLS: link.mpls,
    Layer.PPPOE: link.plain,
    Layer.PPP: link.ppp,
    Layer.SLL: link.sll,
    Layer.SLL2: link.sll2,
    Layer.NULL: link.null,
    Layer.LLC: link.plain,
    Layer.SNAP: link.plain,
    Layer.RADIOTAP: link.plain,
    Layer.IEEE80211: link.plain,
    Layer.NFLOG: link.plain,
    Layer.ENC: link.plain,
    Layer.ARP: link.arp,
    Layer.IPV4: network.internet4,
    Layer.IPV6: network.internet6,
    Layer.HOP_BY_HOP: network.options_header,
    Layer.ROUTING: network.routing,
    Layer.FRAGMENT: network.fragment,
    Layer.DESTINATION: network.options_header,
    Layer.AH: network.authentication,
    Layer.MOBILITY: link.plain,
    Layer.GRE: tunnel.gre,
    Layer.UDP: tunnel.udp,
    Layer.VXLAN: link.plain,
    Layer.GENEVE: tunnel.geneve,
    Layer.GTPU: tunnel.gtpu,
    Layer.L2TP: tunnel.l2tp,
    Layer.TCP: tcp.tcp,
    Layer.ICMP: icmp.icmp,
    Layer.ICMPV6: icmp.icmpv6,
}
