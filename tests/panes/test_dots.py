"""Dots are set where points are and nowhere else; quick ways give what going through all points gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.panes.dots import ACROSS, BLANK, DOWN, Axes, draw
from tui.report.explain import Tone
from tui.report.graphs.scales import Unit
from tui.report.graphs.series import Graph, Series, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS, ROWS = 12, 5
AXES = Axes(0, 240, 0, ROWS * DOWN - 1, COLUMNS, ROWS)  # ten ns and one of value a dot


def _series(
    points: Sequence[tuple[int, int]], shape: Shape, low: Sequence[int] | None = None, sign: str = "a"
) -> Series:
    x, y = np.array(points, np.int64).reshape(-1, 2).T
    lows = None if low is None else np.array(low, np.int64)
    return Series("points", sign, shape, Tone.GOOD, x, y, np.arange(len(x)), lows)


def _dots(*series: Series, end: int = 0, axes: Axes = AXES) -> set[tuple[int, int]]:
    """The dots that are set: column from the left, row from the bottom."""
    chars = draw(Graph("", Unit.COUNT, series, end), axes).chars
    numbers = {1: (0, 0), 2: (0, 1), 4: (0, 2), 8: (1, 0), 16: (1, 1), 32: (1, 2), 64: (0, 3), 128: (1, 3)}
    found = set()
    for row in range(axes.rows):
        for column in range(axes.columns):
            bits = ord(str(chars[row, column])) - 0x2800
            for bit, (x, y) in numbers.items():
                if bits > 0 and bits & bit:
                    found.add((column * ACROSS + x, axes.rows * DOWN - 1 - row * DOWN - y))
    return found


def test_a_dot_lies_at_its_point() -> None:
    assert _dots(_series([(0, 0), (15, 7), (239, 19)], Shape.DOTS)) == {(0, 0), (1, 7), (23, 19)}


def test_what_lies_outside_the_axes_is_not_drawn() -> None:
    assert _dots(_series([(-1, 3), (5, -1), (5, 20), (240, 3)], Shape.DOTS)) == set()


def test_a_bar_reaches_from_its_lower_end_to_its_upper_one() -> None:
    assert _dots(_series([(10, 3), (10, 9), (30, 99)], Shape.BARS, [1, 9, 18])) == {
        *((1, y) for y in (1, 2, 3, 9)),
        *((3, y) for y in (18, 19)),
    }


def test_a_dotted_bar_has_every_other_dot_and_a_short_one_is_seen() -> None:
    found = _dots(_series([(10, 9), (50, 3)], Shape.DOTTED, [2, 3]))
    assert found == {(1, 9), (1, 7), (1, 5), (1, 3), (5, 3)}


def test_a_step_holds_until_the_next_value_and_until_the_end() -> None:
    found = _dots(_series([(10, 2), (30, 4)], Shape.STEPS), end=50)
    assert found == {(1, 2), (2, 2), (3, 2), (3, 3), (3, 4), (4, 4), (5, 4)}


def test_the_value_before_the_left_edge_still_holds() -> None:
    axes = Axes(100, 340, 0, ROWS * DOWN - 1, COLUMNS, ROWS)
    assert _dots(_series([(10, 2)], Shape.STEPS), end=119, axes=axes) == {(0, 2), (1, 2)}


def test_a_line_has_no_gaps() -> None:
    found = _dots(_series([(0, 0), (190, 19)], Shape.LINE))
    assert {x for x, _ in found} == set(range(20))
    assert {y for _, y in found} == set(range(20))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(-50, 300), st.integers(-5, 25), st.integers(0, 9)), max_size=30))
def test_bars_are_those_that_are_drawn_one_by_one(bars: list[tuple[int, int, int]]) -> None:
    bars = sorted(bars)
    every = _series([(x, y + height) for x, y, height in bars], Shape.BARS, [y for _, y, _ in bars])
    expected = {
        (x // 10, value)
        for x, y, height in bars
        for value in range(y, y + height + 1)
        if 0 <= x < 240 and 0 <= value < 20
    }
    assert _dots(every) == expected


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(-50, 300), st.integers(-5, 25)), min_size=1, max_size=30))
def test_steps_go_through_each_value_in_view(points: list[tuple[int, int]]) -> None:
    points = sorted(points)
    found = _dots(_series(points, Shape.STEPS), end=300)
    assert {(x // 10, y) for x, y in points if 0 <= x < 240 and 0 <= y < 20} <= found
    for column in range(24):
        before = [y for x, y in points if x < column * 10]
        inside = [y for x, y in points if column * 10 <= x < column * 10 + 10]
        values = before[-1:] + inside
        expected = set(range(min(values), max(values) + 1)) if values else set()
        assert {y for x, y in found if x == column} == {y for y in expected if 0 <= y < 20}


@pytest.mark.parametrize("shape", Shape)
def test_a_million_points_and_none_are_drawn_alike(shape: Shape) -> None:
    count = 1_000_000
    x, y = np.arange(count) * 240 // count, np.arange(count) % 20
    many = Series("many", "m", shape, Tone.GOOD, x, y, x, y)
    assert (draw(Graph("", Unit.COUNT, (many,), 0), AXES).owners >= 0).any()
    none = Series("none", "n", shape, Tone.GOOD, x[:0], y[:0], x[:0], y[:0])
    assert (draw(Graph("", Unit.COUNT, (none,), 0), AXES).owners == BLANK).all()


def test_of_several_series_the_first_is_on_top_and_signs_over_all() -> None:
    first = _series([(0, 0), (100, 0)], Shape.DOTS)
    second = _series([(0, 0), (50, 0)], Shape.STEPS, sign="b")
    signs = _series([(100, 0)], Shape.SIGNS, sign="R")
    picture = draw(Graph("", Unit.COUNT, (first, second, signs), 230), AXES)
    bottom = picture.owners[ROWS - 1].tolist()
    assert bottom[0] == 0
    assert bottom[1] == 1
    assert bottom[5] == 2
    assert picture.chars[ROWS - 1, 5] == "R"


def test_lines_show_their_signs_only_beside_others() -> None:
    line, other = (
        _series([(0, 5), (230, 5)], Shape.STEPS),
        _series([(0, 15), (230, 15)], Shape.STEPS, sign="b"),
    )
    alone = draw(Graph("", Unit.COUNT, (line,), 230), AXES)
    both = draw(Graph("", Unit.COUNT, (line, other), 230), AXES)
    assert "a" not in alone.chars.ravel().tolist()
    assert {"a", "b"} <= set(both.chars.ravel().tolist())
