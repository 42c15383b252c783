"""The packet list shows any capture at once, stays where one looks, and says nothing by colour alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from pane_host import heard, regions, running, screen

from tui.index.schema import Mark
from tui.panes.cells import cut
from tui.panes.packet_list import PacketList
from tui.panes.shown_rows import Order
from tui.report.list_columns import LIST_COLUMNS
from tui.report.tables import Sorting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.session import Snapshot

COLUMNS = LIST_COLUMNS
ACK = 16


class Columns(SimpleNamespace):
    """Packet columns; its length is theirs."""

    def __len__(self) -> int:
        return len(self.bits)


class FakeListing:
    """Cells that name their row; notes which rows were asked for."""

    def __init__(self, info: str = "info of") -> None:
        self.info = info
        self.asked: list[int] = []

    is_late = False

    def rows(self, snapshot: Snapshot, rows: Sequence[int]) -> list[tuple[str, ...]]:
        self.asked += rows
        return [
            (str(row + 1), f"{row}.000000", "10.0.0.1", "10.0.0.2", "TCP", "60", f"{self.info} {row + 1}")
            for row in rows
        ]


def snapshot(rows: int, streams: int = 1, flags: int = ACK, gone: int = 0) -> Snapshot:
    stream = np.arange(rows, dtype=np.int32) % streams
    first = np.arange(min(streams, rows), dtype=np.int64)
    connections = np.zeros(len(first), dtype=[("first", "i8"), ("last", "i8")])
    connections["first"] = first
    connections["last"] = [int(np.flatnonzero(stream == number)[-1]) for number in first[:10]] + [0] * len(
        first[10:]
    )
    packets = Columns(
        bits=np.full(rows, flags, dtype=np.uint16),
        marks=np.full(rows, Mark.TCP, dtype=np.uint16),
        stream=stream,
    )
    return cast("Snapshot", SimpleNamespace(packets=packets, connections=connections, gone=gone))


async def test_a_million_rows_are_shown_by_asking_for_the_visible_ones() -> None:
    listing = FakeListing()
    pane = PacketList(listing, COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1_000_000))
        pane.end()
        assert screen(pane)[-1].startswith("└")
        assert "info of 1000000" in screen(pane)[-1]
        assert len(listing.asked) <= 2 * 23


async def test_the_first_rows_are_selected_when_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane):
        said = heard(monkeypatch, pane)
        pane.show(snapshot(0))
        pane.show(snapshot(1))
        pane.show(snapshot(2))
        pane.move(1)
        assert [message.row for message in said if isinstance(message, PacketList.Selected)] == [0, 1]


async def test_a_capture_that_grows_repaints_no_row_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(500, center=True)
        top, rows = pane.top, screen(pane)
        asked = regions(monkeypatch, pane)
        pane.show(snapshot(1001))
        assert (pane.top, screen(pane)) == (top, rows)
        assert asked == []


async def test_rows_that_come_below_are_painted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(3, streams=3))
        asked = regions(monkeypatch, pane)
        pane.show(snapshot(5, streams=5))
        assert {region.y for region in asked} == {4, 5}


async def test_moving_repaints_the_two_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        asked = regions(monkeypatch, pane)
        pane.move(1)
        assert {region.y for region in asked} == {1, 2}


async def test_the_packets_of_the_selected_connection_are_bracketed() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane):
        pane.show(snapshot(6, streams=2))
        assert [pane.render_line(y).text[0] for y in range(1, 7)] == list("┌ │ └ ")
        pane.move(1)
        assert [pane.render_line(y).text[0] for y in range(1, 7)] == list(" ┌ │ └")


@pytest.mark.parametrize(("width", "missing"), [(120, ()), (77, ("Length",)), (60, ("Protocol", "Length"))])
async def test_a_narrow_pane_drops_what_is_least_needed(width: int, missing: tuple[str, ...]) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (width, 24)):
        pane.show(snapshot(10))
        title = screen(pane)[0]
        assert [column.title for column in COLUMNS if column.title not in title] == list(missing)
        assert "info of 1" in screen(pane)[1]


async def test_another_listing_changes_the_cells_and_not_the_place() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(500)
        top = pane.top
        pane.use(FakeListing("seen as"))
        assert pane.top == top
        assert all("seen as" in row for row in screen(pane)[1:])


async def test_the_right_key_shows_the_rest_of_a_long_info_text() -> None:
    pane = PacketList(FakeListing("x" * 200 + "the end of"), COLUMNS)
    async with running(pane):
        pane.show(snapshot(3))
        assert "the end of 1" not in screen(pane)[1]
        for _ in range(25):
            pane.right()
        assert "the end of 1" in screen(pane)[1]
        for _ in range(30):
            pane.left()
        assert "the end of 1" not in screen(pane)[1]


def test_text_that_is_cut_says_so() -> None:
    assert cut("172.16.196.142", 14) == "172.16.196.142"
    assert cut("172.16.196.142", 8) == "172.16.…"


async def test_a_list_that_is_restricted_shows_some_packets_and_keeps_the_cursor_on_its_own() -> None:
    listing = FakeListing()
    pane = PacketList(listing, COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000, streams=10))
        pane.select(503, center=True)
        pane.restrict(np.arange(3, 1000, 10))
        assert (pane.line_count(), pane.cursor, pane.row) == (100, 50, 503)
        assert [pane.line_of(row) for row in (503, 504, 513)] == [50, 51, 51]
        pane.home()
        assert "info of 4" in screen(pane)[1]
        assert "info of 14" in screen(pane)[2]
        assert [pane.render_line(y).text[0] for y in (1, 2)] == ["┌", "│"]
        pane.restrict(None)
        assert (pane.line_count(), pane.cursor, pane.row) == (1000, 3, 3)


async def test_a_restriction_that_leaves_the_selected_packet_out_selects_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(500)
        said = heard(monkeypatch, pane)
        pane.restrict(np.array([3, 700, 900]))
        assert pane.row == 700
        assert said
        assert all(isinstance(message, PacketList.Selected) and message.row == 700 for message in said)


async def test_a_restriction_to_nothing_is_an_empty_list() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.restrict(np.array([], np.int64))
        assert pane.line_count() == 0
        pane.end()
        assert not any(screen(pane)[1:])
        pane.restrict(None)
        assert pane.line_count() == 1000


async def test_lines_whose_packets_are_gone_leave_the_list_and_the_window_stays_where_it_was() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(500, center=True)
        before, place = screen(pane), pane.cursor - pane.top
        pane.show(snapshot(1000, gone=300))
        assert (pane.line_count(), pane.row, pane.cursor - pane.top) == (700, 500, place)
        assert [line[2:80].rstrip() for line in screen(pane)] == [line[2:80].rstrip() for line in before]
        assert [pane.line_of(row) for row in (0, 299, 300, 301)] == [0, 0, 0, 1]


async def test_a_cursor_whose_packet_is_gone_goes_to_the_first_that_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(100)
        said = heard(monkeypatch, pane)
        pane.show(snapshot(1000, gone=300))
        assert (pane.row, pane.cursor, pane.top) == (300, 0, 0)
        assert said
        pane.show(snapshot(1000, gone=1000))
        assert pane.line_count() == 0


async def test_of_a_restricted_list_those_that_are_gone_leave_too() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000, gone=300))
        pane.restrict(np.arange(5, 1000, 10))
        assert (pane.line_count(), pane.row) == (70, 305)
        pane.select(pane.line_of(505))
        pane.show(snapshot(1000, gone=400))
        assert (pane.line_count(), pane.row) == (60, 505)
        pane.restrict(None)
        assert (pane.line_count(), pane.row) == (600, 505)


async def test_a_sorted_list_keeps_the_cursor_on_its_packet_and_where_it_was_seen() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(500, center=True)
        place = pane.cursor - pane.top
        pane.sort(Order(np.arange(1000)[::-1], 1000), Sorting(0, falling=True))
        assert (pane.row, pane.cursor, pane.cursor - pane.top) == (500, 499, place)
        assert "No.↓" in screen(pane)[0]
        pane.move(1)
        assert pane.row == 499
        pane.sort(None, None)
        assert (pane.row, pane.cursor) == (499, 499)
        assert "No." in screen(pane)[0]
        assert "↓" not in screen(pane)[0]


async def test_in_a_sorted_list_no_bracket_begins_or_ends() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(4, streams=2))
        pane.sort(Order(np.array([3, 2, 1, 0]), 4), Sorting(0, falling=True))
        assert [pane.render_line(y).text[0] for y in range(1, 5)] == [" ", "│", " ", "│"]


async def test_packets_that_come_to_a_sorted_list_stand_at_its_end() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(3))
        pane.sort(Order(np.array([2, 1, 0]), 3), Sorting(0, falling=True))
        pane.show(snapshot(5))
        assert [pane.row_at(line) for line in range(5)] == [2, 1, 0, 3, 4]
        assert "info of 5" in screen(pane)[5]


async def test_a_click_on_a_heading_asks_to_sort_by_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)) as pilot:
        pane.show(snapshot(10))
        said = heard(monkeypatch, pane)
        await pilot.click(pane, offset=(screen(pane)[0].index("Source") + 2, 0))
        wanted = [message.column for message in said if isinstance(message, PacketList.SortWanted)]
        assert (wanted, pane.cursor) == ([2], 0)


async def test_what_takes_longer_is_asked_for_once_and_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(FakeListing):
        is_late = True

    pane = PacketList(Late("…"), COLUMNS)
    async with running(pane, (100, 24)):
        said = heard(monkeypatch, pane)
        pane.show(snapshot(3))
        pane.repaint()
        missed = [message.rows for message in said if isinstance(message, PacketList.CellsMissed)]
        assert [list(rows) for rows in missed] == [[0, 1, 2]]
        pane.fill({1: ("2", "1.0", "10.0.0.1", "10.0.0.2", "TCP", "60", "here it is")})
        assert "here it is" in screen(pane)[2]
        assert "…" in screen(pane)[1]


async def test_other_columns_are_shown_with_the_cursor_where_it_was() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1000))
        pane.select(500)
        pane.use(FakeListing(), (*COLUMNS[:5], COLUMNS[6], COLUMNS[5]))
        assert pane.row == 500
        assert screen(pane)[0].split() == [
            "No.",
            "Time",
            "Source",
            "Destination",
            "Protocol",
            "Info",
            "Length",
        ]
