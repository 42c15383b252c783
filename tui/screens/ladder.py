"""The ladder as a screen of its own, over the main screen.

It shows connections as they were when it was opened. A short one is there at once; a long one is read in a
thread, and the screen says so meanwhile.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content

from tui.actions import Place, key_text
from tui.errors import TcpscopeError, printable
from tui.panes.ladder import LadderPane
from tui.report.files import write_new
from tui.report.ladder import EXPORT_WIDTH, Ladder
from tui.report.rungs import Strand
from tui.screens.keyed import KeyedScreen
from tui.screens.motions import MOTIONS
from tui.screens.storyteller import LONG
from tui.tcp.findings import undisputed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textual.app import ComposeResult
    from textual.timer import Timer

    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.session import Session, Snapshot

COPIED_LINES = 1000
"""What a clipboard takes through the terminal; more is written to a file."""

_FILE = "tcpscope-ladder-{}.txt"
_MESSAGE_SECONDS = 3.0
_HINTS = (
    ("visit", "packet"),
    ("right", "unfold"),
    ("left", "fold"),
    ("numbers", "numbers"),
    ("copy", "copy"),
    ("write", "write"),
    ("close", "back"),
)


def open_ladder(main: MainScreen, beside: int | None) -> None:
    """Open the ladder of the selected packet's connection, and of connection `beside`."""
    snapshot, row = main.snapshot, main.packet_list.row
    if snapshot is None or not len(snapshot.packets):
        main.say("there are no packets yet")
        return
    stream = int(snapshot.packets.stream[row])
    if stream < 0:
        main.say("this packet belongs to no TCP connection")
    elif beside is not None and beside >= len(snapshot.connections):
        main.say(f"there is no connection {beside}; the last one is {len(snapshot.connections) - 1}")
    else:
        streams = (stream,) if beside in (None, stream) else (stream, beside)
        main.app.push_screen(LadderScreen(main, snapshot, streams, row))


def read_ladder(
    session: Session,
    snapshot: Snapshot,
    streams: tuple[int, ...],
    called: Callable[[str], str] = lambda end: "",
) -> Ladder | None:
    """The ladder of these connections; None if the capture holds no whole segment of them.

    `called` is as in `explain`. CaptureError if the file cannot be read any more.
    """
    survey = session.survey(snapshot)
    found = undisputed(survey.found, snapshot.packets, survey.outlines)
    strands = []
    for stream in streams:
        story = session.story_of(snapshot, stream)
        if story is not None:
            strands.append(Strand(story, session.flow(snapshot, stream), found))
    return Ladder(strands, called) if strands else None


class LadderScreen(KeyedScreen):
    """Shows the ladder, and leads back to a packet of the main screen."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.LADDER,)

    def __init__(self, main: MainScreen, snapshot: Snapshot, streams: tuple[int, ...], row: int) -> None:
        super().__init__(main.actions)
        self._main = main
        self._snapshot = snapshot
        self._streams = streams
        self._row = row
        self._pane = LadderPane()
        self._message_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        plural = "s" if len(self._streams) > 1 else ""
        names = ", ".join(map(self._title_of, self._streams))
        self._pane.border_title = f"Ladder: connection{plural} {names}"
        self._show_hints()
        yield self._pane

    def on_mount(self) -> None:
        segments = sum(int(self._snapshot.connections["packets"][stream].sum()) for stream in self._streams)
        if segments < LONG:
            self._show(self._read())
        else:
            self.say(f"reading {segments:,} segments …")
            self.run_worker(self._read_long())

    @property
    def place(self) -> Place:
        return Place.LADDER

    def perform(self, command: Command) -> None:
        action = command.action.id
        if action in MOTIONS:
            MOTIONS[action](self._pane, command.count)
        else:
            _COMMANDS[action](self)

    def say(self, message: str) -> None:
        """Show, for a moment, what a command did in place of the hints."""
        self._pane.border_subtitle = Content(printable(message))
        if self._message_timer is not None:
            self._message_timer.stop()
        self._message_timer = self.set_timer(_MESSAGE_SECONDS, self._show_hints)

    def copy(self) -> None:
        """Copy the ladder, folded as it is."""
        ladder = self._pane.ladder
        if ladder is None:
            self.say("there is nothing to copy")
        elif len(ladder) > COPIED_LINES:
            self.say(f"{len(ladder):,} lines are too many for the clipboard: write them to a file")
        else:
            self.app.copy_to_clipboard("\n".join(self._lines(ladder)))
            self.say("copied")

    def write(self) -> None:
        """Write the ladder, folded as it is, to a new file."""
        if self._pane.ladder is None:
            self.say("there is nothing to write")
        else:
            self.run_worker(self._write(self._lines(self._pane.ladder)))

    def change_numbers(self) -> None:
        """Write sequence numbers in the next form, on the main screen as well."""
        self._main.change_forms(self._main.forms.with_next_numbers())
        self._pane.use(self._main.forms.numbers)

    def fold_all(self, folded: bool) -> None:
        """Fold or unfold all runs."""
        self._pane.fold_all(folded)

    def open_stream(self) -> None:
        """Follow the stream of the line's connection, from its packet on."""
        from tui.screens.stream import open_stream

        ladder = self._pane.ladder
        if ladder is None:
            self.say("there is no stream to follow")
        else:
            row = ladder.row_at(self._pane.cursor)
            open_stream(self._main, int(self._snapshot.packets.stream[row]), row)

    def visit(self) -> None:
        """What enter does on the line under the cursor."""
        self._pane.activate()

    @on(LadderPane.PacketWanted)
    def _packet_wanted(self, message: LadderPane.PacketWanted) -> None:
        self._main.visit(message.row)

    def _title_of(self, stream: int) -> str:
        return f"{stream} (began before what is kept)" if self._snapshot.began_before(stream) else str(stream)

    def _read(self) -> Ladder | TcpscopeError | None:
        try:
            return read_ladder(self._main.session, self._snapshot, self._streams, self._main.naming.called)
        except TcpscopeError as error:
            return error

    async def _read_long(self) -> None:
        self._show(await asyncio.to_thread(self._read))

    def _show(self, ladder: Ladder | TcpscopeError | None) -> None:
        if isinstance(ladder, Ladder):
            self._pane.show(ladder, self._row, self._main.forms.numbers)
            self._show_hints()
        else:
            self.say(str(ladder) if ladder else "no segment of the connection was captured whole")

    async def _write(self, lines: Iterator[str]) -> None:
        try:
            path = await asyncio.to_thread(write_new, Path.cwd(), _FILE, lines)
        except TcpscopeError as error:
            self.say(str(error))
        else:
            self.say(f"written to {path.name}")

    def _lines(self, ladder: Ladder) -> Iterator[str]:
        return ladder.text(EXPORT_WIDTH, self._main.forms.numbers)

    def _show_hints(self) -> None:
        hints = (f"{key_text(self.actions[action].keys[0])} {word}" for action, word in _HINTS)
        self._pane.border_subtitle = Content("  ".join(hints))


_COMMANDS: Mapping[str, Callable[[LadderScreen], object]] = {
    "visit": LadderScreen.visit,
    "stream": LadderScreen.open_stream,
    "expand_all": lambda screen: screen.fold_all(False),
    "collapse_all": lambda screen: screen.fold_all(True),
    "numbers": LadderScreen.change_numbers,
    "copy": LadderScreen.copy,
    "write": LadderScreen.write,
    "close": LadderScreen.dismiss,
}
