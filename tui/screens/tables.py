"""A screen that is one table about a whole capture, over the main screen.

The table is made in a thread, and anew while the capture grows, but not more often than once a second; the
cursor stays on what it was on. Sorting begins at the first line: that is what one sorts for. A screen that is
left is kept, and opens again as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from textual import on

from tui.actions import TABLES, Place
from tui.panes.table import TablePane
from tui.report.tables import Sorting, Table, sort_by
from tui.screens.latest import Latest
from tui.screens.motions import MOTIONS
from tui.screens.pane_screen import PaneScreen
from tui.screens.storyteller import LONG
from tui.screens.table_commands import TABLE_COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.events import ScreenResume
    from textual.timer import Timer

    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

Commands = dict[str, Callable[[int | None], object]]
"""What actions do, given the count that was typed."""

RENEW_SECONDS = 1.0


class WholeTable(Table, Protocol):
    """A table about a snapshot, whose lines can be found again in a later one."""

    def record(self, line: int) -> str:
        """A line for other programs."""

    def records(self) -> Iterable[str]:
        """All lines for other programs."""


AnyTable = TypeVar("AnyTable", bound=WholeTable)


class TableScreen(PaneScreen, Generic[AnyTable]):
    """Shows a table; a subclass says which, and what its lines lead to."""

    PLACES: ClassVar[tuple[Place, ...]] = TABLES
    NAME: ClassVar[str]

    def __init__(self, main: MainScreen, pane: TablePane, sorting: Sorting) -> None:
        super().__init__(main.actions)
        self.main = main
        self.pane: TablePane = pane
        self.table: AnyTable | None = None
        self.sorting = sorting
        self._from_top = False  # the next table is shown from its first line on
        self._version: int | None = None  # of the snapshot that is shown, or being made into a table
        self._latest: Latest[AnyTable] = Latest(self, self._show)
        self._renewal: Timer | None = None

    # what a subclass says

    def make(self, snapshot: Snapshot, sorting: Sorting) -> AnyTable:
        """The table of a snapshot; called in a thread if that is long."""
        raise NotImplementedError

    def keep(self, table: AnyTable) -> None:
        """Choose, fold and the like in a new table as it is in the present one."""
        raise NotImplementedError

    def place_of(self, table: AnyTable) -> int:
        """The line of `table` that shows what the cursor is on now."""
        raise NotImplementedError

    def caption(self, table: AnyTable) -> str:
        """What stands over the table."""
        raise NotImplementedError

    def commands(self) -> Commands:
        """What its own actions do."""
        raise NotImplementedError

    # the screen

    def compose(self) -> ComposeResult:
        self.pane.border_title = self.NAME
        yield from super().compose()

    def on_mount(self) -> None:
        self._renewal = self.set_interval(RENEW_SECONDS, self._renew)
        self._renew()

    def on_screen_resume(self, event: ScreenResume) -> None:  # Textual calls the base's as well
        self._renew()

    def opened(self) -> None:
        """It was opened from the main screen; not for the first time if there is a table."""
        if self.table is not None:
            self.remake()  # the forms of times and numbers may be others now

    def perform(self, command: Command) -> None:
        action = command.action.id
        own = self.commands()
        if action in own:
            own[action](command.count)
        elif action in TABLE_COMMANDS:
            TABLE_COMMANDS[action](self, command.count)
        else:
            MOTIONS[action](self.pane, command.count)

    def sort(self, sorting: Sorting) -> None:
        """Sort in another way."""
        self.sorting = sorting
        self.remake(from_top=True)

    def remake(self, *, from_top: bool = False) -> None:
        """Make the table anew, sorted as it is to be now."""
        snapshot = self.main.snapshot
        if snapshot is not None:
            self._from_top = self._from_top or from_top
            self._version, sorting = snapshot.version, self.sorting
            long = len(snapshot.packets) >= LONG
            if long and self.table is None:
                self.pane.border_subtitle = f"looking at {len(snapshot.packets):,} packets …"
            self._latest.want(lambda: self.make(snapshot, sorting), long=long)

    def show_changes(self) -> None:
        """Show what has changed of the table that is there."""
        if self.table is not None:
            self.pane.show(self.table, self.pane.cursor)
            self.pane.border_title = self.caption(self.table)

    def leave_for(self, action: str) -> None:
        """Close, and do something on the main screen."""
        self.dismiss()
        self.main.action_perform(action)

    def _renew(self) -> None:
        """Take a newer snapshot, if there is one and the last one is done."""
        snapshot = self.main.snapshot
        if snapshot is None or self._latest.busy or not self.is_current:
            return
        if snapshot.version != self._version:
            self.remake()
        elif snapshot.finished and self._renewal is not None:
            self._renewal.stop()

    def _show(self, table: AnyTable) -> None:
        self.keep(table)
        line = 0 if self._from_top else self.place_of(table)
        first, self.table = self.table is None, table
        self.pane.show(table, line)
        self.pane.border_title = self.caption(table)
        if self._from_top:
            self._from_top = False
            self.pane.show_column(table.sorting.column)
        if first:
            self.show_hints()

    @on(TablePane.SortWanted)
    def _heading_clicked(self, message: TablePane.SortWanted) -> None:
        if self.table is not None:
            self.sort(sort_by(self.sorting, self.table.columns, message.column))

    def show_hints(self) -> None:
        if self.table is not None:
            super().show_hints()


def open_table(main: MainScreen, kind: Callable[[MainScreen], TableScreen[Any]], name: str) -> None:
    """Open a table as it was left: sorted, folded and scrolled."""
    if not main.app.is_screen_installed(name):
        main.app.install_screen(kind(main), name)
    main.app.push_screen(name)
    main.app.get_screen(name, TableScreen).opened()
