"""The packet list's columns find their widths, and say which one is marked and which one sorts."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from tui.panes.columns import ColumnLayout
from tui.panes.lines import Look
from tui.report.list_columns import LIST_COLUMNS, PRESETS, column_of
from tui.report.tables import Sorting

CELLS = ("1", "0.000000", "10.0.0.1", "10.0.0.2", "TCP", "60", "41334 → 60000 [SYN] Seq=0")


def laid_out(room: int, columns=LIST_COLUMNS, cells=CELLS) -> ColumnLayout:  # type: ignore[no-untyped-def]
    layout = ColumnLayout(columns)
    layout.note(cells)
    layout.fit(room)
    return layout


def titles(layout: ColumnLayout) -> str:
    return "".join(text for text, _ in layout.head())


def test_headings_stand_over_their_cells() -> None:
    layout = laid_out(100)
    text = layout.text(CELLS)
    for title, cell in zip(
        ("Source", "Destination", "Protocol", "Info"), (*CELLS[2:5], CELLS[6]), strict=True
    ):
        assert titles(layout).index(title) == text.index(cell)
    assert titles(layout).index("Length") + len("Length") == text.index("60 ") + 2


def test_a_fixed_width_is_kept_to_and_what_is_longer_is_cut() -> None:
    columns = (replace(LIST_COLUMNS[2], width=6, fixed=True), LIST_COLUMNS[6])
    layout = laid_out(100, columns, ("172.16.196.142", "info"))
    assert layout.text(("172.16.196.142", "info")) == "172.1… info"


@pytest.mark.parametrize(("align", "text"), [("right", "    60 "), ("left", "60     ")])
def test_cells_are_aligned_as_the_column_says(align: Literal["left", "right"], text: str) -> None:
    columns = (replace(LIST_COLUMNS[5], align=align), LIST_COLUMNS[6])
    assert laid_out(100, columns, ("60", "info")).text(("60", "info")) == f"{text}info"


def test_numbers_in_the_last_column_stand_at_its_right() -> None:
    columns = (LIST_COLUMNS[2], LIST_COLUMNS[5])
    layout = laid_out(100, columns, ("10.0.0.1", "60"))
    assert layout.text(("10.0.0.1", "60")).endswith("    60")
    assert titles(layout).endswith("Length")


def test_a_narrow_pane_keeps_the_marked_column() -> None:
    layout = laid_out(64)
    assert not layout.widths[4]
    layout.marked = 4
    layout.fit(64)
    assert layout.widths[4]
    assert not layout.widths[5]


def test_the_ends_stay_longest_in_a_narrow_pane() -> None:
    preset = PRESETS["sre"]
    cells = (
        "0.000000",
        "12345",
        "172.16.196.142:41334",
        "172.16.196.145:60000",
        "SYN, ACK",
        "1448",
        "0.26 ms",
        "x",
    )
    layout = laid_out(78, preset, cells)
    shown = [column.id for column, width in zip(preset, layout.widths, strict=True) if width]
    assert {"time", "sender", "receiver", "info"} <= set(shown)
    assert "tcp.analysis.ack_rtt" not in shown


def test_a_cell_is_of_the_column_above_it() -> None:
    layout = laid_out(100)
    place = titles(layout).index("Protocol")
    assert [layout.column_at(x) for x in (0, place, place + 7, 1000)] == [0, 4, 4, None]


def test_the_heading_says_by_sign_and_look_what_is_sorted_and_marked() -> None:
    layout = laid_out(100)
    layout.sorting, layout.marked = Sorting(2), 3
    looks = {text.strip(): look for text, look in layout.head()}
    assert (looks["Source↑"], looks["Destination"]) == (Look.ACCENT, Look.MARK)
    layout.sorting = Sorting(2, falling=True)
    assert "Source↓" in titles(layout)


def test_a_field_has_a_heading_of_its_own() -> None:
    assert column_of("tcp.window_size").title == "Window"
    assert column_of("ip.ttl").title == "ttl"
