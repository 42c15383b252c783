"""The Info text is Wireshark's, but for what it knows from other packets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tui.decode.context import Numbers
from tui.decode.info import info

if TYPE_CHECKING:
    from reference import Packet

# "[TCP Retransmission] ", "[TCP segment of a reassembled PDU]", "(reply in 2)", "[Reassembled in #3]"
pytestmark = pytest.mark.slow

FROM_OTHER_PACKETS = re.compile(
    r"^(?:\[[^\]]*\] ?)+(?=\d+ →)| ?\[(?:TCP segment of a|Reassembled in #)[^\]]*\]$"
    r"| \((?:request|reply) in \d+\)$| \(no response found!\)$"
)
OURS = {"TCP", "UDP", "ARP", "ICMP", "ICMPv6", "DNS", "MDNS", "IPv4", "IPv6"}


def wanted(packet: Packet) -> str:
    """Wireshark's text without what other packets say; one of its texts lacks a space."""
    return FROM_OTHER_PACKETS.sub("", packet.info).replace("Len=0TCP AO", "Len=0 TCP AO").strip()


def is_compared(packet: Packet) -> bool:
    """DNS over TCP is a TCP segment to us; heuristics and reassembly show other texts in its place."""
    tcp = packet.number("tcp.len") is not None
    heuristic = packet.protocol == "TCP" and not re.search(r"\d → \d|^\d+ ", packet.info)
    whole = packet.number("ip.fragment.count") is None
    return packet.protocol in OURS and (not tcp or packet.protocol == "TCP") and whole and not heuristic


def test_the_info_text_is_wiresharks(packets: list[Packet]) -> None:
    compared = [packet for packet in packets if is_compared(packet)]
    different = [
        (packet.number("frame.number"), ours, packet.info)
        for packet in compared
        if (ours := info(packet.frame, packet.context(), Numbers.RELATIVE)) != wanted(packet)
    ]
    assert different == []
    assert len(compared) > 1500
