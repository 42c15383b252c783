"""The lines of a stream lead back to its bytes, in every form, and only what is seen is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st
from streams import Sent, stream_of

from tui.report.stream.blocks import Blocks
from tui.report.stream.contradictions import contradictions
from tui.report.stream.data import Place, StreamData
from tui.report.stream.find import Search
from tui.report.stream.http import http_lines
from tui.report.stream.lines import HexLines, RawLines
from tui.report.stream.text import TextLines, legible, wrap
from tui.report.stream.tls import tls_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

    from tui.report.stream.lines import StreamLines

WIDTH = 76
PIECE = 1000
LONG = 3_000  # pieces of PIECE bytes: more than is read at once


@pytest.fixture(scope="module")
def long_stream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreamData]:
    """Three million bytes in lines of 20, said by the server."""
    line = b"a line of the text.\n"
    sent = [Sent(1, 1 + number * PIECE, line * (PIECE // len(line))) for number in range(LONG)]
    session, data = stream_of(tmp_path_factory.mktemp("long"), sent)
    yield data
    session.close()


def lines_of(data: StreamData) -> list[StreamLines]:
    every = data.chosen(None)
    return [
        TextLines(data, every, WIDTH),
        HexLines(data, every, WIDTH),
        RawLines(data, every, WIDTH),
        http_lines(data, None, WIDTH),
        tls_lines(data, None, WIDTH),
    ]


def test_in_every_form_the_place_of_a_line_leads_back_to_it(tmp_path: Path) -> None:
    said = b"GET / HTTP/1.1\r\nA: b\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" + bytes(range(256))
    sent = [
        Sent(0, 1, said),
        Sent(1, 1, answer, ack=1 + len(said)),
        Sent(1, 901, b"x" * 100, ack=1 + len(said)),
    ]
    session, data = stream_of(tmp_path, sent)
    for lines in lines_of(data):
        assert len(lines) > 3
        assert [lines.index_of(lines.place(index)) for index in range(len(lines))] == list(range(len(lines)))
        assert [lines.line(index).place for index in range(len(lines))] == list(
            map(lines.place, range(len(lines)))
        )
    session.close()


def test_the_server_is_indented_in_hex_and_counted_from_its_own_first_byte(tmp_path: Path) -> None:
    session, data = stream_of(
        tmp_path, [Sent(0, 1, b"hi"), Sent(1, 1, b"ho", ack=3), Sent(1, 3, b"ho", ack=3)]
    )
    lines = HexLines(data, data.chosen(None), WIDTH)
    assert [lines.line(index).text for index in range(len(lines))] == [
        "00000000  68 69                     hi",
        "    00000000  68 6f                     ho",
        "    00000002  68 6f                     ho",
    ]
    session.close()


def test_of_a_long_stream_only_what_is_seen_is_read(
    long_stream: StreamData, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    join = StreamData.join

    def spy(self: StreamData, numbers: np.ndarray) -> bytes:
        read.extend(numbers.tolist())
        return join(self, numbers)

    monkeypatch.setattr(StreamData, "join", spy)
    lines = TextLines(long_stream, long_stream.chosen(None), WIDTH)
    assert not read
    expected = len(lines)
    assert lines.measure(expected // 2, expected // 2 + 50)
    assert 0 < len(read) < LONG // 10
    assert lines.line(expected // 2).text == "a line of the text."
    assert not lines.measure(expected // 2, expected // 2 + 50)
    assert len(lines) != expected  # the lines were shorter than they were expected to be


def test_when_all_is_measured_all_lines_are_there(long_stream: StreamData) -> None:
    lines = TextLines(long_stream, long_stream.chosen(None), WIDTH)
    while lines.measure(0, len(lines)):
        pass
    assert len(lines) == LONG * PIECE // 20
    assert lines.place(len(lines) - 1) == Place(LONG - 1, PIECE - 20)


def test_a_text_is_found_where_pieces_and_blocks_meet(long_stream: StreamData) -> None:
    search = Search(long_stream, long_stream.chosen(None), "TEXT.\nA LINE")
    places: list[int] = []
    place = search.after(None)
    while place is not None and len(places) < 2 * PIECE // 20 * 40:
        places.append(place.piece * PIECE + place.byte)
        place = search.after(place)
    assert places == list(range(14, 20 * len(places), 20))
    last = search.before(None)
    assert last == Place(LONG - 1, PIECE - 26)


def test_a_search_that_is_stopped_finds_nothing(long_stream: StreamData) -> None:
    search = Search(long_stream, long_stream.chosen(None), "text")
    search.stopped = True
    assert search.after(None) is None


def test_nothing_is_found_across_a_hole_or_another_end(tmp_path: Path) -> None:
    sent = [Sent(0, 1, b"ab"), Sent(1, 1, b"cd", ack=3), Sent(0, 3, b"ef"), Sent(0, 6, b"gh")]
    session, data = stream_of(tmp_path, sent)
    every, client = data.chosen(None), data.chosen(0)
    assert Search(data, every, "bc").after(None) is None
    assert Search(data, client, "be").after(None) == Place(0, 1)
    assert Search(data, client, "fg").after(None) is None
    session.close()


def test_what_is_read_at_once_is_what_is_read_piece_by_piece(long_stream: StreamData) -> None:
    numbers = long_stream.chosen(None)[:100]
    assert long_stream.join(numbers) == b"".join(map(long_stream.piece, numbers.tolist()))
    assert sum(map(len, Blocks(long_stream, long_stream.chosen(None)))) == LONG * PIECE


def test_bytes_sent_twice_and_not_alike_are_told_apart(tmp_path: Path) -> None:
    sent = [Sent(0, 1, b"abcdef"), Sent(0, 7, b"ghi"), Sent(0, 3, b"cXef"), Sent(0, 1, b"abcdef", ack=2)]
    session, data = stream_of(tmp_path, sent)
    found = [each for each in contradictions(data) if each is not None]
    assert [(each.place, each.row, each.count) for each in found] == [(Place(0, 3), 5, 1)]
    session.close()


@given(st.binary(max_size=300), st.integers(1, 40))
@settings(deadline=None, max_examples=share(200))
def test_wrapped_lines_hold_all_bytes_but_the_ends_of_lines(data: bytes, width: int) -> None:
    starts, stops = (edges.tolist() for edges in wrap(data, width))
    assert all(0 <= stop - start <= width for start, stop in zip(starts, stops, strict=True))
    lines = data.split(b"\n")[: -1 if data.endswith(b"\n") else None]
    assert b"".join(data[start:stop] for start, stop in zip(starts, stops, strict=True)) == b"".join(
        line.removesuffix(b"\r") if number < data.count(b"\n") else line for number, line in enumerate(lines)
    )


@given(st.binary(max_size=100))
@settings(deadline=None, max_examples=share(200))
def test_no_bytes_need_more_cells_than_they_are_or_steer_a_terminal(data: bytes) -> None:
    from tui.widths import width_of

    text = legible(data)
    assert text.isprintable()
    assert width_of(text) <= len(data)
