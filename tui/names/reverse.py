"""Reverse DNS: asks the system's resolver for the names of addresses, in threads of its own.

Invariant: asking never waits. At most PARALLEL questions are under way; one that takes longer than TIMEOUT
counts as unanswered and makes room, and there are never more than MOST_THREADS threads. They are daemons:
a resolver that hangs holds up nobody who leaves.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections import OrderedDict
from time import monotonic
from typing import TYPE_CHECKING

from tui.names.text import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

PARALLEL = 4
MOST_THREADS = 16
TIMEOUT = 5.0  # s
MOST_WAITING = 128
"""Addresses that wait to be asked for: of more, those that were looked at longest ago are let go of."""


def ask_system(address: str) -> str:
    """The name of an address by the system's resolver; OSError if it has none."""
    return socket.getnameinfo((address, 0), socket.NI_NAMEREQD)[0]


class Reverse:
    """The names that the resolver has given so far."""

    def __init__(self, ask: Callable[[str], str] = ask_system, timeout: float = TIMEOUT) -> None:
        self.version = 0
        self._ask = ask
        self._timeout = timeout
        self._lock = threading.Lock()
        self._names: dict[bytes, str] = {}  # "": it was asked for, and has none yet
        self._waiting: OrderedDict[bytes, None] = OrderedDict()
        self._since: dict[threading.Thread, float] = {}  # when each thread began its present question

    def name(self, raw: bytes) -> str:
        """The name of an address; "" if there is none, or none yet: then it is asked for."""
        known = self._names.get(raw)
        if known is None:
            with self._lock:
                self._waiting[raw] = None
                self._waiting.move_to_end(raw)
                if len(self._waiting) > MOST_WAITING:
                    self._waiting.popitem(last=False)
            self.go_on()
        return known or ""

    def go_on(self) -> None:
        """Begin another thread, if something waits and there is room."""
        with self._lock:
            if self._waiting and self._has_room():
                thread = threading.Thread(target=self._work, name="reverse DNS", daemon=True)
                self._since[thread] = monotonic()
                thread.start()

    def stop(self) -> None:
        """Ask for nothing of what waits."""
        with self._lock:
            self._waiting.clear()

    def _has_room(self) -> bool:
        begun = monotonic() - self._timeout
        return len(self._since) < MOST_THREADS and sum(map(begun.__lt__, self._since.values())) < PARALLEL

    def _work(self) -> None:
        thread = threading.current_thread()
        while (raw := self._next(thread)) is not None:
            try:
                name = self._ask(str(ipaddress.ip_address(raw))) if is_asked_for(raw) else ""
            except (OSError, UnicodeError):
                name = ""
            if shown := name_of(name):
                with self._lock:
                    self._names[raw] = shown
                    self.version += 1

    def _next(self, thread: threading.Thread) -> bytes | None:
        """What to ask for next; None if there is nothing, or others have taken over while this one hung."""
        with self._lock:
            hung = monotonic() - self._since[thread] > self._timeout
            if not self._waiting or hung:
                del self._since[thread]
                return None
            raw, _ = self._waiting.popitem()
            self._names[raw] = ""
            self._since[thread] = monotonic()
            return raw


def is_asked_for(raw: bytes) -> bool:
    """Whether an address can have a name that a server knows."""
    if len(raw) not in (4, 16):
        return False
    address = ipaddress.ip_address(raw)
    return not (
        address.is_multicast or address.is_loopback or address.is_unspecified or raw == bytes([255] * 4)
    )
