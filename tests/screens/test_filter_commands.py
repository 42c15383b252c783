"""Fields and connections become filters, by the keys behind "a"."""

from __future__ import annotations

import pytest
from screen_driver import Driver, opened

pytestmark = pytest.mark.slow


def rows(driver: Driver) -> list[int]:
    """The packets that the list shows, counted from 1."""
    packets = driver.main.packet_list
    return [packets.row_at(line) + 1 for line in range(packets.line_count())]


async def test_a_field_of_the_tree_becomes_a_filter() -> None:
    async with opened() as driver:
        await driver.press("enter", "j", "a", "s")
        assert driver.main.filtering.filter == "tcp.srcport == 41334"
        assert rows(driver) == [1, 3, 4, 8, 9]


async def test_fields_are_joined_to_the_filter_in_force() -> None:
    async with opened() as driver:
        await driver.press("enter", "j", "a", "n")
        assert driver.main.filtering.filter == "not (tcp.srcport == 41334)"
        await driver.press("a", "o")
        await driver.press("k", "a", "a")
        assert driver.main.filtering.filter.startswith("(not (tcp.srcport == 41334) or tcp.srcport == 60000)")
        assert driver.main.filtering.filter.endswith(" and tcp")
        assert rows(driver) == [2, 5, 6, 7, 10]


async def test_sequence_numbers_are_relative_in_filters_whatever_is_shown() -> None:
    async with opened() as driver:
        await driver.press("4", "G", "#", "enter")
        driver.main.view.fields.select_bit(8 * 38)
        await driver.press("a", "s")
        assert driver.main.filtering.filter == "tcp.seq == 1"


async def test_in_the_list_the_connection_of_the_packet_is_the_filter() -> None:
    async with opened() as driver:
        await driver.press("a", "s")
        assert driver.main.filtering.filter == "tcp.stream == 0"


async def test_the_choices_behind_a_key_are_shown() -> None:
    async with opened(size=(80, 24)) as driver:
        driver.main.filtering.only(0)
        await driver.press("a")
        assert "a Filter  s this  n not this  a and this  o or this  x and not this" in driver.text()
        await driver.press("escape")
        assert "not this" not in driver.text()
        assert driver.main.filtering.filter == "tcp.stream == 0"


async def test_a_line_that_is_no_field_of_filters_says_so() -> None:
    async with opened() as driver:
        await driver.press("enter")
        tree = driver.main.header_tree
        tree.expand_all()
        index = next(place for place, branch in enumerate(tree._shown) if not branch.node.name)
        tree.select(index)
        await driver.press("a", "s")
        assert "is nothing that a filter knows" in driver.text()
        assert driver.main.filtering.filter == ""
