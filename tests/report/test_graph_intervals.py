"""Intervals are counted from the first packet on, and there are never too many of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.report.graphs import intervals


def _count(times: list[int], interval: int) -> tuple[list[int], list[int], list[int]]:
    moments = np.array(times, np.int64)
    rows = np.arange(len(times)) + 100
    x, counts, at = intervals.count(rows, moments, min(times), max(times), interval)
    return x.tolist(), counts.tolist(), at.tolist()


def test_an_interval_counts_what_lies_in_it_and_leads_to_its_first_packet() -> None:
    assert _count([0, 5, 9, 10, 35], 10) == ([0, 10, 20, 30], [3, 1, 0, 1], [100, 103, 103, 104])


def test_a_packet_that_is_older_than_the_first_lies_in_an_interval_before() -> None:
    assert _count([0, -3, 4], 10) == ([-10, 0], [1, 2], [101, 100])


def test_of_no_packets_every_interval_is_empty() -> None:
    nothing = np.zeros(0, np.int64)
    x, counts, at = intervals.count(nothing, nothing, 0, 25, 10)
    assert (x.tolist(), counts.tolist(), at.tolist()) == ([0, 10, 20], [0, 0, 0], [0, 0, 0])


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=50), st.integers(1, 10**6))
def test_no_packet_is_lost(times: list[int], interval: int) -> None:
    interval = max(interval, 100)
    x, counts, _ = _count(times, interval)
    assert sum(counts) == len(times)
    for start, number in zip(x, counts, strict=True):
        assert number == sum(start <= time < start + interval for time in times)


@pytest.mark.parametrize("duration", [0, 10**6, 10**9, 10**12, 10**18])
def test_no_interval_that_can_be_chosen_makes_too_many(duration: int) -> None:
    shortest = intervals.other(intervals.NICE[0], -1000, duration)
    assert duration // shortest <= intervals.MOST or shortest == intervals.NICE[-1]
    assert intervals.other(shortest, 1, duration) >= shortest


def test_the_usual_interval_divides_a_minute_into_about_as_many_parts_as_asked() -> None:
    assert intervals.usual(60 * 10**9, 60) == 10**9
    assert intervals.usual(60 * 10**9, 100) == 10**9
    assert intervals.usual(0, 60) == 1000
