"""Columns of the packet list: chosen, arranged, sorted by, and made into filters, by keys and mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from screen_driver import CAPTURE, Driver, opened
from test_configuration import configured

from tui.app import TcpscopeApp
from tui.config.config import Choices
from tui.config.recent import Recent
from tui.report.list_columns import LIST_COLUMNS, PRESETS, column_of
from tui.screens.columns_field import ColumnField
from tui.screens.columns_screen import ColumnsScreen
from tui.screens.layouts import Slot
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.slow


def rows(driver: Driver) -> list[int]:
    """The packets that the list shows, counted from 1."""
    packets = driver.main.packet_list
    return [packets.row_at(line) + 1 for line in range(packets.line_count())]


def heading(driver: Driver) -> str:
    return driver.main.packet_list.render_line(0).text


def shown(driver: Driver) -> list[str]:
    return [column.id for column in driver.main.columns.shown]


async def test_a_marked_column_sorts_rising_falling_and_as_captured() -> None:
    async with opened() as driver:
        await driver.press("]", "]", "]", "=")
        assert rows(driver) == [1, 3, 4, 8, 9, 2, 5, 6, 7, 10]
        assert "Source↑" in heading(driver)
        await driver.press("=")
        assert rows(driver) == [2, 5, 6, 7, 10, 1, 3, 4, 8, 9]
        assert "Source↓" in heading(driver)
        await driver.press("=")
        assert rows(driver) == list(range(1, 11))
        assert "Source " in heading(driver)


async def test_a_click_on_a_heading_sorts_by_it() -> None:
    async with opened() as driver:
        place = heading(driver).index("Length")
        left = driver.main.packet_list.content_region.x
        await driver.pilot.click(offset=(left + place + 2, driver.main.packet_list.content_region.y))
        await driver.pilot.pause(0.05)
        assert rows(driver)[-3:] == [6, 1, 2]
        assert driver.main.columns.marked is None


async def test_the_cursor_stays_on_its_packet_when_the_list_is_sorted() -> None:
    async with opened() as driver:
        await driver.press("4", "j", "]", "]", "]", "=")
        assert (driver.main.packet_list.row, driver.main.packet_list.cursor) == (4, 6)
        assert driver.main.view.row == 4
        await driver.press("j")
        assert driver.main.packet_list.row == 5
        await driver.press(".")
        assert driver.main.packet_list.row == 6


async def test_sorted_and_filtered_work_together_whichever_comes_first() -> None:
    async with opened() as driver:
        await driver.press("]", "]", "]", "=", "=", "escape")  # escape: no column is marked
        await filtered(driver, "frame.number > 4")
        assert rows(driver) == [5, 6, 7, 10, 8, 9]
        await driver.press("escape")
        assert rows(driver) == [2, 5, 6, 7, 10, 1, 3, 4, 8, 9]
        await driver.press("escape")
        assert rows(driver) == list(range(1, 11))


async def filtered(driver: Driver, text: str) -> None:
    from tui.filter.language import compile_filter

    driver.main.filtering.apply(compile_filter(text))
    await driver.pilot.pause(0.05)


async def test_by_a_column_that_is_decoded_only_what_is_shown_is_sorted_and_again_with_another_filter() -> (
    None
):
    async with opened() as driver:
        await filtered(driver, "tcp.flags.fin == 0")
        await driver.press("[", "=")
        await driver.until(lambda: rows(driver) != [1, 2, 3, 4, 5, 6, 8, 10])
        assert rows(driver) == [3, 8, 4, 1, 5, 10, 6, 2]
        await filtered(driver, "frame.number < 4")
        await driver.until(lambda: rows(driver) == [3, 1, 2])
        await filtered(driver, "tcp")
        await driver.until(lambda: rows(driver) == [3, 8, 9, 4, 1, 5, 10, 7, 6, 2])
        assert "Info↑" in heading(driver)


async def test_sorting_that_takes_long_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from tui.report.sorting import SortKeys

    goes_on = threading.Event()
    monkeypatch.setattr(SortKeys, "advance", lambda keys, session, snapshot: goes_on.wait(10))
    monkeypatch.setattr(SortKeys, "sorted", lambda *given, **others: pytest.fail("it was stopped"))
    async with opened() as driver:
        await driver.press("[", "=")
        assert "sorting 0 % · Info (Esc: stop)" in driver.text()
        await driver.press("escape")
        goes_on.set()
        await driver.pilot.pause(0.2)
        assert rows(driver) == list(range(1, 11))
        assert "sorting" not in driver.text()


async def test_without_a_marked_column_nothing_is_sorted_and_what_to_do_is_said() -> None:
    async with opened() as driver:
        await driver.press("=")
        assert "mark a column first" in driver.text()


async def test_packets_that_come_later_follow_and_are_sorted_in(tmp_path: Path) -> None:
    growing, whole = tmp_path / "growing.pcap", CAPTURE.read_bytes()
    records = packet_places(whole)
    growing.write_bytes(whole[: records[6]])
    async with opened(growing, follow=True) as driver:
        await driver.until(lambda: len(rows(driver)) == 6)
        await driver.press("]", "]", "]", "=")
        assert rows(driver) == [1, 3, 4, 2, 5, 6]
        with growing.open("ab") as file:
            file.write(whole[records[6] :])
        await driver.until(lambda: rows(driver) == [1, 3, 4, 8, 9, 2, 5, 6, 7, 10])
        assert driver.main.packet_list.row == 0


def packet_places(pcap: bytes) -> list[int]:
    """Where the records of a little-endian pcap file begin, and where the last one ends."""
    places = [24]
    while places[-1] < len(pcap):
        length = int.from_bytes(pcap[places[-1] + 8 : places[-1] + 12], "little")
        places.append(places[-1] + 16 + length)
    return places


async def test_beyond_the_ends_no_column_is_marked() -> None:
    async with opened() as driver:
        await driver.press("]")
        assert driver.main.columns.marked == LIST_COLUMNS[0]
        await driver.press("[")
        assert driver.main.columns.marked is None
        await driver.press("[")
        assert driver.main.columns.marked == LIST_COLUMNS[-1]
        await driver.press("escape")
        assert driver.main.columns.marked is None


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("]as", "frame.number == 5"),
        ("]]]as", "ip.src == 172.16.196.145"),
        ("]]]an", "not (ip.src == 172.16.196.145)"),
        ("]]]]]as", "tcp"),
    ],
)
async def test_the_marked_cell_becomes_a_filter(keys: str, text: str) -> None:
    async with opened() as driver:
        await driver.press("4", "j", *keys)
        assert driver.main.filtering.filter == text


async def test_a_cell_is_joined_to_the_filter_in_force() -> None:
    async with opened() as driver:
        await driver.press("]", "]", "]", "a", "s", "]", "]", "]", "a", "a")
        assert driver.main.filtering.filter == "ip.src == 172.16.196.142 and frame.len == 74"
        assert rows(driver) == [1]


async def test_in_the_tree_the_field_is_meant_whatever_is_marked() -> None:
    async with opened() as driver:
        await driver.press("]")
        driver.main.arrangement.focus(Slot.TREE)
        await driver.press("j", "a", "s")
        assert driver.main.filtering.filter == "tcp.srcport == 41334"


async def test_a_column_is_added_by_typing_its_name() -> None:
    async with opened() as driver:
        await driver.press("O", "a", *"tcp.windw_size", "enter")
        assert isinstance(driver.screen(), ColumnField)
        assert 'found "tcp.windw_size"' in driver.text()
        assert "tcp.window_size or" in driver.text()
        await driver.press(*["backspace"] * 6, *"ow_size_v", "tab", "enter")
        assert isinstance(driver.screen(), ColumnsScreen)
        assert shown(driver)[:3] == ["number", "tcp.window_size_value", "time"]
        await driver.press("escape")
        assert "14600" in driver.main.packet_list.render_line(1).text


async def test_what_is_there_already_is_not_added_again() -> None:
    async with opened() as driver:
        await driver.press("O", "a", *"info", "enter")
        assert "there already" in driver.text()
        await driver.press("escape", "escape")
        assert shown(driver) == [column.id for column in LIST_COLUMNS]


async def test_columns_are_moved_removed_widened_and_aligned() -> None:
    async with opened() as driver:
        await driver.press("O", "j", ">", "x", "k", "k", "x")
        assert shown(driver) == ["source", "destination", "protocol", "length", "info"]
        await driver.press("7", "+", "e", "<")
        first = driver.main.columns.shown[0]
        assert (first.id, first.fixed, first.align) == ("source", True, "right")
        width = first.width
        await driver.press("5", "-")
        assert driver.main.columns.shown[0].width == width - 5
        await driver.press("w")
        assert not driver.main.columns.shown[0].fixed
        await driver.press("r", "escape")
        assert driver.main.columns.shown == LIST_COLUMNS
        assert driver.main.columns.chosen is None


async def test_the_last_column_stays() -> None:
    async with opened() as driver:
        await driver.press("O", *"xxxxxxxx")
        assert shown(driver) == ["info"]
        assert "the last column stays" in driver.text()


async def test_a_heading_can_be_given_and_a_form_chosen() -> None:
    async with opened() as driver:
        await driver.press(
            "O", "a", *"ip.proto", "enter", "t", *["backspace"] * 5, *"Carries", "enter", "escape"
        )
        assert "Carries" in heading(driver)
        assert driver.main.packet_list.render_line(1).text.split()[2:4] == ["TCP", "0.000000"]
        await driver.press("O", "j", "n", "escape")
        assert driver.main.packet_list.render_line(1).text.split()[2:4] == ["6", "0.000000"]


async def test_presets_are_taken_one_after_the_other() -> None:
    async with opened() as driver:
        await driver.press("O")
        for name in ("tcpscope", "sre", "wireshark"):
            await driver.press("p")
            assert driver.main.columns.shown == PRESETS[name]
            assert f"Columns: {name}" in driver.text()


async def test_the_states_of_both_ends_are_columns_that_come_a_moment_later() -> None:
    async with opened(last=Choices(columns=PRESETS["tcpscope"]), size=(200, 48)) as driver:
        first = driver.main.packet_list
        await driver.until(lambda: "SYN_SENT" in first.render_line(1).text)
        await driver.until(lambda: "TIME_WAIT" in first.render_line(10).text)


async def test_what_is_sorted_and_marked_stays_so_when_columns_move() -> None:
    async with opened() as driver:
        await driver.press("]", "]", "]", "=", "O", "<", "escape")
        assert driver.main.columns.marked == LIST_COLUMNS[2]
        assert "Source↑" in heading(driver)
        assert rows(driver) == [1, 3, 4, 8, 9, 2, 5, 6, 7, 10]
        await driver.press("O", "x", "escape")
        assert rows(driver) == list(range(1, 11))


async def test_chosen_columns_are_those_of_the_next_start(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json")
    async with opened() as driver:
        await driver.press("O", "p", "p", "escape")
        recent.keep(driver.app.choices)
    async with opened(last=recent.choices()) as driver:
        assert driver.main.columns.shown == PRESETS["sre"]


async def test_configured_columns_come_before_remembered_ones_and_that_is_said() -> None:
    config = configured("columns = 'sre'")
    async with opened(config=config, last=Choices(columns=PRESETS["tcpscope"])) as driver:
        assert driver.main.columns.shown == PRESETS["sre"]
        await driver.press("O", "p", "escape")
        assert "the next start has the columns of the configuration" in driver.text()


async def two_files(columns: Sequence[str] = (), width: int = 160) -> str:
    """The heading of a list over two files."""
    other = next(path for path in sorted(CAPTURE.parent.glob("*.pcap")) if path != CAPTURE)
    session = Session([str(CAPTURE), str(other)])
    try:
        session.wait()
        last = Choices(columns=tuple(map(column_of, columns)) or None)
        app = TcpscopeApp(session, {"LANG": "C.UTF-8"}, last=last)
        async with app.run_test(size=(width, 48)) as pilot:
            await pilot.pause(0.1)
            main = app.screen
            return str(main.query_one("#list").render_line(0).text)
    finally:
        session.close()


async def test_of_several_files_a_column_says_which_unless_columns_were_chosen() -> None:
    assert "Interface" in await two_files()
    assert "Interface" in await two_files(width=80)
    assert "Interface" not in await two_files(("number", "info"))


async def test_of_one_file_there_is_no_such_column() -> None:
    async with opened() as driver:
        assert "Interface" not in heading(driver)
