"""A node of the header tree: what it says, where its bits stand in the frame, what it is worth to a filter.

Invariant: `0 <= start <= end <= 8 * len(frame)`, a child's span lies inside its parent's unless it is empty,
and `text` is printable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterator


class Node(Struct, frozen=True):
    """One line of the header tree; `start` and `end` count bits from the frame's first bit, `start == end` is
    not in the frame.
    """

    name: str  # Wireshark's field name, "tcp.srcport"; "" if it has none
    text: str  # what the tree shows: "Source Port: 65054 (fe1e)"
    start: int
    end: int
    children: tuple[Node, ...] = ()
    value: object = None  # what filters compare: int, str, bytes, float; None for a plain heading


def computed(name: str, text: str, value: object = None, children: tuple[Node, ...] = ()) -> Node:
    """A node that no bytes of the frame stand for, in brackets: "[Stream index: 0]"."""
    return Node(name, f"[{text}]", 0, 0, children, value)


def without_span(node: Node) -> Node:
    """`node` and all below it as not in the frame: its bytes were put together from several frames."""
    return replace(node, start=0, end=0, children=tuple(map(without_span, node.children)))


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """All nodes in the order in which the tree shows them."""
    for node in nodes:
        yield node
        yield from walk(node.children)
