"""The nodes of IPv4, IPv6 and its extension headers, in Wireshark's wording.

Invariant: whatever is cut off or contradicts itself is left out; nothing here fails.
"""

from __future__ import annotations

from msgspec.structs import replace

from tui.decode.checksum import Verdict, judge
from tui.decode.counting import Counting
from tui.decode.headers import HEADERS, network
from tui.decode.headers.field import Field, Form, extract, ipv4, ipv6, read_all
from tui.decode.headers.names import DSCP, ECN
from tui.decode.ip_options import IP_OPTIONS, ipv6_option_nodes
from tui.decode.layers.part import Part, verdict_nodes
from tui.decode.nodes import Node, computed
from tui.index.schema import Layer

_TRAFFIC_CLASS = network.IPV6[1]


def _service(dscp: int, ecn: int) -> str:
    short = DSCP.get(dscp, (f"Unknown ({dscp})", ""))[0]
    return f" (DSCP: {short}, ECN: {ECN[ecn][0]})"


def internet4(part: Part) -> Node:
    """The IPv4 header and its options."""
    source, destination = part.addresses()
    if len(destination) < 4:
        return part.node(f"{HEADERS[part.layer].title} [header cut short]", part.fields())
    nodes: tuple[Node, ...] = ()
    for field, node in zip(network.IPV4, part.fields(), strict=False):
        nodes += _checksum(part, field) if field.name == "ip.checksum" else (_with_words(part, field, node),)
    start = part.start + 20
    if part.end > start:
        heading = IP_OPTIONS.heading(part.head, start, part.end)
        items = IP_OPTIONS.nodes(part.head, start, part.end, Counting(None, part.numbers))
        nodes += (Node("", heading, start * 8, part.end * 8, items),)
    return part.node(f"{HEADERS[part.layer].title}, Src: {ipv4(source)}, Dst: {ipv4(destination)}", nodes)


def _with_words(part: Part, field: Field, node: Node) -> Node:
    """Wireshark says behind these two what their bits mean."""
    value = part.number(field)
    if field.name == "ip.dsfield":
        return replace(node, text=node.text + _service(value >> 2, value & 3))
    if field.name == "ip.flags":
        words = "".join(
            f", {child.label}" for bit, child in zip((4, 2, 1), field.children, strict=True) if value & bit
        )
        return replace(node, text=node.text + words)
    return node


def _checksum(part: Part, field: Field) -> tuple[Node, ...]:
    found = part.number(field)
    if not part.verify or part.quoted:
        at = part.start * 8 + field.start
        text = f"{field.label}: 0x{found:04x} [validation disabled]"
        status = computed("ip.checksum.status", "Header checksum status: Unverified", 2)
        return (Node(field.name, text, at, at + field.width, (), found), status)
    verdict, should = judge(part.frame[part.start : part.end], 10, b"")
    if verdict is Verdict.WRONG and found == 0:
        verdict = Verdict.OFFLOADED  # the network card fills IPv4's own checksum in from nothing
    return verdict_nodes(part, field, found, verdict, should)


def internet6(part: Part) -> Node:
    """The fixed IPv6 header."""
    source, destination = part.addresses()
    if len(destination) < 16:
        return part.node(f"{HEADERS[part.layer].title} [header cut short]", part.fields())
    value = part.number(_TRAFFIC_CLASS)
    nodes = tuple(
        replace(node, text=node.text + _service(value >> 2, value & 3))
        if node.name == _TRAFFIC_CLASS.name
        else node
        for node in part.fields()
    )
    return part.node(f"{HEADERS[part.layer].title}, Src: {ipv6(source)}, Dst: {ipv6(destination)}", nodes)


def options_header(part: Part) -> Node:
    """Hop-by-hop and destination options."""
    nodes = part.fields() + _octets(part)
    return part.node(
        HEADERS[part.layer].title, nodes + ipv6_option_nodes(part.head, part.start + 2, part.end)
    )


def routing(part: Part) -> Node:
    """The routing header; its addresses are shown for type 0 and 4, where they stand behind eight bytes."""
    next_header, length, kind, left = part.fields()[:4] if part.end - part.start >= 4 else (None,) * 4
    if next_header is None or length is None or kind is None or left is None:
        return part.node(HEADERS[part.layer].title, part.fields())
    title = kind.text.removeprefix("Type: ").rsplit(" (", 1)[0]
    nodes = (next_header, length, *_octets(part), kind, left)
    if kind.value in (0, 4):
        rows = tuple(
            Field(
                "ipv6.routing.src.addr" if kind.value == 0 else "ipv6.routing.srh.addr",
                "Address",
                at * 8,
                128,
                Form.IPV6,
            )
            for at in range(8, part.end - part.start - 15, 16)
        )
        nodes += read_all(rows, part.head, part.start)
    return part.node(f"{HEADERS[part.layer].title} ({title})", nodes)


def _octets(part: Part) -> tuple[Node, ...]:
    """RFC 8200 4.3: the length counts units of eight bytes beyond the first."""
    field = HEADERS[part.layer].fields[1]
    count = extract(field, part.head, part.start)
    if not isinstance(count, int):
        return ()
    at = (part.start + 1) * 8
    octets = (count + 1) * 8
    return (Node(f"{field.name}_oct", f"[Length: {octets} bytes]", at, at + 8, (), octets),)


def fragment(part: Part) -> Node:
    """RFC 8200 4.5: the offset counts eight bytes."""
    offset = part.number(network.FRAGMENT[2])
    nodes = tuple(
        replace(node, text=f"{node.text} ({offset * 8} bytes)")
        if node.name == "ipv6.fraghdr.offset"
        else node
        for node in part.fields()
    )
    return part.node(HEADERS[part.layer].title, nodes)


def authentication(part: Part) -> Node:
    """RFC 4302: the check value fills what is left."""
    size = part.end - part.start - 12
    rest = (Field("ah.icv", "AH ICV", 96, size * 8, Form.BYTES),) if size > 0 else ()
    return part.node(HEADERS[Layer.AH].title, part.fields() + read_all(rest, part.head, part.start))
