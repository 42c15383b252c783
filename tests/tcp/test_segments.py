"""The segments of a flow: what one plain loop over them would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import ACK, CORNERS, FIN, MOVES, OPENED, RST, SYN, Move, packets_of
from msgspec.structs import replace

from tui.index.schema import Known, Mark
from tui.tcp.flow import ROOM, make_flow
from tui.tcp.story import Traffic
from tui.tcp.tell import Ends, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from tui.index.table import Packets
    from tui.tcp.flow import Flow
    from tui.tcp.story import Story

MILLISECOND = 1_000_000


def _distance(later: int, earlier: int) -> int:
    """How far a sequence number lies behind another: in [-2³¹, 2³¹)."""
    return (later - earlier + (1 << 31)) % (1 << 32) - (1 << 31)


class _Space:
    """The numbers of one end, as they are seen."""

    def __init__(self, base: int) -> None:
        self.number, self.position, self.top = base, 0, 0

    def place(self, number: int, trusted: bool) -> int:
        position = self.position + _distance(number, self.number)
        if trusted:
            self.number, self.position = number, position
        return position


def plain(packets: Packets, connection: np.void, stream: int) -> list[tuple[int, ...]]:
    """For each segment: row, end, flags, seq, stop, ack, top, peer_top, window, length, time, copy."""
    bits = Known.BASE_A, Known.BASE_B
    spaces = [
        _Space(int(base) if connection["known"] & bit else 0)
        for base, bit in zip(connection["base"], bits, strict=True)
    ]
    latest: list[int | None] = [None, None]
    segments: list[tuple[int, ...]] = []
    for row in packets.rows_of(stream).tolist():
        marks, flags = int(packets.marks[row]), int(packets.bits[row]) & 0xFFF
        if marks & (Mark.QUOTED | Mark.SHORT):
            continue
        end, length = int(bool(marks & Mark.FROM_B)), int(packets.seglen[row])
        own, other = spaces[end], spaces[1 - end]
        seq = own.place(int(packets.seq[row]), not flags & RST)
        ack = other.place(int(packets.ack[row]), not flags & RST) if flags & ACK else -1
        stop = seq + length + bool(flags & SYN) + bool(flags & FIN)
        copy, time = _is_copy(packets, row, latest[end]), int(packets.time[row])
        segments.append(
            (
                row,
                end,
                flags,
                seq,
                stop,
                ack,
                own.top,
                other.top,
                int(packets.window[row]),
                length,
                time,
                copy,
            )
        )
        latest[end] = row
        if not flags & RST:
            own.top = max(own.top, stop)
    return segments


def _is_copy(packets: Packets, row: int, before: int | None) -> bool:
    if before is None:
        return False
    same = ("seq", "ack", "seglen", "bits", "window", "ip_id")
    most = 50 * MILLISECOND if packets.ip_id[row] else MILLISECOND
    soon = abs(int(packets.time[row]) - int(packets.time[before])) <= most
    return soon and all(getattr(packets, name)[row] == getattr(packets, name)[before] for name in same)


@settings(deadline=None, max_examples=share(150))
@given(st.lists(MOVES, min_size=1, max_size=40))
def test_a_flow_has_the_segments_of_its_connection_with_positions(moves: list[Move]) -> None:
    packets, connections = packets_of(moves)
    for stream in range(len(connections)):
        flow = make_flow(packets, connections[stream], stream)
        assert list(zip(*columns(flow), strict=True)) == plain(packets, connections[stream], stream)
        assert flow.copied == flow.copies.sum()
        assert flow.traffic == (traffic(flow, 0), traffic(flow, 1))


def columns(flow: Flow) -> list[list[int]]:
    return [getattr(flow, name).tolist() for name in flow.__struct_fields__[:12]]


def traffic(flow: Flow, end: int) -> Traffic:
    """Payload bytes are counted when they come for the first time; frames captured twice are not counted."""
    fresh = [
        max(seq + length - max(seq, top), 0)
        for _, sender, _, seq, _, _, top, _, _, length, _, copy in zip(*columns(flow), strict=True)
        if sender == end and length and not copy
    ]
    return Traffic(segments=len(fresh), size=sum(fresh), repeated=fresh.count(0))


@settings(deadline=None, max_examples=share(100))
@given(st.lists(MOVES, max_size=30), st.lists(MOVES, max_size=30), st.lists(MOVES, max_size=30))
def test_a_story_depends_only_on_the_segments_that_are_chosen(
    first: list[Move], second: list[Move], third: list[Move]
) -> None:
    dull: list[Move] = [(number % 3, number % 2, "data", 0, 0, 1000) for number in range(200)]
    assert_chosen_say_all([*OPENED, *dull, *first, *dull, *second, *dull, *third])


@pytest.mark.parametrize("corner", CORNERS)
def test_a_story_depends_only_on_the_segments_that_are_chosen_in_a_corner_too(corner: str) -> None:
    assert_chosen_say_all(CORNERS[corner])


def assert_chosen_say_all(moves: Sequence[Move]) -> None:
    packets, connections = packets_of(moves)
    for stream in range(len(connections)):
        whole = make_flow(packets, connections[stream], stream)
        chosen = make_flow(packets, connections[stream], stream, room=0)
        assert len(chosen) <= len(whole)
        if len(whole):
            ends = Ends(("A", "B"), (1, 2), (-1, 2), (None, None))
            assert _said(chosen, tell(chosen, stream, ends)) == _said(whole, tell(whole, stream, ends))


def _said(flow: Flow, story: Story) -> tuple[object, ...]:
    """A story, with rows in place of what its flow numbers."""
    happenings = [
        (
            -1 if each.segment is None else int(flow.rows[each.segment]),
            each.end,
            each.event,
            each.before,
            each.after,
        )
        for step in story.course.steps
        for each in step.happenings
    ]
    stages = [replace(stage, happenings=()) for stage in story.stages]
    crossed = [int(flow.rows[segment]) for pair in story.course.crossed for segment in pair]
    course = replace(story.course, steps=(), crossed=())
    return replace(story, course=course, stages=()), stages, happenings, crossed


def test_of_a_long_connection_few_segments_are_chosen() -> None:
    dull: list[Move] = [(0, number % 2, "data", 0, 0, 1000) for number in range(ROOM)]
    packets, connections = packets_of([*OPENED, *dull])
    assert len(make_flow(packets, connections[0], 0)) == ROOM + 3
    assert len(make_flow(packets, connections[0], 0, ROOM)) < 30


def test_a_rst_s_number_carries_no_other_along() -> None:
    moves: list[Move] = [
        (0, 0, "syn", 0, 0, 0),
        (0, 0, "rst", 1 << 30, 0, 1),
        (0, 0, "rst", -(1 << 30), 0, 1),
    ]
    packets, connections = packets_of([*moves, (0, 0, "data", 0, 0, 1)])
    assert make_flow(packets, connections[0], 0).seq.tolist() == [0, 1 + (1 << 30), 1 - (1 << 30), 1]


def test_a_frame_is_a_copy_only_if_it_comes_soon() -> None:
    moves: list[Move] = [
        (1, 0, "syn", 0, 0, 0),
        (1, 0, "its last, captured twice", 0, 0, 40 * MILLISECOND),
        (1, 0, "its last, captured twice", 0, 0, 60 * MILLISECOND),
        (1, 0, "its last again", 0, 0, MILLISECOND // 2),
    ]
    packets, connections = packets_of(moves)
    assert make_flow(packets, connections[0], 0).copies.tolist() == [False, True, False, False]
