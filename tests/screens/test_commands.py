"""Every row of the table of actions can be done, found and looked up."""

from __future__ import annotations

import pytest
from screen_driver import opened
from textual.command import DiscoveryHit, Hit

from tui.actions import ACTIONS, ANY_LETTER, OWN_SCREENS, Action, Place, keys_text
from tui.screens import commands
from tui.screens.commands import COMMANDS
from tui.screens.help import help_lines
from tui.screens.keyboard import Command
from tui.screens.layouts import Slot
from tui.screens.main import MainScreen
from tui.screens.motions import MOTIONS
from tui.screens.palette import ActionProvider, Palette, palette_actions

pytestmark = pytest.mark.slow

MAIN = [action for action in ACTIONS if action.place not in OWN_SCREENS]
SLOTS = {Place.MAIN: Slot.LIST, Place.LIST: Slot.LIST, Place.TREE: Slot.TREE, Place.HANDSHAKE: Slot.HANDSHAKE}
PRESSED = {",": "comma", ANY_LETTER: "x"}


def test_there_is_one_handler_for_each_action_of_the_main_screen() -> None:
    assert set(COMMANDS) == {action.id for action in MAIN}


def test_all_motions_are_actions() -> None:
    assert set(MOTIONS) <= {action.id for action in MAIN}


@pytest.mark.parametrize("action", MAIN, ids=lambda action: action.id)
async def test_every_action_is_reached_by_each_of_its_keys(
    action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(MainScreen, "perform", lambda self, command: done.append(command.action.id))
    async with opened() as driver:
        driver.main.arrangement.focus(SLOTS[action.place])
        for keys in action.keys:
            await driver.press(*(PRESSED.get(key, key) for key in keys.split(" ")))
        assert done == [action.id] * len(action.keys)


async def test_every_action_can_be_done_before_there_is_any_packet(tmp_path) -> None:  # type: ignore[no-untyped-def]
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(without_packets())
    leaving = {"quit", "help", "palette"}
    async with opened(empty) as driver:
        for action in MAIN:
            if action.id not in leaving:
                driver.main.perform(Command(action))
                await driver.pilot.pause()
        assert driver.app.is_running


def without_packets() -> bytes:
    """A pcap file without packets: magic, version 2.4, snap length 65535, Ethernet."""
    return bytes.fromhex("d4c3b2a1 02000400 00000000 00000000 ffff0000 01000000")


async def test_the_palette_lists_every_action() -> None:
    async with opened() as driver:
        hits = [hit async for hit in ActionProvider(driver.main).discover()]
        assert [hit.text for hit in hits if isinstance(hit, DiscoveryHit)] == [action.text for action in MAIN]


async def test_the_palette_does_what_was_chosen() -> None:
    async with opened() as driver:
        hits = [hit async for hit in ActionProvider(driver.main).search("Last line")]
        best = max(hits, key=lambda hit: hit.score)
        assert isinstance(best, Hit)
        await best.command()
        await driver.pilot.pause(0.05)
        assert driver.main.packet_list.cursor == 9


async def test_the_palette_opens_on_its_key() -> None:
    async with opened() as driver:
        await driver.press("ctrl+p")
        await driver.press(*"zoom", "enter")
        await driver.pilot.pause(0.2)
        assert driver.seen() == {"list"}


async def test_the_palette_takes_keys_before_it_has_anything() -> None:
    async with opened() as driver:
        driver.app.action_command_palette()
        await driver.pilot.pause(0)
        palette = driver.screen()
        assert isinstance(palette, Palette)
        palette._action_command_list("page_up")
        await driver.press("z", "q", "pageup", "pagedown", "escape")
        assert driver.screen() is driver.main


def test_the_help_page_lists_every_action() -> None:
    lines = ["".join(text for text, _ in line) for line in help_lines()]
    for action in palette_actions():
        assert any(keys_text(action) in line and action.help in line for line in lines), action.id


def test_the_help_page_fits_into_80_columns() -> None:
    lines = ["".join(text for text, _ in line) for line in help_lines()]
    room = 80 - len("│ ") - len("┃│")
    assert [line for line in lines if len(line) > room] == []


def test_handlers_know_no_keys() -> None:
    assert not {name for name in vars(commands) if "key" in name.lower()}


async def test_the_palette_may_be_left_before_what_was_typed_is_looked_for() -> None:
    async with opened() as driver:
        await driver.press("ctrl+p")
        palette = driver.screen()
        assert isinstance(palette, Palette)
        await palette.dismiss()
        await palette.dismiss()
        assert palette._gather_commands("late") is None
        assert driver.screen() is driver.main
