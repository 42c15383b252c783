"""Marks, references, ignored packets, bookmarks and the way back, by keys on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from screen_driver import Driver, opened

from tui.filter.language import compile_filter
from tui.report.listing import TimeForm

if TYPE_CHECKING:
    from tui.notes import Notes

pytestmark = pytest.mark.slow

LETTERS = {"'": "apostrophe"}


async def keys(driver: Driver, typed: str) -> None:
    """Press keys, a character each."""
    await driver.press(*(LETTERS.get(char, char) for char in typed))


def notes(driver: Driver) -> Notes:
    return driver.main.session.notes


def number(driver: Driver) -> int:
    """The number of the packet under the cursor."""
    return driver.main.packet_list.row + 1


def line(driver: Driver, packet: int) -> str:
    """What the list shows of a packet."""
    packets = driver.main.packet_list
    return "".join(text for text, _ in packets.line(packets.line_of(packet - 1), packets.text_width))


def numbers(driver: Driver) -> list[int]:
    packets = driver.main.packet_list
    return [packets.row_at(index) + 1 for index in range(packets.line_count())]


# marks


async def test_a_packet_is_marked_by_sign_and_look_and_unmarked_again() -> None:
    async with opened() as driver:
        await keys(driver, "jjM")
        assert set(notes(driver).marked) == {2}
        assert line(driver, 3)[2] == "M"
        packets = driver.main.packet_list
        assert "marked" in packets.line(2, packets.text_width)[0][1]
        await keys(driver, "M")
        assert set(notes(driver).marked) == set()
        assert line(driver, 3)[2] == " "


async def test_next_and_previous_go_among_the_marked_packets_that_are_shown() -> None:
    async with opened() as driver:
        notes(driver).mark_all(np.array([1, 4, 6, 8]))
        await keys(driver, "gm")
        assert number(driver) == 2
        await keys(driver, "2gm")
        assert number(driver) == 7
        await keys(driver, "gM")
        assert number(driver) == 5
        driver.main.filtering.apply(compile_filter("frame.number in {1, 2, 9}"))
        await keys(driver, "gggm")
        await keys(driver, "gm")
        assert number(driver) == 9
        await keys(driver, "gm")
        assert "no packet is marked below" in driver.text()
        assert number(driver) == 9


async def test_all_that_is_shown_is_marked_and_everything_unmarked() -> None:
    async with opened() as driver:
        driver.main.filtering.apply(compile_filter("frame.number in {2, 5}"))
        await keys(driver, "ga")
        assert set(notes(driver).marked) == {1, 4}
        driver.main.filtering.apply(None)
        await keys(driver, "ga")
        assert len(notes(driver).marked) == 10
        await keys(driver, "gu")
        assert set(notes(driver).marked) == set()


async def test_a_filter_that_asks_for_marks_follows_them() -> None:
    async with opened() as driver:
        notes(driver).mark_all(np.array([1, 4]))
        driver.main.filtering.apply(compile_filter("frame.marked == 1"))
        assert numbers(driver) == [2, 5]
        await keys(driver, "M")
        assert numbers(driver) == [5]


async def test_the_header_tree_says_that_a_packet_is_marked() -> None:
    async with opened() as driver:
        driver.main.header_tree.expand_all()
        assert "[Frame is marked: True]" not in driver.text()
        await keys(driver, "M")
        driver.main.header_tree.home()
        driver.main.header_tree.expand_all()
        assert any(
            "Frame is marked: True" in driver.main.header_tree.line(index, 80)[0][0]
            for index in range(driver.main.header_tree.line_count())
        )


# times


async def test_later_times_count_from_a_reference() -> None:
    async with opened() as driver:
        before = line(driver, 5)
        await keys(driver, "jjr")
        assert "*REF*" in line(driver, 3)
        assert line(driver, 5) != before
        assert "times count from packet 3 on" in driver.text()
        await keys(driver, "r")
        assert line(driver, 5) == before


async def test_time_since_the_packet_shown_before_follows_the_filter() -> None:
    async with opened() as driver:
        while driver.main.forms.time is not TimeForm.DISPLAYED:
            await keys(driver, "t")
        all_shown = line(driver, 5)
        driver.main.filtering.apply(compile_filter("frame.number in {1, 5}"))
        await driver.pilot.pause(0.05)
        assert line(driver, 5) != all_shown
        assert "0.000318" in line(driver, 5)
        driver.main.filtering.apply(None)
        await driver.pilot.pause(0.05)
        assert line(driver, 5) == all_shown


# ignored packets


async def test_an_ignored_packet_stays_in_the_list_and_in_the_story() -> None:
    async with opened() as driver:
        story = [driver.main._handshake.line(index, 60) for index in range(5)]
        await keys(driver, "ji")
        assert "<Ignored>" in line(driver, 2)
        assert line(driver, 2)[2] == "i"
        assert " 2 " in line(driver, 2)
        assert [driver.main._handshake.line(index, 60) for index in range(5)] != []
        await keys(driver, "k")
        assert [driver.main._handshake.line(index, 60) for index in range(5)] == story
        await keys(driver, "ji")
        assert "<Ignored>" not in line(driver, 2)


# bookmarks and the way back


async def test_a_letter_remembers_a_packet() -> None:
    async with opened() as driver:
        await keys(driver, "jjmq")
        assert "q remembers packet 3" in driver.text()
        await keys(driver, "G'q")
        assert number(driver) == 3
        assert driver.app.is_running, "q is a letter here"


async def test_a_letter_that_remembers_nothing_says_which_ones_do() -> None:
    async with opened() as driver:
        await keys(driver, "ma'b")
        assert "b remembers no packet; a do" in driver.text()


async def test_the_way_back_leads_to_and_fro() -> None:
    async with opened() as driver:
        await keys(driver, "''")
        assert "there was no jump yet" in driver.text()
        await keys(driver, "jjG''")
        assert number(driver) == 3
        await keys(driver, "''")
        assert number(driver) == 10


@pytest.mark.parametrize("jump", ["gg", "7gg", "'a", "}", "gm"])
async def test_every_jump_can_be_taken_back(jump: str) -> None:
    async with opened() as driver:
        notes(driver).mark_all(np.array([8]))
        await keys(driver, "jmajjj")
        await keys(driver, jump)
        assert number(driver) != 5
        await keys(driver, "''")
        assert number(driver) == 5


async def test_a_step_is_no_jump() -> None:
    async with opened() as driver:
        await keys(driver, "jjG..,''")
        assert number(driver) == 3
