"""The packet list's cells, over the repository's own captures."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tui.decode.context import Numbers
from tui.errors import CaptureError
from tui.report.listing import LIST_COLUMNS, Listing, TimeForm, time_text
from tui.report.times import moment, seconds
from tui.session import Session, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def session(captures: Path) -> Iterator[Session]:
    session = Session.open([str(captures / "three-way-close.pcap")])
    yield session
    session.close()


@pytest.fixture
def snapshot(session: Session) -> Snapshot:
    return session.wait()


def test_a_row_has_a_cell_for_each_column(session: Session, snapshot: Snapshot) -> None:
    cells = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE).cells(snapshot, 0)
    assert len(cells) == len(LIST_COLUMNS)
    assert cells[:6] == (
        "1",
        "0.000000",
        "172.16.196.142",
        "172.16.196.145",
        "TCP",
        str(snapshot.packets.length[0]),
    )
    assert cells[6].startswith("41334 → 60000 [SYN] Seq=0")


def test_sequence_numbers_are_written_as_chosen(session: Session, snapshot: Snapshot) -> None:
    infos = {form: Listing(session, form, TimeForm.RELATIVE).cells(snapshot, 0)[6] for form in Numbers}
    assert "Seq=0 " in infos[Numbers.RELATIVE]
    assert f"Seq={snapshot.packets.seq[0]} " in infos[Numbers.ABSOLUTE]
    assert f"0x{snapshot.packets.seq[0]:08x}" in infos[Numbers.HEX]


def test_delta_counts_from_the_packet_before_and_relative_from_the_first(snapshot: Snapshot) -> None:
    times = snapshot.packets.time
    assert time_text(snapshot, 0, TimeForm.DELTA) == "0.000000"
    assert time_text(snapshot, 2, TimeForm.DELTA) == seconds(int(times[2] - times[1]), 6)
    assert time_text(snapshot, 2, TimeForm.RELATIVE) == seconds(int(times[2] - times[0]), 6)


def test_utc_is_told_apart_from_local_time(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-5")
    time.tzset()
    utc, local = (time_text(snapshot, 0, form) for form in (TimeForm.UTC, TimeForm.ABSOLUTE))
    monkeypatch.undo()
    time.tzset()
    assert utc.endswith("Z")
    assert (int(local[:2]) - int(utc[:2])) % 24 == 5


def test_the_date_is_told_where_it_is_not_the_first_packets(snapshot: Snapshot) -> None:
    day = 86_400 * 10**9
    times = snapshot.packets.time.copy()
    times[1] += day

    class Packets:
        marks, interface, time = snapshot.packets.marks, snapshot.packets.interface, times

    later = replace(snapshot, packets=Packets())  # type: ignore[arg-type]
    assert len(time_text(later, 0, TimeForm.UTC)) == len("12:34:56.123456Z")
    assert time_text(later, 1, TimeForm.UTC).startswith(moment(int(times[1]), 6)[:10])


def test_a_packet_that_is_gone_is_told_in_its_row(
    session: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(row: int) -> bytes:
        raise CaptureError("the file shrank")

    monkeypatch.setattr(session, "frame", gone)
    cells = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE).cells(snapshot, 3)
    assert cells[0] == "4"
    assert cells[6] == "[the file shrank]"
