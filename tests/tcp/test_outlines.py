"""The outline kernel says of every connection what its story says: two programs that follow one table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conversation import read
from examples import share
from frames import pcap
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import CORNERS, MOVES, OPENED, Move, packets_of

from tui.errors import CaptureError
from tui.index.grouping import group
from tui.session import Session
from tui.tcp import codes
from tui.tcp.flow import CLOSING_SEGMENTS, FLAGGED_SEGMENTS, OPENING_SEGMENTS, ROOM, make_flow
from tui.tcp.outlines import (
    CLOSINGS,
    EVENTS,
    NO_PART,
    NO_STATE,
    OPENINGS,
    PARTS,
    REASONS,
    STATES,
    Outlines,
    Reason,
    is_noted,
    outline,
    reason,
)
from tui.tcp.quotes import quoting_rows
from tui.tcp.states import Beginning, Event, State
from tui.tcp.story import Closing, Opening, Part, Unreachable
from tui.tcp.tell import Ends, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tui.index.table import Packets
    from tui.tcp.story import Story

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / "tui" / "tcp"
MOST_CONNECTIONS = 200  # of a capture that are told

Facts = dict[str, object]


def facts_of_story(packets: Packets, connections: NDArray[np.void], stream: int) -> Facts:
    """What must stand in the outline of a connection, by its story."""
    connection = connections[stream]
    flow = make_flow(packets, connection, stream, ROOM)
    quoted = quoting_rows(packets, connection, stream).tolist()
    rows = packets.rows_of(stream)
    facts: Facts = {"icmp": quoted[0] if quoted else -1, "segmentless": not len(flow)}
    if not len(flow):
        data = [PARTS.index(Part.DATA)] * len(rows)
        return facts | {
            "states": [[NO_STATE, NO_STATE]] * len(rows),
            "parts": data,
            "notes": [],
            "copies": [],
        }
    ports, scales = connection["port"].tolist(), connection["scale"].tolist()
    errors = tuple(Unreachable(row, 0, "", "") for row in quoted)
    story = tell(flow, stream, Ends(("A", "B"), tuple(ports), tuple(scales), (None, None), errors))
    return (
        facts
        | _kinds(story)
        | {
            "states": [_codes(story.states_after(row)) for row in rows.tolist()],
            "parts": [_part(story, row) for row in rows.tolist()],
            "notes": sorted(
                (
                    step.row if each.segment is None else int(flow.rows[each.segment]),
                    each.end,
                    each.event.name,
                )
                for step in story.course.steps
                for each in step.happenings
                if is_noted(each.before, each.event)
            ),
            "copies": flow.rows[flow.copies].tolist(),
        }
    )


def _kinds(story: Story) -> Facts:
    return {
        "client": story.client,
        "assumed": story.client_assumed,
        "opening": story.opening,
        "closing": story.closing,
        "closed first": story.closed_first,
        "opened at": story.opened_at,
        "reason": reason(story.opening, story.closing),
        "last states": _codes(story.course.steps[-1].states),
        "traffic": [[each.size, each.segments, each.repeated] for each in story.traffic],
        "copied": story.copies,
    }


def _codes(states: Sequence[State | None]) -> list[int]:
    return [codes.state_code(state) for state in states]


def _part(story: Story, row: int) -> int:
    stage = story.stage_of(row)
    return PARTS.index(stage.part if stage else Part.DATA)


def facts_of_outline(packets: Packets, outlines: Outlines, stream: int) -> Facts:
    """The same by the kernel."""
    row, rows = outlines.rows[stream], packets.rows_of(stream)
    notes = outlines.notes[outlines.notes["stream"] == stream]
    facts: Facts = {
        "icmp": int(row["icmp"]),
        "segmentless": bool(row["segmentless"]),
        "states": outlines.states[rows].tolist(),
        "parts": outlines.parts[rows].tolist(),
        "notes": sorted((int(each["row"]), int(each["end"]), EVENTS[each["event"]].name) for each in notes),
        "copies": rows[np.isin(rows, outlines.copies)].tolist(),
    }
    if row["segmentless"]:
        return facts
    return facts | {
        "client": None if row["client"] < 0 else int(row["client"]),
        "assumed": bool(row["assumed"]),
        "opening": OPENINGS[row["opening"]],
        "closing": CLOSINGS[row["closing"]],
        "closed first": None if row["closed_first"] < 0 else int(row["closed_first"]),
        "opened at": None if row["opened_at"] < 0 else int(row["opened_at"]),
        "reason": REASONS[row["reason"]],
        "last states": row["states"].tolist(),
        "traffic": np.stack((row["sizes"], row["segments"], row["repeated"]), 1).tolist(),
        "copied": int(row["copies"]),
    }


def differences(packets: Packets, connections: NDArray[np.void]) -> list[str]:
    """What kernel and stories say differently, of at most MOST_CONNECTIONS connections."""
    outlines = outline(packets, connections)
    return [
        f"tcp.stream {stream}, {name}: kernel {told[name]}, story {value}"
        for stream in range(min(len(connections), MOST_CONNECTIONS))
        for told in [facts_of_outline(packets, outlines, stream)]
        for name, value in facts_of_story(packets, connections, stream).items()
        if told[name] != value
    ]


@settings(deadline=None, max_examples=share(250))
@given(st.lists(MOVES, min_size=1, max_size=40), st.booleans())
def test_kernel_and_story_say_the_same_of_any_conversation(moves: list[Move], opened: bool) -> None:
    assert differences(*packets_of([*OPENED, *moves] if opened else moves)) == []


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_kernel_and_story_say_the_same_of_a_long_conversation(data: st.DataObject) -> None:
    """Longer than what is looked at one by one behind the first segments, and behind a FIN."""
    between = st.lists(MOVES, max_size=5)
    dull: list[Move] = [(0, number % 2, "data", 0, 0, 1000) for number in range(OPENING_SEGMENTS + 5)]
    tail: list[Move] = [(0, number % 2, "ack", 0, 0, 1000) for number in range(CLOSING_SEGMENTS + 5)]
    moves = [*OPENED, *dull, *data.draw(between), *tail, *data.draw(between), *dull, *data.draw(between)]
    assert differences(*packets_of(moves)) == []


@pytest.mark.parametrize("corner", CORNERS)
def test_kernel_and_story_say_the_same_in_a_corner(corner: str) -> None:
    assert differences(*packets_of(CORNERS[corner])) == []


@pytest.mark.parametrize("what", ["rst", "syn", "fin", "bare fin", "syn-ack", "its last again"])
def test_kernel_and_story_stop_looking_at_the_same_segments_of_a_hostile_conversation(what: str) -> None:
    flood: list[Move] = [(0, number % 2, what, -5, 3, 1000) for number in range(FLAGGED_SEGMENTS + 50)]
    assert differences(*packets_of([*OPENED, *flood[:FLAGGED_SEGMENTS], *OPENED, *flood[-50:]])) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "scripts").glob("*.txt")), ids=lambda path: path.stem
)
def test_kernel_and_story_say_the_same_of_a_script(path: Path, tmp_path: Path) -> None:
    capture = tmp_path / "script.pcap"
    capture.write_bytes(pcap(read(path.read_text("utf-8"), path.name).packets))
    assert differences_in(capture) == []


def test_kernel_and_story_say_the_same_of_the_scenarios(captures: Path) -> None:
    paths = sorted(captures.glob("*.pcap"))
    assert {path.stem: found for path in paths if (found := differences_in(path))} == {}


def test_kernel_and_story_say_the_same_of_the_captures_of_others(shared_captures: Path) -> None:
    paths = [path for path in shared_captures.rglob("*.*cap*") if path.is_file()]
    assert len(paths) > 20
    assert {path.name: found for path in paths if (found := differences_in(path))} == {}


def differences_in(path: Path) -> list[str]:
    """The differences in a capture; none in one that cannot be read."""
    try:
        session = Session([str(path)])
    except CaptureError:
        return []
    try:
        snapshot = session.wait()
        return differences(snapshot.packets, snapshot.connections)
    finally:
        session.close()


def test_a_survey_of_a_snapshot_is_made_once(captures: Path) -> None:
    session = Session([str(captures / "three-way-close.pcap")])
    try:
        snapshot = session.wait()
        survey = session.survey(snapshot)
        assert session.survey(snapshot).outlines is survey.outlines
        assert survey.outlines.rows["closing"].tolist() == [CLOSINGS.index(Closing.THREE_WAY)]
    finally:
        session.close()


def test_a_capture_without_tcp_has_no_outlines() -> None:
    packets, connections = packets_of([(0, 0, "syn", 0, 0, 0)])
    none = outline(packets, connections[:0], group(np.full(1, -1, np.int32), 0))
    assert len(none.rows) == len(none.notes) == len(none.copies) == 0
    assert none.states.tolist() == [[NO_STATE, NO_STATE]]
    assert none.parts.tolist() == [NO_PART]


def test_what_did_not_open_or_close_well_has_a_reason() -> None:
    unknown = {Opening.MIDSTREAM, Opening.ONE_DIRECTION}
    well = {Opening.THREE_WAY, Opening.SIMULTANEOUS, Opening.SPLIT, Opening.FAST_OPEN}
    assert {each for each in Opening if reason(each, Closing.OPEN) is Reason.NONE} == well | unknown
    well_closed = {Closing.FOUR_WAY, Closing.THREE_WAY, Closing.SIMULTANEOUS, Closing.HALF_CLOSE}
    not_closed = {Closing.OPEN, Closing.NEVER_OPEN}
    told = {each for each in Closing if reason(Opening.THREE_WAY, each) is Reason.NONE}
    assert told == well_closed | not_closed


def enumerators(*names: str) -> Iterator[tuple[str, int]]:
    for name in names:
        text = (KERNEL / name).read_text("utf-8")
        yield from ((each, int(value)) for each, value in re.findall(r"^    (\w+) = (\d+)\b", text, re.M))


NUMBERED = {
    "E_": EVENTS,
    "B_": tuple(Beginning),
    "O_": OPENINGS,
    "C_": CLOSINGS,
    "P_": PARTS,
}


@pytest.mark.parametrize("prefix", NUMBERED)
def test_the_kernel_numbers_what_it_knows_by_name_as_the_tables(prefix: str) -> None:
    found = enumerators("clues.pxd", "moves.pxd", "tale.pxd")
    known = [(name.removeprefix(prefix), code) for name, code in found if name.startswith(prefix)]
    assert known
    assert [(NUMBERED[prefix][code].name, code) for _, code in known] == known


def test_the_kernel_knows_the_traits_and_limits() -> None:
    known = dict(enumerators("choice.pxd", "segments.pxd", "clues.pxd", "moves.pxd", "tale.pxd"))
    assert {trait.name: known[trait.name or ""] for trait in codes.Trait} == codes.Trait.__members__
    limits = known["OPENING_SEGMENTS"], known["CLOSING_SEGMENTS"], known["FLAGGED_SEGMENTS"], known["ROOM"]
    assert limits == (OPENING_SEGMENTS, CLOSING_SEGMENTS, FLAGGED_SEGMENTS, ROOM)
    assert (known["NO_STATE"], known["NO_PART"], known["NO_KIND"]) == (NO_STATE, NO_PART, codes.NO_KIND)


def test_every_state_and_event_has_a_code() -> None:
    assert set(STATES) == set(State)
    assert set(EVENTS) == set(Event)
