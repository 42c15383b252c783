"""Rows grouped by connection."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.index.grouping import Grouping, group


def groups(grouping: Grouping) -> list[list[int]]:
    return [grouping.order[start:end].tolist() for start, end in pairwise(grouping.starts.tolist())]


def test_rows_stand_with_those_of_their_connection_in_the_capture_s_order() -> None:
    grouping = group(np.array([0, 1, 0, 2, 1, 0], np.int32), 3)
    assert groups(grouping) == [[0, 2, 5], [1, 4], [3]]


def test_rows_without_a_connection_are_left_out() -> None:
    grouping = group(np.array([-1, 1, -1, 0, -1], np.int32), 2)
    assert groups(grouping) == [[3], [1]]


def test_a_connection_may_have_no_rows() -> None:
    grouping = group(np.array([3, 1], np.int32), 5)
    assert groups(grouping) == [[], [1], [], [0], []]
    assert grouping.firsts.tolist() == [1, 0]


def test_a_capture_may_have_no_connection() -> None:
    for streams in ([], [-1, -1]):
        grouping = group(np.array(streams, np.int32), 0)
        assert grouping.order.tolist() == []
        assert grouping.starts.tolist() == [0]
        assert grouping.firsts.tolist() == []


def test_a_row_of_no_known_connection_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rows of 2 connections, found one of tcp\.stream 2"):
        group(np.array([0, 2], np.int32), 2)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-1, 70_000) | st.integers(-1, 3), max_size=200))
def test_groups_are_what_looking_for_each_connection_finds(streams: list[int]) -> None:
    column = np.array(streams, np.int32)
    count = max(streams, default=-1) + 1
    grouping = group(column, count)
    assert len(grouping.starts) == count + 1
    for stream in {*streams} - {-1}:
        rows = grouping.order[grouping.starts[stream] : grouping.starts[stream + 1]]
        assert rows.tolist() == np.flatnonzero(column == stream).tolist()
    assert len(grouping.order) == np.count_nonzero(column >= 0)
