"""A filter is typed, judged, completed and applied; Escape shows all packets again."""

from __future__ import annotations

import struct
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from screen_driver import CAPTURE, Driver, opened

from tui.config.config import DEFAULTS, Config
from tui.config.recent import Recent
from tui.errors import CaptureError
from tui.filter.language import compile_filter
from tui.panes.glyphs import to_ascii
from tui.screens import filtering
from tui.screens.filter_bar import FilterBar
from tui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.language import Filter

pytestmark = pytest.mark.slow

SYNS = "tcp.flags.syn == 1"
NAMED = {" ": "space", ".": "full_stop", "=": "equals_sign", '"': "quotation_mark", ">": "greater_than_sign"}


async def write(driver: Driver, text: str) -> None:
    """Open the bar and type a filter in place of what stands there."""
    await driver.press("slash", "ctrl+u", *(NAMED.get(char, char) for char in text))


def bar(driver: Driver) -> FilterBar:
    """The bar on the screen."""
    screen = driver.screen()
    assert isinstance(screen, FilterBar)
    return screen


def typed(driver: Driver) -> str:
    return bar(driver)._input.value


def rows(driver: Driver) -> list[int]:
    """The packets that the list shows, counted from 1."""
    packets = driver.main.packet_list
    return [packets.row_at(line) + 1 for line in range(packets.line_count())]


# typing


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_a_filter_is_judged_by_sign_and_look_while_it_is_typed(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await write(driver, "tcp.prt == 1")
        assert "✗ there is no field or protocol tcp.prt" in driver.text()
        assert "did you mean tcp.port" in driver.text()
        assert bar(driver)._input.has_class("-bad")
        await driver.press("ctrl+u", *"tcp")
        assert "✓" in driver.text()
        assert "✗" not in driver.text()
        assert bar(driver)._input.has_class("-good")


async def test_the_place_that_is_wrong_is_underlined() -> None:
    async with opened() as driver:
        await write(driver, "tcp and ipp")
        line = bar(driver)._input.render_line(0)
        assert "".join(part.text for part in line if part.style and part.style.underline) == "ipp"


async def test_a_flag_by_itself_is_a_filter_with_a_warning() -> None:
    async with opened() as driver:
        await write(driver, "tcp.flags.syn")
        assert "! tcp.flags.syn by itself" in driver.text()
        assert "write tcp.flags.syn == 1" in driver.text()
        assert bar(driver)._input.has_class("-warn")
        await driver.press("enter")
        assert len(rows(driver)) == 10


async def test_enter_does_nothing_while_the_text_is_no_filter() -> None:
    async with opened() as driver:
        await write(driver, "tcp.flags.syn ==")
        await driver.press("enter")
        assert typed(driver) == "tcp.flags.syn =="


async def test_control_characters_of_a_filter_do_not_reach_the_terminal() -> None:
    async with opened() as driver:
        await driver.press("slash")
        bar(driver)._input.value = "\x1b[2J"
        await driver.pilot.pause()
        assert "\x1b" not in driver.text()


async def test_the_signs_are_told_apart_without_utf8() -> None:
    async with opened(environment={"TERM": "xterm", "LANG": "C"}) as driver:
        await write(driver, "tcp")
        good = to_ascii(driver.text())
        await driver.press("x")
        assert "+ a filter" in good
        assert "x there is no field" in to_ascii(driver.text())


# completion


async def test_tab_and_enter_take_a_proposal_and_the_next_ones_follow() -> None:
    async with opened() as driver:
        await write(driver, "tcp.dstp")
        await driver.until(lambda: bar(driver)._list.line_count() == 1)
        assert "Destination Port" in driver.text()
        await driver.press("tab")
        assert typed(driver) == "tcp.dstport "
        await driver.until(lambda: "any of its values is equal" in driver.text())
        await driver.press("tab", "enter")
        assert typed(driver) == "tcp.dstport == "
        await driver.until(lambda: "60000" in driver.text() and "5 packets" in driver.text())
        await driver.press("tab", "down", "up", "up", "down", "enter")
        assert typed(driver) in ("tcp.dstport == 60000 ", "tcp.dstport == 41334 ")
        await driver.press("enter")
        assert len(rows(driver)) == 5


async def test_typing_and_escape_leave_the_proposals() -> None:
    async with opened() as driver:
        await write(driver, "tcp.")
        await driver.until(lambda: bar(driver)._list.line_count() > 1)
        await driver.press("tab")
        assert bar(driver)._list.chosen is not None
        await driver.press("escape")
        assert bar(driver)._list.chosen is None
        await driver.press("tab", "l")
        await driver.until(lambda: bar(driver)._list.chosen is None)
        assert typed(driver) == "tcp.l"


async def test_a_click_takes_a_proposal_and_one_beside_the_bar_closes_it() -> None:
    async with opened() as driver:
        await write(driver, "tcp.dstp")
        await driver.until(lambda: bar(driver)._list.line_count() == 1)
        await driver.pilot.click("CompletionList", offset=(2, 0))
        assert typed(driver) == "tcp.dstport "
        await driver.pilot.click(offset=(5, 5))
        assert isinstance(driver.screen(), MainScreen)


# applying


async def test_enter_shows_what_passes_and_escape_all_again() -> None:
    async with opened() as driver:
        await driver.press("j", "j", "j")
        await write(driver, "tcp.len > 0")
        await driver.press("enter")
        assert rows(driver) == [4, 6]
        assert driver.main.packet_list.row == 3
        assert "2 of 10 shown · tcp.len > 0 (Esc: all)" in driver.text()
        await driver.press("escape")
        assert len(rows(driver)) == 10
        assert driver.main.packet_list.row == 3
        assert "shown" not in driver.text()


async def test_the_cursor_goes_to_the_nearest_packet_and_all_panes_follow() -> None:
    async with opened() as driver:
        await write(driver, "tcp.len > 0")
        await driver.press("enter")
        assert (driver.main.packet_list.row, driver.main.view.row) == (3, 3)


async def test_escape_closes_the_bar_without_a_change() -> None:
    async with opened() as driver:
        await write(driver, SYNS)
        await driver.press("enter")
        await write(driver, "tcp.len > 0")
        await driver.press("escape")
        assert isinstance(driver.screen(), MainScreen)
        assert rows(driver) == [1, 2]


async def test_the_bar_opens_with_the_filter_in_force_and_an_empty_one_shows_all() -> None:
    async with opened() as driver:
        await write(driver, SYNS)
        await driver.press("enter", "slash")
        assert typed(driver) == SYNS
        await driver.press("ctrl+u", "enter")
        assert len(rows(driver)) == 10


async def test_no_packet_may_pass_and_every_key_still_works() -> None:
    async with opened() as driver:
        await driver.press("j", "j")
        await write(driver, "udp")
        await driver.press("enter")
        assert rows(driver) == []
        assert "0 of 10 shown" in driver.text()
        await driver.press("j", "G", "y", "full_stop", "L")
        await driver.press("escape", "escape")
        assert (len(rows(driver)), driver.main.packet_list.row) == (10, 2)


async def test_steps_along_the_connection_keep_to_what_is_shown() -> None:
    async with opened() as driver:
        await write(driver, "tcp.len > 0")
        await driver.press("enter", "full_stop")
        assert driver.main.packet_list.row == 5
        assert rows(driver) == [4, 6]


async def test_a_packet_that_is_asked_for_is_shown_though_it_does_not_pass() -> None:
    async with opened() as driver:
        await write(driver, "tcp.len > 0")
        await driver.press("enter", "colon", "2", "enter")
        assert driver.main.packet_list.row == 1
        assert "all packets are shown: packet 2 did not pass the filter" in driver.text()


async def test_the_configuration_has_the_filter_at_the_start() -> None:
    config = Config.of({**DEFAULTS, "filter": "tcp.len > 0"})
    async with opened(config=config) as driver:
        assert rows(driver) == [4, 6]
        assert driver.main.view.row == 3


# recent filters


async def test_up_and_down_go_through_recent_filters_and_back_to_what_was_typed(tmp_path: Path) -> None:
    async with opened() as driver:
        driver.main.recent = Recent(tmp_path / "recent.json")
        for text in (SYNS, "tcp"):
            await write(driver, text)
            await driver.press("enter")
        await driver.press("escape", "slash", "i")
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await driver.press(key)
            seen.append(typed(driver))
        assert seen == ["tcp", SYNS, SYNS, "tcp", "i", "i"]
        assert driver.main.recent.filters() == ("tcp", SYNS)


# filters that take long


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Filters in a thread, with chunks of one packet; each but the first waits until this is set."""
    opening = threading.Event()

    def masks(self: Filter, view: object, start: int = 0) -> Iterator[tuple[int, object]]:
        for row in range(start, 10):
            if row:
                opening.wait(5)
            yield row, np.array([row % 2 == 0])

    monkeypatch.setattr(filtering, "_QUICK", -1)
    monkeypatch.setattr("tui.filter.language.compile.Filter.masks", masks)
    yield opening
    opening.set()


async def test_a_long_filter_tells_how_far_it_is_and_leaves_the_list_till_then(gate: threading.Event) -> None:
    async with opened() as driver:
        await write(driver, SYNS)
        await driver.press("enter")
        await driver.until(lambda: "filtering 10 %" in driver.text())
        assert "(Esc: stop)" in driver.text()
        await driver.press("j")
        assert (len(rows(driver)), driver.main.packet_list.row) == (10, 1)
        gate.set()
        await driver.until(lambda: rows(driver) == [1, 3, 5, 7, 9])
        assert driver.main.packet_list.row == 2


async def test_escape_stops_a_long_filter_and_keeps_the_one_before(gate: threading.Event) -> None:
    async with opened() as driver:
        driver.main.filtering._shown = before = filtering.Passage(compile_filter("tcp"))
        before.rows, before.done = np.arange(3), 10
        driver.main.packet_list.restrict(before.rows)
        await write(driver, SYNS)
        await driver.press("enter")
        assert driver.main.filtering.running
        await driver.press("escape")
        gate.set()
        await driver.until(lambda: driver.main.filtering._working is None)
        assert rows(driver) == [1, 2, 3]
        assert driver.main.filtering.filter == "tcp"


async def test_leaving_the_program_stops_a_long_filter(gate: threading.Event) -> None:
    async with opened() as driver:
        await write(driver, SYNS)
        await driver.press("enter")
        passage = driver.main.filtering._working
        assert passage is not None
        await driver.press("q")
    gate.set()
    assert passage.stopped


async def test_of_two_long_filters_the_newer_is_shown(gate: threading.Event) -> None:
    async with opened() as driver:
        for text in (SYNS, "tcp"):
            await write(driver, text)
            await driver.press("enter")
        gate.set()
        await driver.until(lambda: len(rows(driver)) == 5)
        assert driver.main.filtering.filter == "tcp"


async def test_what_cannot_be_read_is_said_and_the_rest_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def masks(self: Filter, view: object, start: int = 0) -> Iterator[tuple[int, object]]:
        yield 0, np.array([True, True])
        raise CaptureError("the file was cut")

    monkeypatch.setattr("tui.filter.language.compile.Filter.masks", masks)
    async with opened() as driver:
        await write(driver, "tcp")
        await driver.press("enter")
        assert rows(driver) == [1, 2]
        assert "the file was cut" in driver.text()


# captures that grow


@pytest.mark.parametrize("text", ["tcp.len > 0", "frame.protocols", "tcpscope.opening"])
async def test_packets_that_come_are_filtered_as_well(tmp_path: Path, text: str) -> None:
    data = CAPTURE.read_bytes()
    sizes = [24]
    while sizes[-1] < len(data):
        sizes.append(sizes[-1] + 16 + struct.unpack_from("<I", data, sizes[-1] + 8)[0])
    path = tmp_path / "growing.pcap"
    path.write_bytes(data[: sizes[5]])
    async with opened() as whole:
        await write(whole, text)
        await whole.press("enter")
        expected = rows(whole)
    async with opened(path, follow=True) as driver:
        await driver.until(lambda: driver.main.packet_list.line_count() == 5)
        await write(driver, text)
        await driver.press("enter")
        with path.open("ab") as file:
            file.write(data[sizes[5] :])
        await driver.until(lambda: rows(driver) == expected)
        assert driver.main.packet_list.cursor == 0
