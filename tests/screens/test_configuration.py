"""What is configured is what the screen does and says."""

from __future__ import annotations

import pytest
from screen_driver import opened
from textual.command import CommandPalette

from tui.config.config import Choices, Config
from tui.config.reader import parse
from tui.decode.context import Numbers
from tui.report.listing import TimeForm
from tui.screens.command_line import CommandLine
from tui.screens.help import HelpScreen
from tui.screens.keyed import KeyedScreen
from tui.screens.layouts import Slot


def configured(text: str) -> Config:
    """The configuration of a file in which nothing is wrong."""
    config = parse(text.encode(), "config.toml")
    assert config.notices == ()
    return config


async def test_an_action_has_the_keys_that_are_given_and_no_others() -> None:
    async with opened(config=configured("keys.zoom = ['Z', 'x x']")) as driver:
        for keys in ("Z",), ("x", "x"):
            await driver.press(*keys)
            assert driver.seen() == {"list"}
            await driver.press("escape")
        await driver.press("\\")
        assert driver.seen() != {"list"}


async def test_two_actions_can_swap_their_keys() -> None:
    async with opened(config=configured("[keys]\ndown = ['up', 'k']\nup = ['down', 'j']")) as driver:
        await driver.press("3", "k", "up", "j")
        assert driver.main.packet_list.cursor == 3


async def test_a_comma_can_be_given_to_another_action() -> None:
    """Textual parts keys by commas."""
    async with opened(
        config=configured("[keys]\nprevious_in_connection = 'f9'\ngraph_previous_point = 'f10'\nlast = ','")
    ) as driver:
        await driver.press(",")
        assert driver.main.packet_list.cursor == 9


async def test_help_shows_the_keys_that_are_given() -> None:
    async with opened(config=configured("[keys]\nzoom = 'Z'\nhelp = 'H'")) as driver:
        assert "H help" in driver.text()
        await driver.press("H")
        assert isinstance(driver.screen(), HelpScreen)
        await driver.press("G")
        before, found, _ = driver.text().partition("Give the pane the whole screen")
        assert found
        assert before.split()[-1] == "Z"


async def test_the_palette_opens_on_the_key_that_is_given_and_shows_keys() -> None:
    async with opened(config=configured("[keys]\npalette = 'f9'\nzoom = 'Z'")) as driver:
        await driver.press("ctrl+p")
        assert driver.screen() is driver.main
        await driver.press("f9")
        assert isinstance(driver.screen(), CommandPalette)
        await driver.press(*"zoom")
        await driver.pilot.pause(0.3)
        assert "Z: Give the pane" in driver.text()


@pytest.mark.parametrize("key", ["L", "C", "F", "?"])
async def test_every_screen_closes_with_the_key_that_is_given(key: str) -> None:
    async with opened(config=configured("keys.close = ['X', 'f10']")) as driver:
        for close in "X", "f10":
            await driver.press(key)
            screen = driver.screen()
            assert isinstance(screen, KeyedScreen)
            assert screen is not driver.main
            await driver.press("escape")
            assert driver.screen() is screen
            await driver.press(close)
            assert driver.screen() is driver.main


@pytest.mark.parametrize("key", ["L", "C", "F"])
async def test_the_hints_of_every_screen_name_the_key_that_is_given(key: str) -> None:
    async with opened(config=configured("keys.close = 'X'")) as driver:
        await driver.press(key)
        await driver.until(lambda: "X back" in driver.text())


@pytest.mark.parametrize(("keys", "leaves"), [("['X', 'f10']", "f10"), ("'X'", "escape")])
async def test_a_dialog_with_a_field_can_always_be_left(keys: str, leaves: str) -> None:
    """A character is typed into the field; if "close" has nothing else, its default keys leave."""
    async with opened(config=configured(f"keys.close = {keys}")) as driver:
        await driver.press(":")
        await driver.press("X")
        assert isinstance(driver.screen(), CommandLine)
        await driver.press(leaves)
        assert driver.screen() is driver.main


async def test_the_line_that_says_how_all_packets_come_back_names_the_key() -> None:
    async with opened(config=configured("keys.back = 'B'")) as driver:
        await driver.press("C")
        await driver.until(lambda: "Connections: 1" in driver.text())
        await driver.press("enter")
        assert "(B: all)" in driver.text()


async def test_a_colour_is_the_one_that_is_given_in_its_theme_only() -> None:
    async with opened(config=configured("colours.dark.primary = '#0102fe'")) as driver:
        assert driver.app.theme_variables["text-primary"] == "#0102fe"
        await driver.press("T")
        assert driver.app.theme_variables["text-primary"] != "#0102fe"


async def test_theme_and_forms_begin_as_they_are_configured() -> None:
    text = "theme = 'light'\ntime = 'delta'\nnumbers = 'absolute'\nchecksums = true"
    last = Choices("dark", TimeForm.UTC, Numbers.HEX)
    async with opened(config=configured(text), last=last) as driver:
        assert driver.app.theme == "light"
        assert driver.main.forms.verify
        assert "time since last · absolute seq" in driver.text()


async def test_theme_and_forms_begin_as_they_were_when_the_program_was_left() -> None:
    async with opened() as driver:
        await driver.press("T", "t", "#")
        left = driver.app.choices
    assert left == Choices("light", TimeForm.DELTA, Numbers.ABSOLUTE)
    async with opened(last=left) as driver:
        assert driver.app.choices == left


async def test_the_list_has_the_columns_that_are_configured() -> None:
    text = """columns = ["length", { column = "number", width = 9, align = "left" }, "info"]"""
    async with opened(config=configured(text)) as driver:
        head, first = driver.text().splitlines()[1:3]
        assert head.strip("│┃ ").split()[:3] == ["Length", "No.", "Info"]
        assert "No.       Info" in head
        assert first.strip("│┃ ").lstrip("┌S ").startswith("74 1         ")


async def test_the_last_column_may_be_any() -> None:
    async with opened(config=configured('columns = ["info", "source"]')) as driver:
        await driver.press("y")
        assert driver.main.selected_text().split("\t")[1] == "172.16.196.142"


async def test_what_is_wrong_in_the_file_stands_in_the_status_bar() -> None:
    async with opened(config=parse(b"theme = 'drak'", "config.toml")) as driver:
        assert 'config.toml: theme: expected "dark", "light" or "last", found "drak"' in driver.text()


async def test_the_focus_moves_with_the_keys_that_are_given() -> None:
    async with opened(config=configured("keys.next_pane = 'f6'")) as driver:
        await driver.press("f6")
        assert driver.focused() is not Slot.LIST
