"""The packet table: columns that only grow, and views that never change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.index import table
from tui.index.schema import PACKET, PACKET_COLUMNS
from tui.index.table import PacketTable


def _rows(streams: list[int], first: int = 0) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    rows = np.zeros(len(streams), PACKET)
    rows["stream"] = streams
    rows["time"] = np.arange(first, first + len(streams))
    return rows


def test_a_view_does_not_change_when_the_table_grows() -> None:
    packets = PacketTable()
    packets.append(_rows([1, 2, 3]))
    view = packets.view()
    for first in range(3, 20003, 1000):
        packets.append(_rows([7] * 1000, first))
    assert len(view) == 3
    assert list(view.stream) == [1, 2, 3]
    assert len(packets.view()) == len(packets) == 20003
    assert list(packets.view().time) == [0, 1, 2, *range(3, 20003)]


def test_a_view_cannot_be_written() -> None:
    packets = PacketTable()
    packets.append(_rows([1]))
    view = packets.view()
    for column in PACKET_COLUMNS:
        if column.kept:
            with pytest.raises(ValueError, match="read-only"):
                getattr(view, column.name)[0] = 1


def test_the_table_can_be_written_on_after_a_view_was_made() -> None:
    packets = PacketTable()
    packets.append(_rows([1]))
    packets.view()
    packets.append(_rows([2]))
    assert list(packets.view().stream) == [1, 2]


def test_a_view_has_the_kept_columns_and_no_others() -> None:
    view = PacketTable().view()
    for column in PACKET_COLUMNS:
        assert hasattr(view, column.name) == column.kept


def test_columns_have_the_types_of_the_schema() -> None:
    packets = PacketTable()
    packets.append(_rows([1] * 5000))
    view = packets.view()
    assert all(getattr(view, column.name).dtype == column.dtype for column in PACKET_COLUMNS if column.kept)


@given(streams=st.lists(st.integers(-1, 3), max_size=40), step=st.integers(1, 7))
@settings(deadline=None, max_examples=60)
def test_the_neighbours_of_a_row_are_those_of_its_connection(streams: list[int], step: int) -> None:
    packets = PacketTable()
    packets.append(_rows(streams))
    view = packets.view()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_FIRST_STEP", step)
        for row, stream in enumerate(streams):
            same = [other for other, its in enumerate(streams) if its == stream >= 0]
            assert view.next_of_stream(row) == next((other for other in same if other > row), None)
            assert view.previous_of_stream(row) == next(
                (other for other in reversed(same) if other < row), None
            )


def test_the_rows_of_a_connection_are_ascending() -> None:
    packets = PacketTable()
    packets.append(_rows([2, 0, 2, -1, 2]))
    assert list(packets.view().rows_of(2)) == [0, 2, 4]
    assert list(packets.view().rows_of(2, 1, 3)) == [2]
    assert list(packets.view().rows_of(5)) == []
