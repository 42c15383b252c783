"""The sidebar of a capture that goes on ticks, and shows what the kernel says; that of a file does not."""

from __future__ import annotations

import gzip
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from screen_driver import opened

from tui.capture.recording import Recording
from tui.capture.source import open_recording
from tui.panes.handshake import Handshake
from tui.screens import heartbeat
from tui.screens.heartbeat import has_successor
from tui.screens.layouts import Slot
from tui.sockets import Kernel, Process, Socket
from tui.tcp.states import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from screen_driver import Driver

S = 10**9
CLIENT, SERVER = "172.16.196.142:41424", "172.16.196.145:60000"


class Present:
    """The clock and the kernel of a test."""

    def __init__(self) -> None:
        self.time = 0
        self.sockets: dict[str, Socket] = {}  # by the own end
        self.asked: list[tuple[str, str]] = []

    def socket(self, own: str, peer: str) -> Socket | None:
        self.asked.append((own, peer))
        return self.sockets.get(own)


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> Present:
    present = Present()
    monkeypatch.setattr(heartbeat, "SECONDS", 0.1)
    monkeypatch.setattr(heartbeat, "time_ns", lambda: present.time)
    monkeypatch.setattr(Kernel, "socket", present.socket)
    return present


@asynccontextmanager
async def closed(captures: Path, present: Present, follow: bool) -> AsyncIterator[Driver]:
    """At the last packet of a connection whose client is in TIME_WAIT since `present.time`."""
    async with opened(captures / "four-way-close.pcap", follow=follow) as driver:
        await driver.until(lambda: driver.main.packet_list.line_count() == 11)
        snapshot = driver.main.snapshot
        assert snapshot is not None
        present.time = int(snapshot.packets.time[9])
        await driver.press("G")
        await driver.until(lambda: "TIME_WAIT" in sidebar(driver))
        yield driver


def sidebar(driver: Driver) -> str:
    return driver.main.view.selected_text(Slot.HANDSHAKE)


async def test_a_waiting_state_ticks_while_the_capture_goes_on(captures: Path, present: Present) -> None:
    async with closed(captures, present, follow=True) as driver:
        await driver.until(lambda: "TIME_WAIT    60 s left" in sidebar(driver))
        present.time += 12 * S
        await driver.until(lambda: "TIME_WAIT    48 s left" in sidebar(driver))


async def test_in_a_file_nothing_ticks_and_nothing_is_asked(captures: Path, present: Present) -> None:
    present.sockets = {CLIENT: Socket(State.TIME_WAIT)}
    async with closed(captures, present, follow=False) as driver:
        await driver.pilot.pause(0.2)
        assert " left" not in sidebar(driver)
        assert "kernel" not in sidebar(driver)
        assert present.asked == []


async def test_what_stands_there_goes_when_the_capture_ends(
    captures: Path, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    present.sockets = {CLIENT: Socket(State.TIME_WAIT)}
    async with closed(captures, present, follow=True) as driver:
        await driver.until(lambda: "60 s left" in sidebar(driver) and "kernel" in sidebar(driver))
        monkeypatch.setattr(Recording, "live", False)
        await driver.until(lambda: "60 s left" not in sidebar(driver) and "kernel" not in sidebar(driver))
        asked = len(present.asked)
        await driver.pilot.pause(0.2)
        assert len(present.asked) == asked


async def test_the_kernels_state_stands_beside_that_of_an_own_end_only(
    captures: Path, present: Present
) -> None:
    present.sockets = {CLIENT: Socket(State.ESTABLISHED, process=Process(1234, "curl"))}
    async with closed(captures, present, follow=True) as driver:
        line = "kernel  ESTABLISHED  the capture may lag  curl (pid 1234)"
        await driver.until(lambda: line in sidebar(driver))
        assert sidebar(driver).count("kernel ") == 1


async def test_only_the_connection_that_is_shown_is_asked_for(captures: Path, present: Present) -> None:
    async with closed(captures, present, follow=True) as driver:
        await driver.until(lambda: len(present.asked) >= 4)
        assert set(present.asked) == {(CLIENT, SERVER), (SERVER, CLIENT)}
        assert "kernel" not in sidebar(driver)


async def test_a_socket_that_was_there_and_is_gone_is_closed(captures: Path, present: Present) -> None:
    present.sockets = {CLIENT: Socket(State.TIME_WAIT)}
    async with closed(captures, present, follow=True) as driver:
        await driver.until(lambda: "kernel  TIME_WAIT" in sidebar(driver))
        present.sockets = {}
        await driver.until(lambda: "kernel  CLOSED" in sidebar(driver))


async def test_a_tick_leaves_cursor_and_window_where_they_are(captures: Path, present: Present) -> None:
    async with closed(captures, present, follow=True) as driver:
        await driver.until(lambda: "60 s left" in sidebar(driver))
        pane = driver.main.query_one(Handshake)
        pane.focus()
        await driver.press("g", "g", "j")
        before = pane.cursor, pane.top
        present.time += S
        await driver.until(lambda: "59 s left" in sidebar(driver))
        assert (pane.cursor, pane.top) == before


async def test_a_connection_whose_ports_are_used_again_has_no_present(
    captures: Path, present: Present
) -> None:
    async with opened(captures / "time-wait-reuse.pcap", follow=True) as driver:
        await driver.until(lambda: driver.main.packet_list.line_count() > 8)
        snapshot = driver.main.snapshot
        assert snapshot is not None
        assert [has_successor(snapshot, stream) for stream in (0, 1)] == [True, False]
        await driver.pilot.pause(0.2)
        assert present.asked == []


def test_only_a_file_that_still_grows_has_a_present(captures: Path, tmp_path: Path) -> None:
    file = captures / "http-get.pcap"
    packed = tmp_path / "packed.pcap.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    growing = open_recording(str(file), follow=True)
    others = open_recording(str(file)), open_recording(str(packed), follow=True)
    assert growing.live
    assert not any(other.live for other in others)
    for recording in (growing, *others):
        recording.close()
    assert not growing.live
