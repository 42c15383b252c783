"""What left a ring of files leaves memory; what is kept stays as it was, and old views show what they did."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import wire
from wire import ACK, SYN

from tui import tables
from tui.capture.source import open_recording
from tui.index.addresses import AddressBook
from tui.index.reader import Interfaces, Reader
from tui.index.table import PacketTable
from tui.survey import Survey
from tui.tables import Tables
from tui.tcp.flow import make_flow
from tui.tcp.track import Tracker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Rows = Any


class Nobody:
    """Stands for a reader, and is told what it is to forget."""

    def __init__(self) -> None:
        self.told: list[tuple[int, AddressBook]] = []

    def forget(self, offset: int, book: AddressBook) -> None:
        self.told.append((offset, book))


def rows_of(path: Path, book: AddressBook | None = None) -> Rows:
    """All rows of a capture file, not tracked yet."""
    reader = Reader(open_recording(str(path)), 0, AddressBook() if book is None else book, Interfaces())
    found = []
    while not reader.finished:
        found.append(reader.read().copy())
    return np.concatenate(found)


def segments(tmp_path: Path, sent: Sequence[tuple[int, int, bytes]], book: AddressBook | None = None) -> Rows:
    """Rows of segments to port 80: from which port, flags, data; each port counts its own bytes."""
    counts: dict[int, int] = {}
    frames = []
    for port, flags, data in sent:
        header = wire.tcp(port, 80, counts.get(port, 1000), 1, flags, data=data)
        address = f"10.0.{port >> 8}.{port & 255}"
        frames.append(wire.ethernet(wire.ip4(header, src=address)))
        counts[port] = counts.get(port, 1000) + len(data) + (flags & SYN != 0)
    path = tmp_path / "segments.pcap"
    path.write_bytes(wire.pcap(frames))
    return rows_of(path, book)


def made(rows: Rows) -> PacketTable:
    packets = PacketTable()
    packets.append(rows)
    return packets


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a few packets are let go of."""
    monkeypatch.setattr(tables, "LEAST", 1)


def test_what_is_kept_stands_where_it_stood(tmp_path: Path) -> None:
    rows = segments(tmp_path, [(port, SYN, b"") for port in range(1000, 6000)])
    packets = made(rows)
    packets.forget(4000)
    packets.append(rows[:3000])
    view = packets.view(4100)
    assert len(view) == 8000
    assert (view.first, packets.first) == (4100, 4000)
    assert (view.srcport[4000:] == np.concatenate((rows["srcport"][4000:], rows["srcport"][:3000]))).all()
    assert list(view.time[[0, 3999]]) == list(rows["time"][[0, 3999]])  # times are counted from these


def test_time_references_are_kept_however_often_packets_are_let_go_of(tmp_path: Path) -> None:
    rows = segments(tmp_path, [(port, SYN, b"") for port in range(1000, 6000)])
    packets = made(rows)
    packets.forget(2000, np.array([0, 7, 3000]))
    packets.forget(4000, np.array([7, 3000]))
    view = packets.view(4000)
    assert list(view.time[[7, 3000]]) == list(rows["time"][[7, 3000]])
    assert view.time[8] == 0


def test_an_older_view_still_shows_what_was_forgotten(tmp_path: Path) -> None:
    rows = segments(tmp_path, [(port, SYN, b"") for port in range(1000, 6000)])
    packets = made(rows)
    before = packets.view()
    packets.forget(4900)
    packets.forget(4950)
    assert (before.srcport == rows["srcport"]).all()


def test_packets_of_a_connection_are_sought_among_those_that_are_kept(tmp_path: Path) -> None:
    rows = segments(tmp_path, [(port, ACK, b"") for port in (1, 2, 1, 2, 1, 2)])
    Tracker().track(rows, 0)
    view = made(rows).view(3)
    assert list(view.rows_of(0)) == [4]
    assert list(view.rows_of(1, 0, 3)) == [3]
    assert view.previous_of_stream(4) is None
    assert view.previous_of_stream(5) == 3


def test_a_connection_without_packets_is_forgotten_and_begins_anew(tmp_path: Path) -> None:
    rows = segments(tmp_path, [(port, ACK, b"x") for port in (1, 2, 3, 2, 1, 2, 3)])
    tracker = Tracker()
    tracker.track(rows[:4], 0)
    assert list(rows["stream"][:4]) == [0, 1, 2, 1]
    tracker.forget(2)
    tracker.track(rows[4:], 4)
    assert list(rows["stream"][4:]) == [3, 1, 2]
    assert tracker.connections["first"][:4].tolist() == [0, 1, 2, 4]
    assert tracker.connections["packets"][:4, 0].tolist() == [0, 3, 2, 1]


@pytest.mark.parametrize("seed", range(20))
def test_forgetting_changes_nothing_for_connections_that_are_kept(tmp_path: Path, seed: int) -> None:
    """Two trackers see the same; one forgets, now and then, whatever is older than the last 300 packets."""
    dice = random.Random(seed)
    sent: list[tuple[int, int, bytes]] = []
    latest: dict[int, int] = {}
    for row in range(4000):
        alive = [port for port, at in latest.items() if row - at < 250]
        port = dice.choice(alive) if alive and dice.random() < 0.9 else len(latest) + 1
        latest[port] = row
        sent.append((port, dice.choice((ACK, ACK, SYN, 0)), bytes(dice.choice((0, 1, 5)))))
    rows = segments(tmp_path, sent)
    # The other end acknowledges some of it.
    back = dice.sample(range(4000), 1500)
    for ours, theirs in (("key_src", "key_dst"), ("srcport", "dstport"), ("seq", "ack")):
        swapped = rows[ours][back].copy()
        rows[ours][back], rows[theirs][back] = rows[theirs][back], swapped
    other = rows.copy()
    forgetful, mindful = Tracker(), Tracker()
    for first in range(0, 4000, 100):
        forgetful.track(rows[first : first + 100], first)
        mindful.track(other[first : first + 100], first)
        if dice.random() < 0.5:
            forgetful.forget(first - 200)
    assert (rows == other).all()


def test_numbers_of_addresses_go_on_and_never_mean_another(tmp_path: Path) -> None:
    book = AddressBook()
    rows = segments(tmp_path, [(port, SYN, b"") for port in range(1, 3001)], book)
    kept = book.only(np.unique((rows["src"][2900:], rows["dst"][2900:])))
    assert len(kept) == 101
    assert [kept.text(number) for number in rows["src"][2900:]] == [
        book.text(number) for number in rows["src"][2900:]
    ]
    again = segments(tmp_path, [(port, SYN, b"") for port in range(2999, 6001)], kept)
    assert list(again["src"][:2]) == list(rows["src"][2998:])
    assert (again["src"][2:] > rows["src"].max()).all()
    assert kept.text(int(again["src"][-1])) == "10.0.23.112"
    assert book.text(int(rows["src"][0])) == "10.0.0.1"


def test_few_packets_are_not_worth_it_and_a_reader_forgets_with_the_tables(
    tmp_path: Path, eager: None
) -> None:
    filled, nobody = Tables(), Nobody()
    reader = cast("Reader", nobody)
    rows = segments(tmp_path, [(port, SYN, b"") for port in range(1, 101)], filled.book)
    filled.add(rows)
    assert not filled.let_go(0, reader)
    assert not filled.let_go(49, reader)  # fewer than would have to be moved
    before = filled.book
    assert filled.let_go(60, reader)
    assert nobody.told == [(int(rows["offset"][59]), filled.book)]
    assert len(before) == 101
    assert len(filled.book) == 41
    assert filled.connections["packets"].sum(axis=1).tolist() == [0] * 60 + [1] * 40
    assert not filled.let_go(60, reader)


def tracked(rows: Rows, gone: int = 0) -> tuple[PacketTable, Survey, NDArray[np.void]]:
    rows = rows.copy()
    tracker = Tracker()
    tracker.track(rows, 0)
    packets, connections = made(rows), tracker.connections[: tracker.count]
    return packets, Survey(1, packets.view(gone), connections), connections


CUT = ("four-way-close", "half-close", "time-wait-reuse", "reordering", "unreachable", "wrap-around", "ipv6")


@pytest.mark.parametrize("name", CUT)
def test_what_is_kept_is_told_as_if_the_capture_had_begun_with_it(captures: Path, name: str) -> None:
    rows = rows_of(captures / f"{name}.pcap")
    for gone in range(1, min(len(rows), 30)):
        packets, survey, connections = tracked(rows, gone)
        alone, fresh, shorter = tracked(rows[gone:])
        streams = packets.view().stream[gone:]
        assert survey.streams.tolist() == sorted(set(streams.tolist()) - {-1})
        assert (survey.found.rows >= gone).all()
        for row, (stream, own) in enumerate(zip(streams, alone.view().stream, strict=True)):
            if stream >= 0:
                assert facts(survey, int(stream), row + gone) == facts(fresh, int(own), row), (gone, row)
                flow = make_flow(packets.view(gone), connections[stream], int(stream))
                other = make_flow(alone.view(), shorter[own], int(own))
                assert (flow.rows - gone).tolist() == other.rows.tolist()
                assert (flow.seq.tolist(), flow.ack.tolist()) == (other.seq.tolist(), other.ack.tolist())


def facts(survey: Survey, stream: int, row: int) -> dict[str, object]:
    """What is said of a connection and of the states after one of its packets, whichever end came first."""
    outline, states = survey.outlines.rows[stream], survey.outlines.states[row]
    turned = slice(None, None, -1) if outline["client"] == 1 else slice(None)
    names = ("opening", "closing", "reason", "assumed", "copies")
    return {name: outline[name].tolist() for name in names} | {
        "states": states[turned].tolist(),
        "sizes": outline["sizes"][turned].tolist(),
        "repeated": outline["repeated"][turned].tolist(),
        "part": int(survey.outlines.parts[row]),
        "words": int(survey.words.states[stream]),
        "history": bytes(survey.words.histories[stream]),
    }


def test_the_grouping_of_what_is_kept_has_the_numbers_of_the_whole(captures: Path) -> None:
    rows = rows_of(captures / "time-wait-reuse.pcap")
    packets, survey, connections = tracked(rows, 5)
    grouping = survey.grouping
    assert len(grouping.starts) == len(connections) + 1
    for stream in range(len(connections)):
        own = grouping.order[grouping.starts[stream] : grouping.starts[stream + 1]]
        assert own.tolist() == packets.view(5).rows_of(stream).tolist()
