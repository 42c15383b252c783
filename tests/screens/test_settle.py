"""Work is done for the first and for the last of a run of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.message_pump import MessagePump

from tui.screens.settle import PAUSE, Settle

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer:
    """A timer that fires when told to."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Host:
    """Keeps the timers that were set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []
        self.done = 0

    def set_timer(self, delay: float, work: Callable[[], None]) -> Timer:
        self.timers.append(Timer(work))
        return self.timers[-1]

    def work(self) -> None:
        self.done += 1

    def settle(self) -> Settle:
        return Settle(cast(MessagePump, self), self.work, clock=lambda: self.now)


def test_a_single_request_is_served_at_once() -> None:
    host = Host()
    host.settle().request()
    assert host.done == 1
    assert not host.timers


def test_a_held_key_is_served_at_its_first_and_after_its_last_repeat() -> None:
    host = Host()
    settle = host.settle()
    for _ in range(10):
        settle.request()
        host.now += PAUSE / 2
    assert host.done == 1
    live = [timer for timer in host.timers if not timer.stopped]
    assert len(live) == 1
    live[0].work()
    assert host.done == 2


def test_slow_requests_are_each_served_at_once() -> None:
    host = Host()
    settle = host.settle()
    for _ in range(3):
        settle.request()
        host.now += 2 * PAUSE
    assert host.done == 3
