"""Every field that we and Wireshark both name stands at the same bytes and has the same value."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from reference import Field, Packet, nanoseconds

from tui.decode.context import Numbers
from tui.decode.nodes import Node, walk
from tui.decode.packet import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.slow

ACCEPTED: Mapping[str, str] = {
    "frame.protocols": "Wireshark names what its heuristics found as well, and mptcp, which is an option",
    "data.data": "a Wireshark heuristic has taken the bytes for a protocol",
    "data.len": "a Wireshark heuristic has taken the bytes for a protocol",
    "tcp.flags.res": "Wireshark makes a yes or no of three bits",
    "icmpv6.opt.reserved": "Wireshark gives it no value",
}


def value_of(show: str, like: object) -> object:
    """PDML's `show` as a value of the same kind as `like`."""
    if isinstance(like, bytes):
        return bytes.fromhex(show.replace(":", ""))
    if isinstance(like, int):
        return nanoseconds(show) if "." in show else int(show, 0)
    return show


def is_part_of_a_word(node: Node) -> bool:
    """Wireshark marks the whole word around such a field."""
    return " = " in node.text.partition(":")[0] or bool(node.start % 8 or node.end % 8)


def agrees(node: Node, field: Field) -> bool:
    """Whether Wireshark's field says the same as the node."""
    if value_of(field.show, node.value) != node.value:
        return False
    start, end = field.start * 8, (field.start + field.size) * 8
    if node.start == node.end:
        return True
    if is_part_of_a_word(node):
        return start <= node.start <= node.end <= end
    return (start, end) == (node.start, node.end)


def test_every_named_field_has_wiresharks_place_and_value(packets: list[Packet]) -> None:
    compared, different = 0, []
    for packet in packets:
        theirs: dict[str, list[Field]] = defaultdict(list)
        for field in packet.fields:
            theirs[field.name].append(field)
        for node in walk(decode(packet.frame, packet.context(), Numbers.RELATIVE, verify=False)):
            if node.value is None or not node.name or node.name not in theirs or node.name in ACCEPTED:
                continue
            compared += 1
            if not any(agrees(node, field) for field in theirs[node.name]):
                different.append((packet.number("frame.number"), node, theirs[node.name]))
    assert different == []
    assert compared > 100_000


def test_no_field_of_the_headers_is_missing(packets: list[Packet]) -> None:
    wanted = (
        "ip.",
        "ipv6.",
        "tcp.",
        "udp.",
        "eth.",
        "vlan.",
        "arp.",
        "icmp.",
        "icmpv6.",
        "mpls.",
        "sll.",
        "null.",
    )
    missing = set()
    for packet in packets:
        if packet.number("ip.fragment.count") is not None:
            continue  # its TCP header is in other frames
        ours = {
            node.name for node in walk(decode(packet.frame, packet.context(), Numbers.RELATIVE, verify=False))
        }
        missing |= {field.name for field in packet.fields if field.name.startswith(wanted)} - ours
    assert {name for name in missing if not name.startswith(tuple(LEFT_OUT))} == set()


LEFT_OUT: Mapping[str, str] = {
    "tcp.analysis": "needs other packets",
    "tcp.connection": "a remark of Wireshark's experts",
    "tcp.segment_data": "reassembly of what TCP carries",
    "tcp.pdu.size": "reassembly of what TCP carries",
    "tcp.payload": "shown as the protocol that it carries, if that is known",
    "tcp.ack.nonzero": "a remark of Wireshark's experts",
    "tcp.nop": "a remark of Wireshark's experts",
    "tcp.option.len.invalid": "a remark of Wireshark's experts",
    "tcp.options.mss.absent": "a remark of Wireshark's experts",
    "tcp.options.sack.dsack": "a duplicate block is shown as the block that it is",
    "tcp.window_size": "of a header that an ICMP error quotes",
    "udp.payload": "shown as the protocol that it carries, if that is known",
    "udp.stream": "needs other packets",
    "udp.time": "needs other packets",
    "icmp.data_time": "a guess about the data of an echo",
    "icmp.resp": "needs other packets",
    "ip.bogus_ip_length": "a remark of Wireshark's experts",
    "ip.ttl.too_small": "a remark of Wireshark's experts",
    "ip.reassembled_in": "needs other packets",
    "ipv6.routing.deprecated": "a remark of Wireshark's experts",
    "ipv6.routing.src.reserved": "says nothing",
    "ipv6.src_slaac_mac": "a guess about the address",
    "eth.padding_bad": "a remark of Wireshark's experts",
    "eth.src_not_group": "a remark of Wireshark's experts",
    "vlan.trailer": "called eth.trailer, behind VLAN headers too",
}
