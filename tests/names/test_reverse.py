"""Reverse DNS never holds anybody up: not slow servers, not silent ones, not many addresses."""

from __future__ import annotations

import threading
import time
from ipaddress import ip_address

from tui.names.reverse import MOST_THREADS, MOST_WAITING, PARALLEL, Reverse, is_asked_for


class Resolver:
    """Answers when it is let; counts who asks at once."""

    def __init__(self, *, hold: bool = False) -> None:
        self.gate = threading.Event()
        self.asked: list[str] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        if not hold:
            self.gate.set()

    def __call__(self, address: str) -> str:
        with self._lock:
            self.asked.append(address)
            self._now += 1
            self.most = max(self.most, self._now)
        self.gate.wait(10)
        with self._lock:
            self._now -= 1
        if address.endswith(".13"):
            raise OSError("Name or service not known")
        return f"host-{address.replace('.', '-')}.example."


def address(number: int) -> bytes:
    return ip_address(0x0A000000 + number).packed


def until(done: object) -> None:
    assert callable(done)
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def test_a_name_comes_when_it_comes() -> None:
    resolver = Resolver(hold=True)
    reverse = Reverse(resolver)
    assert reverse.name(address(1)) == ""
    version = reverse.version
    resolver.gate.set()
    until(lambda: reverse.version > version)
    assert reverse.name(address(1)) == "host-10-0-0-1.example"


def test_an_address_is_asked_for_once_even_if_it_has_no_name() -> None:
    resolver = Resolver()
    reverse = Reverse(resolver)
    for _ in range(3):
        reverse.name(address(13))
        until(lambda: resolver.asked)
        time.sleep(0.02)
    assert resolver.asked == ["10.0.0.13"]
    assert reverse.name(address(13)) == ""
    assert reverse.version == 0


def test_no_more_than_a_few_are_asked_for_at_once_and_asking_never_waits() -> None:
    resolver = Resolver(hold=True)
    reverse = Reverse(resolver, timeout=60)
    begin = time.monotonic()
    for number in range(1000):
        reverse.name(address(256 + number))
    assert time.monotonic() - begin < 1
    until(lambda: len(resolver.asked) == PARALLEL)
    resolver.gate.set()
    until(lambda: len(resolver.asked) >= MOST_WAITING)
    assert resolver.most == PARALLEL
    time.sleep(0.05)
    assert len(resolver.asked) <= MOST_WAITING + PARALLEL  # what was looked at longest ago is let go of


def test_one_that_is_not_answered_in_time_makes_room_within_bounds() -> None:
    resolver = Resolver(hold=True)
    reverse = Reverse(resolver, timeout=0.05)
    for number in range(2 * MOST_THREADS):
        reverse.name(address(256 + number))

    def goes_on() -> bool:
        reverse.go_on()
        return len(resolver.asked) == MOST_THREADS

    until(goes_on)
    time.sleep(0.1)
    reverse.go_on()
    time.sleep(0.05)
    assert len(resolver.asked) == MOST_THREADS
    resolver.gate.set()


def test_what_waits_is_forgotten_when_nobody_wants_names_any_more() -> None:
    resolver = Resolver(hold=True)
    reverse = Reverse(resolver, timeout=60)
    for number in range(20):
        reverse.name(address(256 + number))
    until(lambda: len(resolver.asked) == PARALLEL)
    reverse.stop()
    resolver.gate.set()
    until(lambda: resolver.most and reverse.version >= PARALLEL)
    time.sleep(0.05)
    assert len(resolver.asked) == PARALLEL


def test_threads_are_daemons_so_that_a_hanging_resolver_keeps_nobody_from_leaving() -> None:
    resolver = Resolver(hold=True)
    Reverse(resolver).name(address(1))
    until(lambda: resolver.asked)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "reverse DNS")
    resolver.gate.set()


def test_a_hostile_name_is_printable() -> None:
    reverse = Reverse(lambda _: "\x1b]0;title\x07" + "x" * 500)
    reverse.name(address(1))
    until(lambda: reverse.version)
    name = reverse.name(address(1))
    assert "\x1b" not in name
    assert len(name) <= 253


def test_addresses_that_no_server_names_are_not_asked_for() -> None:
    unasked = ["224.0.0.251", "255.255.255.255", "0.0.0.0", "127.0.0.1", "ff02::1", "::1", "::"]
    assert not any(is_asked_for(ip_address(each).packed) for each in unasked)
    assert not is_asked_for(bytes(6))
    assert is_asked_for(address(1))
