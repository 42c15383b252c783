"""The statistics of a capture over the main screen: several tables, of which one is seen.

Each part keeps its own cursor, order and place. If a display filter is in force, what it shows is counted,
until that is changed. To count takes a look at every packet, in a thread: it ends when the screen is left.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from textual import on

from tui.actions import Place
from tui.errors import CaptureError, TcpscopeError
from tui.filter.language import compile_filter
from tui.filter.wording import Joint, joined
from tui.panes.table import TablePane
from tui.report.statistics.counted import Stopped
from tui.report.statistics.facts import Facts, FactTable
from tui.report.statistics.layers import Kind
from tui.report.statistics.part import OF_A_KIND, Part, Statistics, columns_of, first_sorting
from tui.report.statistics.properties import sha256
from tui.screens.ladder import LadderScreen
from tui.screens.tables import Commands, TableScreen

if TYPE_CHECKING:
    from tui.report.statistics.facts import Values
    from tui.report.tables import Sorting
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_PROGRESS_SECONDS = 0.2
_PARTS = tuple(Part)
_KINDS = tuple(Kind)
_FIXED = {Part.ENDPOINTS: 1, Part.CONVERSATIONS: 0, Part.SYNS: 1}


class _View(Struct):
    """What is seen of a part: its pane, its latest table, its order."""

    pane: TablePane
    table: FactTable | None
    sorting: Sorting


class StatisticsScreen(TableScreen[FactTable]):
    """Shows the parts, and leads to the packets of a line."""

    NAME = "Statistics"
    HINTS = (
        ("next_part", "next part"),
        ("next_layer", "layer"),
        ("only_line", "packets"),
        ("limit", "all/displayed"),
        ("sort_next", "sort"),
        ("reverse", "invert"),
        ("write", "write"),
        ("close", "back"),
    )

    def __init__(self, main: MainScreen) -> None:
        self.part = Part.PROPERTIES
        self.kind = Kind.TCP
        super().__init__(main, TablePane(), first_sorting(self.part, self.kind))
        self._statistics = Statistics(main.session)
        self._views: dict[tuple[Part, Kind], _View] = {}
        self._limited = True  # to what is displayed
        self._counted = 0  # packets, by the thread that counts
        self._failure = ""
        self._hashing = False

    def on_mount(self) -> None:
        self.set_interval(_PROGRESS_SECONDS, self._show_progress)

    @property
    def place(self) -> Place:
        return Place.STATISTICS

    def make(self, snapshot: Snapshot, sorting: Sorting) -> FactTable:
        part, kind, rows = self.part, self.kind, self._rows
        self._counted = 0

        def progress(packets: int) -> None:
            self._counted = packets
            if not self.is_attached or not self.is_current or part is not self.part:
                raise Stopped

        try:
            return self._statistics.table(part, kind, snapshot, rows, sorting, progress)
        except Stopped:
            pass
        except CaptureError as error:
            self._failure = str(error)
        nothing = Facts({column.id: np.zeros(0) for column in columns_of(part, kind)})
        return FactTable(columns_of(part, kind), nothing, sorting, np.zeros(0, np.int64))

    def keep(self, table: FactTable) -> None:
        if self._failure:
            self.say(self._failure)
            self._failure = ""

    def place_of(self, table: FactTable) -> int:
        """The line of the same facts: these keep their order, unless new ones came between."""
        old, line = self.table, self.pane.cursor
        if not old or not len(table) or line >= len(old):
            return 0
        place = old.place_at(line)
        same = place < len(table.facts) and table.facts.leads_to(place) == old.filter_at(line)
        return table.line_of(place) if same else min(line, len(table) - 1)

    def caption(self, table: FactTable) -> str:
        return self._tabs(f" {len(table):,}")

    def commands(self) -> Commands:
        return {
            "next_part": self._next_part,
            "previous_part": lambda _: self._go(_PARTS[_PARTS.index(self.part) - 1], self.kind),
            "next_layer": lambda _: self._next_layer(),
            "limit": lambda _: self._limit(),
            "only_line": lambda _: self.pane.activate(),
            "ladder": lambda _: self._open_ladder(),
        }

    @property
    def _rows(self) -> Values | None:
        """The packets that count; None: all."""
        return self.main.filtering.rows if self._limited else None

    def _tabs(self, count: str = "") -> str:
        """The names of all parts, that of the present one in capitals with what is known of it."""
        layer = f" {self.kind.value}" if self.part in OF_A_KIND else ""
        shown = f"{self.part.value.upper()}{layer}{'' if self.part is Part.PROPERTIES else count}"
        names = (shown if part is self.part else part.value for part in _PARTS)
        displayed = " · displayed packets only" if self._rows is not None else ""
        return f"{' · '.join(names)}{displayed}"

    def _next_part(self, count: int | None) -> None:
        """The next part, or the one with that number."""
        number = _PARTS.index(self.part) + 1 if count is None else count - 1
        if count is not None and not 0 < count <= len(_PARTS):
            self.say(f"there is no part {count}; the last one is {len(_PARTS)}")
        else:
            self._go(_PARTS[number % len(_PARTS)], self.kind)

    def _next_layer(self) -> None:
        if self.part in OF_A_KIND:
            self._go(self.part, _KINDS[(_KINDS.index(self.kind) + 1) % len(_KINDS)])
        else:
            self.say("endpoints and conversations are of a layer")

    def _limit(self) -> None:
        if self.main.filtering.rows is None:
            self.say("no display filter is in force: all packets count")
        else:
            self._limited = not self._limited
            self.remake()

    def _go(self, part: Part, kind: Kind) -> None:
        """Show a part as it was left."""
        self._views[self.part, self.kind] = _View(self.pane, self.table, self.sorting)
        self.part, self.kind = part, kind
        view = self._views.get((part, kind))
        if view is None:
            view = _View(TablePane(_FIXED.get(part, 0)), None, first_sorting(part, kind))
            self.mount(view.pane)
        self.pane.display = False
        self.pane, self.table, self.sorting = view.pane, view.table, view.sorting
        self.pane.display = True
        self.pane.focus()
        self.pane.border_title = self._tabs()
        self.remake()

    @on(TablePane.LineWanted)
    def _line_wanted(self, message: TablePane.LineWanted) -> None:
        if self.table is None:
            return
        condition = self.table.filter_at(message.line)
        if self.part is Part.PROPERTIES:
            self._hash()
        elif not condition:
            self.say("no display filter tells these packets from others")
        else:
            try:
                before = self.main.filtering.filter if self._rows is not None else ""
                display_filter = compile_filter(joined(before, Joint.AND_SELECTED, condition))
            except TcpscopeError as error:
                self.say(str(error))
                return
            self.main.filtering.apply(display_filter)
            self.main.recent.add_filter(display_filter.text)
            self.dismiss()

    def _hash(self) -> None:
        """Compute the files' hashes, once."""
        if self._hashing:
            return
        if len(self._statistics.hashes) == len(self.main.session.readers):
            self.say("the files' SHA-256 is there")
        else:
            self._hashing = True
            self.run_worker(self._hash_files())

    async def _hash_files(self) -> None:
        try:
            for number, reader in enumerate(self.main.session.readers):

                def progress(done: int) -> None:
                    self._counted = done
                    if not self.is_attached or not self.is_current:
                        raise Stopped

                self._statistics.hashes[number] = await asyncio.to_thread(sha256, reader, progress)
        except Stopped:
            return
        finally:
            self._hashing = False
        if self.part is Part.PROPERTIES:
            self.remake()

    def _show_progress(self) -> None:
        """Say how far the thread has come."""
        if self._hashing:
            self.say(f"SHA-256: {self._counted:,} bytes")
        elif self._latest.busy and self._counted:
            self.say(f"counting: {self._counted:,} packets")

    def _open_ladder(self) -> None:
        """The ladder of the TCP conversation under the cursor."""
        snapshot = self.main.snapshot
        if self.table and snapshot and (self.part, self.kind) == (Part.CONVERSATIONS, Kind.TCP):
            stream = int(self.table.facts.arrays["stream"][self.table.place_at(self.pane.cursor)])
            row = snapshot.first_row(stream)
            self.app.push_screen(LadderScreen(self.main, snapshot, (stream,), row))
        else:
            self.say("the conversations of TCP have ladders")
