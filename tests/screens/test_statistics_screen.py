"""The statistics open over the main screen, part by part, and lead to packets."""

from __future__ import annotations

import hashlib
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from screen_driver import CAPTURE, Driver, opened
from wire import SYN, ethernet, ip4, pcap, tcp, udp

from tui.actions import BY_ID, Place, at
from tui.report.statistics.layers import Kind
from tui.report.statistics.part import Part, Statistics
from tui.screens import tables
from tui.screens.help import HelpScreen
from tui.screens.ladder import LadderScreen
from tui.screens.main import MainScreen
from tui.screens.motions import MOTIONS
from tui.screens.statistics import StatisticsScreen
from tui.screens.table_commands import TABLE_COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from tui.report.statistics.facts import FactTable


def on(driver: Driver) -> StatisticsScreen:
    """The statistics on the screen."""
    screen = driver.screen()
    assert isinstance(screen, StatisticsScreen)
    return screen


def table(driver: Driver) -> FactTable:
    shown = on(driver).table
    assert shown is not None
    return shown


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """TCP and UDP between four addresses."""
    frames = [
        *(ethernet(ip4(tcp(40000 + port, 80, flags=SYN))) for port in range(3)),
        *(ethernet(ip4(udp(b"x", 9), 17, src="10.0.0.1", dst="10.0.0.2")) for _ in range(2)),
    ]
    path = tmp_path / "mixed.pcap"
    path.write_bytes(pcap(frames))
    return path


def test_the_screen_obeys_every_action_that_applies_there() -> None:
    main = cast("MainScreen", SimpleNamespace(actions=BY_ID, session=None))
    ids = {action.id for action in at(Place.STATISTICS)}
    assert ids == set(MOTIONS) | set(StatisticsScreen(main).commands()) | set(TABLE_COMMANDS)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_tab_goes_through_the_parts_and_around(mixed: Path, size: tuple[int, int]) -> None:
    async with opened(mixed, size) as driver:
        await driver.press("S")
        seen = []
        for _ in Part:
            seen.append(on(driver).part)
            assert on(driver).part.value.upper() in driver.text()
            await driver.press("tab")
        assert seen == list(Part)
        assert on(driver).part is Part.PROPERTIES
        await driver.press("shift+tab")
        assert on(driver).part is Part.SYNS


async def test_a_number_goes_to_the_part_with_it(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("S", "4", "tab")
        assert on(driver).part is Part.CONVERSATIONS
        await driver.press("9", "tab")
        assert on(driver).part is Part.CONVERSATIONS
        assert "there is no part 9; the last one is 6" in driver.text()


async def test_endpoints_are_of_the_next_layer(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("S", "v")
        assert "endpoints and conversations are of a layer" in driver.text()
        await driver.press("3", "tab")
        lengths = {}
        for _ in Kind:
            lengths[on(driver).kind] = len(table(driver))
            await driver.press("v")
        assert lengths == {Kind.TCP: 4, Kind.UDP: 2, Kind.ETHERNET: 2, Kind.IPV4: 4, Kind.IPV6: 0}


async def test_enter_shows_the_packets_of_a_line_and_escape_all_again(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("S", "4", "tab", "v", "enter")
        assert isinstance(driver.screen(), MainScreen)
        await driver.until(lambda: driver.main.packet_list.line_count() == 2)
        await driver.press("escape")
        assert driver.main.packet_list.line_count() == 5


async def test_what_is_displayed_is_counted_until_that_is_changed(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("slash", *"udp", "enter")
        await driver.until(lambda: driver.main.packet_list.line_count() == 2)
        await driver.press("S", "2", "tab")
        assert [each["packets"] for each in table(driver).objects()] == [2, 2, 2]
        assert "displayed packets only" in driver.text()
        await driver.press("f")
        assert [each["packets"] for each in table(driver).objects()] == [5, 5, 3, 2]
        assert "displayed packets only" not in driver.text()
        await driver.press("f", "j", "enter")
        assert driver.main.filtering.filter == "udp and eth && ip"


async def test_without_a_filter_there_is_nothing_to_limit_to(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("S", "f")
        assert "no display filter is in force" in driver.text()


async def test_each_part_keeps_its_order_and_its_cursor(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("S", "3", "tab", "s", "j", "j")
        sorting = table(driver).sorting
        await driver.press("tab", "shift+tab")
        assert (table(driver).sorting, on(driver).pane.cursor) == (sorting, 2)
        await driver.press("q", "S")
        assert (on(driver).part, table(driver).sorting, on(driver).pane.cursor) == (
            Part.ENDPOINTS,
            sorting,
            2,
        )


async def test_enter_computes_the_hash_of_the_file(mixed: Path) -> None:
    async with opened(mixed) as driver:
        await driver.press("S")
        assert "(Enter computes it)" in driver.text()
        await driver.press("enter")
        digest = hashlib.sha256(mixed.read_bytes()).hexdigest()
        await driver.until(lambda: digest in driver.text())


async def test_a_line_is_copied_and_the_table_written(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(mixed) as driver:
        await driver.press("S", "4", "tab", "y", "w")
        await driver.pilot.pause(0.2)
        lines = (tmp_path / "tcpscope-statistics-1.tsv").read_text("utf-8").splitlines()
        assert lines[0].split("\t")[:5] == ["address_a", "port_a", "address_b", "port_b", "stream"]
        assert driver.app.clipboard == lines[1]


async def test_the_ladder_of_a_conversation_is_a_key_away(mixed: Path) -> None:
    async with opened(CAPTURE) as driver:
        await driver.press("S", "L")
        assert "the conversations of TCP have ladders" in driver.text()
        await driver.press("4", "tab", "L")
        assert isinstance(driver.screen(), LadderScreen)
        await driver.press("escape", "question_mark")
        assert isinstance(driver.screen(), HelpScreen)


async def test_an_empty_capture_has_empty_tables(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(pcap([]))
    async with opened(empty) as driver:
        await driver.press("S")
        for _ in Part:
            await driver.press("tab", "j", "G", "y", "s", "R", "v", "f", "L", "l", "h", "t")
        await driver.press("3", "tab", "enter")
        assert isinstance(driver.screen(), StatisticsScreen)


async def test_counting_is_done_in_a_thread_and_stopped_by_leaving(
    mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, asked = threading.Event(), []
    make = Statistics.table

    def wait(self: Statistics, *arguments: Any) -> FactTable:
        asked.append(arguments[0])
        go_on.wait(10)
        return make(self, *arguments)

    monkeypatch.setattr(tables, "LONG", 1)
    monkeypatch.setattr(Statistics, "table", wait)
    async with opened(mixed) as driver:
        await driver.press("S", "tab", "y", "enter", "G", "s")
        assert "there is nothing to copy" in driver.text()
        await driver.press("escape")
        go_on.set()
        await driver.until(lambda: not driver.app.get_screen("Statistics", StatisticsScreen)._latest.busy)
        await driver.press("S")
        await driver.until(lambda: len(table(driver)) == 4)
        assert asked[0] is Part.PROPERTIES
