"""What stands behind the last header that we walk: who dissects it, and the plain bytes where nobody does.

Invariant: every byte of the payload is in a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode import protocols, text_lines, tls
from tui.decode.dissect import MALFORMED, MAX_BYTES, dissect
from tui.decode.headers.field import extract
from tui.decode.headers.link import LLC
from tui.decode.headers.transport import DESTINATION_PORT, SOURCE_PORT
from tui.decode.nodes import Node, computed
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.decode.layers.part import Part
    from tui.decode.protocols import Dissector

_SHOWN = 36
_PLAIN = ("data", "Data")
_DATA = {Layer.TCP: ("tcp.payload", "TCP payload"), Layer.UDP: ("udp.payload", "UDP payload")}


def payload_nodes(frame: bytes, start: int, end: int, carrier: Part | None) -> tuple[str, tuple[Node, ...]]:
    """Bytes [start, end) behind the header `carrier`: a name for "Protocols in frame" ("" if none) and the
    nodes.
    """
    if start >= end:
        return "", ()
    if carrier is None or carrier.quoted or _is_fragment(carrier):
        return "data", (_data(frame, start, end, carrier),)
    if carrier.layer in _DATA:
        found = _text(frame, start, end, carrier)
        if found is not None:
            name, node = found
            return name, (node, *_rest(frame, node.end // 8, end, carrier))
    dissector = _dissector(carrier)
    if dissector is None or start + dissector.skip >= end:
        return "data", (_data(frame, start, end, carrier),)
    first = start + dissector.skip
    skipped = (
        (Node("", f"Length: {int.from_bytes(frame[start:first])}", start * 8, first * 8),)
        if dissector.skip
        else ()
    )
    nodes = dissect(frame, first, end, dissector)
    raw = first if nodes and nodes[0].name == MALFORMED else first + MAX_BYTES
    return dissector.name, (*skipped, *nodes, *_rest(frame, raw, end, carrier))


def _text(frame: bytes, start: int, end: int, carrier: Part) -> tuple[str, Node] | None:
    found = text_lines.message(frame, start, end)
    if found is not None or carrier.layer is Layer.UDP:
        return found
    record = tls.records(frame, start, end)
    if record is not None:
        return "tls", record
    for port in _ports(carrier):
        found = text_lines.lines(frame, start, end, port)
        if found is not None:
            return found
    return None


def _rest(frame: bytes, start: int, end: int, carrier: Part) -> tuple[Node, ...]:
    return (_data(frame, start, end, carrier),) if start < end else ()


def _data(frame: bytes, start: int, end: int, carrier: Part | None) -> Node:
    """Bytes that nobody dissects; those of TCP and UDP bear Wireshark's name for them."""
    name, words = _DATA.get(carrier.layer, _PLAIN) if carrier is not None else _PLAIN
    size = end - start
    shown = frame[start : min(end, start + _SHOWN)].hex() + ("…" if size > _SHOWN else "")
    raw = frame[start:end]
    count = "1 byte" if size == 1 else f"{size} bytes"
    children = (
        Node("data.data", f"Data: {shown}", start * 8, end * 8, (), raw),
        computed("data.len", f"Length: {size}", size),
    )
    return Node(name, f"{words} ({count})", start * 8, end * 8, children, raw)


def _is_fragment(part: Part) -> bool:
    return part.layer is Layer.FRAGMENT or part.is_fragment()


def _ports(carrier: Part) -> tuple[int, int]:
    return carrier.number(DESTINATION_PORT), carrier.number(SOURCE_PORT)


_BY_PORT: Mapping[Layer, Mapping[int, Dissector]] = {
    Layer.UDP: protocols.UDP_PORTS,
    Layer.TCP: protocols.TCP_PORTS,
}
# Where a header says what follows it: the byte counted from its start, and how many bytes.
_BY_ETHERTYPE: Mapping[Layer, int] = {
    Layer.ETHERNET: 12,
    Layer.VLAN: 2,
    Layer.SLL: 14,
    Layer.SLL2: 0,
    Layer.SNAP: 3,
}
_BY_PROTOCOL: Mapping[Layer, int] = {
    Layer.IPV4: 9,
    Layer.IPV6: 6,
    Layer.HOP_BY_HOP: 0,
    Layer.ROUTING: 0,
    Layer.DESTINATION: 0,
    Layer.AH: 0,
}


def _dissector(carrier: Part) -> Dissector | None:
    """Who dissects what `carrier` carries, by the number in it."""
    layer, head, at = carrier.layer, carrier.head, carrier.start
    if layer in _BY_PORT:
        rows = _BY_PORT[layer]
        return next((rows[port] for port in _ports(carrier) if port in rows), None)
    if layer in _BY_ETHERTYPE:
        first = at + _BY_ETHERTYPE[layer]
        return protocols.ETHERTYPES.get(int.from_bytes(head[first : first + 2]))
    if layer in _BY_PROTOCOL:
        first = at + _BY_PROTOCOL[layer]
        return protocols.IP_PROTOCOLS.get(int.from_bytes(head[first : first + 1]))
    if layer is Layer.PPP:
        return protocols.PPP_NUMBERS.get(int.from_bytes(head[at:].removeprefix(b"\xff\x03")[:2]))
    if layer is Layer.LLC and extract(LLC[0], head, at) == protocols.SPANNING_TREE_SAP:
        return protocols.SPANNING_TREE
    return None
