"""`--explain`, `--connections` and `--fail-on`: what is told of connections, as text or JSON.

With JSON a connection is an object with the keys of report/roster.py. With `--explain` it has three more,
for which its packets are read and its story is told: negotiated (strings), verdict (string), stages: objects
with packet (number), part, sender, flags, seq, ack (numbers as on the wire, or null), acknowledges (null, or
what, of, expected, holds), client_state, server_state.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from tui.decode.context import Numbers
from tui.errors import UsageError
from tui.tcp.findings import CODES, FINDINGS, undisputed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tui.session import Session, Snapshot
    from tui.tcp.story import Stage, Story

_WIDTH = 78  # cells of an explanation


def tell(
    session: Session, snapshot: Snapshot, stream: int | None, *, explain: bool, as_json: bool
) -> Iterator[str]:
    """All connections in order, or `stream` alone, piece by piece; `explain`: with their stories.

    UsageError if there is no connection `stream`.
    """
    _check_stream(snapshot, stream)
    if as_json:
        return _objects(session, snapshot, stream, explain=explain)
    return _explanations(session, snapshot, stream) if explain else _lines(session, snapshot, stream)


def _check_stream(snapshot: Snapshot, stream: int | None) -> None:
    """UsageError if there is no connection `stream`."""
    count = len(snapshot.connections)
    if stream is not None and stream >= count:
        there = f"there are connections 0 to {count - 1}" if count else "the capture has none"
        raise UsageError(f"there is no connection {stream}", there)


def _lines(session: Session, snapshot: Snapshot, stream: int | None) -> Iterator[str]:
    from tui.report.roster import Roster

    roster = Roster(snapshot, session.survey(snapshot))
    return map(roster.text, roster.entries(stream))


def _objects(session: Session, snapshot: Snapshot, stream: int | None, *, explain: bool) -> Iterator[str]:
    from tui.report.roster import Roster

    roster = Roster(snapshot, session.survey(snapshot))
    write = json.JSONEncoder(ensure_ascii=False).encode
    before = "["
    for entry in roster.entries(stream):
        told = roster.record(entry)
        story = _story(session, snapshot, entry.stream) if explain else None
        yield f"{before}\n{write(told if story is None else told | _story_record(story))}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _explanations(session: Session, snapshot: Snapshot, stream: int | None) -> Iterator[str]:
    before = ""
    for number in range(len(snapshot.connections)) if stream is None else (stream,):
        if (story := _story(session, snapshot, number)) is not None:
            yield before + _explanation(story)
            before = "\n"


def _story(session: Session, snapshot: Snapshot, stream: int) -> Story | None:
    first = int(snapshot.connections["first"][stream])
    return session.story_of(snapshot, stream) if first < len(snapshot.packets) else None


def _explanation(story: Story) -> str:
    """The whole story in words, as the sidebar tells it of the last packet; absolute numbers."""
    from tui.report.explain import explain

    lines = explain(story, story.last_row, Numbers.ABSOLUTE, _WIDTH, mark=False)
    return f"Connection {story.stream}\n\n" + "".join(f"{line.text.rstrip()}\n" for line in lines)


def _story_record(story: Story) -> dict[str, object]:
    """What JSON holds of a story beside what the roster has."""
    from tui.tcp.offer import negotiated

    client, server = _sides(story)
    return {
        "negotiated": negotiated(story.offers[client], story.offers[server]),
        "verdict": story.verdict,
        "stages": [_stage(story, stage) for stage in story.stages],
    }


def _sides(story: Story) -> tuple[int, int]:
    """The ends as (client, server); where nothing tells them apart, as they appeared."""
    return (1, 0) if story.client == 1 else (0, 1)


def _stage(story: Story, stage: Stage) -> dict[str, object]:
    client, server = _sides(story)
    proof = stage.proof
    names = [None if state is None else state.name for state in stage.states]
    return {
        "packet": stage.row + 1,
        "part": stage.part.value,
        "sender": "client" if stage.end == client else "server",
        "flags": stage.flags,
        "seq": stage.seq,
        "ack": stage.ack,
        "acknowledges": proof
        and {"what": proof.what, "of": proof.of, "expected": proof.expected, "holds": proof.holds},
        "client_state": names[client],
        "server_state": names[server],
    }


def parse_failures(text: str) -> frozenset[str]:
    """The findings that a comma-separated list names; UsageError for a name that there is not."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in CODES:
            raise UsageError(f"--fail-on {text}: there is no {name!r}", f"one of {', '.join(CODES)}")
    return frozenset(names)


def fails(session: Session, snapshot: Snapshot, stream: int | None, failures: Collection[str]) -> bool:
    """Whether any connection, or connection `stream`, has one of these findings.

    UsageError if there is no connection `stream`.
    """
    _check_stream(snapshot, stream)
    survey = session.survey(snapshot)
    found = undisputed(survey.found, snapshot.packets, survey.outlines)
    counted = np.array([finding.name in failures for finding in FINDINGS])[found.codes]
    if stream is not None:
        # An ICMP error that quotes 8 bytes belongs to no tcp.stream.
        own = snapshot.packets.stream[found.rows] == stream
        counted &= own | (found.rows == survey.outlines.rows["icmp"][stream])
    return bool(counted.any())
