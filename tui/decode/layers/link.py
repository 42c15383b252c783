"""The nodes of link layers, in Wireshark's wording.

Invariant: whatever is cut off or contradicts itself is left out; nothing here fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.decode.headers import HEADERS, link
from tui.decode.headers.field import Field, Form, extract, mac, read_all
from tui.decode.headers.names import ARP_OPCODES
from tui.index.schema import Layer

if TYPE_CHECKING:
    from tui.decode.layers.part import Part
    from tui.decode.nodes import Node

_MOST_LENGTH = 1500  # IEEE 802.3 3.2.6
_LINKTYPE_LOOP = 108
_ARP_HEADER = 64  # bits
_ETHERNETS, _IPV4 = (1, 6), 0x0800  # RFC 826: kinds of hardware, and of protocol
_ODD_LABELS = {
    f"arp.{side}.{name}": f"{words} {label} address"
    for side, words in (("src", "Sender"), ("dst", "Target"))
    for name, label in (("hw_mac", "hardware"), ("proto_ipv4", "protocol"))
}


def plain(part: Part) -> Node:
    """A layer of which the table says all."""
    return part.node(HEADERS[part.layer].title, part.fields())


def ethernet(part: Part) -> Node:
    """Ethernet II, or IEEE 802.3 where the type is a length."""
    destination, source, kind = link.ETHERNET
    at = part.start
    if 0 < part.number(kind) <= _MOST_LENGTH and part.end - at >= 14:
        fields: tuple[Field, ...] = (destination, source, link.ETHERNET_LENGTH)
        return part.node("IEEE 802.3 Ethernet", read_all(fields, part.head, at))
    names = f", Src: {mac(part.head[at + 6 : at + 12])}, Dst: {mac(part.head[at : at + 6])}"
    return part.node(HEADERS[part.layer].title + names, part.fields())


def vlan(part: Part) -> Node:
    """802.1Q and 802.1ad."""
    priority, dei, number, _ = map(part.number, link.VLAN)
    return part.node(f"{HEADERS[part.layer].title}, PRI: {priority}, DEI: {dei}, ID: {number}", part.fields())


def mpls(part: Part) -> Node:
    """One label of the stack."""
    label, exp, bottom, ttl = map(part.number, link.MPLS)
    words = f"{HEADERS[part.layer].title}, Label: {label}, Exp: {exp}, S: {bottom}, TTL: {ttl}"
    return part.node(words, part.fields())


def ppp(part: Part) -> Node:
    """Address and control if they are there, then the protocol in one byte or two."""
    head, at = part.head, part.start
    nodes: tuple[Node, ...] = ()
    if head[at : at + 2] == b"\xff\x03":
        nodes = read_all(link.PPP_ADDRESS, head, at)
        at += 2
    short = at < part.end and head[at] & 1
    nodes += read_all((link.PPP_PROTOCOL_SHORT if short else link.PPP_PROTOCOL,), head, at)
    return part.node(HEADERS[part.layer].title, nodes)


def sll(part: Part) -> Node:
    """Linux cooked capture, version 1: the address field is eight bytes, of which the length says how many
    count.
    """
    size = min(part.number(link.SLL[2]), 8)
    nodes = read_all(link.SLL, part.head, part.start) + _cooked_address(part, size, 48)
    if size < 8:
        unused = Field("sll.unused", "Unused", 48 + size * 8, 64 - size * 8, Form.BYTES)
        nodes += read_all((unused,), part.head, part.start)
    return part.node(HEADERS[part.layer].title, nodes + read_all((link.SLL_ETYPE,), part.head, part.start))


def sll2(part: Part) -> Node:
    """Linux cooked capture, version 2."""
    size = min(part.number(link.SLL2[-1]), 8)
    nodes = part.fields() + _cooked_address(part, size, 96)
    if size < 8:
        unused = Field("sll.unused", "Unused", 96 + size * 8, 64 - size * 8, Form.BYTES)
        nodes += read_all((unused,), part.head, part.start)
    return part.node(HEADERS[part.layer].title, nodes)


def _cooked_address(part: Part, size: int, start: int) -> tuple[Node, ...]:
    name, form = {6: ("sll.src.eth", Form.MAC), 4: ("sll.src.ipv4", Form.IPV4)}.get(
        size, ("sll.src.other", Form.BYTES)
    )
    return read_all((Field(name, "Source", start, size * 8, form),), part.head, part.start) if size else ()


def null(part: Part) -> Node:
    """The family in the byte order of the machine that captured: whichever gives a small number."""
    fields = link.NULL_LITTLE
    value = extract(fields[0], part.head, part.start)
    if part.context.interface.link_type == _LINKTYPE_LOOP or (isinstance(value, int) and value > 0xFFFF):
        fields = link.NULL_BIG
    return part.node(HEADERS[part.layer].title, read_all(fields, part.head, part.start))


def arp(part: Part) -> Node:
    """RFC 826; addresses of other sizes than Ethernet's and IPv4's are shown as bytes."""
    kind, protocol, *sizes, opcode = link.ARP
    ethernet, version4 = part.number(kind) in _ETHERNETS, part.number(protocol) == _IPV4
    hardware, network = map(part.number, sizes)
    rows = _addresses((hardware, ethernet), (network, version4))
    if sum(row.width for row in rows) > (part.end - part.start) * 8 - _ARP_HEADER:
        rows = ()  # cut short, Wireshark tells none
    name = ARP_OPCODES.get(part.number(opcode), "unknown")
    nodes = part.fields() + read_all(rows, part.head, part.start)
    return part.node(f"{HEADERS[Layer.ARP].title} ({name})", nodes)


def _addresses(hardware: tuple[int, bool], protocol: tuple[int, bool]) -> tuple[Field, ...]:
    """The rows for addresses of these sizes; of Ethernet and IPv4 only if those have theirs."""
    rows, at = [], _ARP_HEADER
    for row in link.ARP_ADDRESSES:
        size, is_usual = hardware if row.form is Form.MAC else protocol
        if is_usual and size * 8 == row.width:
            rows.append(replace(row, start=at))
        elif size:
            name, label = row.name.rpartition("_")[0], _ODD_LABELS[row.name]
            rows.append(Field(name, label, at, size * 8, Form.BYTES))
        at += size * 8
    return tuple(rows)
