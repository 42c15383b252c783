"""Names are shown where addresses are as soon as they are wanted, and never before; no key waits for them."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from screen_driver import CAPTURE, Driver, opened
from wire import block, enhanced, ethernet, interface, ip4, option, section, tcp

from tui.config.config import DEFAULT
from tui.names.kinds import QUIET, Kind
from tui.screens.main import MainScreen
from tui.screens.names_menu import NamesMenu

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SERVER = bytes([10, 4, 5, 6])
NAME = b"web.example.com"


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """One SYN to port 80 of an address that the capture itself names."""
    records = option(1, SERVER + NAME + b"\0") + option(0, b"")
    frame = ethernet(ip4(tcp(40000, 80)))
    path = tmp_path / "named.pcapng"
    path.write_bytes(section() + interface() + block(4, records) + enhanced(frame))
    return path


async def turn_on(driver: Driver, *kinds: Kind) -> None:
    driver.main.naming.use(frozenset(kinds))
    await driver.until(lambda: driver.main.naming.names is not None)
    await driver.pilot.pause(0.1)


async def test_names_are_off_at_first(capture: Path) -> None:
    async with opened(capture) as driver:
        assert driver.main.naming.names is None
        assert "web.example.com" not in driver.text()
        assert "http" not in driver.text()


def test_a_start_without_names_loads_nothing_that_gets_them() -> None:
    code = (
        "import sys, tui.app, tui.screens.main; "
        "print([name for name in sys.modules if name.startswith('tui.names') "
        "and name not in ('tui.names', 'tui.names.kinds')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_a_key_turns_them_on_and_off(capture: Path, size: tuple[int, int]) -> None:
    async with opened(capture, size=size) as driver:
        await driver.press("A", "A", "escape")
        await driver.until(lambda: driver.main.naming.names is not None)
        assert driver.main.naming.kinds == QUIET
        await driver.until(lambda: "web.example.com" in driver.text())
        await driver.press("A", "A", "escape")
        await driver.until(lambda: "web.example.com" not in driver.text())
        assert driver.main.naming.names is None


async def test_the_menu_turns_on_one_kind(capture: Path) -> None:
    async with opened(capture) as driver:
        await driver.press("A", "j", "j", "enter")
        assert isinstance(driver.screen(), NamesMenu)
        assert driver.main.naming.kinds == {Kind.CAPTURE}
        await driver.press("k", "space", "space", "escape")
        assert driver.main.naming.kinds == {Kind.CAPTURE}
        assert isinstance(driver.screen(), MainScreen)


async def test_names_stand_in_list_tree_and_sidebar_beside_the_address(capture: Path) -> None:
    async with opened(capture) as driver:
        await turn_on(driver, Kind.CAPTURE, Kind.SERVICES)
        await driver.until(lambda: "web.example.com:http" in driver.text())
        text = driver.text()
        assert "40000 → http(80) [SYN]" in text
        assert "Destination Port: http (80) (0050)" in text
        assert "10.4.5.6:80" in text


async def test_names_stand_beside_the_ends_of_connections_and_over_the_ladder(capture: Path) -> None:
    async with opened(capture) as driver:
        await turn_on(driver, Kind.CAPTURE, Kind.SERVICES)
        await driver.press("C")
        await driver.until(lambda: "10.4.5.6:80 web.example.com:http" in driver.text())
        await driver.press("escape", "L")
        await driver.until(lambda: "10.4.5.6:80 web.example.com:http" in driver.text())


async def test_the_cursor_stays_on_its_field_when_names_come(capture: Path) -> None:
    async with opened(capture) as driver:
        await driver.press("tab", "j", "j")
        before = driver.main.header_tree.selected
        await turn_on(driver, Kind.SERVICES)
        after = driver.main.header_tree.selected
    assert before is not None
    assert after is not None
    assert (before.name, before.start) == (after.name, after.start)
    assert before.text == "Destination Port: 80 (0050)"
    assert after.text == "Destination Port: http (80) (0050)"


async def test_a_slow_name_server_holds_up_no_key(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def ask(end: tuple[str, int], flags: int) -> tuple[str, str]:
        gate.wait(10)
        if end[0] == "10.4.5.6":
            return "slow.example.net", "0"
        raise OSError("Name or service not known")

    monkeypatch.setattr(socket, "getnameinfo", ask)
    async with opened(capture) as driver:
        await turn_on(driver, Kind.REVERSE)
        await driver.press("tab", "tab")
        await driver.press("escape")
        assert "10.4.5.6" in driver.text()
        gate.set()
        await driver.until(lambda: "slow.example.net" in driver.text())


async def test_the_configuration_turns_them_on_from_the_start(capture: Path) -> None:
    config = replace(DEFAULT, names=frozenset({Kind.CAPTURE}))
    async with opened(capture, config=config) as driver:
        await driver.until(lambda: "web.example.com" in driver.text())


async def test_dns_answers_are_read_in_the_background(shared_captures: Path) -> None:
    async with opened(shared_captures / "kbandla+dpkt/examples/data/nb6-http.pcap") as driver:
        await turn_on(driver, Kind.DNS)
        await driver.until(lambda: "http.service-ncdn.sfr.net" in driver.text())


async def test_a_capture_without_names_shows_what_it_showed() -> None:
    async with opened(CAPTURE) as driver:
        await driver.pilot.pause(0.2)
        before = driver.text()
        await turn_on(driver, Kind.CAPTURE)
        assert driver.text() == before
