"""Brings the session's news to the screen: pulled at most 20 times a second, never pushed.

The engine thread knows nothing of the screen; a snapshot is immutable, and one that was shown already costs a
comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message_pump import MessagePump
    from textual.timer import Timer

    from tui.session import Session, Snapshot

PERIOD = 0.05  # s


class Feed:
    """Calls `show` with each new snapshot of `session`, until there will be no more."""

    def __init__(self, session: Session, show: Callable[[Snapshot], None]) -> None:
        self._session = session
        self._show = show
        self._version: int | None = None
        self._timer: Timer | None = None
        self.period = PERIOD  # until it is started
        self.held = False

    def start(self, host: MessagePump) -> None:
        """Pull now, and from now on by `host`'s timer."""
        self._timer = host.set_interval(self.period, self.pull)
        self.pull()

    def hold(self, held: bool) -> None:
        """Show nothing new for the time being, or (False) what came meanwhile and whatever comes."""
        self.held = held
        self.pull()

    def pull(self) -> None:
        """Show the present snapshot if it is a new one."""
        if self.held:
            return
        snapshot = self._session.snapshot()
        if snapshot.version != self._version:
            self._version = snapshot.version
            self._show(snapshot)
        if snapshot.finished and self._timer is not None:
            self._timer.stop()
            self._timer = None
