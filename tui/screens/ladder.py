"""The ladder as a screen of its own, over the main screen.

It shows connections as they were when it was opened. A short one is there at once; a long one is read in a
thread, and the screen says so meanwhile.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tui.actions import Place
from tui.errors import TcpscopeError
from tui.panes.ladder import LadderPane
from tui.report.files import write_new
from tui.report.ladder import EXPORT_WIDTH, Ladder
from tui.report.rungs import Strand
from tui.screens.motions import MOTIONS
from tui.screens.pane_screen import PaneScreen
from tui.screens.storyteller import LONG
from tui.tcp.findings import undisputed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textual.app import ComposeResult

    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.session import Session, Snapshot

COPIED_LINES = 1000
"""What a clipboard takes through the terminal; more is written to a file."""

_FILE = "tcpscope-ladder-{}.txt"


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


class LadderScreen(PaneScreen):
    """Shows the ladder, and leads back to a packet of the main screen."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.LADDER,)
    HINTS = (
        ("visit", "packet"),
        ("right", "unfold"),
        ("left", "fold"),
        ("numbers", "numbers"),
        ("copy", "copy"),
        ("write", "write"),
        ("close", "back"),
    )

    def __init__(self, main: MainScreen, snapshot: Snapshot, streams: tuple[int, ...], row: int) -> None:
        super().__init__(main.actions)
        self._main = main
        self._snapshot = snapshot
        self._streams = streams
        self._row = row
        self.pane: LadderPane = LadderPane()

    def compose(self) -> ComposeResult:
        plural = "s" if len(self._streams) > 1 else ""
        names = ", ".join(map(self._title_of, self._streams))
        self.pane.border_title = f"Ladder: connection{plural} {names}"
        yield from super().compose()

    def on_mount(self) -> None:
        segments = sum(int(self._snapshot.connections["packets"][stream].sum()) for stream in self._streams)
        if segments < LONG:
            self._show(self._read())
        else:
            self.say(f"reading {segments:,} segments …")
            self.run_worker(self._read_long())

    def perform(self, command: Command) -> None:
        action = command.action.id
        if action in MOTIONS:
            MOTIONS[action](self.pane, command.count)
        else:
            _COMMANDS[action](self)

    def copy(self) -> None:
        """Copy the ladder, folded as it is."""
        ladder = self.pane.ladder
        if ladder is None:
            self.say("there is nothing to copy")
        elif len(ladder) > COPIED_LINES:
            self.say(f"{len(ladder):,} lines are too many for the clipboard: write them to a file")
        else:
            self.app.copy_to_clipboard("\n".join(self._lines(ladder)))
            self.say("copied")

    def write(self) -> None:
        """Write the ladder, folded as it is, to a new file."""
        if self.pane.ladder is None:
            self.say("there is nothing to write")
        else:
            self.write_file(partial(write_new, Path.cwd(), _FILE, self._lines(self.pane.ladder)))

    def change_numbers(self) -> None:
        """Write sequence numbers in the next form, on the main screen as well."""
        self._main.change_forms(self._main.forms.with_next_numbers())
        self.pane.use(self._main.forms.numbers)

    def fold_all(self, folded: bool) -> None:
        """Fold or unfold all runs."""
        self.pane.fold_all(folded)

    def open_stream(self) -> None:
        """Follow the stream of the line's connection, from its packet on."""
        from tui.screens.stream import open_stream

        ladder = self.pane.ladder
        if ladder is None:
            self.say("there is no stream to follow")
        else:
            row = ladder.row_at(self.pane.cursor)
            open_stream(self._main, int(self._snapshot.packets.stream[row]), row)

    def visit(self) -> None:
        """What enter does on the line under the cursor."""
        self.pane.activate()

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
            self.pane.show(ladder, self._row, self._main.forms.numbers)
            self.show_hints()
        else:
            self.say(str(ladder) if ladder else "no segment of the connection was captured whole")

    def _lines(self, ladder: Ladder) -> Iterator[str]:
        return ladder.text(EXPORT_WIDTH, self._main.forms.numbers)


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
