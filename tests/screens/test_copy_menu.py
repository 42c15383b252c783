"""What is selected is copied in the form that is chosen, or goes to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from screen_driver import Driver, opened

from tui.clipboard import MOST_BYTES
from tui.report.copies import FORMS
from tui.screens.copy_menu import CopyMenu
from tui.screens.layouts import Slot
from tui.screens.main import MainScreen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

NAMES = [form.name for form in FORMS]


async def copy(driver: Driver, name: str, key: str = "enter") -> str:
    """Choose a form; what the clipboard has then."""
    await driver.press("Y", *str(NAMES.index(name) + 1), "G", key)
    await driver.until(lambda: isinstance(driver.screen(), MainScreen))
    await driver.pilot.pause(0.05)
    return driver.app.clipboard


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_each_form_can_be_chosen(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await driver.press("j", "slash", *"tcp", "enter")
        driver.main.arrangement.focus(Slot.TREE)
        await driver.press("j")
        made = {name: await copy(driver, name) for name in NAMES}
    assert made["row"].endswith("60000 → 41334 [SYN, ACK] " + made["row"].split("[SYN, ACK] ")[1])
    assert made["row as CSV"].startswith("No.,Time,Source")
    assert made["field"] == "Source Port: 60000 (ea60)"
    assert made["value"] == "60000"
    assert made["field as a filter"] == "tcp.srcport == 60000"
    assert made["bytes in hex"] == "ea 60"
    assert made["bytes as a hex dump"].startswith("0022  ea 60")
    assert made["bytes in base64"] == "6mA="
    assert made["display filter"] == "tcp"
    assert made["explanation of the connection"].startswith("Connection 0\n\n")


async def test_the_menu_begins_with_what_is_usual_where_the_focus_is() -> None:
    async with opened() as driver:
        chosen = []
        for slot in (Slot.LIST, Slot.TREE, Slot.HEX, Slot.HANDSHAKE):
            driver.main.arrangement.focus(slot)
            await driver.press("Y")
            menu = driver.screen()
            assert isinstance(menu, CopyMenu)
            chosen.append(NAMES[menu._pane.cursor])
            await driver.press("escape")
        assert chosen == ["row", "field", "bytes in hex", "explanation of the connection"]


async def test_in_the_list_the_bytes_are_the_whole_frame() -> None:
    async with opened() as driver:
        assert bytes.fromhex(await copy(driver, "bytes in hex")) == driver.main.view.frame


async def test_found_bytes_are_those_that_are_copied() -> None:
    async with opened() as driver:
        await driver.press("ctrl+f", "ctrl+t", "ctrl+t", *"76ea", "enter")
        await driver.until(lambda: driver.main.view.selected_bits.start == 35 * 8)
        driver.main.arrangement.focus(Slot.HEX)
        await driver.press("y")
        assert driver.app.clipboard == "76 ea"


async def test_what_cannot_be_copied_says_why_and_the_menu_stays() -> None:
    async with opened() as driver:
        await driver.press("Y")
        await driver.until(lambda: "– no display filter is in force" in driver.text())
        await driver.press(*str(NAMES.index("display filter") + 1), "G", "enter")
        await driver.pilot.pause(0.05)
        assert isinstance(driver.screen(), CopyMenu)
        assert driver.text().count("no display filter is in force") == 2


async def test_a_form_goes_to_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as driver:
        await copy(driver, "row as CSV", "w")
        await copy(driver, "row as CSV", "w")
        assert "written to tcpscope-copy-2.csv" in driver.text()
        assert (tmp_path / "tcpscope-copy-1.csv").read_text("utf-8").startswith("No.,Time")
        assert driver.app.clipboard == ""


async def test_what_no_terminal_takes_is_offered_as_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tui.screens.selecting._story", lambda *_: "x" * (MOST_BYTES + 1))
    async with opened(size=(80, 24)) as driver:
        driver.main.arrangement.focus(Slot.HANDSHAKE)
        await driver.press("Y", "enter")
        await driver.until(lambda: "(w)" in driver.text())
        assert "at most and not 74,995" in driver.text()
        await driver.press("w")
        await driver.until(lambda: isinstance(driver.screen(), MainScreen))
        assert (tmp_path / "tcpscope-copy-1.txt").stat().st_size == MOST_BYTES + 2


async def test_the_quick_copy_says_it_too_if_there_is_no_clipboard() -> None:
    async with opened(environment={"TERM": "linux", "LANG": "C.UTF-8"}) as driver:
        await driver.press("y")
        await driver.until(lambda: "this terminal has no clipboard" in driver.text())


async def test_the_menu_is_ascii_without_utf8() -> None:
    async with opened(environment={"TERM": "xterm", "LANG": "C"}) as driver:
        await driver.press("Y")
        await driver.pilot.pause(0.2)
        assert driver.screen().query_one(".dialog").styles.border.top[0] == "ascii"
        assert driver.screen().query_one("ChoicePane").styles.border.top[0] == ""
