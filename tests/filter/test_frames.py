"""Frames held together: searched at once, fields read out of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace
from viewing import opened

from tui.decode.headers.network import IPV4
from tui.filter.chunk import View
from tui.filter.language import compile_filter
from tui.report.filtered import view_of
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD_HEADER = 16  # bytes of a pcap record before its frame


@pytest.fixture
def view(captures: Path) -> Iterator[View]:
    with opened(captures / "http-get.pcap") as found:
        yield found


def test_what_stands_between_two_frames_is_not_found(view: View, captures: Path) -> None:
    data = (captures / "http-get.pcap").read_bytes()
    frames = view.chunk(0, 10).frames
    end = 24 + RECORD_HEADER + int(frames.lengths[0])
    assert not frames.holding(data[end - 2 : end + 2]).any(), "half in a frame, half in a record's header"
    assert frames.holding(data[end - 4 : end]).any()


def test_every_frame_with_the_bytes_is_found_once_or_often(view: View) -> None:
    frames = view.chunk(0, 10).frames
    wanted = [b"\x08\x00" in view.means.frame(row) for row in range(10)]
    assert frames.holding(b"\x08\x00").tolist() == wanted


@pytest.mark.parametrize("needle", [b"", bytes(2000)])
def test_nothing_and_too_much_are_nowhere(needle: bytes, view: View) -> None:
    assert not view.chunk(0, 10).frames.holding(needle).any()


def test_a_number_is_there_only_if_all_of_its_bytes_were_captured(view: View) -> None:
    frames = view.chunk(0, 3).frames
    length = next(row for row in IPV4 if row.name == "ip.len")
    numbers, there = frames.numbers(length, np.array([14, -1, int(frames.lengths[2]) - 3]))
    assert there.tolist() == [True, False, False]
    assert numbers[0] == 60


def test_frames_read_one_by_one_are_those_read_at_once(view: View) -> None:
    alone = View(view.capture, replace(view.means, read=None))
    assert [alone.chunk(0, 10).frames.frame(row) for row in range(10)] == [
        view.chunk(0, 10).frames.frame(row) for row in range(10)
    ]


@pytest.mark.parametrize(
    "text", ['frame contains "GET"', "ip.ttl == 64", "tcp[0:2] == 1f:90", "tcp.payload", "len(frame) > 100"]
)
def test_captures_merged_by_time_give_the_packets_of_each(text: str, captures: Path) -> None:
    names = ["http-get.pcap", "ipv6.pcap", "http-get.pcap"]
    found = compile_filter(text)
    alone = []
    for name in names:
        with opened(captures / name) as view:
            alone.append(int(found.run(view).sum()))
    session = Session([str(captures / name) for name in names])
    merged = found.run(view_of(session, session.wait()))
    session.close()
    assert int(merged.sum()) == sum(alone)
