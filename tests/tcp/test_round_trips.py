"""The round trips of all handshakes are those of the stories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conversation import read
from frames import pcap
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import MOVES, OPENED, Move, packets_of

from tui.session import Session
from tui.tcp.flow import make_flow
from tui.tcp.outlines import outline
from tui.tcp.round_trips import NO_TIME, round_trips
from tui.tcp.tell import Ends, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

SCRIPTS = sorted((Path(__file__).parents[1] / "scripts").glob("*.txt"))


def told(capture: Path) -> list[list[int]]:
    """The round trips of each connection; then, for each, those of its story."""
    session = Session([str(capture)])
    try:
        snapshot = session.wait()
        times = round_trips(snapshot.packets, session.survey(snapshot).outlines)
        stories = [session.story(snapshot, int(first)) for first in snapshot.connections["first"]]
    finally:
        session.close()
    found: list[list[int]] = times.tolist()
    assert found == [list((story and story.rtt) or (NO_TIME, NO_TIME)) for story in stories]
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_has_the_round_trips_of_its_story(script: Path, tmp_path: Path) -> None:
    capture = tmp_path / "script.pcap"
    capture.write_bytes(pcap(read(script.read_text("utf-8"), script.name).packets))
    assert told(capture)


def test_a_round_trip_is_parted_where_it_was_captured(captures: Path) -> None:
    assert told(captures / "http-get.pcap") == [[115_000, 32_000]]


def test_a_syn_ack_that_came_twice_leaves_the_round_trip_open(captures: Path) -> None:
    assert told(captures / "half-open.pcap") == [[NO_TIME, NO_TIME]]


def made_up(moves: Sequence[Move]) -> list[list[int]]:
    """The round trips of each connection of a conversation that nobody had: those of its story."""
    packets, connections = packets_of(moves)
    outlines = outline(packets, connections)
    times: list[list[int]] = round_trips(packets, outlines).tolist()
    for stream, connection in enumerate(connections):
        flow = make_flow(packets, connection, stream)
        ports, scales = connection["port"].tolist(), connection["scale"].tolist()
        ends = Ends(("A", "B"), tuple(ports), tuple(scales), (None, None))
        rtt = tell(flow, stream, ends).rtt if len(flow) else None
        assert times[stream] == list(rtt or (NO_TIME, NO_TIME))
        assert rtt is None or outlines.rows["opened_at"][stream] >= 0
    return times


@settings(max_examples=100, deadline=None)
@given(st.lists(MOVES, max_size=12), st.booleans())
def test_whatever_the_packets_only_an_opening_that_was_completed_has_a_round_trip(
    moves: list[Move], opened: bool
) -> None:
    made_up([*OPENED, *moves] if opened or not moves else moves)


def test_a_syn_that_its_own_end_answers_has_no_round_trip() -> None:
    calls: list[Move] = [(0, 0, "syn", 0, 0, 0), (0, 1, "syn", 0, 0, 0)]
    assert made_up([*calls, (0, 1, "syn-ack", 0, 0, 0), (0, 1, "syn-ack", 0, 5, 0)]) == [[NO_TIME, NO_TIME]]


def test_an_opening_that_was_not_completed_has_no_round_trip() -> None:
    calls: list[Move] = [(0, 1, "syn", 0, 5, 0), (0, 0, "syn-ack", 0, 5, 0)]
    assert made_up([*calls, (0, 1, "syn-ack", 0, 0, 0)]) == [[NO_TIME, NO_TIME]]
