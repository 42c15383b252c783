"""The display filter in force: what the packet list is restricted to, also while the capture grows.

A quick filter is carried out at once, any other one in a thread, chunk by chunk: until it is done the list
stays as it was, and it can be stopped. Invariant: one thread at most is at work; of packets that come only
the new ones are looked at, unless the filter asks what connections come to, which changes behind them.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from tui.actions import key_text
from tui.errors import TcpscopeError
from tui.filter.field import Effort
from tui.filter.language import compile_filter
from tui.panes.cells import cut
from tui.report.filtered import view_of
from tui.screens.stoppable import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from numpy.typing import NDArray

    from tui.actions import Actions
    from tui.filter.language import Filter
    from tui.panes.packet_list import PacketList
    from tui.session import Session, Snapshot

_QUICK = 2_000_000  # packets of which columns are asked within a few hundredths of a second
_RENEW_SECONDS = 1.0
_SHOWN_CELLS = 40  # of a long filter in the status bar


class Passage:
    """The packets that pass a filter, as far as they were looked at."""

    def __init__(self, display_filter: Filter) -> None:
        self.filter = display_filter
        self.rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self.done = 0  # packets looked at
        self.stopped = False
        self.failure = ""  # why no more packets could be looked at

    def advance(self, session: Session, snapshot: Snapshot) -> None:
        """Look at those packets of the snapshot that come next, until all are or it is stopped."""
        view = view_of(session, snapshot)
        view.stopped = lambda: self.stopped
        found = [self.rows[self.rows.searchsorted(snapshot.gone) :]]
        self.done = max(self.done, snapshot.gone)
        try:
            for start, mask in self.filter.masks(view, self.done):
                found.append(np.flatnonzero(mask) + start)
                self.done = start + len(mask)
                if self.stopped:
                    break
        except TcpscopeError as error:
            if not self.stopped:  # else a regular expression was given up
                self.failure, self.done = str(error), len(snapshot.packets)
        self.rows = np.concatenate(found)

    def stop(self) -> None:
        """Let what was looked at be enough."""
        self.stopped = True


class Filtering:
    """Restricts a packet list to what passes a filter; calls `changed` when `text` says something else."""

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
        self._shown: Passage | None = None  # the list shows its packets
        self._coming: Passage | None = None  # takes its place when it is done
        self._working: Passage | None = None  # a thread is at it
        self._renewed = 0.0

    @property
    def filter(self) -> str:
        """The filter that was chosen last; "" if all packets are shown."""
        passage = self._coming or self._shown
        return passage.filter.text if passage else ""

    @property
    def running(self) -> bool:
        """Whether a filter was chosen that is not in force yet."""
        coming, shown = self._coming, self._shown
        return coming is not None and (shown is None or shown.filter is not coming.filter)

    @property
    def text(self) -> str:
        """What the status bar says of it; "" if all packets are shown."""
        packets = 0 if self._snapshot is None else len(self._snapshot.packets)
        if self._coming is not None and self.running:
            share = 100 * self._coming.done // max(packets, 1)
            return f"filtering {share} % · {cut(self.filter, _SHOWN_CELLS)} ({self._key}: stop)"
        if self._shown is None:
            return ""
        shown = f"{self._list.line_count():,} of {packets:,} shown"
        return f"{shown} · {cut(self.filter, _SHOWN_CELLS)} ({self._key}: all)"

    def apply(self, display_filter: Filter | None) -> None:
        """Show what passes the filter, when that is known; None or a blank one: all packets, at once."""
        self.stop()
        if display_filter is None or not display_filter.text.strip():
            self._shown = None
            self._list.restrict(None)
        elif self._snapshot is None:
            self._shown = Passage(display_filter)
            self._list.restrict(self._shown.rows)
        else:
            self._coming = Passage(display_filter)
            self._go_on()
        self._changed()

    def only(self, stream: int) -> None:
        """Show one connection's packets."""
        self.apply(compile_filter(f"tcp.stream == {stream}"))

    def stop(self) -> None:
        """Leave what is shown as it is, and what is not done undone."""
        self._coming = None
        if self._working is not None:
            self._working.stop()
        self._changed()

    def renew(self, names: Container[str]) -> None:
        """These fields have other values now: look at all packets again if the filter names one of them."""
        passage = self._coming or self._shown
        if passage is not None and any(use.name in names for use in passage.filter.uses):
            self.apply(passage.filter)

    @property
    def rows(self) -> NDArray[np.int64] | None:
        """The packets that are shown, ascending; None if all are."""
        return None if self._shown is None else self._shown.rows

    def before(self, row: int) -> int:
        """The packet that is shown before packet `row`; itself if that is the first one."""
        if self._shown is None:
            return max(row - 1, 0)
        place = int(self._shown.rows.searchsorted(row))
        return int(self._shown.rows[place - 1]) if place else row

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown."""
        self._snapshot = snapshot
        self._go_on()

    def passing(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the packets that are shown."""
        if self._shown is None:
            return rows
        shown = self._shown.rows
        if not len(shown):
            return shown
        places = np.minimum(shown.searchsorted(rows), len(shown) - 1)
        passing: NDArray[np.int64] = rows[shown[places] == rows]
        return passing

    def hides(self, row: int) -> bool:
        """Whether packet `row` is not shown, nor will be when the filter is done."""
        return not self.running and not len(self.passing(np.array([row])))

    def _go_on(self) -> None:
        """Look at packets that were not looked at yet, unless that is being done."""
        snapshot = self._snapshot
        if snapshot is None or self._working is not None:
            return
        passage = self._next(snapshot)
        if passage is None:
            return
        passage.stopped = False
        if passage.filter.effort is Effort.COLUMNS and len(snapshot.packets) - passage.done <= _QUICK:
            passage.advance(self._session, snapshot)
            self._advanced(passage)
        else:
            self._working = passage
            self._list.run_worker(self._work(passage, snapshot))

    def _next(self, snapshot: Snapshot) -> Passage | None:
        """What is to be worked at."""
        shown = self._shown
        if self._coming is not None:
            return self._coming
        if shown is None or shown.done == len(snapshot.packets):
            return None
        if shown.filter.effort is not Effort.CONNECTIONS:
            return shown
        if not snapshot.finished and monotonic() - self._renewed < _RENEW_SECONDS:
            return None
        self._renewed = monotonic()
        self._coming = Passage(shown.filter)
        return self._coming

    async def _work(self, passage: Passage, snapshot: Snapshot) -> None:
        work = partial(passage.advance, self._session, snapshot)
        try:
            await in_thread(self._list, work, stop=passage.stop, progress=self._changed)
        finally:
            self._working = None
        self._advanced(passage)
        self._go_on()
        if passage.filter.effort is Effort.CONNECTIONS:
            self._list.set_timer(_RENEW_SECONDS, self._go_on)

    def _advanced(self, passage: Passage) -> None:
        """Show what was found, if it is still asked for."""
        if passage is self._coming:
            self._coming, self._shown = None, passage
            self._list.restrict(passage.rows)
        elif passage is self._shown:
            self._list.extend(passage.rows)
        if passage.failure:
            self._say(passage.failure)
            passage.failure = ""
        self._changed()
