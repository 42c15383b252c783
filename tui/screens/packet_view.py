"""The selected packet in tree, hex dump, header diagram and handshake sidebar.

Invariant: the four always show one and the same packet, in the number form chosen. What cannot be read is
said in the tree, in place of the packet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from tui.decode.context import Numbers
from tui.decode.nodes import Node
from tui.errors import CaptureError
from tui.index.schema import Mark
from tui.screens.layouts import Slot
from tui.screens.storyteller import Storyteller

if TYPE_CHECKING:
    from tui.panes.handshake import Handshake
    from tui.panes.header_diagram import HeaderDiagram
    from tui.panes.header_tree import HeaderTree
    from tui.panes.hex_dump import HexDump
    from tui.panes.lines import LinePane
    from tui.screens.forms import Forms
    from tui.screens.heartbeat import Heartbeat
    from tui.session import Session, Snapshot
    from tui.tcp.story import Story


@dataclass(frozen=True, slots=True)
class DetailPanes:
    """The panes that show the selected packet."""

    tree: HeaderTree
    diagram: HeaderDiagram
    hex_dump: HexDump
    handshake: Handshake


class PacketView:
    """Shows one packet of a session at a time."""

    def __init__(self, session: Session, panes: DetailPanes) -> None:
        self._session = session
        self._panes = panes
        self.fields: HeaderTree | HeaderDiagram = panes.tree
        self._storyteller = Storyteller(panes.handshake, session, self._show_story)
        self.row: int | None = None
        self.frame = b""
        self._nodes: tuple[Node, ...] = ()
        self._numbers = Numbers.RELATIVE

    @cached_property
    def _heartbeat(self) -> Heartbeat:
        """Made for the first story: the first rows stand without it."""
        from tui.screens.heartbeat import Heartbeat

        return Heartbeat(self._panes.handshake, self._session, self._panes.handshake.tick)

    def show(self, snapshot: Snapshot, row: int, forms: Forms) -> None:
        """Show packet `row` in these forms."""
        from tui.decode.packet import decode

        self.row, self._numbers = row, forms.numbers
        try:
            self.frame = self._session.frame(row)
            whole = snapshot.packets.marks[row] & Mark.REASSEMBLED
            datagram = self._session.datagram(row) if whole else None
        except CaptureError as error:
            self.frame = b""
            nodes: tuple[Node, ...] = (Node("", str(error), 0, 0),)
        else:
            context = self._session.context(snapshot, row)
            nodes = decode(
                self.frame, context, forms.numbers, forms.verify, datagram[1] if datagram else None
            )
        self._nodes = nodes
        self.fields.show(nodes)
        self._panes.hex_dump.show(self.frame, nodes, self.field)
        self._storyteller.tell(snapshot, row)

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown: tell the sidebar if the connection has."""
        if self.row is not None and not self._storyteller.is_told(snapshot, self.row):
            self._storyteller.tell(snapshot, self.row)

    @property
    def field(self) -> Node | None:
        """The field under the cursor of the tree, or of the diagram in its place."""
        return self.fields.selected

    def swap_fields(self) -> HeaderTree | HeaderDiagram:
        """Put the diagram in place of the tree, or the tree back; returns the one that is shown now."""
        self.fields = self._panes.tree if self.fields is self._panes.diagram else self._panes.diagram
        self.fields.show(self._nodes)
        if self.field is not None:
            self.mark(self.field)
        return self.fields

    def mark(self, node: Node) -> None:
        """Mark the bytes of a field in the hex dump."""
        self._panes.hex_dump.mark(node.start, node.end)

    def select_byte(self, offset: int) -> None:
        """A byte was chosen in the hex dump: go to its field."""
        self.fields.select_bit(8 * offset)

    def selected_text(self, slot: Slot) -> str:
        """What to copy: the whole story; the marked bytes of the hex dump, else all; the field's line."""
        if slot is Slot.HANDSHAKE:
            return plain_text(self._panes.handshake)
        if slot is Slot.HEX:
            field = self.field
            marked = self.frame[field.start // 8 : -(-field.end // 8)] if field else b""
            return (marked or self.frame).hex(" ")
        return self.field.text if self.field else ""

    def _show_story(self, story: Story | None, row: int) -> None:
        self._panes.handshake.show(story, row, self._numbers, self._heartbeat.watch(story))


def load_decoding() -> None:
    """Import what showing a packet takes; the first rows stand without it."""
    for module in (
        "tui.decode.packet",
        "tui.narrator",
        "tui.panes.tones",
        "tui.report.explain",
        "tui.screens.heartbeat",
    ):
        import_module(module)


def load_dissection() -> None:
    """Import what payloads take: 150 ms that no key should wait for."""
    from tui.decode.dissect import warm_up

    warm_up()


def plain_text(pane: LinePane) -> str:
    """All lines of a pane."""
    lines = (pane.line(index, pane.text_width) for index in range(pane.line_count()))
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)
