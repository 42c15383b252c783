"""The selected packet in tree, hex dump, header diagram and handshake sidebar.

Invariant: the four always show one and the same packet, in the number form chosen. What cannot be read is
said in the tree, in place of the packet.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.decode.context import Numbers
from tui.decode.nodes import Node
from tui.errors import CaptureError
from tui.index.schema import Mark
from tui.screens.layouts import Slot
from tui.screens.storyteller import Storyteller

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.filter.search.needles import Hit
    from tui.names.names import Names
    from tui.panes.handshake import Handshake
    from tui.panes.header_diagram import HeaderDiagram
    from tui.panes.header_tree import HeaderTree
    from tui.panes.hex_dump import HexDump
    from tui.panes.lines import LinePane
    from tui.screens.forms import Forms
    from tui.screens.heartbeat import Heartbeat
    from tui.session import Session, Snapshot
    from tui.tcp.story import Story

    Packet = tuple[bytes, tuple[Node, ...]]
    """A frame and its header tree."""


class DetailPanes(Struct, frozen=True):
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
        self._names: Names | None = None
        self._numbers = Numbers.RELATIVE
        self._foreseen: tuple[tuple[int, int, Forms], Packet] | None = None  # of which version, row and forms
        self._wanted: Hit | None = None  # what a search has found in a packet that is not shown yet
        self._found: tuple[Node | None, range] = (None, range(0))  # bits found, and the field they begin in

    @cached_property
    def _heartbeat(self) -> Heartbeat:
        """Made for the first story: the first rows stand without it."""
        from tui.screens.heartbeat import Heartbeat

        return Heartbeat(self._panes.handshake, self._session, self._panes.handshake.tick)

    def show(self, snapshot: Snapshot, row: int, forms: Forms) -> None:
        """Show packet `row` in these forms."""
        self.row, self._numbers = row, forms.numbers
        try:
            self.frame, nodes = self._read(snapshot, row, forms)
        except CaptureError as error:
            self.frame, nodes = b"", (Node("", str(error), 0, 0),)
        self._nodes = nodes
        self._show_fields()
        self._panes.hex_dump.show(self.frame, nodes, self.field)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.row == row:
            self.find(wanted)
        self._storyteller.tell(snapshot, row)

    def _read(self, snapshot: Snapshot, row: int, forms: Forms) -> Packet:
        foreseen, self._foreseen = self._foreseen, None
        if foreseen is not None and foreseen[0] == (snapshot.version, row, forms):
            return foreseen[1]
        return read_packet(self._session, snapshot, row, forms)

    def foresee(self, snapshot: Snapshot, row: int, forms: Forms) -> None:
        """Read packet `row` and tell its connection, in any thread: asked for next, it is shown sooner."""
        with suppress(CaptureError):  # `show` says it
            self._foreseen = (snapshot.version, row, forms), read_packet(self._session, snapshot, row, forms)
            self._storyteller.foresee(snapshot, row)

    def rename(self, names: Names | None, called: Callable[[str], str]) -> None:
        """Put names into tree and sidebar; `called` gives that of one end of a connection."""
        self._names = names
        self._show_fields()
        self._panes.handshake.rename(called)

    def _show_fields(self) -> None:
        nodes = self._nodes
        if self._names is not None and self.fields is self._panes.tree:
            from tui.names.tree import with_names

            nodes = with_names(nodes, self._names)
        self.fields.show(nodes)

    def find(self, hit: Hit) -> None:
        """Select the field or the bytes that a search has found, now or when its packet is shown next."""
        if hit.row != self.row:
            self._wanted = hit
            return
        if hit.field is not None:
            self._panes.tree.select_node(hit.field)
        if hit.span is not None and self.frame:
            self.fields.select_bit(8 * hit.span.start)
            self._found = self.field, range(8 * hit.span.start, 8 * hit.span.stop)
            self._panes.hex_dump.mark(self._found[1].start, self._found[1].stop)

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown: tell the sidebar if the connection has."""
        if self.row is not None and not self._storyteller.is_told(snapshot, self.row):
            self._storyteller.tell(snapshot, self.row)

    @property
    def field(self) -> Node | None:
        """The field under the cursor of the tree, or of the diagram in its place."""
        return self.fields.selected

    @property
    def selected_bits(self) -> range:
        """The bits that are marked in the hex dump: those found, or the field's; all if it has none."""
        field, bits = self._found
        if self.field is not None and self.field is not field:
            bits = range(self.field.start, self.field.end)
        return bits or range(8 * len(self.frame))

    def swap_fields(self) -> HeaderTree | HeaderDiagram:
        """Put the diagram in place of the tree, or the tree back; returns the one that is shown now."""
        self.fields = self._panes.tree if self.fields is self._panes.diagram else self._panes.diagram
        self._show_fields()
        if self.field is not None:
            self.mark(self.field)
        return self.fields

    def mark(self, node: Node) -> None:
        """Mark the bytes of a field in the hex dump; of the one in which bytes were found only those."""
        field, bits = self._found
        if node is not field:
            bits = range(node.start, node.end)
        self._panes.hex_dump.mark(bits.start, bits.stop)

    def select_byte(self, offset: int) -> None:
        """A byte was chosen in the hex dump: go to its field."""
        self.fields.select_bit(8 * offset)

    def selected_text(self, slot: Slot) -> str:
        """What to copy: the whole story; the marked bytes of the hex dump, else all; the field's line."""
        if slot is Slot.HANDSHAKE:
            return plain_text(self._panes.handshake)
        if slot is Slot.HEX:
            bits = self.selected_bits
            return self.frame[bits.start // 8 : -(-bits.stop // 8)].hex(" ")
        return self.field.text if self.field else ""

    def _show_story(self, story: Story | None, row: int) -> None:
        self._panes.handshake.show(story, row, self._numbers, self._heartbeat.watch(story))


def read_packet(session: Session, snapshot: Snapshot, row: int, forms: Forms) -> Packet:
    """The frame of a packet and its header tree in these forms; CaptureError if it is not there any more."""
    from tui.decode.packet import decode

    frame = session.frame(row)
    whole = snapshot.packets.marks[row] & Mark.REASSEMBLED
    datagram = session.datagram(row) if whole else None
    context = session.context(snapshot, row)
    return frame, decode(frame, context, forms.numbers, forms.verify, datagram[1] if datagram else None)


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
