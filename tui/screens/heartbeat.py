"""Once a second, what the present says of the connection in the sidebar, while its capture goes on here.

Invariant: of a capture that has ended, or that another host makes, nothing is asked and no timer runs. The
kernel is asked in a thread, about the one connection that is shown.
"""

from __future__ import annotations

from functools import partial
from time import time_ns
from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Analysis, Known
from tui.report.now import Now
from tui.screens.latest import Latest
from tui.sockets import Kernel, Socket
from tui.tcp.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode
    from textual.timer import Timer

    from tui.report.now import Sockets
    from tui.session import Session, Snapshot
    from tui.tcp.story import Story

SECONDS = 1.0
_NOT_ASKED: Sockets = (None, None)


class Heartbeat:
    """Calls `show` with each new moment; with None when there will be no more."""

    def __init__(self, host: DOMNode, session: Session, show: Callable[[Now | None], None]) -> None:
        self._host = host
        self._session = session
        self._show = show
        self._kernel = Kernel()
        self._latest = Latest(host, self._answer)
        self._timer: Timer | None = None
        self._story: Story | None = None
        self._sockets: Sockets | None = _NOT_ASKED  # None: the ends have another connection by now

    def watch(self, story: Story | None) -> Now | None:
        """`story` is shown from now on; what is known of its present, None if it has none."""
        before, self._story = self._story, story
        if story is None or not goes_on(self._session, story.first_row):
            self._stop()
            return None
        if before is None or before.stream != story.stream:
            self._sockets = _NOT_ASKED
            self._ask()
        if self._timer is None:
            self._timer = self._host.set_interval(SECONDS, self._beat)
        return None if self._sockets is None else Now(time_ns(), self._sockets)

    def _beat(self) -> None:
        self._show(self.watch(self._story))
        if self._timer is not None:
            self._ask()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _ask(self) -> None:
        if self._story is not None:
            self._latest.want(partial(self._look, self._story), long=True)

    def _look(self, story: Story) -> tuple[int, Sockets | None]:
        """The stream, and the sockets of its ends. In a thread."""
        if has_successor(self._session.snapshot(), story.stream):
            return story.stream, None
        a, b = story.addresses
        return story.stream, (self._kernel.socket(a, b), self._kernel.socket(b, a))

    def _answer(self, answer: tuple[int, Sockets | None]) -> None:
        stream, sockets = answer
        if self._story is None or stream != self._story.stream:
            return
        if sockets and self._sockets:
            sockets = _known(sockets[0], self._sockets[0]), _known(sockets[1], self._sockets[1])
        if sockets != self._sockets:
            self._sockets = sockets
            self._show(self.watch(self._story))


def _known(found: Socket | None, before: Socket | None) -> Socket | None:
    """What is known of an end's socket: one that was there and is gone is closed."""
    return found or (before and Socket(State.CLOSED))


def goes_on(session: Session, row: int) -> bool:
    """Whether packet `row` is of a capture that goes on, on this host."""
    snapshot = session.snapshot()
    interface = snapshot.interfaces[int(snapshot.packets.interface[row])]
    return session.readers[interface.recording].recording.live


def has_successor(snapshot: Snapshot, stream: int) -> bool:
    """Whether a later connection has the ends of connection `stream`: the kernel would tell of that one."""
    packets, first = snapshot.packets, snapshot.first_row(stream)
    reusing = packets.stream[first:][packets.analysis[first:] & int(Analysis.REUSED_PORTS) != 0]
    own, later = snapshot.connections[stream], snapshot.connections[np.unique(reusing[reusing > stream])]
    later = later[later["known"] & int(Known.REUSED) != 0]
    return any(
        bool(
            ((later["addr"] == own["addr"][order]) & (later["port"] == own["port"][order])).all(axis=1).any()
        )
        for order in ([0, 1], [1, 0])
    )
