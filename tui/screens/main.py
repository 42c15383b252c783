"""The main screen: links the panes, which know nothing of each other.

The cursor of the packet list decides which packet the others show; a field in the tree and its bytes in the
hex dump follow each other. Work for the screen is done only here, in the screen's own thread, and each piece
of it is short.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Grid

from tui.actions import ACTIONS, BY_ID, OWN_SCREENS, Place, keys_text
from tui.feed import Feed
from tui.panes.handshake import Handshake
from tui.panes.header_diagram import HeaderDiagram
from tui.panes.header_tree import HeaderTree
from tui.panes.hex_dump import HexDump
from tui.panes.packet_list import PacketList
from tui.panes.status_bar import Status, StatusBar
from tui.report.listing import LIST_COLUMNS, Listing
from tui.screens.arrangement import Arrangement
from tui.screens.commands import COMMANDS
from tui.screens.forms import Forms
from tui.screens.keyboard import Command
from tui.screens.keyed import KeyedScreen, key_bindings
from tui.screens.layouts import Slot
from tui.screens.packet_view import DetailPanes, PacketView, load_decoding, load_dissection
from tui.screens.settle import Settle

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus, Resize
    from textual.timer import Timer

    from tui.session import Session, Snapshot

_PLACES = {
    Slot.LIST: Place.LIST,
    Slot.TREE: Place.TREE,
    Slot.HEX: Place.HEX,
    Slot.HANDSHAKE: Place.HANDSHAKE,
}
_HINTS = "  ".join(f"{keys_text(action).split(' ')[0]} {action.hint}" for action in ACTIONS if action.hint)
_MESSAGE_SECONDS = 3.0


class MainScreen(KeyedScreen):
    """Packet list, header tree, hex dump and handshake of one session."""

    AUTO_FOCUS = "PacketList"
    BINDINGS: ClassVar[list[BindingType]] = [
        *key_bindings(place for place in Place if place not in OWN_SCREENS),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.forms = Forms()
        self.snapshot: Snapshot | None = None
        self.packet_list = PacketList(self._listing(), LIST_COLUMNS, id=Slot.LIST.value)
        self.header_tree = HeaderTree(id=Slot.TREE.value)
        self._diagram = HeaderDiagram(id="diagram")
        self._hex_dump = HexDump(id=Slot.HEX.value)
        self._handshake = Handshake(id=Slot.HANDSHAKE.value)
        name = ", ".join(PurePath(reader.recording.name).name for reader in session.readers)
        self._status_bar = StatusBar(Status(name, forms=self.forms.text, hints=_HINTS))
        self.view = PacketView(
            session, DetailPanes(self.header_tree, self._diagram, self._hex_dump, self._handshake)
        )
        self._frame = Grid(id="panes")
        self.arrangement = Arrangement(
            self._frame,
            {
                Slot.LIST: self.packet_list,
                Slot.TREE: self.header_tree,
                Slot.HEX: self._hex_dump,
                Slot.HANDSHAKE: self._handshake,
            },
        )
        self._settle = Settle(self, self._show_packet)
        self._feed = Feed(session, self._show_snapshot)
        self._message_timer: Timer | None = None
        self._loading = False

    def compose(self) -> ComposeResult:
        for pane, title in (
            (self.packet_list, "Packets"),
            (self._handshake, "Handshake"),
            (self.header_tree, "Header"),
            (self._diagram, "TCP header"),
            (self._hex_dump, "Bytes"),
        ):
            pane.border_title = title
        self._diagram.display = False
        self.arrangement.fit(self.app.size)  # before anything is laid out, so that it is done once
        with self._frame:
            yield self.packet_list
            yield self._handshake
            yield self.header_tree
            yield self._diagram
            yield self._hex_dump
        yield self._status_bar

    def on_mount(self) -> None:
        self._feed.start(self)

    def on_resize(self, event: Resize) -> None:
        self.arrangement.fit(event.size)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.arrangement.note_focus(event.widget)

    # commands

    @property
    def place(self) -> Place:
        return _PLACES[self.arrangement.focused]

    def perform(self, command: Command) -> None:
        COMMANDS[command.action.id](self, command.count)
        self._follow_cursor()  # now, not when the list's message comes: so all panes are painted in one go

    def action_perform(self, action: str) -> None:
        """Carry out an action by its id, as the command palette does."""
        self.perform(Command(BY_ID[action]))

    def typed(self) -> None:
        self._tell(pending=self.keys.pending)

    def say(self, message: str) -> None:
        """Show in the status bar, for a moment, what a command did."""
        self._tell(message=message)
        if self._message_timer is not None:
            self._message_timer.stop()
        self._message_timer = self.set_timer(_MESSAGE_SECONDS, lambda: self._tell(message=""))

    def go_to(self, row: int) -> None:
        """Select a packet."""
        self.packet_list.select(row, center=True)

    def change_forms(self, forms: Forms) -> None:
        """Show everything in other forms."""
        self.forms = forms
        self.packet_list.use(self._listing())
        self._show_packet()
        self._tell(forms=forms.text)

    def selected_text(self) -> str:
        """What a person would want to copy from the focused pane; "" if nothing is selected there."""
        if self.snapshot is None or self.view.row is None:
            return ""
        if self.arrangement.focused is Slot.LIST:
            return "\t".join(self._listing().cells(self.snapshot, self.packet_list.cursor))
        return self.view.selected_text(self.arrangement.focused)

    # what panes and session tell

    @on(PacketList.Selected)
    def _follow_cursor(self) -> None:
        row = self.packet_list.cursor
        if self.snapshot is None or row == self._status_bar.status.row or not self.packet_list.line_count():
            return
        stream = int(self.snapshot.packets.stream[row])
        self._tell(row=row, stream=None if stream < 0 else stream)
        if self.view.row is not None:
            self._settle.request()
        elif not self._loading:
            self._loading = True
            self.run_worker(self._look_first())

    async def _look_first(self) -> None:
        """Show the first packet when what that takes is loaded, in a thread: the rows stand and keys work."""
        await asyncio.to_thread(load_decoding)
        self._show_packet()
        await asyncio.to_thread(load_dissection)

    @on(HeaderTree.FieldSelected)
    @on(HeaderDiagram.FieldSelected)
    def _field_selected(self, message: HeaderTree.FieldSelected | HeaderDiagram.FieldSelected) -> None:
        self.view.mark(message.node)

    @on(HexDump.ByteSelected)
    def _byte_selected(self, message: HexDump.ByteSelected) -> None:
        self.view.select_byte(message.offset)

    @on(Handshake.PacketWanted)
    def _packet_wanted(self, message: Handshake.PacketWanted) -> None:
        self.go_to(message.row)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.packet_list.show(snapshot)
        self.view.follow(snapshot)
        self._tell(
            packets=len(snapshot.packets),
            done=snapshot.done,
            total=snapshot.total,
            finished=snapshot.finished,
            notices=snapshot.notices,
        )

    def _show_packet(self) -> None:
        if self.snapshot is not None and self.packet_list.line_count():
            self.view.show(self.snapshot, self.packet_list.cursor, self.forms)

    def _listing(self) -> Listing:
        return Listing(self.session, self.forms.numbers, self.forms.time)

    def _tell(self, **news: Any) -> None:
        self._status_bar.show(replace(self._status_bar.status, **news))
