"""SACK blocks are read once, within their options, and stand where the acknowledgment beside them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphing import drawn, opened, series
from wire import ACK, SYN, A, B, ethernet, ip4, pcap, tcp

from tui.errors import CaptureError
from tui.report.graphs import selective
from tui.report.graphs.segments import Direction
from tui.report.graphs.selective import SelectiveAcks
from tui.tcp import seq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.chunk import Chunk

BASE = seq.add(0, -50)  # data crosses the end of the numbers


def _edges(*blocks: tuple[int, int]) -> bytes:
    return b"".join(
        seq.add(BASE, left).to_bytes(4) + seq.add(BASE, right).to_bytes(4) for left, right in blocks
    )


def _option(*blocks: tuple[int, int], length: int | None = None) -> bytes:
    size = 2 + 8 * len(blocks) if length is None else length
    return bytes([1, 1, 5, size]) + _edges(*blocks)


def _capture(path: Path, *options: bytes) -> Path:
    """A sends three segments, the first of which is lost; B answers with these options."""

    def sent(position: int) -> bytes:
        data = bytes(100)
        segment = tcp(40000, 80, seq.add(BASE, position), 7001, ACK, data=data)
        return ethernet(ip4(segment, src=A, dst=B))

    def answer(option: bytes) -> bytes:
        segment = tcp(80, 40000, 7001, seq.add(BASE, 1), ACK, options=option)
        return ethernet(ip4(segment, src=B, dst=A))

    frames = [
        ethernet(ip4(tcp(40000, 80, BASE, 0, SYN), src=A, dst=B)),
        ethernet(ip4(tcp(80, 40000, 7000, seq.add(BASE, 1), SYN | ACK), src=B, dst=A)),
        sent(101),
        sent(201),
        *map(answer, options),
    ]
    path.write_bytes(pcap(frames))
    return path


def _blocks(path: Path) -> list[tuple[int, int, int]]:
    with opened(path) as session:
        found = series(drawn(session, 0, 0, "tcptrace"), "SACK")
    if found is None or found.low is None:
        return []
    return list(zip((found.rows + 1).tolist(), found.low.tolist(), found.y.tolist(), strict=True))


def test_blocks_stand_at_positions_that_count_on_where_numbers_wrap(tmp_path: Path) -> None:
    path = _capture(tmp_path / "a.pcap", _option((101, 201)), _option((101, 301), (1, 51)))
    assert sorted(_blocks(path)) == [(5, 101, 201), (6, 1, 51), (6, 101, 301)]


@pytest.mark.parametrize(
    "option",
    [
        _option((101, 201), length=255),
        _option((101, 201), length=1),
        _option((101, 201), length=0),
        _option(length=2),
        bytes([0]) + _option((101, 201)),
        bytes([1] * 11 + [5]),
    ],
)
def test_what_is_no_whole_block_is_none(tmp_path: Path, option: bytes) -> None:
    assert _blocks(_capture(tmp_path / "a.pcap", option)) == []


def test_only_what_came_since_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    blocks = selective._blocks

    def noted(chunk: Chunk) -> Iterator[Any]:
        read.extend(chunk.rows)
        return blocks(chunk)

    monkeypatch.setattr(selective, "_blocks", noted)
    with opened(_capture(tmp_path / "a.pcap", _option((101, 201)), _option((101, 301)))) as session:
        snapshot = session.snapshot()
        answers = Direction(snapshot, 0, 0).answers
        acks = SelectiveAcks()
        acks.advance(session, snapshot, answers.only(answers.rows < 5))
        assert read == [4]
        acks.advance(session, snapshot, answers)
        assert read == [4, 5]
        at, left, right = acks.positions(snapshot, answers)
        assert answers.rows[at].tolist() == [4, 5]
        assert (left.tolist(), right.tolist()) == ([101, 101], [201, 301])


def test_what_is_stopped_reads_no_further(tmp_path: Path) -> None:
    with opened(_capture(tmp_path / "a.pcap", _option((101, 201)))) as session:
        acks = SelectiveAcks()
        acks.stopped = True
        answers = Direction(session.snapshot(), 0, 0).answers
        acks.advance(session, session.snapshot(), answers)
        assert not len(acks.positions(session.snapshot(), answers)[0])


def test_a_file_that_was_cut_is_said_and_the_rest_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise CaptureError("the file was cut")

    monkeypatch.setattr(selective, "_blocks", fail)
    with opened(_capture(tmp_path / "a.pcap", _option((101, 201)))) as session:
        acks = SelectiveAcks()
        answers = Direction(session.snapshot(), 0, 0).answers
        acks.advance(session, session.snapshot(), answers)
        assert acks.failure == "the file was cut"
        assert series(drawn(session, 0, 0, "tcptrace"), "segments") is not None
