"""A connection's stream as a screen of its own, over the main screen.

It shows the connection as it was when it was opened. What takes long is done in a thread: putting a long
connection together, translating it, searching it, comparing what was sent twice.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.content import Content

from tui.actions import Place
from tui.errors import TcpscopeError, printable
from tui.panes.stream import StreamPane
from tui.report.stream.caption import account, caption, describe
from tui.report.stream.contradictions import Contradiction, contradictions
from tui.screens.latest import Latest
from tui.screens.motions import MOTIONS
from tui.screens.pane_screen import PaneScreen
from tui.screens.stoppable import in_thread
from tui.screens.stream_commands import COMMANDS
from tui.screens.stream_view import TRANSLATED, Choice, Form, Made, Whose, make

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.report.stream.data import Place as BytePlace
    from tui.report.stream.data import StreamData
    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.screens.stream_view import Finder
    from tui.session import Snapshot

LONG = 20_000  # segments that are put together in a few hundredths of a second
_MOST_CONTRADICTIONS = 10_000


def open_stream(main: MainScreen, stream: int, row: int | None) -> None:
    """Open the stream of a connection (-1: none) at packet `row`."""
    snapshot = main.snapshot
    if snapshot is None or not len(snapshot.packets):
        main.say("there are no packets yet")
    elif stream < 0:
        main.say("this packet belongs to no TCP connection")
    else:
        main.app.push_screen(StreamScreen(main, snapshot, stream, row))


class StreamScreen(PaneScreen):
    """Shows one stream after the other, and leads back to a packet of the main screen."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.STREAM,)
    HINTS = (
        ("visit", "packet"),
        ("stream_form", "form"),
        ("stream_side", "side"),
        ("stream_find", "find"),
        ("stream_next", "next"),
        ("write", "write"),
        ("help", "help"),
        ("close", "back"),
    )

    def __init__(self, main: MainScreen, snapshot: Snapshot, stream: int, row: int | None) -> None:
        super().__init__(main.actions)
        self.main = main
        self.snapshot = snapshot
        self.pane: StreamPane = StreamPane(self._account, self._describe)
        self.choice = Choice(stream, Form.TEXT, Whose.BOTH, 0)
        self.made: Made | None = None
        self.contradicted: tuple[Contradiction, ...] = ()
        self.sought = ""
        self._row = row  # where the cursor is to be in a stream that is new
        self._latest: Latest[Made | TcpscopeError] = Latest(self, self._show)
        self._compared: StreamData | None = None  # of which the contradictions are, or are being sought
        self._finder: Finder | None = None  # is at work in a thread
        self._found: BytePlace | None = None  # what was found last

    def compose(self) -> ComposeResult:
        self.pane.border_title = f"Stream {self.choice.stream}"
        yield from super().compose()

    def on_unmount(self) -> None:
        self._compared = None

    def perform(self, command: Command) -> None:
        action = command.action.id
        if action in MOTIONS:
            MOTIONS[action](self.pane, command.count)
        else:
            COMMANDS[action](self, command.count)

    def choose(self, choice: Choice) -> None:
        """Show something else; the cursor stays with its bytes, if they are of the same stream."""
        if choice.stream != self.choice.stream:
            self._row = None
            self.stop_finding()
        self.choice = choice
        made, snapshot, session = self.made, self.snapshot, self.main.session
        keylog = self.main.config.keylog
        known = made.data if made is not None and made.data.stream == choice.stream else None
        segments = int(snapshot.connections["packets"][choice.stream].sum())

        def work() -> Made | TcpscopeError:
            try:
                return make(session, snapshot, choice, known, keylog)
            except TcpscopeError as error:
                return error

        long = (known is None and segments >= LONG) or choice.form in TRANSLATED
        if long:
            self.say(f"putting {segments:,} segments together …")
        self._latest.want(work, long=long)

    def find(self, forward: bool) -> None:
        """Go to the next place of the sought text, or the one before; at the end go on from the other one."""
        if self.made is None or not self.sought:
            self.say("nothing is sought")
        elif self._finder is None:
            self._finder = self.made.finder(self.sought)
            self.run_worker(self._find(self._finder, self.made, self._origin(forward), forward))

    def stop_finding(self) -> bool:
        """Stop the search; whether one was going on."""
        finder, self._finder = self._finder, None
        if finder is not None:
            finder.stopped = True
        return finder is not None

    @on(StreamPane.Resized)
    def _resized(self) -> None:
        if self.pane.room != self.choice.width:
            self.choose(replace(self.choice, width=self.pane.room))

    @on(StreamPane.LineWanted)
    def _line_wanted(self, message: StreamPane.LineWanted) -> None:
        if self.made is not None:
            self.main.visit(int(self.made.data.pieces.rows[message.place.piece]))

    def _account(self) -> str:
        return "" if self.made is None else account(self.made.data, len(self.contradicted))

    def _describe(self, place: BytePlace) -> str:
        return "" if self.made is None else describe(self.made.data, place, self.contradicted)

    def _show(self, made: Made | TcpscopeError) -> None:
        if isinstance(made, TcpscopeError):
            self.say(str(made))
            return
        before, self.made = self.made, made
        data = made.data
        if before is not None and before.data is data:
            place = self.pane.place
        else:
            self.contradicted = ()
            place = None if self._row is None else data.at_row(self._row, made.end)
        self.pane.show(made.lines, data.client, place)
        self._show_title()
        self.show_hints()
        if self._compared is not data:
            self._compared = data
            self.run_worker(self._compare(data))

    def _show_title(self) -> None:
        made = self.made
        if made is not None:
            form = f"{made.choice.form.value}, {made.choice.whose.value}"
            self.pane.border_title = Content(printable(f"{caption(made.data)} · {form}"))

    async def _compare(self, data: StreamData) -> None:
        """Look for contradictions, as long as this stream is shown."""

        def compare() -> tuple[Contradiction, ...]:
            found: list[Contradiction] = []
            try:
                for each in contradictions(data):
                    if self._compared is not data or len(found) == _MOST_CONTRADICTIONS:
                        break
                    if each is not None:
                        found.append(each)
            except TcpscopeError:
                pass  # whoever looks at those bytes is told
            return tuple(sorted(found, key=lambda each: each.place))

        found = await asyncio.to_thread(compare)
        if self._compared is data and found:
            self.contradicted = found
            self.pane.repaint()

    def _origin(self, forward: bool) -> BytePlace | None:
        """Where a search begins: what was found last if the cursor is still there, else the cursor's line."""
        place, found = self.pane.place, self._found
        if place is None or self.made is None:
            return None
        if found is not None and self.pane.line_of(found) == self.pane.cursor:
            return found
        return replace(place, byte=place.byte - 1, line=place.line - 1) if forward else place

    async def _find(self, finder: Finder, made: Made, origin: BytePlace | None, forward: bool) -> None:
        seek = finder.after if forward else finder.before

        def search() -> tuple[BytePlace | None, bool]:
            """The place, and whether it was sought from the other end again."""
            found = seek(origin)
            again = found is None and not finder.stopped
            return (seek(None) if again else found), again

        def tell() -> None:
            self.say(f"searching {finder.done:.0%} …")

        try:
            found, again = await in_thread(self, search, stop=self.stop_finding, progress=tell)
        except TcpscopeError as error:
            self.say(str(error))
            return
        finally:
            if self._finder is finder:
                self._finder = None
        if made is not self.made or finder.stopped:
            return
        if found is None:
            self.say(f"{self.sought} does not occur")
        else:
            self._found = found
            self.pane.go(found)
            self.say(
                f"{self.sought}: from the {'beginning' if forward else 'end'} again" if again else self.sought
            )
