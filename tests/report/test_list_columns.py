"""The packet list can have any field as a column, and the sets that it offers are sound."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.filter.fields import FIELDS
from tui.report import cell_filters, listing, sorting
from tui.report.list_columns import LIST_COLUMNS, OWN_COLUMNS, PRESETS, column_of, field_of


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_consists_of_columns_and_ends_in_the_one_that_takes_the_room(name: str) -> None:
    columns = PRESETS[name]
    assert [column_of(column.id) for column in columns] == list(columns)
    assert len({column.id for column in columns}) == len(columns)
    assert columns[-1].id == "info"


def test_wiresharks_columns_are_what_the_list_begins_with() -> None:
    assert PRESETS["wireshark"] == LIST_COLUMNS


@pytest.mark.parametrize("name", OWN_COLUMNS)
def test_an_own_column_has_cells_keys_to_sort_by_and_a_filter(name: str) -> None:
    assert name in listing._CELLS
    assert name in {*sorting._OWN, "info"}
    assert name in {*cell_filters._OWN, "time"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_can_be_a_column(name: str) -> None:
    column = column_of(name)
    assert column.title
    assert field_of(column) is FIELDS[name]


def test_what_is_no_column_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UsageError, match=r"tcp\.window_size") as caught:
        column_of("tcp.windowsize")
    assert 'found "tcp.windowsize"' in str(caught.value)
