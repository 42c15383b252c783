"""Sorted, filtered, growing and losing packets at its beginning: each packet that is shown has one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.panes.shown_rows import Order, ShownRows

if TYPE_CHECKING:
    from collections.abc import Callable


def rows_of(shown: ShownRows) -> list[int]:
    return [shown.row_at(line) for line in range(len(shown))]


def test_without_anything_lines_are_rows() -> None:
    shown = ShownRows()
    shown.grow(3, 0)
    assert rows_of(shown) == [0, 1, 2]


def test_sorted_packets_come_first_and_later_ones_as_captured() -> None:
    shown = ShownRows()
    shown.grow(3, 0)
    shown.sort(Order(np.array([2, 0, 1]), 3))
    shown.grow(5, 0)
    assert rows_of(shown) == [2, 0, 1, 3, 4]
    assert [shown.line_of(row) for row in range(5)] == [1, 2, 0, 3, 4]


def test_of_a_filter_the_packets_that_pass_stay_in_their_order() -> None:
    shown = ShownRows()
    shown.grow(6, 0)
    shown.sort(Order(np.array([4, 1, 3, 0, 2]), 5))
    shown.restrict(np.array([0, 1, 4, 5]))
    assert rows_of(shown) == [4, 1, 0, 5]
    assert shown.line_of(2) == 0  # not shown: packet 4 is the next one in the capture
    shown.restrict(None)
    assert rows_of(shown) == [4, 1, 3, 0, 2, 5]


def test_an_order_of_some_packets_is_given_up_with_them_and_stays_if_more_pass() -> None:
    shown, only = ShownRows(), np.array([1, 3])
    shown.grow(4, 0)
    shown.restrict(only)
    shown.sort(Order(np.array([3, 1]), 4, only))
    shown.grow(6, 0)
    shown.extend(np.array([1, 3, 5]))
    assert rows_of(shown) == [3, 1, 5]
    shown.restrict(None)
    assert (shown.order, rows_of(shown)) == (None, list(range(6)))


@pytest.mark.parametrize("gone", [1, 3, 6, 7])
def test_packets_that_are_gone_leave_a_sorted_list(gone: int) -> None:
    shown = ShownRows()
    shown.grow(6, 0)
    shown.sort(Order(np.array([5, 0, 4, 1, 3, 2]), 6))
    shown.grow(8, gone)
    assert rows_of(shown) == [row for row in (5, 0, 4, 1, 3, 2, 6, 7) if row >= gone]
    assert [shown.row_at(shown.line_of(row)) for row in range(gone, 8)] == list(range(gone, 8))


@settings(deadline=None, max_examples=share(200))
@given(st.data())
def test_whatever_comes_together_each_packet_that_is_shown_has_one_line(data: st.DataObject) -> None:
    total = data.draw(st.integers(1, 30))
    stop, gone = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    only = data.draw(st.none() | st.sets(st.integers(0, total - 1)))
    shown = ShownRows()
    steps: list[Callable[[], None]] = [
        lambda: shown.grow(total, gone),
        lambda: shown.restrict(None if only is None else np.array(sorted(only), np.int64)),
        lambda: shown.sort(Order(np.array(data.draw(st.permutations(range(stop))), np.int64), stop)),
    ]
    for step in data.draw(st.permutations(steps)):
        step()
    passing = [row for row in range(gone, total) if only is None or row in only]
    assert sorted(rows_of(shown)) == passing
    assert [shown.row_at(shown.line_of(row)) for row in passing] == passing
    tail = [row for row in rows_of(shown) if row >= stop]
    assert tail == sorted(tail)
    if passing:
        assert all(0 <= shown.line_of(row) < len(shown) for row in range(total))
