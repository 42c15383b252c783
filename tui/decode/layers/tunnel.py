"""The nodes of UDP and of the tunnels, in Wireshark's wording.

Invariant: whatever is cut off or contradicts itself is left out; nothing here fails.
"""

from __future__ import annotations

from tui.decode.headers import HEADERS, transport, tunnel
from tui.decode.headers.field import Field, Form, read, read_all
from tui.decode.headers.names import ETHERTYPES
from tui.decode.layers.part import Part, checksum_nodes
from tui.decode.nodes import Node, computed
from tui.index.schema import Layer


def udp(part: Part) -> Node:
    """RFC 768; a checksum of 0 is none at all (not over IPv6)."""
    source, destination, length, checksum = transport.UDP
    nodes = read_all((source, destination, length), part.head, part.start)
    found = part.number(checksum)
    if (
        part.end - part.start == 8
        and found == 0
        and part.carrier is not None
        and part.carrier.layer is Layer.IPV4
    ):
        at = part.start * 8 + checksum.start
        status = computed("udp.checksum.status", "Checksum Status: Not present", 3)
        nodes += (Node(checksum.name, "Checksum: 0x0000 [zero-value ignored]", at, at + 16, (), 0), status)
    elif not part.verify or part.quoted:
        nodes += unverified(part, checksum)
    else:
        size = part.number(length)
        nodes += checksum_nodes(part, checksum, 17, part.start + size if size >= 8 else None)
    ports = f", Src Port: {part.number(source)}, Dst Port: {part.number(destination)}"
    return part.node(HEADERS[part.layer].title + ports, nodes)


def unverified(part: Part, field: Field) -> tuple[Node, ...]:
    """A checksum that nobody asked about."""
    node = read(field, part.head, part.start)
    if node is None:
        return ()
    status = computed(f"{field.name}.status", "Checksum Status: Unverified", 2)
    return (Node(field.name, f"{node.text} [unverified]", node.start, node.end, (), node.value), status)


def gre(part: Part) -> Node:
    """RFC 2784 and 2890; version 1 is PPTP's."""
    flags, protocol = part.number(tunnel.GRE[0]), part.number(tunnel.GRE[1])
    rows = tunnel.PPTP_OPTIONAL if flags & 7 == 1 else tunnel.GRE_OPTIONAL
    name = {0x0800: "IP"}.get(protocol) or ETHERTYPES.get(protocol, f"0x{protocol:04x} - unknown")
    nodes = part.fields() + part.optional(rows, flags, part.start + 4)
    return part.node(f"{HEADERS[part.layer].title} ({name})", nodes)


def geneve(part: Part) -> Node:
    """RFC 8926; the options are walked by their own lengths."""
    nodes = part.fields()
    at = part.start + 8
    while at + 4 <= part.end:
        size = 4 + (part.frame[at + 3] & 31) * 4
        stop = min(at + size, part.end)
        rows = read_all(tunnel.GENEVE_OPTION, part.frame[:stop], at)
        data = Field("geneve.option.data", "Data", 32, (stop - at - 4) * 8, Form.BYTES)
        rows += read_all((data,), part.frame, at) if data.width else ()
        nodes += (Node("geneve.option", f"Option ({stop - at} bytes)", at * 8, stop * 8, rows),)
        at = stop
    vni = part.number(tunnel.GENEVE[4])
    return part.node(f"{HEADERS[part.layer].title}, VNI: 0x{vni:06x}", nodes)


def gtpu(part: Part) -> Node:
    """3GPP TS 29.281: three fields more if any of E, S, PN is set."""
    flags = part.number(tunnel.GTPU[0])
    told = (row for mask, row in tunnel.GTPU_OPTIONAL if flags & mask)
    rest = read_all(told, part.head, part.start)
    return part.node(HEADERS[part.layer].title, part.fields() + rest)


def l2tp(part: Part) -> Node:
    """RFC 2661."""
    flags = part.number(tunnel.L2TP[0])
    nodes = part.fields() + part.optional(tunnel.L2TP_OPTIONAL, flags, part.start + 2)
    return part.node(HEADERS[part.layer].title, nodes)
