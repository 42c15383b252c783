"""A pane of lines repaints what changed, shows nothing that steers a terminal, and moves as lists do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pane_host import heard, regions, running, screen
from rich.style import Style
from textual import events
from textual.geometry import Region

from tui.panes.lines import Line, LinePane, Look, bar_rows

if TYPE_CHECKING:
    from collections.abc import Sequence


class Numbers(LinePane):
    """Line n says n; `word` follows."""

    HEAD_LINES = 1

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total
        self.word = "word"

    def line_count(self) -> int:
        return self.total

    def line(self, index: int, width: int) -> Line:
        return [(f"{index:4} ", Look.MUTED), (self.word, Look.GOOD)]

    def head(self, width: int) -> Sequence[Line]:
        return [[("title", Look.TITLE)]]


async def test_moving_the_cursor_repaints_the_two_lines_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = Numbers(1000)
    async with running(pane):
        asked = regions(monkeypatch, pane)
        pane.move(1)
        assert {region.y for region in asked} == {1, 2}
        assert all(region.height == 1 for region in asked)


async def test_a_changed_word_repaints_its_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = Numbers(3)
    async with running(pane):
        asked = regions(monkeypatch, pane)
        pane.word = "ward"
        pane.repaint()
        assert asked == [Region(0, y, 80, 1) for y in (1, 2, 3)]


async def test_a_repaint_of_the_same_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = Numbers(1000)
    async with running(pane):
        asked = regions(monkeypatch, pane)
        pane.repaint()
        assert asked == []


async def test_a_control_character_never_becomes_a_segment() -> None:
    pane = Numbers(1)
    pane.word = "a\x1b[31mb\x9bc\u202ed"
    async with running(pane):
        assert screen(pane)[1] == "   0 a·[31mb·c·d"


async def test_a_wide_character_at_the_edge_does_not_make_the_line_longer() -> None:
    pane = Numbers(1)
    pane.word = "界" * 20
    async with running(pane, (20, 4)):
        assert {pane.render_line(y).cell_length for y in range(4)} == {20}


async def test_the_head_stays_while_the_lines_scroll() -> None:
    pane = Numbers(1000)
    async with running(pane, (40, 10)):
        pane.end()
        assert screen(pane)[0] == "title"
        assert screen(pane)[-1].startswith(" 999 word")


async def test_a_cursor_that_leaves_the_window_scrolls_it_by_more_than_a_line() -> None:
    pane = Numbers(1000)
    async with running(pane, (40, 21)):
        pane.select(19)
        assert pane.top == 0
        pane.move(1)
        assert pane.top == 1 + 20 // LinePane.SCROLL_SHARE


async def test_a_page_down_and_a_page_up_come_back_to_the_same_place() -> None:
    pane = Numbers(1000)
    async with running(pane, (40, 11)):
        pane.page(3)
        assert (pane.top, pane.cursor) == (27, 27)
        pane.page(-3)
        assert (pane.top, pane.cursor) == (0, 0)


async def test_the_cursor_stays_within_lines_that_became_fewer() -> None:
    pane = Numbers(1000)
    async with running(pane):
        pane.end()
        pane.total = 5
        pane.repaint()
        assert (pane.cursor, pane.top) == (4, 0)


async def test_a_pane_without_lines_can_be_moved_in(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = Numbers(0)
    async with running(pane):
        for step in (pane.end, pane.home, pane.left, pane.right, pane.activate):
            step()
        pane.move(1)
        assert pane.cursor == 0


async def test_a_click_selects_the_line_and_the_wheel_scrolls_without_moving_the_cursor() -> None:
    pane = Numbers(1000)
    async with running(pane, (40, 10)) as pilot:
        await pilot.click(pane, offset=(3, 4))
        assert pane.cursor == 3
        pane.post_message(events.MouseScrollDown(pane, 3, 4, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert (pane.top, pane.cursor) == (3, 3)


async def test_a_click_on_the_scroll_bar_scrolls_and_does_not_select() -> None:
    pane = Numbers(1000)
    async with running(pane, (40, 11)) as pilot:
        await pilot.click(pane, offset=(39, 10))
        assert (pane.top, pane.cursor) == (990, 0)


async def test_the_cursor_is_drawn_in_reverse_and_stronger_with_the_focus() -> None:
    pane = Numbers(10)
    async with running(pane) as pilot:
        focused = next(iter(pane.render_line(1))).style
        pane.blur()
        await pilot.pause()
        away = next(iter(pane.render_line(1))).style
        assert focused is not None
        assert away is not None
        assert (focused.reverse, away.reverse) == (True, True)
        assert (focused.bold, away.bold) == (True, None)


async def test_another_theme_changes_the_colours_of_what_stands_there() -> None:
    pane = Numbers(10)
    async with running(pane) as pilot:
        before = list(pane.render_line(3))
        pilot.app.theme = "textual-light"
        await pilot.pause()
        after = list(pane.render_line(3))
        assert [segment.text for segment in before] == [segment.text for segment in after]
        assert [segment.style for segment in before] != [segment.style for segment in after]


async def test_a_resized_pane_shows_the_cursor() -> None:
    pane = Numbers(100)
    async with running(pane, (40, 30)) as pilot:
        pane.select(28)
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert any(row.startswith("  28 ") for row in screen(pane))


async def test_a_line_selected_before_the_pane_has_a_size_does_not_scroll_it_needlessly() -> None:
    pane = Numbers(100)
    pane.select(5)
    async with running(pane, (40, 20)):
        assert (pane.top, pane.cursor) == (0, 5)


async def test_a_key_that_only_moves_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = Numbers(10)
    async with running(pane):
        said = heard(monkeypatch, pane)
        pane.move(1)
        assert said == []


RED, BLUE = Style.parse("red on black"), Style.parse("blue on black")


@pytest.mark.parametrize(("top", "rows"), [(0, range(1)), (90, range(9, 10)), (45, range(4, 5))])
def test_the_scroll_bar_reaches_both_ends(top: int, rows: range) -> None:
    assert bar_rows(10, top, 10, 100) == rows


def test_there_is_no_scroll_bar_if_all_is_visible() -> None:
    assert not bar_rows(10, 0, 10, 10)
