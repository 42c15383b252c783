"""A cell of the packet list becomes a condition that its packet meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.filter.language import compile_filter
from tui.report.cell_filters import cell_condition
from tui.report.filtered import view_of
from tui.report.list_columns import OWN_COLUMNS, column_of
from tui.report.listing import TimeForm
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = (
    "tcp.window_size",
    "tcp.analysis.ack_rtt",
    "tcp.port",
    "eth.src",
    "frame.time",
    "tcp.payload",
    "ip.src",
)


def condition(path: Path, row: int, name: str, form: TimeForm = TimeForm.RELATIVE) -> str:
    session = Session([str(path)])
    try:
        return cell_condition(session, session.wait(), row, column_of(name), form)
    finally:
        session.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("number", "frame.number == 5"),
        ("time", "frame.time_relative == 0.000318000"),
        ("source", "ip.src == 172.16.196.145"),
        ("destination", "ip.dst == 172.16.196.142"),
        ("protocol", "tcp"),
        ("length", "frame.len == 66"),
        ("sender", "ip.src == 172.16.196.145 and tcp.srcport == 60000"),
        ("receiver", "ip.dst == 172.16.196.142 and tcp.dstport == 41334"),
        ("flags", "tcp.flags == 0x10"),
        ("interface", "not frame.interface_id"),  # a pcap file numbers none
        ("tcp.window_size", "tcp.window_size == 14592"),
        ("tcp.port", "tcp.port == 60000 and tcp.port == 41334"),
        ("tcp.options.mss_val", "not tcp.options.mss_val"),
    ],
)
def test_a_cell_says_its_condition(captures: Path, name: str, text: str) -> None:
    assert condition(captures / "three-way-close.pcap", 4, name) == text


@pytest.mark.parametrize(
    ("form", "name"), [(TimeForm.DELTA, "frame.time_delta"), (TimeForm.UTC, "frame.time_epoch")]
)
def test_the_time_is_that_of_the_form(captures: Path, form: TimeForm, name: str) -> None:
    assert condition(captures / "three-way-close.pcap", 4, "time", form).startswith(f"{name} == ")


def test_info_is_compared_as_text(captures: Path) -> None:
    text = condition(captures / "three-way-close.pcap", 0, "info")
    assert text.startswith('_ws.col.Info == "41334 → 60000 [SYN] Seq=0')


def test_the_packet_meets_the_condition_of_each_of_its_cells(captures: Path) -> None:
    for path in sorted(captures.rglob("*.pcap"))[:20]:
        session = Session([str(path)])
        snapshot = session.wait()
        view = view_of(session, snapshot)
        for row in {0, len(snapshot.packets) // 2, len(snapshot.packets) - 1}:
            for name in (*OWN_COLUMNS, *FIELDS):
                text = cell_condition(session, snapshot, row, column_of(name), TimeForm.RELATIVE)
                assert compile_filter(text).run(view, row, row + 1).all(), (path.name, row, text)
        session.close()
