"""Throughput counts what was sent, goodput every byte once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from graphing import MS, opened, sent
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import ACK, ethernet, ip4, pcap, tcp

from tui.report.graphs.rates import fresh_bytes, moving_average
from tui.report.graphs.segments import Direction
from tui.screens.graphing import Choice, Graphing

if TYPE_CHECKING:
    from pathlib import Path

SECOND = 1000 * MS


@pytest.mark.parametrize(
    ("segments", "fresh"),
    [
        ([(0, 1, 100), (1, 101, 100)], [100, 100]),  # in order
        ([(0, 1, 100), (1, 1, 100)], [100, 0]),  # sent again
        ([(0, 1, 100), (1, 51, 100)], [100, 50]),  # half of it again
        ([(0, 1, 100), (1, 201, 100), (2, 101, 100)], [100, 100, 100]),  # a hole, filled
        ([(0, 1, 100), (1, 301, 100), (2, 101, 100), (3, 51, 250)], [100, 100, 100, 100]),  # in two parts
        ([(0, 1, 100), (1, 201, 100), (2, 151, 10), (3, 101, 100)], [100, 100, 10, 90]),  # from the middle
        ([(0, 1, 0)], [0]),  # nothing
    ],
)
def test_a_byte_counts_when_it_is_first_seen(segments: list[tuple[int, int, int]], fresh: list[int]) -> None:
    assert fresh_bytes(sent(segments)).tolist() == fresh


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=25))
def test_fresh_bytes_are_those_that_no_segment_before_had(places: list[tuple[int, int]]) -> None:
    seen: set[int] = set()
    expected = []
    for start, length in places:
        bytes_of = set(range(start, start + length))
        expected.append(len(bytes_of - seen))
        seen |= bytes_of
    assert fresh_bytes(sent([(0, start, length) for start, length in places])).tolist() == expected


def test_a_moving_average_is_that_of_the_window_before_each_point() -> None:
    # 1,000 bytes at 0 s and 500 at 1 s, over a window of 1 s: 8,000 bit/s until, but not at, 1 s; then 4,000.
    x, y = moving_average(np.array([0, SECOND]), np.array([1000, 500]), SECOND, SECOND)
    assert (x // (200 * MS)).tolist() == list(range(10))
    assert y.tolist() == [8000.0] * 5 + [4000.0] * 5


def test_the_average_over_half_a_second_is_in_bits_a_second() -> None:
    _, y = moving_average(np.array([0]), np.array([1000]), SECOND // 2, 0)
    assert set(y.tolist()) == {16000.0}


def test_frames_that_were_captured_twice_are_sent_once(tmp_path: Path) -> None:
    segment = ethernet(ip4(tcp(seq=1000, flags=ACK, data=bytes(100)), identification=7))
    path = tmp_path / "twice.pcap"
    path.write_bytes(pcap([segment, segment], step=10))
    with opened(path) as session:
        direction = Direction(session.snapshot(), 0, 0)
        assert direction.sent.lengths.tolist() == [100]


def test_a_clock_that_goes_far_ahead_and_back_makes_no_endless_graph(tmp_path: Path) -> None:
    frames = [ethernet(ip4(tcp(seq=1000 + 100 * at, flags=ACK, data=bytes(100)))) for at in range(3)]
    whole = bytearray(pcap(frames))
    second = 24 + 16 + len(frames[0])
    whole[second : second + 4] = (4_000_000_000).to_bytes(4, "little")
    path = tmp_path / "clock.pcap"
    path.write_bytes(whole)
    with opened(path) as session:
        made = Graphing(session).make(session.snapshot(), Choice(3, 0))
        assert 0 < len(made.graph) < 100_000
        assert made.graph.end > 10**18
