"""A line put into the frame looks as Textual would have drawn it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pane_host import Host, running
from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.filter import Monochrome
from textual.geometry import Region
from textual.screen import ModalScreen

from tui.canvas import Canvas, Filters, PlacedLine
from tui.panes.lines import Line, LinePane, Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip


class Words(LinePane):
    """Three lines that can be changed, in a border."""

    DEFAULT_CSS = """
    Words { border: round $primary; padding: 1 2; border-title-color: $text-accent; }
    Words:focus { border: heavy $secondary; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.words = ["one", "two", "three"]
        self.border_title = "Words"

    def line_count(self) -> int:
        return len(self.words)

    def line(self, index: int, width: int) -> Line:
        return [(self.words[index], Look.GOOD)]

    def say(self, *words: str) -> None:
        self.words = list(words)
        self.repaint()


def drawn_by_textual(pane: Words) -> list[list[Segment]]:
    pane._styles_cache.clear()
    strips = pane._styles_cache.render_widget(pane, pane.outer_size.region)
    return list(map(cells, strips))


def cells(strip: Strip) -> list[Segment]:
    """One segment for each cell: how a line is parted into segments is not seen."""
    return [
        Segment(char, style) for text, style, _ in strip for char in text if get_character_cell_size(char)
    ]


def drawn(pane: Words) -> list[list[Segment]]:
    return list(map(cells, pane.render_lines(pane.outer_size.region)))


async def test_changed_lines_look_as_textual_draws_them() -> None:
    pane = Words()
    async with running(pane, (40, 12)):
        assert drawn(pane) == drawn_by_textual(pane)
        pane.say("uno", "due", "你好")
        assert drawn(pane) == drawn_by_textual(pane)
        assert any("u" in segment.text for segment in drawn(pane)[2])


@pytest.mark.parametrize("change", ["blur", "title", "resize", "theme", "filter"])
async def test_the_frame_follows_what_changes_it(change: str) -> None:
    pane = Words()
    async with running(pane, (40, 12)) as pilot:
        before = drawn(pane)
        match change:
            case "blur":
                pane.screen.set_focus(None)
            case "title":
                pane.border_title = "Other words"
            case "resize":
                await pilot.resize_terminal(50, 14)
            case "theme":
                pane.app.theme = "textual-light"
            case "filter":
                pane.app._filters.append(Monochrome())
                pane.refresh()
        await pilot.pause(0.05)
        pane.say("one", "two", "four")
        assert drawn(pane) == drawn_by_textual(pane) != before


class Board(Host, Canvas):
    """A host that notes what is painted at once."""

    def __init__(self, pane: Words) -> None:
        super().__init__(pane)
        self.painted: list[PlacedLine] = []

    def paint(self, lines: Sequence[PlacedLine], filters: Filters) -> bool:
        self.painted += lines
        return True


async def test_changed_lines_are_painted_at_once_where_they_stand() -> None:
    pane = Words()
    app = Board(pane)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        app.painted.clear()
        pane.say("one", "due", "three")
        (placed,) = app.painted
        assert (placed.x, placed.y) == (3, 3)  # behind border and padding
        assert "".join(text for text, _ in placed.line).split() == ["due"]


async def test_under_another_screen_lines_go_through_textual() -> None:
    pane = Words()
    app = Board(pane)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        app.push_screen(ModalScreen())
        await pilot.pause()
        app.painted.clear()
        pane.say("one", "due", "three")
        assert app.painted == []
        await pilot.pause(0.05)
        assert drawn(pane) == drawn_by_textual(pane)


async def test_a_part_of_a_line_can_be_asked_for() -> None:
    pane = Words()
    async with running(pane, (40, 12)):
        (part,) = pane.render_lines(Region(1, 2, 5, 1))
        assert part.text == "  one"


async def test_a_line_that_is_the_same_is_put_together_once() -> None:
    pane = Words()
    async with running(pane, (40, 12)):
        region = pane.outer_size.region
        first = pane.render_lines(region)
        pane.say("one", "two", "four")
        second = pane.render_lines(region)
        assert [one is two for one, two in zip(first, second, strict=True)].count(False) == 1
