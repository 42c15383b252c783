"""Filters in words: the condition that a field of the header tree meets, and conditions joined.

Invariant: the packet that a node was decoded from passes the node's condition.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tui.decode.nodes import walk
from tui.errors import FilterError, UsageError
from tui.filter.completion import quoted
from tui.filter.field import Type
from tui.filter.language import compile_filter
from tui.filter.language.entities import find_field
from tui.filter.language.tokens import Kind, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.decode.nodes import Node

_NANOSECONDS = 1_000_000_000


class Joint(Enum):
    """How a condition changes the filter that is in force, as in Wireshark's menu "Apply as Filter"."""

    SELECTED = "selected"
    NOT_SELECTED = "not selected"
    AND_SELECTED = "and selected"
    OR_SELECTED = "or selected"
    AND_NOT_SELECTED = "and not selected"


def condition(node: Node) -> str:
    """What is true of packets with the same field and value: "tcp.dstport == 443".

    UsageError if filters do not know the field, or have no way to write its value.
    """
    field = find_field(node.name)
    if field is None:
        named = f"the field {node.name}" if node.name else "a line without a field's name"
        raise UsageError(f"{named} is nothing that a filter knows", "choose a field below or above it")
    write = _WRITERS.get(field.type)
    text = node.name if write is None else f"{node.name} == {write(node.value)}"
    try:
        compile_filter(text)
    except FilterError as error:
        raise UsageError(f"{node.name} cannot be compared: {error.message}") from None
    return text


def conversation(nodes: tuple[Node, ...]) -> str:
    """What is true of the packets between the two ends of this one; UsageError if it names no ends."""
    first = {node.name: node for node in reversed(list(walk(nodes)))}
    for source, destination, either in _ENDS:
        if source in first and destination in first:
            return " and ".join(f"{either} == {first[end].value}" for end in (source, destination))
    raise UsageError("this packet has no addresses", "choose one of its fields in the header tree")


def joined(before: str, joint: Joint, new: str) -> str:
    """The filter `before` ("" if there is none), changed by the condition `new`."""
    negative = joint in (Joint.NOT_SELECTED, Joint.AND_NOT_SELECTED)
    condition_ = f"not ({new})" if negative else new
    if not before.strip() or joint in (Joint.SELECTED, Joint.NOT_SELECTED):
        return condition_
    if joint is Joint.OR_SELECTED:
        return f"{before} or {condition_}"
    return f"{_one(before)} and {condition_}"


def _one(text: str) -> str:
    """A filter in brackets if what is written behind it would belong to a part of it only."""
    alternatives = any(token.kind is Kind.SIGN and token.text == "or" for token in tokens(text))
    return f"({text})" if alternatives else text


def _bytes(value: object) -> str:
    """Bytes with colons; a single one, which would be taken for a number or a name, as a string."""
    raw = value if isinstance(value, bytes) else b""
    return raw.hex(":") if len(raw) > 1 else '"' + "".join(f"\\x{byte:02x}" for byte in raw) + '"'


def _seconds(value: object) -> str:
    if not isinstance(value, int):
        return str(value)
    whole, rest = divmod(abs(value), _NANOSECONDS)
    return f"{'-' if value < 0 else ''}{whole}.{rest:09}"


# How the value of a node is written, by its field's type; types that are not here are there or not.
_WRITERS: Mapping[Type, Callable[[object], str]] = {
    Type.UINT: str,
    Type.INT: str,
    Type.HEX: lambda value: hex(value) if isinstance(value, int) else str(value),
    Type.BOOL: lambda value: "1" if value else "0",
    Type.IPV4: str,
    Type.IPV6: str,
    Type.ETHER: str,
    Type.BYTES: _bytes,
    Type.STRING: lambda value: quoted(str(value)),
    Type.TIME: lambda value: quoted(str(value)),
    Type.DURATION: _seconds,
}

# Fields of the two ends of a packet, the likeliest first, with the field that has both.
_ENDS = (
    ("ip.src", "ip.dst", "ip.addr"),
    ("ipv6.src", "ipv6.dst", "ipv6.addr"),
    ("eth.src", "eth.dst", "eth.addr"),
)
