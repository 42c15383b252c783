"""The search of the main screen: what was searched for last, and the way to the next packet that has it.

Invariant: one thread at most looks for what is asked for now; until it is done the screen stays as it was,
and it can be stopped, whatever it is at.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.actions import key_text
from tui.filter.chunk import View
from tui.panes.cells import cut
from tui.report.filtered import view_of
from tui.screens.layouts import Slot
from tui.screens.packet_view import read_packet
from tui.screens.stoppable import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.decode.nodes import Node
    from tui.filter.search.hunt import Hunt
    from tui.filter.search.needles import Hit, Needle
    from tui.filter.search.query import Query
    from tui.screens.forms import Forms
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_SHOWN_CELLS = 30  # of a long query in the status bar
_MOST_RECENT = 50
_ROUND = {
    1: "found beyond the end: from the first packet on again",
    -1: "found before the beginning: from the last packet back again",
}


class Searching:
    """Searches the packets that the list shows, in its order."""

    def __init__(self, main: MainScreen, changed: Callable[[], None]) -> None:
        """`changed` is called when `text` says something else."""
        self._main = main
        self._changed = changed
        self._key = key_text(main.actions["back"].keys[0])
        self._search_key = key_text(main.actions["search"].keys[0])
        self._needle: Needle | None = None
        self._hunt: Hunt | None = None  # a thread is at it
        self.recent: tuple[Query, ...] = ()
        """What was searched for, the latest first."""

    @property
    def running(self) -> bool:
        """Whether a search is under way."""
        return self._hunt is not None

    @property
    def text(self) -> str:
        """What the status bar says of it; "" if none is under way."""
        if self._hunt is None:
            return ""
        share = 100 * self._hunt.done // max(self._hunt.total, 1)
        return f"searching {share} % · {self._shown} ({self._key}: stop)"

    def query(self, text: str) -> Query:
        """A query for `text`, meant as the last one was."""
        from tui.filter.search.query import Query

        return replace(self.recent[0], text=text) if self.recent else Query(text)

    def begin(self, query: Query, needle: Needle) -> None:
        """Search for something else, from the selected packet on, itself included."""
        self.stop()
        self._needle = needle
        self.recent = (query, *(each for each in self.recent if each != query))[:_MOST_RECENT]
        self._go(0, 1)

    def go_on(self, step: int) -> None:
        """To the next packet that has it (1), or to the one before (-1)."""
        if self._needle is None:
            self._main.say(f"nothing was searched for yet: {self._search_key}")
        elif self._hunt is None:
            self._go(step, step)

    def stop(self) -> None:
        """Stay where one is."""
        if self._hunt is not None:
            self._hunt.stop()

    @property
    def _shown(self) -> str:
        return cut(str(self.recent[0]), _SHOWN_CELLS)

    def _go(self, first: int, step: int) -> None:
        """Search from `first` lines below the cursor on."""
        from tui.filter.search.hunt import Hunt

        main, rows = self._main, self._main.packet_list.rows
        if main.snapshot is None or not len(rows):
            main.say("there are no packets to search")
            return
        assert self._needle is not None, "a search has something to look for"
        start = (main.packet_list.cursor + first) % len(rows)
        self._hunt = Hunt(self._needle, rows, start, step)
        main.run_worker(self._work(self._hunt, self._view(main.snapshot)))

    def _view(self, snapshot: Snapshot) -> View:
        """The packets as they are shown: cells and fields in the forms that were chosen."""
        main = self._main
        view = view_of(main.session, snapshot)

        def nodes(row: int, forms: Forms = main.forms) -> tuple[Node, ...]:
            return read_packet(main.session, snapshot, row, forms)[1]

        cells = partial(main.listing().rows, snapshot, late=True)
        return View(snapshot, replace(view.means, cells=cells, nodes=nodes))

    async def _work(self, hunt: Hunt, view: View) -> None:
        try:
            await in_thread(self._main, partial(hunt.run, view), stop=hunt.stop, progress=self._changed)
        finally:
            latest = hunt is self._hunt
            if latest:
                self._hunt = None
                self._changed()
        if latest:
            self._arrive(hunt)

    def _arrive(self, hunt: Hunt) -> None:
        main = self._main
        if hunt.failure:
            main.say(hunt.failure)
        elif hunt.stopped:
            main.say("the search was stopped")
        elif hunt.hit is None:
            main.say(f"not found: {self._shown}")
        elif hunt.done and hunt.hit.row == main.packet_list.row:
            main.say(f"no other packet has {self._shown}")
        else:
            self._show(hunt.hit)
            if hunt.went_round:
                main.say(_ROUND[hunt.step])

    def _show(self, hit: Hit) -> None:
        main = self._main
        main.view.find(hit)
        main.go_to(hit.row)
        if hit.field is not None and main.view.fields is not main.header_tree:
            main.arrangement.replace(Slot.TREE, main.view.swap_fields(), wide=False)
        slot = Slot.TREE if hit.field is not None else Slot.HEX if hit.span is not None else Slot.LIST
        if slot not in main.arrangement.visible:
            main.arrangement.focus(slot)
