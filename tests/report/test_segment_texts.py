"""Info texts that are made together are those that are made one by one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.decode.info import plain_port
from tui.errors import CaptureError
from tui.index.table import Packets
from tui.report.list_columns import OWN_COLUMNS
from tui.report.listing import Listing, TimeForm
from tui.report.segment_texts import SegmentTexts
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.session import Snapshot

INFO = (OWN_COLUMNS["info"],)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Session, Snapshot]]:
    session = Session([str(path)], count=2_000)
    try:
        yield session, session.wait()
    finally:
        session.close()


def together(session: Session, snapshot: Snapshot, numbers: Numbers = Numbers.RELATIVE) -> dict[int, str]:
    rows = np.arange(len(snapshot.packets))
    return SegmentTexts(session, numbers, plain_port).texts(snapshot, rows)


def differences(path: Path, numbers: Numbers = Numbers.RELATIVE) -> list[tuple[str, str]]:
    """What is made together, and what it should be."""
    with opened(path) as (session, snapshot):
        listing, found = (
            Listing(session, numbers, TimeForm.RELATIVE, INFO),
            together(session, snapshot, numbers),
        )
        pairs = [(text, listing.cells(snapshot, row)[0]) for row, text in found.items()]
    return [pair for pair in pairs if pair[0] != pair[1]]


@pytest.mark.parametrize("numbers", Numbers)
def test_the_texts_of_our_captures_are_those_of_each_packet(captures: Path, numbers: Numbers) -> None:
    for path in sorted(captures.rglob("*.pcap")):
        assert differences(path, numbers) == [], path


def test_the_texts_of_others_captures_are_those_of_each_packet(shared_captures: Path) -> None:
    paths = [path for path in shared_captures.rglob("*.pcap*") if path.is_file()]
    assert len(paths) > 40
    for path in paths:
        try:
            assert differences(path) == [], path
        except CaptureError:  # some are no captures at all
            continue


def test_most_packets_are_ordinary(captures: Path) -> None:
    with opened(captures / "fast-retransmit.pcap") as (session, snapshot):
        assert len(together(session, snapshot)) == len(snapshot.packets)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    damage=st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(12, 90)), st.integers(0, 255), max_size=12
    )
)
def test_the_texts_of_damaged_packets_are_those_of_each_packet(
    captures: Path, tmp_path: Path, damage: dict[tuple[int, int], int]
) -> None:
    data = bytearray((captures / "http-get.pcap").read_bytes())
    starts, at = [], 24
    while at < len(data):
        starts.append(at + 16)
        at += 16 + int.from_bytes(data[at + 8 : at + 12], "little")
    for (packet, place), value in damage.items():
        if starts[packet] + place < len(data):
            data[starts[packet] + place] = value
    path = tmp_path / "damaged.pcap"
    path.write_bytes(data)
    assert differences(path) == []


def test_a_list_tells_many_packets_as_it_tells_each(captures: Path) -> None:
    with opened(captures / "wrap-around.pcap") as (session, snapshot):
        listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE)
        rows = list(reversed(range(len(snapshot.packets)))) * 20
        assert len(rows) > 100
        assert listing.rows(snapshot, rows) == [listing.cells(snapshot, row) for row in rows]


def test_a_packet_whose_bytes_are_lost_is_told_in_its_row(captures: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes((captures / "http-get.pcap").read_bytes())
    with opened(path) as (session, snapshot):
        path.write_bytes(path.read_bytes()[:400])
        assert together(session, snapshot) == {}
        cells = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, INFO).rows(snapshot, [*range(10)] * 10)
        assert "[SYN] Seq=0" in cells[0][0]
        assert cells[9][0].startswith(f"[{path}")


def test_nothing_is_said_of_packets_that_left_a_ring(captures: Path) -> None:
    with opened(captures / "http-get.pcap") as (session, snapshot):
        packets = snapshot.packets
        left = Packets(packets._columns, len(packets), packets.quoting, first=4)
        assert list(together(session, replace(snapshot, packets=left))) == list(range(4, 10))
