"""The connections of a capture, a line each, over the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on

from tui.actions import Place
from tui.errors import CaptureError
from tui.panes.table import TablePane
from tui.report.connections import FIXED_COLUMNS, Connections, ConnectionTable
from tui.report.tables import Sorting
from tui.screens.ladder import LadderScreen
from tui.screens.tables import Commands, TableScreen

if TYPE_CHECKING:
    from tui.screens.main import MainScreen
    from tui.session import Session, Snapshot


_SHORT = 2_000
"""Segments of a connection whose verdict is told while the cursor moves; that takes about 1 ms."""


def judge_short(session: Session, snapshot: Snapshot, stream: int) -> str:
    """The verdict on a connection, unless it is too long to be told with each step of the cursor."""
    connection = snapshot.connections[stream]
    if int(connection["packets"].sum()) > _SHORT:
        return ""
    try:
        story = session.story_of(snapshot, stream)
    except CaptureError as error:
        return str(error)
    return story.verdict if story else "Only ICMP errors tell of this connection."


class ConnectionsScreen(TableScreen[ConnectionTable]):
    """Shows all connections, and leads to the packets and the ladders of some."""

    NAME = "Connections"
    HINTS = (
        ("only_connection", "packets"),
        ("ladder", "ladder"),
        ("choose", "choose"),
        ("sort_next", "sort"),
        ("reverse", "invert"),
        ("write", "write"),
        ("close", "back"),
    )
    _FIRST_SORTING: ClassVar[Sorting] = Sorting(FIXED_COLUMNS - 1)

    def __init__(self, main: MainScreen) -> None:
        super().__init__(main, TablePane(FIXED_COLUMNS), self._FIRST_SORTING)
        self._chosen: frozenset[int] = frozenset()
        self._facts: Connections | None = None

    @property
    def place(self) -> Place:
        return Place.CONNECTIONS

    def make(self, snapshot: Snapshot, sorting: Sorting) -> ConnectionTable:
        facts = self._facts
        if facts is None or facts.snapshot is not snapshot:
            survey = self.main.session.survey(snapshot)
            streams = survey.streams if snapshot.gone else None
            facts = Connections(snapshot, survey.outlines, survey.words, streams=streams)
            self._facts = facts
        facts = facts.in_form(self.main.forms.time)

        def judge(stream: int) -> str:
            return judge_short(self.main.session, snapshot, stream)

        return ConnectionTable(facts, sorting, self._chosen, judge, self.main.naming.called)

    def opened(self) -> None:
        """Go to the connection of the packet that the main screen shows."""
        super().opened()
        if self.table is not None and self._selected_stream is not None:
            self.pane.select(self.table.line_of(self._selected_stream))

    def keep(self, table: ConnectionTable) -> None:
        table.chosen = self._chosen

    def place_of(self, table: ConnectionTable) -> int:
        stream = self._stream if self.table is not None else self._selected_stream
        return 0 if stream is None else table.line_of(stream)

    def caption(self, table: ConnectionTable) -> str:
        chosen = f", {len(self._chosen):,} chosen" if self._chosen else ""
        return f"{self.NAME}: {len(table):,}{chosen}"

    def commands(self) -> Commands:
        return {
            "only_connection": lambda _: self.pane.activate(),
            "choose": lambda _: self._choose(),
            "ladder": self._open_ladder,
            "graphs": lambda _: self._open_graphs(),
            "stream_of_connection": lambda _: self._open_stream(),
            "findings": lambda _: self.leave_for("findings"),
        }

    @property
    def _stream(self) -> int | None:
        """The connection under the cursor."""
        return self.table.stream_at(self.pane.cursor) if self.table else None

    @property
    def _selected_stream(self) -> int | None:
        """The connection of the packet that the main screen shows."""
        snapshot, row = self.main.snapshot, self.main.view.row
        stream = -1 if snapshot is None or row is None else int(snapshot.packets.stream[row])
        return None if stream < 0 else stream

    @on(TablePane.LineWanted)
    def _line_wanted(self, message: TablePane.LineWanted) -> None:
        if self.table is not None:
            self.main.filtering.only(self.table.stream_at(message.line))
            self.main.visit(self.table.row_at(message.line))

    def _choose(self) -> None:
        if self.table is not None and self._stream is not None:
            self._chosen ^= {self._stream}
            self.table.chosen = self._chosen
            self.show_changes()
            self.pane.move(1)

    def _open_ladder(self, count: int | None) -> None:
        """The ladder of the connections chosen, or of the one under the cursor; `count` is one more."""
        stream, snapshot = self._stream, self.main.snapshot
        if self.table is None or stream is None or snapshot is None:
            self.say("there are no connections")
        elif count is not None and count >= len(self.table):
            self.say(f"there is no connection {count}; the last one is {len(self.table) - 1}")
        else:
            streams = sorted({*(self._chosen or {stream}), *(() if count is None else (count,))})
            begin = stream if stream in streams else streams[0]
            row = snapshot.first_row(begin)
            self.app.push_screen(LadderScreen(self.main, snapshot, tuple(streams), row))

    def _open_stream(self) -> None:
        """The stream of the connection under the cursor."""
        from tui.screens.stream import open_stream

        if self._stream is None:
            self.say("there are no connections")
        else:
            open_stream(self.main, self._stream, None)

    def _open_graphs(self) -> None:
        """The graphs of the connection under the cursor."""
        from tui.screens.graphs import open_graphs

        if self._stream is None or self.table is None:
            self.say("there are no connections")
        else:
            open_graphs(self.main, self._stream, None)
