"""Colouring rules by keys: on and off, changed, moved, undone, imported, exported, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from screen_driver import CAPTURE, UTF8, Driver, opened
from test_configuration import configured

from tui.config.config import Choices
from tui.report.colouring_rules import DEFAULT_RULES, ColouringRule
from tui.screens.colouring_rule import RuleScreen
from tui.screens.colouring_screen import ColouringScreen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

NAMED = {
    " ": "space",
    ".": "full_stop",
    "=": "equals_sign",
    "/": "slash",
    "#": "number_sign",
    "_": "underscore",
    "-": "minus",
}


async def write(driver: Driver, text: str, *keys: str) -> None:
    await driver.press(*(NAMED.get(char, char) for char in text), *keys)


def marks(driver: Driver) -> str:
    packets = driver.main.packet_list
    return "".join(packets.render_line(y).text[1] for y in range(1, 11))


def names(driver: Driver) -> list[str]:
    return [rule.name for rule in driver.main.colours.rules]


async def test_a_key_turns_colouring_off_and_on() -> None:
    async with opened() as driver:
        assert marks(driver).startswith("SS")
        await driver.press("K")
        assert marks(driver) == " " * 10
        assert "not coloured" in driver.text()
        assert driver.app.choices.colouring is False
        await driver.press("K")
        assert marks(driver).startswith("SS")


async def test_a_run_begins_as_the_last_one_ended() -> None:
    mine = (ColouringRule("mine", "tcp.flags.fin == 1", "f"),)
    async with opened(last=Choices(colouring_rules=mine)) as driver:
        assert set(marks(driver)) == {" ", "f"}
        assert driver.app.choices.colouring_rules == mine
    async with opened(last=Choices(colouring=False)) as driver:
        assert marks(driver) == " " * 10


async def test_without_colours_the_marks_are_there() -> None:
    async with opened(environment={**UTF8, "NO_COLOR": "1"}) as driver:
        assert marks(driver).startswith("SS")


async def test_a_rule_is_turned_off_removed_moved_and_all_is_undone() -> None:
    async with opened() as driver:
        await driver.press("ctrl+k", *["down"] * 7, "space")
        assert not driver.main.colours.rules[7].enabled
        assert marks(driver)[0] != "S"
        await driver.press("x")
        assert "TCP SYN" not in names(driver)
        await driver.press("<")
        assert names(driver)[6:8] == ["TCP FIN", "TTL low or unexpected"]
        await driver.press(">")
        assert names(driver)[6:8] == ["TTL low or unexpected", "TCP FIN"]
        await driver.press("u", "u", "u", "u", "u")
        assert driver.main.colours.rules == DEFAULT_RULES
        assert "nothing was changed" in driver.text()
        await driver.press("escape")
        assert driver.app.choices.colouring_rules is None


async def test_a_rule_is_added_with_a_filter_that_is_judged_while_it_is_typed() -> None:
    async with opened() as driver:
        await driver.press("ctrl+k", "a")
        await write(driver, "mine", "tab")
        await write(driver, "frame.numbr")
        assert "frame.number" in driver.text()
        await driver.press("enter")
        assert isinstance(driver.screen(), RuleScreen)
        await driver.press("backspace")
        await write(driver, "er == 3", "down", "W", "down")
        assert "The filter makes sense" in driver.text()
        await write(driver, "#00ff00", "enter")
        assert driver.main.colours.rules[0] == ColouringRule("mine", "frame.number == 3", "W", "#00ff00")
        assert marks(driver)[2] == "W"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("enter",), "Name"),
        (("n", "enter"), "needs a display filter"),
        (("n", "tab", "t", "c", "p", "tab", "a", "b", "enter"), "one character"),
        (("n", "tab", "t", "c", "p", "tab", "tab", "p", "i", "n", "k", "enter"), "pink"),
    ],
)
async def test_what_is_no_rule_is_not_taken(keys: tuple[str, ...], said: str) -> None:
    async with opened() as driver:
        await driver.press("ctrl+k", "a", *keys)
        assert said in driver.text()
        await driver.press("escape")
        assert isinstance(driver.screen(), ColouringScreen)
        assert driver.main.colours.rules == DEFAULT_RULES


async def test_a_rule_is_changed_in_its_place() -> None:
    async with opened() as driver:
        await driver.press("ctrl+k", *["down"] * 7, "enter", "down", "down", "end", "backspace", "s", "enter")
        assert driver.main.colours.rules[7].mark == "s"
        assert marks(driver).startswith("ss")


async def test_wiresharks_rules_are_imported_and_what_is_not_known_here_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cf"
    path.write_text(
        "@SYN@tcp.flags.syn == 1@[0,0,0][65535,65535,65535]\n"
        "@far@hsrp.state != 8@[0,0,0][65535,65535,65535]\n"
        "@web@tcp || http2@[0,0,0][65535,65535,65535]\n"
        "broken\n"
    )
    async with opened() as driver:
        await driver.press("ctrl+k", "i")
        await write(driver, str(path), "enter")
        await driver.until(lambda: names(driver) == ["SYN", "far", "web"])
        assert "3 rules, 1 (✗) ask for what is not known here, 1 lines are no rules" in driver.text()
        assert "✗ hsrp.state != 8" in driver.text()
        assert "≈ tcp || http2" in driver.text()
        assert marks(driver) == "SSwwwwwwww"
        await driver.press("u")
        assert driver.main.colours.rules == DEFAULT_RULES


async def test_rules_are_exported_and_a_file_is_replaced_only_when_asked_twice(tmp_path: Path) -> None:
    path = tmp_path / "cf"
    path.write_text("old")
    async with opened() as driver:
        await driver.press("ctrl+k", "e")
        await write(driver, str(path), "enter")
        assert path.read_text() == "old"
        assert "there already" in driver.text()
        await driver.press("enter")
        assert "@TCP RST@tcp.flags.reset == 1@" in path.read_text()
        await driver.press("e")
        await write(driver, str(tmp_path / "no" / "cf"), "enter")
        assert "cannot be written" in driver.text()


async def test_the_usual_rules_come_back() -> None:
    async with opened(last=Choices(colouring_rules=())) as driver:
        await driver.press("ctrl+k", "space", "enter", "x", "<", "r")
        assert driver.main.colours.rules == DEFAULT_RULES


async def test_rules_that_take_long_are_filled_in() -> None:
    rules = (ColouringRule("est", 'tcpscope.client.state == "ESTABLISHED"', "e"), *DEFAULT_RULES)
    async with opened(last=Choices(colouring_rules=rules)) as driver:
        await driver.until(lambda: "e" in marks(driver))
        assert marks(driver)[0] == "S"


async def test_the_rules_of_the_configuration_come_first() -> None:
    config = configured('colouring_rules = [{ name = "c", filter = "tcp", mark = "c" }]')
    async with opened(CAPTURE, config=config, last=Choices(colouring_rules=())) as driver:
        assert marks(driver) == "c" * 10
        await driver.press("ctrl+k", "x", "escape")
        assert "the next start has the rules of the configuration again" in driver.text()


async def test_a_packet_that_is_marked_may_have_another_rule_at_once() -> None:
    rules = (ColouringRule("mine", "frame.marked == 1", "k"),)
    async with opened(last=Choices(colouring_rules=rules)) as driver:
        await driver.press("M")
        assert marks(driver)[0] == "k"
