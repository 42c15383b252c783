"""The graphs of a connection, and of all packets, as a screen of its own over the main screen.

A graph is made at once, a long one in a thread, and anew while the capture grows, once a second; cursor and
view stay where they are then.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.content import Content

from tui.actions import Place
from tui.errors import TcpscopeError, printable
from tui.filter.language import compile_filter
from tui.panes.plot import PlotPane
from tui.report.graphs.kinds import KINDS
from tui.report.graphs.scales import span_text
from tui.screens.filtering import Passage
from tui.screens.graph_commands import GRAPH_COMMANDS
from tui.screens.graphing import INTERVALS, Choice, Graphing, Made
from tui.screens.latest import Latest
from tui.screens.pane_screen import PaneScreen
from tui.tcp.story import end_text

if TYPE_CHECKING:
    from tui.filter.language import Filter
    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_FIRST = 1  # the graph that a connection begins with
_RENEW_SECONDS = 1.0
_REST = 4  # what takes long to make is made anew after so many times as long
_PROGRESS_SECONDS = 0.2
_MOST_FILTERS = 9  # their signs are digits


def open_graphs(main: MainScreen, stream: int, row: int | None) -> None:
    """Open the graphs of connection `stream` (-1: none) with the cursor at packet `row`."""
    if main.snapshot is None or not len(main.snapshot.packets):
        main.say("there are no packets yet")
    else:
        main.app.push_screen(GraphsScreen(main, main.snapshot, stream if stream >= 0 else None, row))


class GraphsScreen(PaneScreen):
    """Shows one graph after the other, and leads back to a packet of the main screen."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.GRAPHS,)
    HINTS = (
        ("graph_next", "next graph"),
        ("graph_turn", "direction"),
        ("graph_zoom_in", "zoom"),
        ("graph_fit", "fit"),
        ("visit", "packet"),
        ("help", "help"),
        ("close", "back"),
    )

    def __init__(self, main: MainScreen, snapshot: Snapshot, stream: int | None, row: int | None) -> None:
        super().__init__(main.actions)
        self.main = main
        self.pane: PlotPane = PlotPane()
        self.choice = Choice(INTERVALS if stream is None else _FIRST, stream, _sender(snapshot, stream))
        self.made: Made | None = None
        self._snapshot = snapshot
        self._row = row  # where the cursor is to be in the next graph
        self._graphing = Graphing(main.session)
        self._latest: Latest[Made | TcpscopeError] = Latest(self, self._show)
        self._made_at = 0.0
        self._pause = _RENEW_SECONDS  # until it is made anew, if the capture grows
        self._title = ""
        self._prompted = False  # the hints have given way to what was typed

    def on_mount(self) -> None:
        self.set_interval(_PROGRESS_SECONDS, self._tick)
        self._make()

    def perform(self, command: Command) -> None:
        GRAPH_COMMANDS[command.action.id](self, command.count)

    def typed(self) -> None:
        prompt = self.keys.prompt(self.place)
        if prompt:
            self.pane.border_subtitle = Content(prompt)
        elif self._prompted:  # and no command has said anything since
            self.show_hints()
        self._prompted = bool(prompt)

    def say(self, message: str) -> None:
        super().say(message)
        self._prompted = False

    def choose(self, choice: Choice) -> None:
        """Show another graph; the cursor stays with its packet."""
        if self.pane.row is not None:
            self._row = self.pane.row
        self.choice = choice
        self._make()

    def choose_kind(self, kind: int) -> None:
        """Show the graph of that number; without a connection there is one only."""
        if self.choice.stream is None and kind != INTERVALS:
            self.say("this packet belongs to no TCP connection")
        else:
            self.choose(replace(self.choice, kind=kind, interval=None))

    def choose_stream(self, stream: int) -> None:
        """Show the graph of another connection."""
        last = len(self._snapshot.connections) - 1
        if not 0 <= stream <= last:
            self.say("the first connection" if stream < 0 else "the last connection")
            return
        self._row = self._snapshot.first_row(stream)
        end = _sender(self._snapshot, stream)
        kind = _FIRST if self.choice.kind == INTERVALS else self.choice.kind
        self.choice = replace(self.choice, kind=kind, stream=stream, end=end, interval=None)
        self._make()

    def add_filter(self, display_filter: Filter | None) -> None:
        """Show a line of the packets that pass a filter, beside the others."""
        if display_filter is None or not display_filter.text.strip():
            return
        if len(self.choice.filters) == _MOST_FILTERS:
            self.say(f"{_MOST_FILTERS} filters are the most that can be told apart")
            return
        self.main.recent.add_filter(display_filter.text)
        filters = (*self.choice.filters, Passage(compile_filter(display_filter.text)))
        self.choose(replace(self.choice, kind=INTERVALS, filters=filters))

    def leave(self) -> None:
        """Stop what is being read; if nothing is, close the screen."""
        if self._latest.busy:
            self._graphing.stop(self.choice)
            packets = len(self._snapshot.packets)
            done = tuple(each for each in self.choice.filters if each.done >= packets)
            self.choice = replace(self.choice, filters=done)
            self.say("stopped")
            if self.made is not None:
                return
        self.dismiss()

    def title_of(self, made: Made) -> str:
        """Which graph it is, and whose data it shows."""
        words = [made.graph.title]
        if made.choice.kind != INTERVALS and made.choice.stream is not None:
            if made.interval is not None:
                words.append(f"over {span_text(made.interval)}")
            words.append(_ends(self._snapshot, made.choice.stream, made.choice.end))
            words.append(f"connection {made.choice.stream}")
        return " · ".join(words)

    @on(PlotPane.PacketWanted)
    def _packet_wanted(self, message: PlotPane.PacketWanted) -> None:
        self._graphing.stop(self.choice)
        self.main.visit(message.row)

    def _make(self, *, snapshot: Snapshot | None = None) -> None:
        snapshot = self._snapshot = snapshot or self._snapshot
        choice, self._made_at = self.choice, monotonic()

        def make() -> Made | TcpscopeError:
            try:
                return self._graphing.make(snapshot, choice)
            except TcpscopeError as error:
                return error

        self._latest.want(make, long=self._graphing.is_long(snapshot, choice))

    def _tick(self) -> None:
        """Say how far it is; take a newer snapshot, if there is one and the last one is drawn."""
        if not self.is_current:
            return
        if self._latest.busy:
            if monotonic() - self._made_at > _PROGRESS_SECONDS:
                self.say(_progress(self._snapshot, self.choice))
            return
        snapshot = self.main.snapshot
        grown = snapshot is not None and snapshot.version != self._snapshot.version
        if grown and monotonic() - self._made_at >= self._pause:
            self._make(snapshot=snapshot)

    def _show(self, made: Made | TcpscopeError) -> None:
        if isinstance(made, TcpscopeError):
            self.say(str(made))
            return
        self._pause = max(_RENEW_SECONDS, _REST * (monotonic() - self._made_at))
        before, self.made = self.made, made
        anew = before is None or not _same_axes(before.choice, made.choice)
        self.pane.show(made.graph, self._row, anew=anew)
        title = f"{made.choice.kind + 1}/{INTERVALS + 1} {self.title_of(made)}"
        if title != self._title:  # a new title repaints the whole screen
            self._title = title
            self.pane.border_title = Content(printable(title))
        if anew:
            self.show_hints()
            for note in made.graph.notes:
                self.say(note)


def _same_axes(one: Choice, other: Choice) -> bool:
    """Whether what was seen of one graph is to be seen of the other."""
    return (one.kind, one.stream, one.end) == (other.kind, other.stream, other.end)


def _sender(snapshot: Snapshot, stream: int | None) -> int:
    """The end that sent more data."""
    if stream is None:
        return 0
    sizes = snapshot.connections["bytes"][stream]
    return int(sizes[1] > sizes[0])


def _ends(snapshot: Snapshot, stream: int, end: int) -> str:
    connection = snapshot.connections[stream]

    def text(number: int) -> str:
        return end_text(snapshot.addresses.text(int(connection["addr"][number])), connection["port"][number])

    return f"{text(end)} → {text(1 - end)}"


def _progress(snapshot: Snapshot, choice: Choice) -> str:
    packets = max(len(snapshot.packets), 1)
    waiting = [each for each in choice.filters if each.done < packets]
    if choice.kind == INTERVALS and waiting:
        return f"filtering {100 * waiting[0].done // packets} % …"
    return f"{KINDS[choice.kind].title if choice.kind < INTERVALS else 'packets'}: reading …"
