"""The columns of the packet list on the main screen: which there are, which one is marked or sorted by.

What takes longer than the cursor may wait (decoding, a survey of all connections) is looked up in a thread
for the rows that are seen, and filled in. Invariant: who chose no columns has those that fit the capture:
with several interfaces or files one more says which.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.panes.packet_list import PacketList
from tui.report.list_columns import LIST_COLUMNS, OWN_COLUMNS
from tui.report.listing import interface_names
from tui.report.tables import Sorting
from tui.screens.backlog import Backlog
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.report.list_columns import ListColumn
    from tui.screens.backlog import Rows
    from tui.screens.list_sorting import ListSorting
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_RENEW_SECONDS = 1.0
_WIDEST_NAME = 16  # of an interface, in a column that nobody asked for


class ListColumns:
    """The columns of `main`'s packet list; `chosen` None: nobody chose any."""

    def __init__(
        self, main: MainScreen, chosen: Sequence[ListColumn] | None, tell: Callable[[str], None]
    ) -> None:
        """`tell` shows how far sorting has come."""
        self._main = main
        self._tell = tell
        self.chosen = tuple(chosen) if chosen else None
        self.shown = self.chosen or LIST_COLUMNS
        self._interfaces = 0  # that were there when the usual columns were looked for
        self._late = Backlog(main, self._look_up)
        self._renewed = 0.0

    @cached_property
    def sorter(self) -> ListSorting:
        """Made when something is sorted."""
        from tui.screens.list_sorting import ListSorting

        main = self._main
        sorter = ListSorting(
            main.session,
            main.packet_list,
            main.actions,
            changed=lambda: self._tell(sorter.text),
            say=main.say,
        )
        if main.snapshot is not None:
            sorter.follow(main.snapshot)
        return sorter

    @property
    def marked(self) -> ListColumn | None:
        """The column whose heading is marked."""
        place = self._main.packet_list.columns.marked
        return None if place is None else self.shown[place]

    def choose(self, columns: Sequence[ListColumn] | None) -> None:
        """Show these columns; None: those that fit the capture."""
        self.chosen = tuple(columns) if columns else None
        self._show(self.chosen or self._usual())

    def mark(self, step: int) -> None:
        """Mark a column `step` columns on; beyond the ends none."""
        place = self._main.packet_list.columns.marked
        places = (None, *range(len(self.shown)))
        self._mark(places[(places.index(place) + step) % len(places)])

    def unmark(self) -> bool:
        """Mark none; false if none was."""
        marked = self.marked is not None
        self._mark(None)
        return marked

    def sort(self, place: int) -> None:
        """Sort by a column: rising, then falling, then as captured."""
        sorting = self.sorter.sorting
        if sorting is None or sorting.column != place:
            wanted = Sorting(place)
        elif not sorting.falling:
            wanted = sorting.turned()
        else:
            self.sorter.clear()
            self._main.say("as captured")
            return
        self._main.live.leave_alone()  # the newest packet is not the last one any more
        self.sorter.sort(self.shown[place], wanted, self._main.forms)

    @property
    def is_sorted(self) -> bool:
        """Whether the list is sorted, or going to be."""
        return "sorter" in vars(self) and self.sorter.sorting is not None

    def stop(self) -> bool:
        """Stop sorting; false if nothing is being sorted."""
        running = "sorter" in vars(self) and self.sorter.running
        if running:
            self.sorter.stop()
        return running

    def unsort(self) -> None:
        """As captured again."""
        if self.is_sorted:
            self.sorter.clear()

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown."""
        if self.chosen is None and self._interfaces != len(snapshot.interfaces):
            self._interfaces = len(snapshot.interfaces)
            usual = self._usual()
            if usual != self.shown:
                self._show(usual)
        if "sorter" in vars(self):
            self.sorter.follow(snapshot)
        if snapshot.finished or monotonic() - self._renewed > _RENEW_SECONDS:
            self._renewed = monotonic()
            self._main.packet_list.look_again()

    def refilter(self) -> None:
        """Other packets are shown."""
        if "sorter" in vars(self):
            self.sorter.refilter()

    def hear(self, message: PacketList.SortWanted | PacketList.CellsMissed) -> None:
        """What the packet list asks for."""
        if isinstance(message, PacketList.SortWanted):
            self.sort(message.column)
        else:
            self._late.add(message.rows)

    def _mark(self, place: int | None) -> None:
        self._main.packet_list.columns.marked = place
        self._main.packet_list.repaint()

    def _usual(self) -> tuple[ListColumn, ...]:
        snapshot = self._main.snapshot
        if snapshot is None:
            return LIST_COLUMNS
        names = set(interface_names(self._main.session, snapshot))
        if len(names) <= 1:
            return LIST_COLUMNS
        interface = OWN_COLUMNS["interface"]
        width = min(max(interface.width, *map(width_of, names)), _WIDEST_NAME)
        return (*LIST_COLUMNS[:2], replace(interface, width=width, fixed=True), *LIST_COLUMNS[2:])

    def _show(self, columns: tuple[ListColumn, ...]) -> None:
        """Take other columns; what was marked or sorted by still is, if it is among them."""
        marked, column = self.marked, self.sorter.column if self.is_sorted else None
        self.shown = columns
        self._late.clear()
        self._main.packet_list.use(self._main.listing(), columns)
        self._mark(_place(columns, marked))
        place = _place(columns, column)
        if column is not None:
            if place is None:
                self.sorter.clear()
            else:
                self.sorter.move(place)

    async def _look_up(self, rows: Rows) -> None:
        listing, snapshot = self._main.listing(), self._main.snapshot
        if snapshot is not None:
            cells = await asyncio.to_thread(listing.rows, snapshot, rows, late=True)
            if listing.columns == self.shown:
                self._main.packet_list.fill(dict(zip(rows, cells, strict=True)))


def _place(columns: Sequence[ListColumn], column: ListColumn | None) -> int | None:
    """Where the column is among these, whatever its width and heading are by now."""
    if column is None:
        return None
    named = [(each.id, each.form) for each in columns]
    return named.index((column.id, column.form)) if (column.id, column.form) in named else None
