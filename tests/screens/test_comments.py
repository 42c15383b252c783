"""Comments: written, shown, found, and asked about before they are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import wire
from screen_driver import Driver, opened

from tui.filter.language import compile_filter
from tui.screens.comment import CommentField, CommentScreen
from tui.screens.unsaved import UnsavedScreen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

NAMED = {" ": "space", "'": "apostrophe", ":": "colon"}


async def write(driver: Driver, text: str) -> None:
    await driver.press(*(NAMED.get(char, char) for char in text))


def fields(driver: Driver) -> list[str]:
    """What the fields of the dialog have."""
    screen = driver.screen()
    assert isinstance(screen, CommentScreen)
    return [field.text for field in screen.query(CommentField)]


def sign(driver: Driver, packet: int) -> str:
    packets = driver.main.packet_list
    return packets.line(packets.line_of(packet - 1), 80)[0][0][2]


@pytest.fixture
def commented(tmp_path: Path) -> Path:
    """Five packets; of the second and the fourth the file has comments."""
    path = tmp_path / "commented.pcapng"
    frame = wire.ethernet(wire.ip4(wire.tcp()))
    data = wire.section() + wire.interface()
    for number in range(1, 6):
        comments = {2: [(1, b"first")], 4: [(1, b"one\nline more"), (1, b"two")]}.get(number, [])
        data += wire.enhanced(frame, number * 1000, 0, "<", *comments)
    path.write_bytes(data)
    return path


async def test_two_keys_in_haste_leave_one_screen() -> None:
    async with opened() as driver:
        await driver.press("c")
        screen = driver.screen()
        assert isinstance(screen, CommentScreen)
        screen.action_perform("write_comment")
        screen.action_perform("close")
        await driver.pilot.pause(0.1)
        assert driver.screen() is driver.main


async def test_a_comment_that_no_file_could_hold_is_not_taken() -> None:
    async with opened() as driver:
        await driver.press("c")
        driver.screen().query_one(CommentField).text = "é" * 32_767
        await driver.press("enter")
        assert "65,534 bytes: pcapng takes 65,532" in driver.text()
        assert not driver.main.session.notes.comments


async def test_a_comment_is_written_shown_and_unsaved() -> None:
    async with opened() as driver:
        await driver.press("j", "c")
        await write(driver, "Why: a RST?")
        await driver.press("enter")
        notes = driver.main.session.notes
        assert notes.comments == {1: ("Why: a RST?",)}
        assert notes.unsaved
        assert sign(driver, 2) == '"'
        driver.main.header_tree.select(0)
        assert "[Packet comments]" in driver.main.header_tree.line(0, 80)[0][0]
        assert "[Why: a RST?]" in driver.main.header_tree.line(1, 80)[0][0]


async def test_keys_that_are_commands_elsewhere_are_text_in_a_comment() -> None:
    async with opened() as driver:
        await driver.press("c")
        await write(driver, "jq")
        await driver.press("ctrl+j")
        await write(driver, "G")
        assert fields(driver) == ["jq\nG"]
        await driver.press("enter")
        assert driver.main.session.notes.comments == {0: ("jq\nG",)}
        assert driver.main.packet_list.cursor == 0


async def test_leaving_the_dialog_changes_nothing(commented: Path) -> None:
    async with opened(commented) as driver:
        for leave in ("escape", "ctrl+c"):
            await driver.press("c")
            await write(driver, "not meant")
            await driver.press(leave)
            assert driver.screen() is driver.main
        await driver.press("j", "c", "enter")
        assert driver.main.session.notes.comments == {}
        assert not driver.main.session.notes.unsaved


async def test_comments_of_the_file_are_shown_changed_and_taken_away(commented: Path) -> None:
    async with opened(commented) as driver:
        assert [sign(driver, packet) for packet in range(1, 6)] == [" ", '"', " ", '"', " "]
        await driver.press("j", "j", "j", "c")
        assert fields(driver) == ["one\nline more", "two", ""]
        await driver.press("tab", "end")
        await write(driver, "!")
        await driver.press("enter")
        assert driver.main.session.notes.comments == {3: ("one\nline more", "two!")}
        await driver.press("c", "ctrl+end", "ctrl+u", "backspace", "ctrl+u", "tab", "ctrl+u", "enter")
        assert driver.main.session.notes.comments == {3: ()}
        assert sign(driver, 4) == " "


async def test_next_and_previous_go_among_packets_with_comments_that_are_shown(commented: Path) -> None:
    async with opened(commented) as driver:
        packets = driver.main.packet_list
        driver.main.session.notes.comment(4, "new")
        driver.main.session.notes.comment(1)
        await driver.press("g", "c")
        await driver.until(lambda: packets.row == 3)
        await driver.press("g", "c")
        await driver.until(lambda: packets.row == 4)
        await driver.press("g", "c")
        await driver.until(lambda: "no packet below has a comment" in driver.text())
        driver.main.session.notes.comment(0, "hidden")
        driver.main.filtering.apply(compile_filter("frame.number >= 4"))
        await driver.press("2", "g", "C")
        await driver.until(lambda: packets.row == 3)


async def test_a_comment_may_be_said_in_the_command_line(commented: Path) -> None:
    async with opened(commented) as driver:
        await driver.press("j", "colon")
        await write(driver, "comment look  here")
        await driver.press("enter")
        assert driver.main.session.notes.comments == {1: ("first", "look  here")}


async def test_a_filter_that_asks_for_comments_finds_a_new_one() -> None:
    async with opened() as driver:
        driver.main.filtering.apply(compile_filter("frame.comment || frame.number == 1"))
        await driver.until(lambda: driver.main.packet_list.line_count() == 1)
        await driver.press("c", "x", "enter")
        driver.main.filtering.apply(compile_filter("frame.comment"))
        await driver.until(lambda: driver.main.packet_list.line_count() == 1)
        await driver.press("c", "ctrl+u", "enter")
        await driver.until(lambda: driver.main.packet_list.line_count() == 0)


async def test_before_unsaved_comments_are_lost_it_is_asked() -> None:
    async with opened() as driver:
        await driver.press("c", "x", "enter", "q")
        assert isinstance(driver.screen(), UnsavedScreen)
        assert "no file has them yet" in driver.text()
        await driver.press("escape")
        assert driver.screen() is driver.main
        await driver.press("q", "d")
        await driver.until(lambda: not driver.app.is_running)


async def test_saved_comments_are_not_asked_about() -> None:
    async with opened() as driver:
        await driver.press("c", "x", "enter")
        driver.main.session.notes.saved()
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running)


async def test_control_characters_of_a_comment_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "hostile.pcapng"
    frame = wire.ethernet(wire.ip4(wire.tcp()))
    path.write_bytes(
        wire.section() + wire.interface() + wire.enhanced(frame, 1, 0, "<", (1, b"\x1b[2J\x07\nx"))
    )
    async with opened(path) as driver:
        assert "\x1b" not in driver.text()
        await driver.press("c")
        assert "\x1b" not in driver.text()
        assert fields(driver) == ["·[2J·\nx", ""]
