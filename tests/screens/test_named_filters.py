"""Filters get names, by the configuration or on the screen, and are offered by them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from screen_driver import Driver, opened
from textual.command import DiscoveryHit
from textual.widgets import Input

from tui.config.config import DEFAULTS, Config
from tui.config.recent import NO_MEMORY, Recent
from tui.screens.filter_bar import FilterBar
from tui.screens.filter_palette import FilterProvider
from tui.screens.named_filters import NamedFilters, NameScreen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

CONFIG = Config.of({**DEFAULTS, "filters": {"with data": "tcp.len > 0", "resets": "tcp.flags.reset == 1"}})


def bar(driver: Driver) -> FilterBar:
    screen = driver.screen()
    assert isinstance(screen, FilterBar)
    return screen


async def test_a_filter_is_saved_under_a_name_and_offered_by_it(tmp_path: Path) -> None:
    async with opened() as driver:
        driver.main.recent = recent = Recent(tmp_path / "recent.json")
        await driver.press("slash", *"tcp", "ctrl+s")
        assert isinstance(driver.screen(), NameScreen)
        await driver.press(*"all", "space", *"of", "enter")
        assert "saved as all of" in driver.text()
        assert recent.saved_filters() == {"all of": "tcp"}
        await driver.press("ctrl+u", *"l", "space", "o")
        await driver.until(lambda: "saved: all of" in driver.text())
        await driver.press("tab", "enter")
        assert bar(driver)._input.value == "tcp"
        await driver.press("enter")
        assert driver.main.filtering.filter == "tcp"


async def test_with_nothing_typed_a_name_is_forgotten(tmp_path: Path) -> None:
    async with opened(config=CONFIG) as driver:
        driver.main.recent = recent = Recent(tmp_path / "recent.json")
        recent.save_filter("mine", "tcp")
        for name, told in (
            ("mine", "mine is no filter's name any more"),
            ("other", "no filter other was saved"),
            ("resets", "the configuration has it"),
        ):
            await driver.press("slash", "ctrl+u", "ctrl+s", *name, "enter")
            assert told in driver.text()
            await driver.press("escape")
        assert recent.saved_filters() == {}


async def test_what_is_no_filter_is_not_saved() -> None:
    async with opened() as driver:
        await driver.press("slash", *"tcpp", "ctrl+s")
        assert isinstance(driver.screen(), FilterBar)


async def test_escape_saves_nothing(tmp_path: Path) -> None:
    async with opened() as driver:
        driver.main.recent = recent = Recent(tmp_path / "recent.json")
        await driver.press("slash", *"tcp", "ctrl+s", *"name", "escape")
        assert isinstance(driver.screen(), FilterBar)
        assert recent.saved_filters() == {}


async def test_the_filters_of_the_configuration_are_offered_first() -> None:
    async with opened(config=CONFIG) as driver:
        await driver.press("slash")
        await driver.until(lambda: "saved: resets" in driver.text())
        await driver.press("tab", "enter")
        assert bar(driver)._input.value == "tcp.len > 0"


async def test_the_palette_applies_them() -> None:
    async with opened(config=CONFIG) as driver:
        hits = [hit async for hit in FilterProvider(driver.main).discover() if isinstance(hit, DiscoveryHit)]
        assert [hit.text for hit in hits] == ["Filter: with data", "Filter: resets"]
        await driver.press("ctrl+p", *"with", "space", *"data")
        await driver.pilot.pause(0.5)
        await driver.press("enter")
        await driver.until(lambda: driver.main.filtering.filter == "tcp.len > 0")


async def test_the_field_for_the_name_has_the_focus_at_80_columns() -> None:
    async with opened(size=(80, 24)) as driver:
        await driver.press("slash", *"tcp", "ctrl+s")
        assert "A name for tcp" in driver.text()
        assert isinstance(driver.screen().focused, Input)


def test_of_two_with_one_name_the_one_that_was_saved_counts(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json")
    named = NamedFilters({"a": "tcp", "b": "udp"}, recent)
    assert named.save("a", "icmp") == "saved as a"
    assert named.filters == {"a": "icmp", "b": "udp"}
    assert named.save("a", "arp") == "saved as a, in place of another one"
    assert NamedFilters({}, NO_MEMORY).save("a", "tcp") == "it could not be saved"


@pytest.mark.parametrize("saved", [[], "x", {"a": 1}, None, {"b": ["tcp"]}])
def test_what_is_not_of_the_kind_is_not_remembered(tmp_path: Path, saved: object) -> None:
    file = tmp_path / "recent.json"
    file.write_text(json.dumps({"saved": saved, "filters": ["tcp"]}))
    assert Recent(file).saved_filters() == {}
    assert Recent(file).filters() == ("tcp",)
