"""The ladder opens over the main screen, obeys the table of actions, and leads back to a packet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from screen_driver import Driver, opened

from tui.actions import ACTIONS, Group, Place, at
from tui.decode.context import Numbers
from tui.errors import CaptureError
from tui.panes.ladder import LadderPane
from tui.screens import ladder as ladder_screen
from tui.screens.ladder import LadderScreen
from tui.screens.main import MainScreen
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from pathlib import Path

TWO_CONNECTIONS = "OISF+suricata-verify/tests/tcp-fastopen-05/tfo.pcap"


def pane(driver: Driver) -> LadderPane:
    """The ladder on the screen."""
    return driver.screen().query_one(LadderPane)


def test_the_ladder_obeys_every_action_that_applies_there() -> None:
    ids = {action.id for action in at(Place.LADDER)}
    assert ids == set(MOTIONS) | set(ladder_screen._COMMANDS)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_ladder_opens_at_the_selected_packet(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await driver.press("6", "j", "L")
        assert isinstance(driver.screen(), LadderScreen)
        text = driver.text()
        assert "Ladder: connection 0" in text
        assert "The server closed first." in text
        assert "after #7" in text
        assert "FIN, ACK  seq 7  ack 4" in text


async def test_enter_goes_to_the_packet_of_the_line() -> None:
    async with opened() as driver:
        await driver.press("L", "G", "k", "enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.cursor == 8
        assert driver.main.view.row == 8


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c"])
async def test_the_keys_that_close_a_dialog_close_the_ladder(key: str) -> None:
    async with opened() as driver:
        await driver.press("j", "L", "G", key)
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.cursor == 1


async def test_the_number_form_is_one_for_ladder_and_main_screen() -> None:
    async with opened() as driver:
        await driver.press("#", "L")
        assert "seq 3255498564" in driver.text()
        await driver.press("#")
        assert "seq c20af744" in driver.text()
        assert driver.main.forms.numbers is Numbers.HEX


async def test_a_number_before_the_key_adds_that_connection(shared_captures: Path) -> None:
    async with opened(shared_captures / TWO_CONNECTIONS) as driver:
        await driver.press("1", "L")
        assert "Ladder: connections 0, 1" in driver.text()
        assert pane(driver).line_count() == 22


async def test_a_connection_that_is_not_there_is_said() -> None:
    async with opened() as driver:
        await driver.press("7", "L")
        assert isinstance(driver.screen(), MainScreen)
        assert "there is no connection 7; the last one is 0" in driver.text()


async def test_the_ladder_is_copied_and_written_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as driver:
        await driver.press("L", "y", "w")
        await driver.pilot.pause(0.2)
        assert "written to tcpscope-ladder-1.txt" in driver.text()
        written = (tmp_path / "tcpscope-ladder-1.txt").read_text("utf-8")
        assert driver.app.clipboard == written.rstrip("\n")
        assert "◀" in written


async def test_a_ladder_too_long_for_the_clipboard_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder_screen, "COPIED_LINES", 5)
    async with opened() as driver:
        await driver.press("L", "y")
        assert driver.app.clipboard == ""
        assert "too many for the clipboard" in driver.text()


async def test_a_long_connection_is_read_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder_screen, "LONG", 1)
    async with opened() as driver:
        await driver.press("4", "j", "L")
        await driver.pilot.pause(0.2)
        assert pane(driver).line_count() == 13
        assert "after #5" in driver.text()


async def test_a_file_that_is_gone_is_said_in_place_of_the_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise CaptureError("the file was cut")

    monkeypatch.setattr(ladder_screen, "read_ladder", fail)
    async with opened() as driver:
        await driver.press("L")
        assert "the file was cut" in driver.text()
        await driver.press("y", "w", "#", "+", "-", "enter", "h", "l", "G", "escape")
        assert isinstance(driver.screen(), MainScreen)


def test_no_action_of_the_main_screen_applies_in_the_ladder_unless_it_says_so() -> None:
    own = [action for action in ACTIONS if Place.LADDER in (action.place, *action.also)]
    moving = [action for action in ACTIONS if action.group is Group.MOVE]
    assert set(at(Place.LADDER)) == {*own, *moving}
