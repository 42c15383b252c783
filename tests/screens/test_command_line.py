"""The command line: packets, times and actions by name, completed, judged and remembered."""

from __future__ import annotations

import pytest
from screen_driver import Driver, opened

from tui.actions import ACTIONS, BY_ID, OWN_SCREENS
from tui.errors import UsageError
from tui.screens.arguments import ARGUMENTS
from tui.screens.command_line import CommandLine
from tui.screens.keyboard import Command
from tui.screens.palette import palette_actions
from tui.screens.vocabulary import Vocabulary

NAMED = {" ": "space", ".": "full_stop", "=": "equals_sign", ":": "colon", "'": "apostrophe", ",": "comma"}
WORDS = Vocabulary(palette_actions())


async def write(driver: Driver, text: str, *more: str) -> None:
    """Open the line, type a text, then press other keys."""
    await driver.press("colon", *(NAMED.get(char, char) for char in text), *more)


def the_line(driver: Driver) -> CommandLine:
    screen = driver.screen()
    assert isinstance(screen, CommandLine)
    return screen


# words


def test_there_is_a_row_for_each_action_that_takes_something() -> None:
    assert set(ARGUMENTS) == {action.id for action in ACTIONS if action.takes}


@pytest.mark.parametrize("action", palette_actions(), ids=lambda action: action.id)
def test_every_action_is_known_by_id_and_by_name(action) -> None:  # type: ignore[no-untyped-def]
    for name in (action.id, action.id.replace("_", " "), action.id.upper()):
        assert WORDS.read(name).command == Command(action)
    named = WORDS.read(action.text).command.action
    assert named.id == action.id or named.text == action.text


def test_no_action_of_another_screen_is_known() -> None:
    elsewhere = {action for action in ACTIONS if action.place in OWN_SCREENS}
    proposed = {each.text for each in WORDS.proposals("")}
    assert not {action.id.replace("_", " ") for action in elsewhere} & proposed


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("next pane", Command(BY_ID["next_pane"])),
        ("  Next   Pane ", Command(BY_ID["next_pane"])),
        ("filter tcp.port == 80", Command(BY_ID["filter"], text="tcp.port == 80")),
        ("filter by", Command(BY_ID["filter_by"])),
        ("12", Command(BY_ID["goto"], text="12")),
        ("13:04:05.6", Command(BY_ID["goto"], text="13:04:05.6")),
        ("goto 12.5s", Command(BY_ID["goto"], text="12.5s")),
        ("bookmark a", Command(BY_ID["bookmark"], text="a")),
        ("down 3", Command(BY_ID["down"], 3)),
        ("checks", Command(BY_ID["checksums"])),
    ],
)
def test_a_line_is_read_as_it_is_meant(line: str, command: Command) -> None:
    assert WORDS.read(line).command == command


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("conections", "there is no action 'conections'", "did you mean connections"),
        ("next", "there is no action 'next'", "did you mean next"),
        ("theme dark", "theme takes nothing behind it, found 'dark'", ""),
        ("down there", "down takes a number behind it, found 'there'", ""),
        ("xyzzy", "there is no action 'xyzzy'", "expected a packet's number, a time such as 12.5s"),
        ("\x1b[2J", "there is no action", ""),
    ],
)
def test_a_line_that_says_nothing_is_refused_with_what_was_expected(
    line: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        WORDS.read(line)
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_proposals_begin_with_what_is_typed_then_have_it_somewhere() -> None:
    names = [each.text for each in WORDS.proposals("con")]
    assert names[0] == "connections"
    assert "next in connection" in names
    assert [each.text for each in WORDS.proposals("light")] == ["theme"]
    assert len(WORDS.proposals("")) == len(palette_actions())


# on the screen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "packet"), [("7", 7), ("1,0", 10), ("0.0001s", 3), ("308us", 4), ("goto 3", 3)]
)
async def test_a_number_or_a_time_leads_to_its_packet(text: str, packet: int) -> None:
    async with opened() as driver:
        await write(driver, text)
        assert f"go to packet {packet}" in driver.text()
        await driver.press("enter")
        assert driver.main.packet_list.row + 1 == packet


@pytest.mark.slow
async def test_what_cannot_be_is_said_as_it_is_typed_and_the_line_stays() -> None:
    async with opened() as driver:
        await write(driver, "99", "enter")
        assert "there is no packet 99" in driver.text()
        assert "a number from 1 to 10" in driver.text()
        assert the_line(driver)._input.has_class("-bad")
        await driver.press("ctrl+u", *"1h", "enter")
        assert "no packet that is shown came at 1h or later" in driver.text()
        await driver.press("escape")
        assert driver.main.packet_list.cursor == 0


@pytest.mark.slow
async def test_an_action_is_carried_out_by_its_name() -> None:
    async with opened() as driver:
        theme = driver.app.theme
        await write(driver, "theme", "enter")
        assert driver.app.theme != theme
        await write(driver, "last", "space", *"line", "enter")
        assert driver.main.packet_list.cursor == 9


@pytest.mark.slow
async def test_tab_completes_a_name_and_what_may_stand_behind_it() -> None:
    async with opened() as driver:
        await write(driver, "numb", "tab")
        assert the_line(driver)._input.value == "numbers"
        await driver.press("ctrl+u", *"filter", "space", *"tcp", "full_stop", *"strea")
        await driver.until(lambda: the_line(driver)._list.line_count() == 1)
        await driver.press("tab")
        assert the_line(driver)._input.value.startswith("filter tcp.stream")


@pytest.mark.slow
async def test_a_filter_is_judged_and_put_in_force() -> None:
    async with opened() as driver:
        await write(driver, "filter tcp.flags.syn", "equals_sign", "enter")
        assert the_line(driver)._input.has_class("-bad")
        await driver.press("equals_sign", "1", "enter")
        assert driver.screen() is driver.main
        assert driver.main.packet_list.line_count() == 2


@pytest.mark.slow
async def test_lines_typed_before_come_back() -> None:
    async with opened() as driver:
        await write(driver, "7", "enter")
        await write(driver, "theme", "enter")
        await write(driver, "", "up")
        assert the_line(driver)._input.value == "theme"
        await driver.press("up")
        assert the_line(driver)._input.value == "7"
        await driver.press("down", "down")
        assert the_line(driver)._input.value == ""


@pytest.mark.slow
async def test_a_command_that_takes_a_letter_asks_for_it() -> None:
    async with opened() as driver:
        driver.main.perform(Command(BY_ID["bookmark"]))
        await driver.pilot.pause(0.05)
        assert the_line(driver)._input.value == "bookmark "
        await driver.press("1", "enter")
        assert "a letter from a to z or A to Z expected" in driver.text()
        await driver.press("backspace", "z", "enter")
        assert driver.main.session.notes.letters == {"z": 0}


@pytest.mark.slow
async def test_quit_may_be_abbreviated() -> None:
    async with opened() as driver:
        await write(driver, "q", "enter")
        await driver.until(lambda: not driver.app.is_running)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (160, 48), (30, 8)])
async def test_garbage_does_no_harm(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await write(driver, "")
        for garbage in ("\x1b[31m", "9" * 400, "filter " + "(" * 300, "m'", "٣", "-", "0", "12:", "é" * 99):
            the_line(driver)._input.value = garbage
            await driver.press("enter")
            assert driver.app.is_running
            assert "\x1b" not in driver.text()
