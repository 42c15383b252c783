"""IP fragments: the datagram's TCP header belongs to the frame that completes it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
import tshark
import wire
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.index import fragments, reader
from tui.index.fragments import Fragments
from tui.index.schema import NOWHERE, Mark
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

DATA = bytes(range(60))
SEGMENT = wire.tcp(1234, 80, 7, 0, wire.ACK, data=DATA)
CUTS = ((0, 24), (24, 48), (48, len(SEGMENT)))


def v4(
    start: int, end: int, *, segment: bytes = SEGMENT, identification: int = 9, more: bool | None = None
) -> bytes:
    follows = end < len(segment) if more is None else more
    return wire.ethernet(
        wire.ip4(segment[start:end], offset=start, more=follows, identification=identification)
    )


def v6(
    start: int, end: int, *, segment: bytes = SEGMENT, identification: int = 9, more: bool | None = None
) -> bytes:
    follows = end < len(segment) if more is None else more
    frame = wire.fragment6(segment[start:end], offset=start, more=follows, identification=identification)
    return wire.ethernet(frame, 0x86DD)


def open_frames(tmp_path: Path, frames: list[bytes]) -> Session:
    path = tmp_path / "fragments.pcap"
    path.write_bytes(wire.pcap(frames))
    session = Session([str(path)])
    session.wait()
    return session


@pytest.mark.parametrize("make", [v4, v6])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_completing_frame_has_the_segment_in_whatever_order_they_come(
    tmp_path: Path, make: object, order: tuple[int, ...]
) -> None:
    assert callable(make)
    session = open_frames(tmp_path, [make(*CUTS[index]) for index in order])
    packets = session.snapshot().packets
    assert list(packets.stream) == [-1, -1, 0]
    assert (packets.srcport[2], packets.dstport[2], packets.seq[2], packets.seglen[2]) == (1234, 80, 7, 60)
    assert packets.marks[2] == Mark.TCP | Mark.REASSEMBLED
    assert packets.tcp_at[2] == NOWHERE
    assert [int(marks) for marks in packets.marks[:2]] == [Mark.FRAGMENT] * 2
    assert session.datagram(2) == (6, SEGMENT)
    assert session.datagram(0) is None
    session.close()


def test_a_missing_fragment_leaves_all_unfinished(tmp_path: Path) -> None:
    session = open_frames(tmp_path, [v4(0, 24), v4(48, 80), v4(24, 48, identification=10)])
    assert list(session.snapshot().packets.stream) == [-1, -1, -1]
    session.close()


def test_a_fragment_that_comes_twice_does_no_harm(tmp_path: Path) -> None:
    session = open_frames(tmp_path, [v4(0, 24), v4(0, 24), v4(24, 48), v4(24, 48), v4(48, 80), v4(48, 80)])
    assert list(session.snapshot().packets.stream) == [-1, -1, -1, -1, 0, -1]
    assert session.datagram(4) == (6, SEGMENT)
    session.close()


def test_fragments_of_several_datagrams_are_told_apart(tmp_path: Path) -> None:
    other = wire.tcp(99, 80, 5, 0, wire.ACK, data=DATA)
    frames = [v4(0, 24), v4(0, 24, segment=other, identification=8), v6(0, 24), v6(24, 80)]
    frames += [v4(24, 80, segment=other, identification=8), v4(24, 80)]
    session = open_frames(tmp_path, frames)
    assert list(session.snapshot().packets.srcport) == [0, 0, 0, 1234, 99, 1234]
    assert session.datagram(4) == (6, other)
    session.close()


def test_a_tunnel_that_was_fragmented_outside_gives_the_inner_addresses(tmp_path: Path) -> None:
    inner = wire.ip4(SEGMENT, src="7.7.7.7", dst="8.8.8.8")
    frames = [
        wire.ethernet(wire.ip4(inner[start:end], 4, offset=start, more=end < 100))
        for start, end in ((0, 64), (64, 100))
    ]
    session = open_frames(tmp_path, frames)
    snapshot = session.snapshot()
    ends = [snapshot.addresses.text(column[1]) for column in (snapshot.packets.src, snapshot.packets.dst)]
    assert ends == ["7.7.7.7", "8.8.8.8"]
    assert snapshot.packets.stream[1] == 0
    assert snapshot.addresses.text(snapshot.connections["addr"][0][0]) == "7.7.7.7"
    session.close()


@pytest.mark.parametrize("make", [v4, v6])
def test_fragments_find_together_across_chunks_and_blocks(
    tmp_path: Path, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(make)
    monkeypatch.setattr(reader, "CHUNK", 100)
    monkeypatch.setattr(reader, "FIRST_BLOCK", 1)
    monkeypatch.setattr(reader, "BLOCK", 1)
    session = open_frames(tmp_path, [make(*cut) for cut in CUTS] * 3)
    assert list(session.snapshot().packets.stream) == [-1, -1, 0] * 3
    assert session.datagram(8) == (6, SEGMENT)
    session.close()


PIECES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 9)).map(
        lambda piece: (piece[0] * 8, min((piece[0] + piece[1]) * 8, 80))
    ),
    min_size=1,
    max_size=8,
)


@given(pieces=PIECES)
@settings(deadline=None, max_examples=150)
def test_overlapping_fragments_give_the_datagram_once_all_of_it_is_there(
    pieces: list[tuple[int, int]],
) -> None:
    waiting, there = Fragments(), set()
    last = False
    for start, end in pieces:
        whole = waiting.add(v4(start, end), 1, 1000, 1, 2)
        there |= set(range(start, end))
        last |= end == 80
        complete = last and len(there) == 80
        assert (whole is not None) == complete
        if whole is not None:
            assert whole.payload == SEGMENT
            lengths = [part.length for part in whole.parts]
            assert [part.start for part in whole.parts] == [sum(lengths[:n]) for n in range(len(lengths))]
            break


@given(
    data=st.lists(
        st.tuples(st.integers(0, 20), st.binary(min_size=1, max_size=40), st.booleans()), max_size=12
    )
)
@settings(deadline=None, max_examples=200)
def test_any_fragments_give_nothing_or_a_datagram_of_their_bytes(data: list[tuple[int, bytes, bool]]) -> None:
    waiting = Fragments()
    for offset, payload, more in data:
        frame = wire.ip4(payload, offset=offset * 8, more=more)
        whole = waiting.add(frame, 228, 0, 1, 2) if offset or more else None
        if whole is not None:
            assert sum(part.length for part in whole.parts) == len(whole.payload)


def test_the_protocol_of_an_ipv6_datagram_is_the_first_fragments(tmp_path: Path) -> None:
    first = wire.ethernet(wire.fragment6(SEGMENT[:24], 6, offset=0, more=True), 0x86DD)
    last = wire.ethernet(wire.fragment6(SEGMENT[24:], 59, offset=24, more=False), 0x86DD)
    session = open_frames(tmp_path, [first, last])
    assert list(session.snapshot().packets.srcport) == [0, 1234]
    session.close()


def test_what_waits_is_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MOST_BYTES", 10 * (24 + fragments.KEEPING))
    waiting = Fragments()
    for identification in range(20):
        assert waiting.add(v4(0, 24, identification=identification), 1, 0, 1, 2) is None
    assert waiting.add(v4(24, 80, identification=9), 1, 0, 1, 2) is None
    assert waiting.add(v4(24, 80, identification=19), 1, 0, 1, 2) is not None


def test_a_flood_of_copies_of_a_fragment_is_worked_off_in_time() -> None:
    waiting, frame = Fragments(), v4(0, 24)
    waiting.add(v4(48, 80), 1, 0, 1, 2)
    for _ in range(20000):
        assert waiting.add(frame, 1, 0, 1, 2) is None
    assert waiting.add(v4(24, 48), 1, 0, 1, 2) is not None


def test_a_fragment_behind_the_largest_datagram_is_left_alone() -> None:
    assert Fragments().add(wire.ip4(bytes(100), offset=65528), 228, 0, 1, 2) is None


FIELDS = ("tcp.srcport", "tcp.stream", "tcp.seq_raw", "tcp.len")


@tshark.needs_tshark
def test_tshark_finds_the_same_segments(tmp_path: Path) -> None:
    frames = []
    for number, order in enumerate(itertools.permutations(range(3))):
        segment = wire.tcp(1000 + number, 80, number, 0, wire.ACK, data=DATA)
        frames += [v4(*CUTS[index], segment=segment, identification=number) for index in order]
        frames += [v6(*CUTS[index], segment=segment, identification=number) for index in order]
    frames += [v4(0, 40, identification=77), v4(24, 80, identification=77), v4(0, 24, identification=77)]
    session = open_frames(tmp_path, frames)
    packets = session.snapshot().packets
    session.close()
    for row, theirs in enumerate(tshark.fields(tmp_path / "fragments.pcap", *FIELDS)):
        stream = int(packets.stream[row])
        ours = (packets.srcport[row], stream, packets.seq[row], packets.seglen[row])
        assert tuple(theirs.values()) == (tuple(map(str, ours)) if stream >= 0 else ("", "", "", ""))


def _cut(frame: bytes, missing: int) -> bytes:
    return wire.record(frame[: len(frame) - missing], length=len(frame))


def _claim(frame: bytes, more: int) -> bytes:
    """IPv4 whose header states more bytes than the frame has."""
    return frame[:17] + bytes([frame[17] + more]) + frame[18:]


INCOMPLETE = {
    "the first cut by the snap length": _cut(v4(0, 40), 10) + _cut(v4(40, 80), 0),
    "the last cut by the snap length": _cut(v4(0, 40), 0) + _cut(v4(40, 80), 10),
    "the first cut, IPv6": _cut(v6(0, 40), 10) + _cut(v6(40, 80), 0),
    "the last cut, IPv6": _cut(v6(0, 40), 0) + _cut(v6(40, 80), 10),
    "the first claims too much": _cut(_claim(v4(0, 40), 30), 0) + _cut(v4(40, 80), 0),
    "the last claims too much": _cut(v4(0, 40), 0) + _cut(_claim(v4(40, 80), 30), 0),
    "no TCP header in one piece": _cut(v4(0, 8), 0) + _cut(v4(8, 80), 3),
}


@tshark.needs_tshark
@pytest.mark.parametrize("name", INCOMPLETE)
def test_a_fragment_that_is_not_all_there_completes_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(wire.header() + INCOMPLETE[name])
    session = Session([str(path)])
    packets = session.wait().packets
    session.close()
    assert not (packets.marks & Mark.REASSEMBLED).any()
    theirs = [(row["tcp.srcport"], row["tcp.stream"]) for row in tshark.fields(path, *FIELDS)]
    ours = [
        (str(port) if stream >= 0 else "", str(stream) if stream >= 0 else "")
        for port, stream in zip(packets.srcport, packets.stream, strict=True)
    ]
    assert ours == theirs
