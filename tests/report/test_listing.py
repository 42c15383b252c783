"""The packet list's cells, over the repository's own captures."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import wire
from msgspec.structs import replace

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
    session = Session([str(captures / "three-way-close.pcap")])
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


def test_times_count_from_the_last_reference_whose_own_cell_says_so(
    session: Session, snapshot: Snapshot
) -> None:
    session.notes.toggle_reference(2)
    times = snapshot.packets.time
    for form in TimeForm:
        assert Listing(session, Numbers.RELATIVE, form).cells(snapshot, 2)[1] == "*REF*"
    relative = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE)
    assert relative.cells(snapshot, 1)[1] == seconds(int(times[1] - times[0]), 6)
    assert relative.cells(snapshot, 4)[1] == seconds(int(times[4] - times[2]), 6)
    delta = Listing(session, Numbers.RELATIVE, TimeForm.DELTA)
    assert delta.cells(snapshot, 4)[1] == seconds(int(times[4] - times[3]), 6)


def test_displayed_counts_from_the_packet_shown_before(session: Session, snapshot: Snapshot) -> None:
    times = snapshot.packets.time
    listing = Listing(session, Numbers.RELATIVE, TimeForm.DISPLAYED, before={5: 1, 1: 1}.__getitem__)
    assert listing.cells(snapshot, 5)[1] == seconds(int(times[5] - times[1]), 6)
    assert listing.cells(snapshot, 1)[1] == "0.000000"


def test_in_the_stream_times_count_from_its_first_packet(captures: Path) -> None:
    session = Session([str(captures / "time-wait-reuse.pcap")])
    try:
        snapshot = session.wait()
        packets = snapshot.packets
        first = int((packets.stream == 1).argmax())
        assert first, "the second connection begins behind the first packet"
        listing = Listing(session, Numbers.RELATIVE, TimeForm.STREAM)
        for row in packets.rows_of(1).tolist():
            expected = seconds(int(packets.time[row] - packets.time[first]), 6)
            assert listing.cells(snapshot, row)[1] == expected
    finally:
        session.close()


def test_in_the_stream_a_packet_of_none_has_no_time(tmp_path: Path) -> None:
    path = tmp_path / "no-tcp.pcap"
    path.write_bytes(wire.pcap([bytes(64)]))
    session = Session([str(path)])
    try:
        assert time_text(session.wait(), 0, TimeForm.STREAM) == ""
    finally:
        session.close()


def test_an_ignored_packet_keeps_number_time_and_length(session: Session, snapshot: Snapshot) -> None:
    listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE)
    before = listing.cells(snapshot, 3)
    session.notes.toggle_ignored(3)
    assert listing.cells(snapshot, 3) == (before[0], before[1], "", "", "", before[5], "<Ignored>")
    assert listing.cells(snapshot, 4)[6] != "<Ignored>"


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

    later = replace(snapshot, packets=Packets())
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
