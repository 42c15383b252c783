"""Names in the header tree: "Source Address: web.example.com (192.0.2.1)".

Invariant: a name is put before what stands in the frame, never in its place; nothing else of a node changes.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.decode.headers import FIELDS
from tui.decode.headers.field import Form
from tui.decode.headers.link import ARP_ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.decode.nodes import Node
    from tui.names.names import Names

_FORMS = (Form.IPV4, Form.IPV6, Form.MAC)
_ADDRESSES = frozenset(
    [name for name, places in FIELDS.items() if places[0][1].form in _FORMS]
    + [field.name for field in ARP_ADDRESSES]
)
_PORTS: Mapping[str, str] = {
    f"{protocol}.{side}port": protocol for protocol in ("tcp", "udp") for side in ("src", "dst")
}
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


def with_names(nodes: tuple[Node, ...], names: Names) -> tuple[Node, ...]:
    """The same header tree, with names before what has one; a layer's own line has those of its fields."""
    return tuple(_titled(node, names) for node in nodes)


def _titled(layer: Node, names: Names) -> Node:
    named = _named(layer, names)
    text = named.text
    for child in layer.children:
        if name := _name(child, names):
            text = _put(text, name, str(child.value))
    return named if text == named.text else replace(named, text=text)


def _named(node: Node, names: Names) -> Node:
    children = tuple(_named(child, names) for child in node.children)
    name = _name(node, names)
    if not name and children == node.children:
        return node
    text = _put(node.text, name, str(node.value)) if name else node.text
    return replace(node, text=text, children=children)


def _name(node: Node, names: Names) -> str:
    if node.name in _PORTS and isinstance(node.value, int):
        return names.port(node.value, _PORTS[node.name])
    if node.name in _ADDRESSES and isinstance(node.value, str):
        return names.address(_packed(node.value))
    return ""


def _packed(text: str) -> bytes:
    if _MAC.fullmatch(text):
        return bytes.fromhex(text.replace(":", ""))
    try:
        return ipaddress.ip_address(text).packed
    except ValueError:
        return b""


def _put(text: str, name: str, value: str) -> str:
    """`text` with the name before the first ": value" in it."""
    return re.sub(rf": {re.escape(value)}(?![\w.:])", lambda _: f": {name} ({value})", text, count=1)
