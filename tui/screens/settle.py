"""Repaint at once when a key is pressed, once at the end when it is held down.

The first request after a pause is carried out at once; requests that follow within the pause wait, and the
last of them is carried out when no more came for that long. So over a slow line a held arrow key costs the
list only.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message_pump import MessagePump
    from textual.timer import Timer

PAUSE = 0.03  # s; keys repeat every 30 to 40 ms on most desktops, faster with people who set it


class Settle:
    """Calls `work` for the first and for the last of a quick run of requests."""

    def __init__(
        self, host: MessagePump, work: Callable[[], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._host = host
        self._work = work
        self._clock = clock
        self._latest = float("-inf")
        self._timer: Timer | None = None

    def request(self) -> None:
        """Work is wanted: now, or when the requests have come to rest."""
        now = self._clock()
        repeated = now - self._latest < PAUSE
        self._latest = now
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if repeated:
            self._timer = self._host.set_timer(PAUSE, self._finish)
        else:
            self._work()

    def _finish(self) -> None:
        self._timer = None
        self._work()
