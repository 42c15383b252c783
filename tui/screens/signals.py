"""Signals that end the program let the screen be left as a key would: the terminal is restored.

Invariant: whatever state the terminal is in, the program ends, and what was captured is not lost.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KEYS, _SCREEN = 0, 2  # the descriptors that Textual reads and writes, whatever sys.stderr is meanwhile
_PATIENCE = 5.0  # s
_EXIT_STATUS = 128  # what a shell adds to the number of the signal that ended a program


@contextmanager
def left_by_signals(
    leave: Callable[[], object], give_up: Callable[[], object] = lambda: None
) -> Iterator[list[int]]:
    """Inside, a signal calls `leave` in the event loop; the list that is given holds its exit status then.

    If the screen is not left by that, because the terminal takes nothing any more, `give_up` is called in a
    thread, and the process ends.
    """
    statuses: list[int] = []
    before = {number: signal.getsignal(number) for number in _ENDINGS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def end_without_the_screen() -> None:
        give_up()
        os._exit(statuses[0])

    watchdog = Timer(_PATIENCE, end_without_the_screen)
    watchdog.daemon = True

    def end(number: int, _frame: FrameType | None) -> None:
        restore()
        statuses.append(_EXIT_STATUS + number)
        _give_up_a_lost_terminal()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # before the screen, or after it
            sys.exit(statuses[0])
        watchdog.start()
        loop.call_soon_threadsafe(leave)

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, end)
    try:
        yield statuses
    finally:
        watchdog.cancel()
        restore()


def _give_up_a_lost_terminal() -> None:
    """What is written to a terminal that was hung up fails, and would keep the screen from being left."""
    for descriptor in (_KEYS, _SCREEN):
        try:
            termios.tcgetattr(descriptor)
        except termios.error:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, descriptor)
            os.close(null)
