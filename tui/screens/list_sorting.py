"""The packet list sorted by a column, also while a filter is in force and while the capture grows.

What columns answer is sorted at once in a small capture, all else in a thread: until that is done the list
stays as it was, and it can be stopped. An order is of the packets that there were; later ones follow as they
are captured, until they are sorted in, once a second at most. Invariant: one thread at most is at work.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.actions import key_text
from tui.errors import CaptureError
from tui.filter.field import Effort
from tui.panes.shown_rows import Order
from tui.report.sorting import SortKeys
from tui.report.tables import Sorting
from tui.screens.stoppable import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.actions import Actions
    from tui.panes.packet_list import PacketList
    from tui.panes.shown_rows import Rows
    from tui.report.list_columns import ListColumn
    from tui.screens.forms import Forms
    from tui.session import Session, Snapshot

_QUICK = 100_000  # packets that are sorted by what columns answer within a few hundredths of a second
_RENEW_SECONDS = 1.0


class Wish(Struct, frozen=True, eq=False):
    """What the list is to be sorted by, and the keys of that."""

    sorting: Sorting
    keys: SortKeys


class ListSorting:
    """Sorts a packet list; calls `changed` when `text` says something else."""

    def __init__(
        self,
        session: Session,
        packet_list: PacketList,
        actions: Actions,
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._session = session
        self._list = packet_list
        self._key = key_text(actions["back"].keys[0])
        self._changed = changed
        self._say = say
        self._snapshot: Snapshot | None = None
        self._wish: Wish | None = None  # chosen last
        self._shown: Wish | None = None  # in force
        self._working: SortKeys | None = None  # a thread is at it
        self._renewed = 0.0

    @property
    def running(self) -> bool:
        """Whether an order was chosen that is not in force yet."""
        return self._wish is not self._shown

    @property
    def column(self) -> ListColumn | None:
        """The column that the list is to be sorted by; None if it stays as captured."""
        return self._wish.keys.column if self._wish else None

    @property
    def sorting(self) -> Sorting | None:
        """Where that column is, and which way round it is sorted."""
        return self._wish.sorting if self._wish else None

    @property
    def text(self) -> str:
        """What the status bar says of it: "" unless it is at work."""
        if not self.running or self._wish is None or self._snapshot is None:
            return ""
        keys = self._wish.keys
        share = 100 * keys.done // max(keys.total(self._snapshot), 1)
        return f"sorting {share} % · {keys.column.title} ({self._key}: stop)"

    def sort(self, column: ListColumn, sorting: Sorting, forms: Forms) -> None:
        """Sort by a column; `sorting` has its place in the list."""
        keys = self._wish.keys if self._wish else None
        if keys is None or keys.column != column or keys.form is not forms.time:
            self._hold()
            keys = SortKeys(column, forms.numbers, forms.time, self._list.shown.only)
        self._wish = Wish(sorting, keys)
        self._go_on()
        self._changed()

    def move(self, place: int) -> None:
        """The column has another place in the list."""
        if self._wish is not None:
            in_force = self._wish is self._shown
            self._wish = Wish(Sorting(place, self._wish.sorting.falling), self._wish.keys)
            if in_force:
                self._shown = self._wish
                self._list.sort(self._list.shown.order, self._wish.sorting)

    def clear(self) -> None:
        """Show the packets as they were captured."""
        self._hold()
        self._wish = self._shown = None
        self._list.sort(None, None)
        self._changed()

    def stop(self) -> None:
        """Leave what is shown as it is, and what is not done undone."""
        self._hold()
        self._wish = self._shown
        self._changed()

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown."""
        self._snapshot = snapshot
        self._go_on()

    def refilter(self) -> None:
        """Other packets are shown: sort those, unless their order is known."""
        wish, only = self._wish, self._list.shown.only
        if wish is None or wish.keys.effort is Effort.COLUMNS:
            return
        if self._list.shown.order is not None:
            self._go_on()
            return
        self._shown, keys = None, wish.keys
        if not _begins(only, keys.of):
            self._hold()
            self._wish = Wish(wish.sorting, SortKeys(keys.column, keys.numbers, keys.form, only))
        self._go_on()
        self._changed()

    def _hold(self) -> None:
        if self._working is not None:
            self._working.stopped = True

    def _go_on(self) -> None:
        """Sort what is not sorted yet, unless that is being done."""
        wish, snapshot = self._wish, self._snapshot
        if wish is None or snapshot is None or self._working is not None or self._is_done(wish, snapshot):
            return
        keys = wish.keys
        keys.stopped = False
        if keys.of is not None and self._list.shown.only is not None:
            keys.of = self._list.shown.only  # begins with what it was: else its order was given up
        if keys.effort is Effort.COLUMNS and len(snapshot.packets) <= _QUICK:
            self._show(wish, self._sort(wish, snapshot))
        else:
            self._working = keys
            self._list.run_worker(self._work(wish, snapshot))

    def _is_done(self, wish: Wish, snapshot: Snapshot) -> bool:
        """Whether the list is sorted so, and new packets can wait."""
        order, only = self._list.shown.order, self._list.shown.only
        if wish is not self._shown or order is None:
            return False
        if order.stop == len(snapshot.packets) or (
            order.of is not None and only is not None and len(order.of) == len(only)
        ):
            return True
        return not snapshot.finished and monotonic() - self._renewed < _RENEW_SECONDS

    def _sort(self, wish: Wish, snapshot: Snapshot) -> Order | str | None:
        """The order; why there is none; None if it was stopped. In a thread."""
        keys = wish.keys
        try:
            keys.advance(self._session, snapshot)
        except CaptureError as error:
            return str(error)
        if keys.stopped:
            return None
        rows = keys.sorted(self._session, snapshot, falling=wish.sorting.falling)
        return Order(rows, keys.stop, keys.of)

    async def _work(self, wish: Wish, snapshot: Snapshot) -> None:
        work = partial(self._sort, wish, snapshot)
        try:
            found = await in_thread(self._list, work, stop=self._hold, progress=self._changed)
        finally:
            self._working = None
        self._show(wish, found)
        self._go_on()

    def _show(self, wish: Wish, found: Order | str | None) -> None:
        """Show the order, if it is still asked for."""
        if wish is not self._wish:
            return
        if isinstance(found, Order):
            self._shown, self._renewed = wish, monotonic()
            self._list.sort(found, wish.sorting)
            if self._snapshot is not None and not self._snapshot.finished:
                self._list.set_timer(_RENEW_SECONDS, self._go_on)
        elif found is not None:
            self._wish = self._shown
            self._say(found)
        self._changed()


def _begins(rows: Rows | None, start: Rows | None) -> bool:
    """Whether `rows` (None: all there are) begin with `start`."""
    if rows is None or start is None:
        return rows is start
    return len(start) <= len(rows) and bool((rows[: len(start)] == start).all())
