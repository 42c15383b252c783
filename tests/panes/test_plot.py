"""The plot's cursor reads points; keys and mouse move it, and what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pane_host import heard, running, screen

from tui.panes.plot import PlotPane
from tui.report.explain import Tone
from tui.report.graphs.scales import Unit
from tui.report.graphs.series import Graph, Series, Shape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MS = 1_000_000


def series(name: str, shape: Shape, count: int, first_row: int = 0, sign: str = "a") -> Series:
    x = np.arange(count) * 10 * MS
    return Series(name, sign, shape, Tone.GOOD, x, np.arange(count) * 100, np.arange(count) * 2 + first_row)


def graph(count: int = 50) -> Graph:
    several = (series("one", Shape.DOTS, count), series("two", Shape.STEPS, count // 2, 1, "b"))
    return Graph("a graph", Unit.BYTES, several, count * 10 * MS, ("a note",))


@pytest.fixture
async def pane() -> AsyncIterator[PlotPane]:
    shown = PlotPane()
    async with running(shown):
        shown.show(graph(), row=20)
        yield shown


async def test_it_opens_at_the_packet_and_reads_its_point(pane: PlotPane) -> None:
    assert pane.row == 20
    assert screen(pane)[-1] == "one 1,000 B  at 0.100000 s  packet 21  a note  11 of 50"


async def test_axes_have_texts_with_units_and_marks_are_explained(pane: PlotPane) -> None:
    lines = screen(pane)
    assert lines[0] == "⠶ one  ─b─ two"
    assert any(line.startswith("2 KiB┤") for line in lines)
    assert lines[-3].startswith("     └┬")
    assert "400 ms" in lines[-2]


async def test_the_cursor_goes_by_points_and_stops_at_the_ends(pane: PlotPane) -> None:
    pane.step(3)
    assert pane.row == 26
    pane.step(-100)
    assert pane.row == 0
    pane.step(1000)
    assert pane.row == 98
    pane.home()
    assert pane.row == 0
    pane.end()
    assert pane.row == 98


async def test_the_cursor_goes_by_columns_over_all_points_of_one() -> None:
    shown = PlotPane()
    async with running(shown):
        shown.show(Graph("many", Unit.BYTES, (series("one", Shape.DOTS, 50_000),), 0))
        shown.step_column(1)
        first = shown.index
        assert 0 < first < 800
        shown.step_column(10)
        assert 6_000 < shown.index - first < 8_000
        shown.step_column(-11)
        assert shown.index < first
        shown.step_column(1000)
        assert shown.index == 49_999


async def test_in_an_empty_column_there_is_no_stop() -> None:
    points = Series(
        "few", "a", Shape.DOTS, Tone.GOOD, np.array([0, 10**9]), np.array([1, 2]), np.array([5, 6])
    )
    shown = PlotPane()
    async with running(shown):
        shown.show(Graph("few", Unit.BYTES, (points,), 0))
        shown.step_column(1)
        assert shown.row == 6
        shown.step_column(-1)
        assert shown.row == 5


async def test_another_series_is_read_at_the_same_time(pane: PlotPane) -> None:
    pane.move(1)
    assert (pane.series, pane.index, pane.row) == (1, 10, 21)
    pane.move(1)
    assert pane.row == 20


async def test_zooming_keeps_the_cursor_in_view_and_fits_the_values(pane: PlotPane) -> None:
    for _ in range(5):
        pane.zoom(0.5, 1)
    (left, right), (bottom, top) = pane.seen
    assert left < 100 * MS < right < left + 20 * MS
    assert 0 <= bottom < 1000 < top < 1300
    for _ in range(5):
        pane.zoom(2, 1)
    assert pane.view.x is None


async def test_values_are_zoomed_around_the_cursor(pane: PlotPane) -> None:
    pane.zoom(1, 0.25)
    (left, right), (bottom, top) = pane.seen
    assert left <= 0
    assert right > 490 * MS
    assert bottom < 1000 < top < bottom + 1500
    pane.fit()
    assert pane.seen[1][0] == 0


async def test_panning_moves_what_is_seen_but_never_away_from_the_points(pane: PlotPane) -> None:
    pane.pan(0.5, 0)
    assert pane.view.x is None  # all is seen
    pane.zoom(0.25, 1)
    (left, right), _ = pane.seen
    pane.pan(0.5, 0)
    assert pane.seen[0][0] == pytest.approx(left + (right - left) / 2)
    pane.pan(1000, 0)
    assert pane.seen[0][0] < 490 * MS
    pane.pan(0, 0.5)
    assert pane.view.y is not None


async def test_a_cursor_that_leaves_the_view_takes_it_along(pane: PlotPane) -> None:
    pane.zoom(0.1, 1)
    pane.end()
    left, right = pane.seen[0]
    assert left <= 490 * MS < right


async def test_zooming_ends_before_the_numbers_do(pane: PlotPane) -> None:
    for _ in range(200):
        pane.zoom(0.5, 0.5)
    (left, right), (bottom, top) = pane.seen
    assert left < right
    assert bottom < top
    for _ in range(300):
        pane.zoom(2, 2)
    assert pane.view.x is None
    assert pane.view.y is None


async def test_a_graph_that_has_grown_keeps_cursor_and_view(pane: PlotPane) -> None:
    pane.zoom(0.5, 1)
    view = pane.view
    pane.move(1)
    pane.show(graph(200), anew=False)
    assert (pane.row, pane.view) == (21, view)
    pane.show(graph(200), row=4)
    assert pane.view.x is None


async def test_enter_wants_the_packet(pane: PlotPane, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = heard(monkeypatch, pane)
    pane.activate()
    assert [message.row for message in messages if isinstance(message, PlotPane.PacketWanted)] == [20]


async def test_a_click_reads_the_nearest_point_and_another_goes_to_its_packet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = PlotPane()
    async with running(shown) as pilot:
        shown.show(Graph("a", Unit.BYTES, (series("one", Shape.DOTS, 3),), 0))
        messages = heard(monkeypatch, shown)
        line = next(y for y, text in enumerate(screen(shown)) if y and "⠁" <= text[-4:].strip()[-1:] <= "⣿")
        await pilot.click(
            PlotPane, offset=(screen(shown)[line].rstrip().rindex(screen(shown)[line].rstrip()[-1]), line)
        )
        assert shown.index == 2
        assert not [each for each in messages if isinstance(each, PlotPane.PacketWanted)]
        await pilot.click(
            PlotPane, offset=(screen(shown)[line].rstrip().rindex(screen(shown)[line].rstrip()[-1]), line)
        )
        assert [each.row for each in messages if isinstance(each, PlotPane.PacketWanted)] == [4]


@pytest.mark.parametrize("size", [(80, 24), (30, 8), (20, 5), (10, 3), (1, 1)])
async def test_it_fits_every_size(size: tuple[int, int]) -> None:
    shown = PlotPane()
    async with running(shown, size):
        shown.show(graph())
        shown.step_column(1)
        shown.zoom(0.5, 0.5)
        shown.pan(1, 1)
        assert all(len(line) <= size[0] for line in screen(shown))


async def test_an_empty_graph_says_so_and_obeys() -> None:
    shown = PlotPane()
    async with running(shown):
        for empty in (
            Graph("none", Unit.TIME, (), 0),
            Graph("empty", Unit.TIME, (series("one", Shape.DOTS, 0),), 0),
        ):
            shown.show(empty)
            assert "there is nothing to draw" in "\n".join(screen(shown))
            for act in (shown.home, shown.end, shown.activate, shown.fit):
                act()
            for step in (shown.step, shown.step_column, shown.move):
                step(1)
            shown.zoom(0.5, 0.5)
            shown.pan(1, 1)
            assert shown.row is None


async def test_points_at_one_moment_and_of_one_value_are_drawn() -> None:
    x = np.zeros(3, np.int64)
    one = Series("one", "a", Shape.DOTS, Tone.GOOD, x, x + 7, np.arange(3))
    shown = PlotPane()
    async with running(shown):
        for unit in Unit:
            shown.show(Graph("flat", unit, (one,), 0))
            assert "there is nothing to draw" not in "\n".join(screen(shown))
            shown.step_column(1)
            assert shown.index == 2
            shown.home()
