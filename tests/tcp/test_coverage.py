"""Of overlapping ranges each place belongs to one; which one is decided as a receiver decides it."""

from __future__ import annotations

import numpy as np
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.tcp.coverage import cover

NEVER = 1 << 60

Ranges = list[tuple[int, int]]


def parts(ranges: Ranges, done: dict[int, int] | None = None) -> list[tuple[int, int, int]]:
    """What each of the ranges owns, which come one after the other; `done`: when some were delivered."""
    begins, stops = (np.array(column, np.int64) for column in zip(*ranges, strict=True))
    came = np.arange(len(ranges))
    delivered = np.array([(done or {}).get(number, NEVER) for number in range(len(ranges))])
    return list(zip(*(column.tolist() for column in cover(begins, stops, came, delivered)), strict=True))


def test_a_range_that_comes_twice_belongs_to_the_first() -> None:
    assert parts([(0, 10), (10, 20), (0, 10)]) == [(0, 10, 0), (10, 20, 1)]


def test_what_comes_again_and_more_gives_only_what_is_new() -> None:
    assert parts([(0, 10), (5, 15)]) == [(0, 10, 0), (10, 15, 1)]


def test_what_fills_a_hole_goes_on_over_what_waited_behind_it() -> None:
    assert parts([(10, 20), (0, 15)]) == [(0, 15, 1), (15, 20, 0)]


def test_what_fills_a_hole_does_not_change_what_was_delivered_before() -> None:
    assert parts([(10, 20), (0, 15)], done={0: 0}) == [(0, 10, 1), (10, 20, 0)]


def test_a_late_range_does_not_change_what_came_in_order() -> None:
    assert parts([(0, 10), (10, 20), (5, 25)]) == [(0, 10, 0), (10, 20, 1), (20, 25, 2)]


def test_of_several_that_wait_the_first_to_come_goes_on() -> None:
    assert parts([(10, 20), (5, 30), (0, 10)]) == [(0, 10, 2), (10, 20, 0), (20, 30, 1)]


def test_nothing_gives_nothing() -> None:
    none = np.zeros(0, np.int64)
    assert [len(column) for column in cover(none, none, none, none)] == [0, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), min_size=1, max_size=40))
@settings(deadline=None, max_examples=share(200))
def test_the_parts_hold_each_place_of_the_ranges_once(drawn: Ranges) -> None:
    ranges = [(begin, begin + length) for begin, length in drawn]
    owned = [place for begin, stop, _ in parts(ranges) for place in range(begin, stop)]
    assert owned == sorted({place for begin, stop in ranges for place in range(begin, stop)})
    for begin, stop, number in parts(ranges):
        assert ranges[number][0] <= begin < stop <= ranges[number][1]
