"""HeaderTree: every layer and field of the selected packet, as a tree whose branches open and close.

Invariant: which branches are open and which field the cursor is on belong to the pane, not to the packet.
They are kept as paths of field names, so that from packet to packet one keeps looking at the same field.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.message import Message

from tui.panes.lines import Line, LinePane, Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.decode.nodes import Node

Path = tuple[tuple[str, int], ...]
"""From the layer to the field: at each level the name and which of the siblings with that name it is."""

_AT_FIRST: Path = (("tcp", 0),)
_COMMENTS: Path = (("pkt_comment", 0),)
"""What is open, and where the cursor is, before the user has chosen."""
_INDENT = 2


class Branch(Struct, frozen=True):
    """A node and its path."""

    path: Path
    node: Node

    @property
    def depth(self) -> int:
        """0 for a layer."""
        return len(self.path) - 1


class HeaderTree(LinePane):
    """The decoded headers of one packet."""

    class FieldSelected(Message):
        """The cursor has moved to another field."""

        def __init__(self, node: Node) -> None:
            super().__init__()
            self.node = node

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self._headers: tuple[Node, ...] = ()
        self._open: set[Path] = {_AT_FIRST, _COMMENTS}
        self._wanted: Path = _AT_FIRST
        self._shown: list[Branch] = []

    @property
    def selected(self) -> Node | None:
        """The field under the cursor; None if no packet is shown."""
        return self._shown[self.cursor].node if self._shown else None

    def show(self, nodes: tuple[Node, ...]) -> None:
        """Show another packet; the cursor stays on its field, or on what is around it. Posts nothing."""
        self._headers = nodes
        self._lay_out()

    def select_bit(self, bit: int) -> None:
        """Move to the smallest field that holds bit `bit` of the frame, opening the branches around it."""
        holding = [branch for branch in branches(self._headers) if branch.node.start <= bit < branch.node.end]
        if holding:
            best = min(holding, key=lambda branch: (branch.node.end - branch.node.start, -branch.depth))
            self._open.update(best.path[:depth] for depth in range(1, len(best.path)))
            self._go(best.path)

    def select_node(self, number: int) -> None:
        """Move to a field, counted as `tui.decode.nodes.walk` goes, opening the branches around it."""
        branch = next(islice(branches(self._headers), number, None), None)
        if branch is not None:
            self._open.update(branch.path[:depth] for depth in range(1, len(branch.path)))
            self._go(branch.path)

    def expand_all(self) -> None:
        """Open every branch of this packet."""
        self._open.update(branch.path for branch in branches(self._headers) if branch.node.children)
        self._lay_out()

    def collapse_all(self) -> None:
        """Close every branch; the cursor goes to the layer it was in."""
        self._open.clear()
        self._go(self._wanted[:1])

    def activate(self) -> None:
        """Open or close the branch under the cursor."""
        if self._shown and self._shown[self.cursor].node.children:
            self._open ^= {self._shown[self.cursor].path}
            self._lay_out()

    def left(self) -> None:
        """Close the branch under the cursor; on a leaf or a closed branch, go to the one around it."""
        if self._is_open(self.cursor):
            self.activate()
        elif self._shown and self._shown[self.cursor].depth:
            self._go(self._shown[self.cursor].path[:-1])

    def right(self) -> None:
        """Open the branch under the cursor; if it is open, go to its first child."""
        if self._is_open(self.cursor):
            self.move(1)
        else:
            self.activate()

    def cursor_moved(self) -> None:
        branch = self._shown[self.cursor]
        self._wanted = branch.path
        self.post_message(self.FieldSelected(branch.node))

    def line_count(self) -> int:
        return len(self._shown)

    def line(self, index: int, width: int) -> Line:
        branch = self._shown[index]
        node = branch.node
        mark = "  " if not node.children else "▾ " if branch.path in self._open else "▸ "
        look = Look.MUTED if node.start == node.end else Look.PLAIN if branch.depth else Look.STRONG
        return [(" " * (_INDENT * branch.depth) + mark + node.text, look)]

    def click_line(self, index: int, x: int) -> None:
        """A click on the fold mark opens or closes, anywhere else it selects."""
        self.select(index)
        indent = _INDENT * self._shown[index].depth
        if indent <= x < indent + _INDENT:
            self.activate()

    def _is_open(self, index: int) -> bool:
        return (
            bool(self._shown)
            and bool(self._shown[index].node.children)
            and self._shown[index].path in self._open
        )

    def _go(self, path: Path) -> None:
        """Put the cursor on the field at `path` and say so, if that is another field."""
        before = self.selected
        self._wanted = path
        self._lay_out()
        if self.selected is not None and self.selected is not before:
            self.post_message(self.FieldSelected(self.selected))

    def _lay_out(self) -> None:
        """Lay out the open branches, and find the wanted field or what is left of its path."""
        self._shown = list(branches(self._headers, self._open))
        places = {branch.path: index for index, branch in enumerate(self._shown)}
        found = (self._wanted[:depth] for depth in range(len(self._wanted), 0, -1))
        self.cursor = next((places[path] for path in found if path in places), 0)
        self.reveal()
        self.repaint()


def branches(nodes: tuple[Node, ...], only: set[Path] | None = None, above: Path = ()) -> Iterator[Branch]:
    """All nodes with their paths, in the tree's order; below a node only if `only` is None or holds it."""
    seen: Counter[str] = Counter()
    for node in nodes:
        name = node.name or _title(node.text)
        path = (*above, (name, seen[name]))
        seen[name] += 1
        yield Branch(path, node)
        if only is None or path in only:
            yield from branches(node.children, only, path)


def _title(text: str) -> str:
    """What is constant in the text of a node without a name: "Options" of "Options: (12 bytes), …"."""
    return re.split(r"[:,(]", text, maxsplit=1)[0].strip()
