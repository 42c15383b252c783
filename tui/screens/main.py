"""The main screen: links the panes, which know nothing of each other.

The cursor of the packet list decides which packet the others show; a field in the tree and its bytes in the
hex dump follow each other. Work for the screen is done only here, in the screen's own thread, and each piece
of it is short.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.containers import Grid

from tui.actions import OWN_SCREENS, Place, key_text
from tui.feed import Feed
from tui.filter.language import compile_filter
from tui.panes.handshake import Handshake
from tui.panes.header_diagram import HeaderDiagram
from tui.panes.header_tree import HeaderTree
from tui.panes.hex_dump import HexDump
from tui.panes.packet_list import PacketList
from tui.panes.status_bar import Status, StatusBar
from tui.report.listing import Listing
from tui.report.noting import noted
from tui.screens.arrangement import Arrangement
from tui.screens.colouring import RuleColours
from tui.screens.commands import COMMANDS
from tui.screens.filtering import Filtering
from tui.screens.foresight import Foresight
from tui.screens.forms import Forms
from tui.screens.keyed import KeyedScreen
from tui.screens.layouts import Slot
from tui.screens.list_columns import ListColumns
from tui.screens.live import Live
from tui.screens.naming import Naming
from tui.screens.notebook import JUMPS, Notebook
from tui.screens.notes_commands import speak
from tui.screens.packet_view import DetailPanes, PacketView, load_decoding, load_dissection
from tui.screens.searching import Searching
from tui.screens.settle import Settle

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Resize
    from textual.timer import Timer

    from tui.actions import Actions
    from tui.capture.live.running import Control
    from tui.config.config import Choices, Config
    from tui.config.recent import Recent
    from tui.screens.keyboard import Command
    from tui.session import Session, Snapshot

_PLACES = {
    Slot.LIST: Place.LIST,
    Slot.TREE: Place.TREE,
    Slot.HEX: Place.HEX,
    Slot.HANDSHAKE: Place.HANDSHAKE,
}
_MESSAGE_SECONDS = 3.0
_QUIET_SECONDS = 0.25  # without a command


class MainScreen(KeyedScreen):
    """Packet list, header tree, hex dump and handshake of one session."""

    AUTO_FOCUS = "PacketList"
    PLACES: ClassVar[tuple[Place, ...]] = tuple(place for place in Place if place not in OWN_SCREENS)

    def __init__(
        self,
        session: Session,
        config: Config,
        first: Choices,
        recent: Recent,
        control: Control | None = None,
    ) -> None:
        super().__init__(config.actions)
        self.session = session
        self.config = config
        self.recent = recent
        self.forms = Forms(first.numbers, first.time, config.checksums)
        self.snapshot: Snapshot | None = None
        self.naming = Naming(self)
        self.columns = ListColumns(self, first.columns, lambda text: self._tell(sorting=text))
        self.packet_list = PacketList(
            self.listing(), self.columns.shown, noted=partial(noted, session), id=Slot.LIST.value
        )
        self.header_tree = HeaderTree(id=Slot.TREE.value)
        self._diagram = HeaderDiagram(id="diagram")
        self._hex_dump = HexDump(id=Slot.HEX.value)
        self._handshake = Handshake(id=Slot.HANDSHAKE.value)
        name = ", ".join(PurePath(reader.recording.name).name for reader in session.readers)
        self.colours = RuleColours(self, first.colouring_rules, on=first.colouring)
        self._status_bar = StatusBar(Status(name, forms=self.forms.text, hints=_hints(self.actions)))
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
        self.filtering = Filtering(
            session,
            self.packet_list,
            self.actions,
            changed=self._filter_changed,
            say=self.say,
        )
        self.notebook = Notebook(self)
        self.searching = Searching(self, changed=lambda: self._tell(search=self.searching.text))
        self._settle = Settle(self, self._show_packet)
        self._foresight: Foresight | None = None
        self._feed = Feed(session, self._show_snapshot)
        self.live = Live(
            session, self.packet_list, self.arrangement, self._feed, config.actions, follow=config.follow
        )
        self.control = control
        self._message_timer: Timer | None = None
        self._loading = False
        self._performed = 0.0  # when the last command was (monotonic s)

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
        yield self.live.bar
        yield self._status_bar

    def on_mount(self) -> None:
        self.filtering.apply(compile_filter(self.config.filter))
        self._feed.start(self)
        self.call_after_refresh(self.session.go_on)
        if self.config.names:
            self.naming.use(self.config.names)
        self.live.start(self)

    def on_resize(self, event: Resize) -> None:
        self.arrangement.fit(event.size)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.arrangement.note_focus(event.widget)

    # commands

    @property
    def place(self) -> Place:
        return _PLACES[self.arrangement.focused]

    def perform(self, command: Command) -> None:
        self._performed = monotonic()
        if command.action.id in JUMPS and self.arrangement.focused is Slot.LIST:
            self.notebook.depart()
        if command.text:
            speak(self, command)
        else:
            COMMANDS[command.action.id](self, command.count)
        self._follow_cursor()  # now, not when the list's message comes: so all panes are painted in one go
        self.live.report()

    def typed(self) -> None:
        self._tell(pending=self.keys.prompt(self.place))

    def say(self, message: str) -> None:
        """Show in the status bar, for a moment, what a command did."""
        self._tell(message=message)
        if self._message_timer is not None:
            self._message_timer.stop()
        self._message_timer = self.set_timer(_MESSAGE_SECONDS, lambda: self._tell(message=""))

    def go_to(self, row: int, *, jump: bool = True) -> None:
        """Select a packet; it is shown, whatever else is not. `jump`: there is a way back."""
        if self.snapshot is not None and row < self.snapshot.gone:
            self.say(f"packet {row + 1:,} has left the ring of files: -b files:N keeps more of them")
            return
        if jump:
            self.notebook.depart()
        if self.filtering.hides(row):
            self.filtering.apply(None)
            self.say(f"all packets are shown: packet {row + 1:,} did not pass the filter")
        self.packet_list.select(self.packet_list.line_of(row), center=True)

    def visit(self, row: int) -> None:
        """Come back from the screens over this one to a packet."""
        while self.app.screen is not self:
            self.app.pop_screen()
        self.go_to(row)

    def change_forms(self, forms: Forms) -> None:
        """Show everything in other forms."""
        self.forms = forms
        self.packet_list.use(self.listing())
        self._show_packet()
        self._tell(forms=forms.text)

    def selected_text(self) -> str:
        """What a person would want to copy from the focused pane; "" if nothing is selected there."""
        if self.snapshot is None or self.view.row is None:
            return ""
        if self.arrangement.focused is Slot.LIST:
            return "\t".join(self.listing().cells(self.snapshot, self.packet_list.row))
        return self.view.selected_text(self.arrangement.focused)

    # what panes and session tell

    @on(PacketList.Selected)
    def _follow_cursor(self) -> None:
        if self.snapshot is None or not self.packet_list.line_count():
            return
        row = self.packet_list.row
        if row == self._status_bar.status.row:
            return
        stream = int(self.snapshot.packets.stream[row])
        self._tell(row=row, stream=None if stream < 0 else stream)
        if self.view.row is not None:
            self._settle.request()
        elif not self._loading:
            self._loading = True
            self.run_worker(self._look_first())

    async def _look_first(self) -> None:
        """Show the first packet when what that takes is loaded, in a thread: the rows stand and keys work.

        What later ones may take holds up each key by 70 ms as it is loaded: that is left for a quiet moment.
        """

        def foresee(row: int) -> None:
            if self.snapshot is not None:
                self.view.foresee(self.snapshot, row, self.forms)

        await asyncio.to_thread(load_decoding)
        await asyncio.to_thread(foresee, self.packet_list.row)
        self._show_packet()
        while self._status_bar.status.loading or monotonic() - self._performed < _QUIET_SECONDS:
            await asyncio.sleep(_QUIET_SECONDS)
        await asyncio.to_thread(load_dissection)
        self._foresight = Foresight(self.packet_list, foresee)

    @on(HeaderTree.FieldSelected)
    @on(HeaderDiagram.FieldSelected)
    def _field_selected(self, message: HeaderTree.FieldSelected | HeaderDiagram.FieldSelected) -> None:
        self.view.mark(message.node)

    @on(HexDump.ByteSelected)
    def _byte_selected(self, message: HexDump.ByteSelected) -> None:
        self.view.select_byte(message.offset)

    @on(PacketList.SortWanted)
    @on(PacketList.CellsMissed)
    @on(PacketList.ColoursMissed)
    def _list_asks(
        self, message: PacketList.SortWanted | PacketList.CellsMissed | PacketList.ColoursMissed
    ) -> None:
        if isinstance(message, PacketList.ColoursMissed):
            self.colours.look_late(message.rows)
        else:
            self.columns.hear(message)

    @on(Handshake.PacketWanted)
    def _packet_wanted(self, message: Handshake.PacketWanted) -> None:
        self.go_to(message.row)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.notebook.follow(snapshot)
        self.packet_list.show(snapshot)
        self.filtering.follow(snapshot)
        self.columns.follow(snapshot)
        self.colours.follow(snapshot)
        self.live.show(snapshot)
        self.view.follow(snapshot)
        self._tell(
            packets=len(snapshot.packets),
            done=snapshot.done,
            total=snapshot.total,
            finished=snapshot.finished or bool(self.live.captures),  # of these the capture bar tells
            notices=(*self.config.notices, *snapshot.notices),
        )

    def _filter_changed(self) -> None:
        self._tell(filter=self.filtering.text)
        self.columns.refilter()
        if self.listing().of_displayed:
            self.packet_list.renew(None)

    def _show_packet(self) -> None:
        if self.snapshot is not None and self.packet_list.line_count():
            self.view.show(self.snapshot, self.packet_list.row, self.forms)
            if self._foresight is not None:
                self._foresight.stepped()

    def listing(self) -> Listing:
        """What puts packets into cells as they are shown; a new one, for any thread."""
        return Listing(
            self.session,
            self.forms.numbers,
            self.forms.time,
            self.columns.shown,
            lambda row: self.filtering.before(row),  # noqa: PLW0108 the first listing is made before that is
            names=self.naming.names,
        )

    def show_names(self) -> None:
        """Show what addresses and ports are called now."""
        self.packet_list.use(self.listing())
        self.view.rename(self.naming.names, self.naming.called)

    def _tell(self, **news: Any) -> None:
        self._status_bar.show(replace(self._status_bar.status, **news))


def _hints(actions: Actions) -> str:
    hinted = (action for action in actions.values() if action.hint)
    return "  ".join(f"{key_text(action.keys[0])} {action.hint}" for action in hinted)
