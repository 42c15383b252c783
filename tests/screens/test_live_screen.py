"""A live capture on the screen: it follows, pauses, stops, reports, and asks before packets are lost."""

from __future__ import annotations

from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
import pytest
from feigned import FeignedSocket, feigned_capture
from msgspec.structs import replace
from screen_driver import UTF8, Driver, opened

from tui.app import TcpscopeApp
from tui.capture.live.spec import Limits, OnExit
from tui.config.config import DEFAULT
from tui.errors import CaptureError
from tui.filter.language import compile_filter
from tui.report.filtered import view_of
from tui.report.times import seconds
from tui.screens.layouts import Slot
from tui.screens.leave import LeaveScreen
from tui.screens.main import MainScreen
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tui.capture.live.recording import LiveRecording
    from tui.config.config import Config
    from tui.session import Snapshot


class LiveDriver(Driver):
    """Drives the program over a feigned capture."""

    socket: FeignedSocket
    capture: LiveRecording

    async def packets_come(self, count: int) -> None:
        """Let packets come, and wait until the session has them."""
        session = self.main.session
        before = len(session.snapshot().packets)
        self.socket.put(count)
        await self.until(lambda: len(session.snapshot().packets) == before + count)

    async def shown(self, count: int) -> None:
        """Wait until that many packets are in the list."""
        await self.until(lambda: self.main.packet_list.line_count() == count)

    def bar(self) -> str:
        """What the capture bar says."""
        (line,) = self.main.live.bar.visible_lines(range(1), 300)
        return "".join(text for text, _ in line)

    @property
    def selected(self) -> int:
        """The number of the packet under the cursor."""
        return self.main.packet_list.row + 1


@asynccontextmanager
async def captured(
    path: Path | None = None,
    config: Config = DEFAULT,
    ring: Limits = Limits(),  # noqa: B008 it is frozen
    left_out: str = "",
    packets: int = 100,
) -> AsyncIterator[LiveDriver]:
    socket = FeignedSocket()
    capture = feigned_capture(socket, path, ring, left_out, "tcp port 443")
    session = Session([capture])
    try:
        app = TcpscopeApp(session, UTF8, config)
        async with app.run_test(size=(160, 48)) as pilot:
            assert isinstance(app.screen, MainScreen)
            driver = LiveDriver(app, pilot, app.screen)
            driver.socket, driver.capture = socket, capture
            await driver.packets_come(packets)
            await driver.until(lambda: driver.main.packet_list.line_count() > 0)
            yield driver
    finally:
        session.close()


async def test_the_newest_packet_is_selected_at_the_bottom() -> None:
    async with captured() as driver:
        await driver.until(lambda: driver.selected == 100)
        await driver.packets_come(50)
        await driver.until(lambda: driver.selected == 150)
        pane = driver.main.packet_list
        assert pane.top + pane.window == 150
        assert "following" in driver.bar()


async def test_the_setting_says_whether_it_begins_with_following() -> None:
    async with captured(config=replace(DEFAULT, follow=False)) as driver:
        await driver.shown(100)
        assert driver.selected == 1
        assert "f: follow" in driver.bar()


@pytest.mark.parametrize("away", ["up", "pageup", "home", "tab"])
@pytest.mark.parametrize("back", ["f", "G"])
async def test_it_stops_when_the_user_goes_away_and_begins_again_by_a_key(away: str, back: str) -> None:
    async with captured() as driver:
        await driver.until(lambda: driver.selected == 100)
        await driver.press(away)
        left = driver.selected
        assert "f: follow" in driver.bar()
        await driver.packets_come(50)
        await driver.shown(150)
        assert driver.selected == left
        driver.main.arrangement.focus(Slot.LIST)
        await driver.press(back)
        assert driver.selected == 150
        await driver.packets_come(10)
        await driver.until(lambda: driver.selected == 160)


async def test_it_stops_when_the_wheel_scrolls_up() -> None:
    async with captured() as driver:
        await driver.until(lambda: driver.selected == 100)
        pane = driver.main.packet_list
        pane.set_top(10)
        await driver.packets_come(5)
        await driver.shown(105)
        assert (driver.selected, pane.top) == (100, 10)


async def test_it_shows_at_most_ten_pictures_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    async with captured() as driver:
        pictures = 0
        show = driver.main.packet_list.show

        def counted(snapshot: Snapshot) -> None:
            nonlocal pictures
            pictures += 1
            show(snapshot)

        monkeypatch.setattr(driver.main.packet_list, "show", counted)
        begun = monotonic()
        for _ in range(50):
            driver.socket.put(1)
            await driver.pilot.pause(0.02)
        assert 2 <= pictures <= 10 * (monotonic() - begun) + 1


async def test_paused_the_list_stands_still_and_the_new_packets_are_counted() -> None:
    async with captured() as driver:
        await driver.shown(100)
        await driver.press("p")
        await driver.packets_come(1_234)
        await driver.until(lambda: "paused, 1,234 new" in driver.bar())
        assert driver.main.packet_list.line_count() == 100
        await driver.press("p")
        await driver.shown(1_334)
        await driver.until(lambda: driver.selected == 1_334)


async def test_the_bar_says_how_it_goes() -> None:
    async with captured(left_out="not (tcp and port 22)") as driver:
        driver.socket.lost = 7
        await driver.until(lambda: "7 dropped by kernel" in driver.bar())
        for words in ("● live", "100 packets", "/s", "spool ", "own SSH left out", "tcp port 443"):
            assert words in driver.bar()


async def test_a_stopped_capture_keeps_its_packets_on_the_screen() -> None:
    async with captured() as driver:
        await driver.press("ctrl+e")
        await driver.until(lambda: "■ stopped" in driver.bar())
        await driver.press("g", "g")
        assert driver.main.packet_list.line_count() == 100
        await driver.press("ctrl+e")
        assert "nothing is captured" in driver.text()


async def test_a_capture_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async with captured() as driver:

        def fail(_seconds: float) -> list[object]:
            raise CaptureError("the interface is gone")

        monkeypatch.setattr(driver.socket, "receive", fail)
        await driver.until(lambda: "■ failed" in driver.bar())
        await driver.until(lambda: "the interface is gone" in driver.text())


async def test_rows_that_left_the_ring_leave_the_list_and_are_counted(tmp_path: Path) -> None:
    ring = Limits(packets=100, files=2)
    async with captured(tmp_path / "x.pcapng", ring=ring, packets=150) as driver:
        await driver.until(lambda: driver.selected == 150)
        await driver.press("g", "g")
        await driver.packets_come(200)
        await driver.until(lambda: "200 left the ring" in driver.bar())
        await driver.shown(150)
        assert driver.selected == 201
        await driver.press("down")
        assert driver.selected == 202
        driver.main.go_to(3)
        assert driver.selected == 202
        assert "packet 4 has left the ring of files" in driver.text()


async def test_notes_leave_the_ring_with_their_packets_but_times_go_on_from_a_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.tables.LEAST", 1)
    monkeypatch.setattr("tui.capture.live.segments.GRACE_SECONDS", 0)
    async with captured(tmp_path / "x.pcapng", ring=Limits(packets=100, files=2), packets=150) as driver:
        session = driver.main.session
        notes, zero = session.notes, int(session.snapshot().packets.time[49])
        notes.mark_all(np.array([2, 240]))
        notes.toggle_reference(49)
        notes.comment(3, "soon gone")
        await driver.packets_come(200)
        await driver.shown(150)
        await driver.packets_come(1)  # what was read meanwhile is let go of
        await driver.until(lambda: session.snapshot().packets.offset[60] == 0)
        assert (set(notes.marked), set(notes.references), notes.comments) == ({240}, set(), {})
        assert not notes.unsaved
        snapshot, row = session.snapshot(), 250
        since = int(snapshot.packets.time[row]) - zero
        assert session.context(snapshot, row).first_time == zero
        assert driver.main.listing().cells(snapshot, row)[1] == seconds(since, 9)
        same = compile_filter(f"frame.number == {row + 1} && frame.time_relative == {seconds(since, 9)}")
        assert np.flatnonzero(same.run(view_of(session, snapshot), snapshot.gone)) + snapshot.gone == [row]


async def test_a_file_has_no_capture_bar() -> None:
    async with opened() as driver:
        assert not driver.main.live.bar.display
        await driver.press("ctrl+e")
        assert "this is no live capture" in driver.text()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept_in(folder: Path) -> int:
    """The number of packets in the one file there."""
    (file,) = folder.iterdir()
    session = Session([str(file)])
    try:
        return len(session.wait().packets)
    finally:
        session.close()


async def test_before_packets_are_lost_it_asks_and_one_can_stay(folder: Path) -> None:
    async with captured() as driver:
        await driver.press("q")
        assert isinstance(driver.screen(), LeaveScreen)
        await driver.press("escape")
        assert driver.screen() is driver.main
        assert not driver.capture.complete
    assert list(folder.iterdir()) == []


async def test_kept_they_are_in_a_new_file_and_the_place_is_told(folder: Path) -> None:
    async with captured() as driver:
        await driver.press("q", "w")
        await driver.until(lambda: driver.app.return_value is not None)
        assert driver.app.return_value is not None
        (line,) = driver.app.return_value
        (file,) = folder.glob("tcpscope-*.pcapng")
        assert str(file) in line
    assert kept_in(folder) == 100


async def test_deleted_they_leave_nothing_behind(folder: Path) -> None:
    async with captured() as driver:
        await driver.press("q", "d")
        await driver.until(lambda: driver.app._exit)
    assert list(folder.iterdir()) == []


async def test_what_cannot_be_kept_keeps_the_program_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    async with captured() as driver:
        await driver.press("q")
        with monkeypatch.context() as patch:
            patch.setattr("tui.capture.live.keeping.os.open", fail)
            await driver.press("w")
            await driver.until(lambda: "cannot be kept" in driver.text())
        assert driver.app.return_value is None
        assert driver.main.packet_list.line_count() == 100


@pytest.mark.parametrize(("on_exit", "files"), [(OnExit.KEEP, 1), (OnExit.DELETE, 0)])
async def test_an_option_decides_without_asking(folder: Path, on_exit: OnExit, files: int) -> None:
    async with captured(config=replace(DEFAULT, on_exit=on_exit)) as driver:
        await driver.press("q")
        await driver.until(lambda: driver.app._exit)
        assert not isinstance(driver.screen(), LeaveScreen)
    assert len(list(folder.iterdir())) == files


async def test_a_named_file_is_left_without_a_question(folder: Path) -> None:
    async with captured(folder / "x.pcapng") as driver:
        await driver.press("q")
        await driver.until(lambda: driver.app._exit)
    assert kept_in(folder) == 100
