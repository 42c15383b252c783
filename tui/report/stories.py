"""`--explain` and `--connections`: what is told of connections, as text or JSON, and `--fail-on`.

With JSON a connection is an object with the keys stream (number), client, server (objects: address, state,
data_segments, bytes, resent), client_assumed (boolean: told by the ports only), start (string: seconds since
1970), duration (string: seconds), opening, closing (the kinds of tcp/story.py), closed_first ("client",
"server" or null), rtt (two strings in seconds, or null), negotiated (strings), verdict; with `--explain` also
stages: objects with packet (number), part, sender, flags, seq, ack (numbers as on the wire, or null),
acknowledges (null, or what, of, expected, holds), client_state, server_state. States are RFC 9293's names
with "_", null where nothing was seen of the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.decode.context import Numbers
from tui.errors import UsageError
from tui.report.explain import explain
from tui.report.times import seconds
from tui.tcp.offer import negotiated
from tui.tcp.story import Closing, Opening
from tui.tcp.verdict import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui.session import Session, Snapshot
    from tui.tcp.states import State
    from tui.tcp.story import Stage, Story

_WIDTH = 78  # cells of an explanation


def tell_stories(session: Session, snapshot: Snapshot, stream: int | None) -> Iterator[Story]:
    """The stories of all connections in order, or of `stream`; UsageError if there is no such connection."""
    count = len(snapshot.connections)
    if stream is not None and stream >= count:
        there = f"there are connections 0 to {count - 1}" if count else "the capture has none"
        raise UsageError(f"there is no connection {stream}", there)
    for number in range(count) if stream is None else (stream,):
        first = int(snapshot.connections["first"][number])
        if first < len(snapshot.packets) and (story := session.story(snapshot, first)) is not None:
            yield story


def explain_text(story: Story) -> str:
    """The whole story in words, as the sidebar tells it of the last packet; absolute numbers."""
    lines = explain(story, story.last_row, Numbers.ABSOLUTE, _WIDTH, mark=False)
    return f"Connection {story.stream}\n\n" + "".join(f"{line.text.rstrip()}\n" for line in lines)


def connection_text(story: Story) -> str:
    """A connection in one line."""
    left, right = sides(story)
    states = "/".join("-" if state is None else state.name for state in _last_states(story))
    sizes = f"{story.traffic[left].size:,} B > {story.traffic[right].size:,} B <"
    kinds = f"{story.opening.value}, {story.closing.value}"
    span = duration(story.end - story.start)
    ends = f"{story.addresses[left]} > {story.addresses[right]}"
    return f"{story.stream:>5}  {ends}  {span}  {sizes}  {kinds}  {states}\n"


def connection_json(story: Story, *, stages: bool) -> str:
    """A connection as a JSON object; see the module's docstring."""
    left, right = sides(story)
    states = _last_states(story)
    told: dict[str, object] = {
        "stream": story.stream,
        "client": _end(story, left, states[0]),
        "server": _end(story, right, states[1]),
        "client_assumed": story.client_assumed or story.client is None,
        "start": seconds(story.start, 9),
        "duration": seconds(story.end - story.start, 9),
        "opening": story.opening.value,
        "closing": story.closing.value,
        "closed_first": None if story.closed_first is None else _side(story, story.closed_first),
        "rtt": None if story.rtt is None else [seconds(span, 9) for span in story.rtt],
        "negotiated": negotiated(story.offers[left], story.offers[right]),
        "verdict": story.verdict,
    }
    if stages:
        told["stages"] = [_stage(story, stage) for stage in story.stages]
    return json.dumps(told, ensure_ascii=False)


def sides(story: Story) -> tuple[int, int]:
    """The ends as (client, server); where nothing tells them apart, as they appeared."""
    return (1, 0) if story.client == 1 else (0, 1)


def _last_states(story: Story) -> tuple[State | None, State | None]:
    states = story.states_after(story.last_row)
    left, right = sides(story)
    return states[left], states[right]


def _side(story: Story, end: int) -> str:
    return "client" if end == sides(story)[0] else "server"


def _end(story: Story, end: int, state: State | None) -> dict[str, object]:
    traffic = story.traffic[end]
    return {
        "address": story.addresses[end],
        "state": None if state is None else state.name,
        "data_segments": traffic.segments,
        "bytes": traffic.size,
        "resent": traffic.repeated,
    }


def _stage(story: Story, stage: Stage) -> dict[str, object]:
    left, right = sides(story)
    proof = stage.proof
    names = [None if state is None else state.name for state in stage.states]
    return {
        "packet": stage.row + 1,
        "part": stage.part.value,
        "sender": _side(story, stage.end),
        "flags": stage.flags,
        "seq": stage.seq,
        "ack": stage.ack,
        "acknowledges": proof
        and {"what": proof.what, "of": proof.of, "expected": proof.expected, "holds": proof.holds},
        "client_state": names[left],
        "server_state": names[right],
    }


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that `--fail-on` can ask for: its name, what it means, and whether a connection is so."""

    name: str
    text: str
    applies: Callable[[Story], bool]


# THE names of --fail-on.
FAILURES = (
    Failure("refused", "the SYN was answered by a RST", lambda story: story.opening is Opening.REFUSED),
    Failure(
        "unreachable", "an ICMP error answered the SYN", lambda story: story.opening is Opening.UNREACHABLE
    ),
    Failure("no-answer", "the SYN was not answered", lambda story: story.opening is Opening.UNANSWERED),
    Failure(
        "half-open", "the SYN-ACK was never acknowledged", lambda story: story.opening is Opening.HALF_OPEN
    ),
    Failure(
        "wrong-number",
        "an acknowledgment in the handshake has a wrong number",
        lambda story: story.opening is Opening.WRONG_NUMBER,
    ),
    Failure(
        "reset",
        "a RST ended it",
        lambda story: story.closing is Closing.RESET or story.opening is Opening.RESET,
    ),
    Failure("still-open", "no end has closed it", lambda story: story.closing is Closing.OPEN),
    Failure("one-side", "only one end has closed it", lambda story: story.closing is Closing.ONE_SIDE),
    Failure(
        "retransmission",
        "payload was sent again",
        lambda story: any(traffic.repeated for traffic in story.traffic),
    ),
)


def parse_failures(text: str) -> Sequence[Failure]:
    """The failures that a comma-separated list names; UsageError for a name that there is not."""
    by_name = {failure.name: failure for failure in FAILURES}
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in by_name:
            raise UsageError(f"--fail-on {text}: there is no {name!r}", f"one of {', '.join(by_name)}")
    return [by_name[name] for name in names]
