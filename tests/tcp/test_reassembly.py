"""A stream is what RFC 9293 makes of the segments that were captured, and holes where none was."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import wire
from hypothesis import given, settings
from hypothesis import strategies as st
from streams import ACK, FIN, OPENING, RST, SYN, Sent, frame, opened, stream_of, told

from tui.report.stream.data import StreamData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.session import Session

HI = Sent(0, 1, b"hello ")
THERE = Sent(0, 7, b"there")


def say(folder: Path, *sent: Sent, bases: tuple[int, int] = (1000, 5000)) -> list[tuple[int, bytes | int]]:
    session, data = stream_of(folder, sent, bases)
    try:
        return told(data)
    finally:
        session.close()


def test_segments_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    assert say(tmp_path, THERE, HI) == [(0, b"hello "), (0, b"there")]


def test_what_is_sent_again_is_there_once(tmp_path: Path) -> None:
    session, data = stream_of(tmp_path, [HI, HI, THERE, Sent(0, 4, b"lo th")])
    assert told(data) == [(0, b"hello "), (0, b"there")]
    assert len(data.streams.repeats.rows) == 1  # the other one is a copy of the frame
    session.close()


def test_a_hole_is_shown_as_such_and_leads_to_the_packet_after_it(tmp_path: Path) -> None:
    session, data = stream_of(tmp_path, [Sent(0, 1, b"ab"), Sent(0, 103, b"yz")])
    assert told(data) == [(0, b"ab"), (0, 100), (0, b"yz")]
    assert data.pieces.rows.tolist() == [3, 4, 4]
    assert data.streams.sides[0].holes == 1
    assert data.streams.sides[0].missing == 100
    session.close()


def test_bytes_missing_before_a_fin_are_a_hole(tmp_path: Path) -> None:
    assert say(tmp_path, HI, Sent(0, 17, flags=FIN | ACK)) == [(0, b"hello "), (0, 10)]


def test_a_fin_behind_all_data_leaves_no_hole(tmp_path: Path) -> None:
    assert say(tmp_path, HI, Sent(0, 7, flags=FIN | ACK)) == [(0, b"hello ")]


def test_sequence_numbers_may_wrap_around(tmp_path: Path) -> None:
    assert say(tmp_path, HI, THERE, bases=(2**32 - 4, 2**32 - 1)) == [(0, b"hello "), (0, b"there")]


def test_both_sides_are_joined_in_the_order_of_delivery(tmp_path: Path) -> None:
    answer = Sent(1, 1, b"yes", ack=12)
    assert say(tmp_path, THERE, Sent(1, 1, b"no", ack=1), HI, answer) == [
        (1, b"no"),
        (0, b"hello "),
        (0, b"there"),
        (1, b"s"),
    ]


def test_what_lies_behind_a_hole_is_delivered_when_the_hole_is_acknowledged(tmp_path: Path) -> None:
    answers = [Sent(1, 1, b"one", ack=1), Sent(1, 4, b"two", ack=12)]
    assert say(tmp_path, THERE, *answers) == [(1, b"one"), (0, 6), (0, b"there"), (1, b"two")]


def test_what_nobody_acknowledged_comes_last(tmp_path: Path) -> None:
    assert say(tmp_path, THERE, Sent(1, 1, b"one", ack=1)) == [(1, b"one"), (0, 6), (0, b"there")]


def test_what_was_captured_late_stands_where_it_was_delivered(tmp_path: Path) -> None:
    answer = Sent(1, 1, b"yes", ack=12)
    assert say(tmp_path, THERE, answer, HI) == [(0, b"hello "), (0, b"there"), (1, b"yes")]


def test_the_byte_of_a_keep_alive_is_none_of_the_stream(tmp_path: Path) -> None:
    assert say(tmp_path, HI, Sent(1, 1, ack=7), Sent(0, 6, b"\0"), THERE) == [(0, b"hello "), (0, b"there")]


def test_what_a_rst_carries_is_none_of_the_stream(tmp_path: Path) -> None:
    assert say(tmp_path, HI, Sent(0, 7, b"go away", flags=RST | ACK)) == [(0, b"hello ")]


def test_data_in_the_syn_stands_behind_it(tmp_path: Path) -> None:
    session = opened(tmp_path, map(frame, [Sent(0, 0, b"fast", SYN, 0), Sent(1, 0, b"", SYN | ACK, 5)]))
    assert told(StreamData(session, session.snapshot(), 0)) == [(0, b"fast")]
    session.close()


def test_data_before_the_syn_is_left_out(tmp_path: Path) -> None:
    assert say(tmp_path, Sent(0, -9, b"0123456789hello "), THERE) == [(0, b"hello "), (0, b"there")]


def test_without_a_syn_the_stream_begins_with_the_first_byte_of_all(tmp_path: Path) -> None:
    session = opened(tmp_path, map(frame, [THERE, HI]))
    data = StreamData(session, session.snapshot(), 0)
    assert told(data) == [(0, b"hello "), (0, b"there")]
    assert not data.streams.sides[0].opened
    session.close()


def test_what_an_icmp_error_quotes_is_not_counted(tmp_path: Path) -> None:
    quoted = frame(Sent(0, 7, b"there"))[14:]
    error = wire.ethernet(wire.ip4(bytes.fromhex("0301000000000000") + quoted, 1, src=wire.B, dst=wire.A))
    session = opened(tmp_path, [*map(frame, (*OPENING, HI)), error])
    data = StreamData(session, session.snapshot(), 0)
    assert told(data) == [(0, b"hello ")]
    session.close()


def test_what_was_cut_off_by_the_snap_length_is_a_hole_that_says_so(tmp_path: Path) -> None:
    frames = [*map(frame, (*OPENING, HI, THERE))]
    records = [wire.record(each, number * 10**7) for number, each in enumerate(frames[:3])]
    records += [
        wire.record(each[:-3], 10**8 + place, length=len(each)) for place, each in enumerate(frames[3:])
    ]
    path = tmp_path / "cut.pcap"
    path.write_bytes(wire.header() + b"".join(records))
    session = _session(path)
    data = StreamData(session, session.snapshot(), 0)
    assert told(data) == [(0, b"hel"), (0, 3), (0, b"th"), (0, 3)]
    assert data.pieces.cut.tolist() == [False, True, False, True]
    session.close()


def test_a_segment_that_came_in_ip_fragments_is_whole(tmp_path: Path) -> None:
    segment = wire.tcp(40000, 80, 1001, 5001, ACK, data=bytes(range(40)))
    fragments = [
        wire.ethernet(
            wire.ip4(segment[at : at + 24], offset=at, more=at + 24 < len(segment), identification=7)
        )
        for at in range(0, len(segment), 24)
    ]
    session = opened(tmp_path, [*map(frame, OPENING), *fragments])
    assert told(StreamData(session, session.snapshot(), 0)) == [(0, bytes(range(40)))]
    session.close()


def _session(path: Path) -> Session:
    from tui.session import Session

    session = Session([str(path)])
    session.wait()
    return session


Cut = tuple[int, int]


@st.composite
def journeys(draw: st.DrawFn) -> tuple[bytes, list[Cut], int]:
    """Random bytes, segments of them in any order, some lost, some again; and the first sequence number."""
    data = draw(st.binary(min_size=1, max_size=200))
    edges = sorted({0, len(data), *draw(st.lists(st.integers(0, len(data)), max_size=20))})
    cuts = list(pairwise(edges))
    again = draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(1, 60)), max_size=6))
    cuts += [(begin, min(begin + length, len(data))) for begin, length in again]
    lost = draw(st.sets(st.integers(0, len(cuts) - 1), max_size=len(cuts) - 1))
    kept = [cut for number, cut in enumerate(cuts) if number not in lost]
    return data, draw(st.permutations(kept)), draw(st.integers(0, 2**32 - 1))


@given(journeys())
@settings(deadline=None, max_examples=60)
def test_holes_are_exactly_where_no_segment_covers(journey: tuple[bytes, Sequence[Cut], int]) -> None:
    data, cuts, base = journey
    # A segment of 1 byte that was there before is a keep-alive's for all that the columns tell.
    sent = [Sent(0, 1 + begin, data[begin:stop]) for begin, stop in cuts if stop - begin > 1]
    with tempfile.TemporaryDirectory() as folder:
        pieces = say(Path(folder), *sent, bases=(base, 7))
    there = bytearray(len(data))
    for each in sent:
        there[each.at - 1 : each.at - 1 + len(each.data)] = b"\1" * len(each.data)
    at = 0
    for end, piece in pieces:
        assert end == 0
        length = piece if isinstance(piece, int) else len(piece)
        assert there[at : at + length] == bytes([not isinstance(piece, int)]) * length
        if isinstance(piece, bytes):
            assert piece == data[at : at + length]
        at += length
    assert at == there.rfind(1) + 1


@pytest.mark.parametrize("end", [0, 1])
def test_an_end_that_said_nothing_has_an_empty_stream(tmp_path: Path, end: int) -> None:
    session, data = stream_of(tmp_path, [])
    assert data.streams.sides[end].size == 0
    assert told(data) == []
    session.close()
