"""A table of any length is painted by asking for the visible lines, and its heading says how it is sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pane_host import heard, running, screen

from tui.panes.table import TablePane
from tui.report.explain import Tone
from tui.report.tables import Column, Sorting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.explain import Piece

SIZE = (60, 12)
LINES = SIZE[1] - TablePane.HEAD_LINES - TablePane.FOOT_LINES


class FakeTable:
    """Lines whose cells name line and column; notes which lines were asked for."""

    def __init__(self, length: int, columns: int = 4, sorting: Sorting | None = None) -> None:
        self.length = length
        self.columns = tuple(
            Column(
                id=f"c{index}", title=f"Title {index}", width=20, text="", align="left" if index else "right"
            )
            for index in range(columns)
        )
        self.sorting = sorting or Sorting(0)
        self.asked: list[int] = []
        self.texts: dict[tuple[int, int], str] = {}
        self.short = frozenset[int]()

    def __len__(self) -> int:
        return self.length

    def cells(self, line: int) -> Sequence[Piece]:
        self.asked.append(line)
        if line in self.short:
            return (("one text for all of the line, as long as it likes to be", Tone.PLAIN),)
        return tuple(
            (self.texts.get((line, index), f"cell {line}/{index}"), Tone.PLAIN)
            for index in range(len(self.columns))
        )

    def note(self, line: int) -> str:
        return f"what is to be said of line {line}"


async def test_half_a_million_lines_are_shown_by_asking_for_the_visible_ones() -> None:
    table, pane = FakeTable(500_000), TablePane()
    async with running(pane, SIZE):
        pane.show(table, 0)
        pane.end()
        pane.move(-3)
        pane.home()
        assert "cell 0/0" in screen(pane)[1]
        assert len(table.asked) <= 3 * LINES


async def test_a_line_that_was_asked_for_is_not_asked_for_again() -> None:
    table, pane = FakeTable(100), TablePane()
    async with running(pane, SIZE):
        pane.show(table, 0)
        pane.move(1)
        pane.right()
        assert sorted(table.asked) == list(range(LINES))


async def test_a_pane_without_a_table_is_empty() -> None:
    pane = TablePane()
    async with running(pane, SIZE):
        for key in (pane.left, pane.right, pane.activate, pane.end):
            key()
        assert not any(screen(pane))


@pytest.mark.parametrize(("falling", "sign"), [(False, "↑"), (True, "↓")])
async def test_the_heading_says_without_colour_how_the_table_is_sorted(falling: bool, sign: str) -> None:
    pane = TablePane()
    async with running(pane, SIZE):
        pane.show(FakeTable(3, sorting=Sorting(1, falling)), 0)
        assert f"Title 1{sign}" in screen(pane)[0]
        assert screen(pane)[0].count(sign) == 1


async def test_a_column_is_as_wide_as_the_cells_that_were_seen_and_never_wider_than_it_says() -> None:
    table, pane = FakeTable(100), TablePane()
    table.texts[0, 1] = "thirteen cells"
    table.texts[50, 1] = "far more than the twenty cells that there are"
    async with running(pane, (100, 12)):
        pane.show(table, 0)
        assert screen(pane)[1].startswith("cell 0/0 thirteen cells cell 0/2")
        pane.select(50, center=True)
        assert any("far more than the t… cell 50/2" in line for line in screen(pane))
        pane.home()
        assert screen(pane)[1].startswith(" cell 0/0 thirteen cells       cell 0/2")


async def test_numbers_stand_at_the_right_of_their_column_and_words_at_the_left() -> None:
    table, pane = FakeTable(3), TablePane()
    table.texts |= {(0, 0): "7", (0, 1): "x"}
    async with running(pane, SIZE):
        pane.show(table, 0)
        assert screen(pane)[1].startswith("       7 x ")


async def test_columns_scroll_one_by_one_and_the_fixed_ones_stay() -> None:
    pane = TablePane(fixed=1)
    async with running(pane, (40, 12)):
        pane.show(FakeTable(3, columns=6), 0)
        assert screen(pane)[0].endswith("▶")
        pane.right()
        assert "Title 0↑◀Title 2" in screen(pane)[0]
        assert screen(pane)[1].split("cell")[1:3] == [" 0/0 ", " 0/2 "]
        for _ in range(20):
            pane.right()
        assert screen(pane)[0].rstrip().endswith("Title 5")
        assert "▶" not in screen(pane)[0]
        at_the_end = screen(pane)
        pane.left()
        assert screen(pane) != at_the_end
        for _ in range(20):
            pane.left()
        assert "Title 0↑ Title 1" in screen(pane)[0]


async def test_a_pane_that_grows_shows_the_columns_that_were_scrolled_out() -> None:
    pane = TablePane(fixed=1)
    async with running(pane, (40, 12)) as pilot:
        pane.show(FakeTable(3, columns=6), 0)
        for _ in range(20):
            pane.right()
        await pilot.resize_terminal(100, 12)
        await pilot.pause()
        assert "Title 0↑ Title 1" in screen(pane)[0]
        assert screen(pane)[0].rstrip().endswith("Title 5")


async def test_a_column_can_be_scrolled_into_view_from_both_sides() -> None:
    pane = TablePane(fixed=1)
    async with running(pane, (40, 12)):
        pane.show(FakeTable(3, columns=9), 0)
        pane.show_column(7)
        assert "Title 7" in screen(pane)[0]
        pane.show_column(3)
        assert "Title 0↑◀Title 3" in screen(pane)[0]
        pane.show_column(0)
        assert "Title 0↑ Title 1" in screen(pane)[0]


async def test_a_line_with_fewer_cells_ends_in_a_long_one() -> None:
    table, pane = FakeTable(3), TablePane()
    table.short = frozenset({1})
    async with running(pane, (100, 12)):
        pane.show(table, 0)
        assert screen(pane)[2] == "one text for all of the line, as long as it likes to be"
        assert screen(pane)[1].startswith("cell 0/0 cell 0/1")


async def test_a_column_that_stretches_takes_the_room_that_is_left() -> None:
    table, pane = FakeTable(3), TablePane()
    table.columns = (
        Column(id="a", title="Wide", width=60, text="", stretches=True),
        *table.columns[1:3],
        Column(id="z", title="Last", width=8, text="", align="right"),
    )
    async with running(pane, (80, 12)):
        pane.show(table, 0)
        assert screen(pane)[0].rstrip().endswith("Last")
        assert len(screen(pane)[1]) == pane.text_width


async def test_the_cursor_stays_where_it_is_in_the_window_when_its_line_moves() -> None:
    table, pane = FakeTable(1000), TablePane()
    async with running(pane, SIZE):
        pane.show(table, 0)
        pane.select(500, center=True)
        place = pane.cursor - pane.top
        pane.show(table, 620)
        assert (pane.cursor, pane.cursor - pane.top) == (620, place)


async def test_what_is_said_of_the_line_under_the_cursor_stands_below() -> None:
    pane = TablePane()
    async with running(pane, SIZE):
        pane.show(FakeTable(5), 0)
        assert screen(pane)[-2] == "what is to be said of line 0"
        pane.move(3)
        assert screen(pane)[-2] == "what is to be said of line 3"


async def test_a_click_on_a_heading_asks_to_sort_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = TablePane(fixed=1)
    async with running(pane, SIZE) as pilot:
        pane.show(FakeTable(3, columns=9), 0)
        pane.right()
        said = heard(monkeypatch, pane)
        await pilot.click(pane, offset=(screen(pane)[0].index("Title 3") + 2, 0))
        assert [message.column for message in said if isinstance(message, TablePane.SortWanted)] == [3]
        assert pane.cursor == 0


async def test_a_click_selects_a_line_and_one_on_the_selected_line_chooses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = TablePane()
    async with running(pane, SIZE) as pilot:
        pane.show(FakeTable(5), 0)
        said = heard(monkeypatch, pane)
        await pilot.click(pane, offset=(3, 3))
        assert (pane.cursor, said) == (2, [])
        await pilot.click(pane, offset=(3, 3))
        assert [message.line for message in said if isinstance(message, TablePane.LineWanted)] == [2]
