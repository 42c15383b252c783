"""Makes a connection's story from its flow: stages, kinds, traffic, verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.tcp.endpoints import Course, Step, run
from tui.tcp.flow import ACK, FIN, RST, SYN, Flow
from tui.tcp.seq import add
from tui.tcp.states import RESETS, Beginning, Event, State
from tui.tcp.story import Closing, Opening, Part, Proof, Stage, Story, Unreachable
from tui.tcp.verdict import judge

if TYPE_CHECKING:
    from tui.tcp.offer import Offer

_NAMES = (
    (FIN, "FIN"),
    (SYN, "SYN"),
    (RST, "RST"),
    (8, "PSH"),
    (ACK, "ACK"),
    (32, "URG"),
)  # in Wireshark's order
_OPENING_EVENTS = frozenset({Event.SYN_ACK, Event.ACK_OF_SYN, Event.WRONG_ACK})
OPENING_STATES = frozenset({State.CLOSED, State.LISTEN, State.SYN_SENT, State.SYN_RCVD, None})
OVER = frozenset({State.CLOSED, State.TIME_WAIT})


class Ends(Struct, frozen=True):
    """What the flow does not say of a connection's ends (A, B).

    Addresses as text, ports, window shifts, the offers of their SYNs.
    """

    addresses: tuple[str, str]
    ports: tuple[int, int]
    scales: tuple[int, int]
    offers: tuple[Offer | None, Offer | None]
    errors: tuple[Unreachable, ...] = ()
    reused: bool = False
    began_before: bool = False  # what is kept of it


def tell(flow: Flow, stream: int, ends: Ends) -> Story:
    """The story of connection `stream`; its flow has at least one segment."""
    course = run(flow, ends.scales)
    stages = tuple(_stages(flow, course))
    client, assumed = _find_client(flow, ends.ports)
    opening, opened_at = _opening(flow, course, stages)
    if ends.errors and opening in REACHABLE:
        opening = Opening.UNREACHABLE
    closing = _closing(flow, course, stages, opening)
    story = Story(
        stream=stream,
        addresses=ends.addresses,
        offers=ends.offers,
        client=client,
        client_assumed=assumed,
        course=course,
        opening=opening,
        closing=closing,
        opened_at=opened_at,
        closed_first=_first_closer(stages),
        stages=stages,
        traffic=flow.traffic,
        errors=ends.errors,
        copies=flow.copied,
        reused=ends.reused,
        began_before=ends.began_before,
        first_end=int(flow.ends[0]),
        first_row=int(flow.rows[0]),
        last_row=max(int(flow.rows[-1]), course.steps[-1].row),
        start=int(flow.times[0]),
        end=int(flow.times[-1]),
        rtt=_rtt(stages, opened_at),
        state_rows=tuple(step.row for step in course.steps),
    )
    return story.with_verdict(judge(story))


def _stages(flow: Flow, course: Course) -> list[Stage]:
    """A stage for every step that opens or closes, two for one that does both."""
    stages: list[Stage] = []
    states, opened = course.initial, False
    fins: list[int | None] = [None, None]  # positions behind the FINs seen so far
    syns: list[int | None] = [None, None]
    acknowledged = [False, False]  # whether each end's FIN is
    for step in course.steps:
        segment, before, states = step.segment, states, step.states
        if segment is None:  # an ICMP error; the story has it among those
            continue
        end, flags = int(flow.ends[segment]), int(flow.flags[segment])
        opened = opened or not OPENING_STATES.intersection(before)
        waits = fins[1 - end] is not None and not acknowledged[1 - end]
        repeated = bool((flags & SYN and syns[end] is not None) or (flags & FIN and fins[end] is not None))
        stages += [
            _stage(flow, segment, step, part, syns, fins, repeated)
            for part in _parts(step, flags, opened, waits)
        ]
        if flags & SYN:
            syns[end] = int(flow.seq[segment]) + 1
        if flags & FIN:
            fins[end] = int(flow.stop[segment])
        for happening in step.happenings:
            if happening.event is Event.ACK_OF_FIN:
                acknowledged[happening.end] = True
    return stages


def _parts(step: Step, flags: int, opened: bool, fin_waits: bool) -> list[Part]:
    """What a segment takes part in; nothing if it only carries data.

    `opened`: both ends were open before; `fin_waits`: the other end's FIN is not acknowledged yet.
    """
    events = {happening.event for happening in step.happenings}
    parts = []
    if flags & SYN or events & _OPENING_EVENTS or (flags & RST and not opened):
        parts.append(Part.OPENING)
    closes = Event.ACK_OF_FIN in events and any(h.before is not h.after for h in step.happenings)
    waits = fin_waits and flags & (ACK | SYN) == ACK
    if (flags & RST and opened) or (not flags & RST and (flags & FIN or closes or (waits and not parts))):
        parts.append(Part.CLOSING)
    return parts


def _stage(
    flow: Flow, i: int, step: Step, part: Part, syns: list[int | None], fins: list[int | None], repeated: bool
) -> Stage:
    end, flags = int(flow.ends[i]), int(flow.flags[i])
    base, other_base = flow.bases[end], flow.bases[1 - end]
    ack = add(other_base, int(flow.ack[i])) if flags & ACK else None
    proof = None
    behind = syns[1 - end] if part is Part.OPENING else fins[1 - end]
    if ack is not None and behind is not None:
        wrong = any(happening.event is Event.WRONG_ACK for happening in step.happenings)
        holds = (int(flow.ack[i]) >= behind and not wrong and not flags & RST) or int(flow.ack[i]) == behind
        what = "SYN" if part is Part.OPENING else "FIN"
        proof = Proof(ack, what, add(other_base, behind - 1), flow.zeros[1 - end], holds)
    return Stage(
        row=step.row,
        part=part,
        end=end,
        flags=", ".join(name for bit, name in _NAMES if flags & bit),
        # A FIN has the number behind the data that it comes with.
        seq=add(base, int(flow.stop[i]) - 1 if flags & FIN and part is Part.CLOSING else int(flow.seq[i])),
        ack=ack,
        base=flow.zeros[end],
        length=int(flow.lengths[i]),
        time=step.time,
        numbered=bool(flags & SYN if part is Part.OPENING else flags & FIN),
        proof=proof,
        happenings=step.happenings,
        states=step.states,
        repeated=repeated,
    )


def _find_client(flow: Flow, ports: tuple[int, int]) -> tuple[int | None, bool]:
    """The client sent the SYN; where none was seen, the higher port is taken for its own."""
    syns = np.flatnonzero(flow.flags & SYN)
    if len(syns):
        sender, answer = int(flow.ends[syns[0]]), bool(flow.flags[syns[0]] & ACK)
        return 1 - sender if answer else sender, False
    if ports[0] == ports[1]:
        return None, False
    return 0 if ports[0] > ports[1] else 1, True


def _opening(flow: Flow, course: Course, stages: tuple[Stage, ...]) -> tuple[Opening, int | None]:
    """The kind of opening, and the row that completed it."""
    if course.beginning is Beginning.SYN_ACK and (flow.ends == flow.ends[0]).all():
        return Opening.ONE_DIRECTION, None
    if course.beginning in BEGINNING_KINDS:
        return BEGINNING_KINDS[course.beginning], None
    for stage in stages:
        # An end may close before its SYN is acknowledged: the other's next segment completes the opening.
        completes = stage.part is Part.OPENING or stage.end == stages[0].end
        if completes and not OPENING_STATES.intersection(stage.states):
            return _opened(flow, course, stages), stage.row
    events = {happening.event for stage in stages for happening in stage.happenings}
    if Event.WRONG_ACK in events:
        return Opening.WRONG_NUMBER, None
    if events & RESETS:
        return Opening.RESET, None
    return Opening.HALF_OPEN, None


def _opened(flow: Flow, course: Course, stages: tuple[Stage, ...]) -> Opening:
    """The kind of an opening that was completed."""
    if not all(flow.flags[early] & FIN for early, _ in course.crossed):
        return Opening.SIMULTANEOUS
    senders = {stage.end for stage in stages if stage.flags == "SYN"}
    if len(senders) == 2:
        return Opening.SPLIT
    answers = (flow.flags & (SYN | ACK)) == SYN | ACK
    taken = flow.lengths[0] > 0 and (flow.ack[answers] > flow.seq[0] + 1).any()
    return Opening.FAST_OPEN if taken else Opening.THREE_WAY


OPENED = frozenset(
    {
        Opening.THREE_WAY,
        Opening.SIMULTANEOUS,
        Opening.SPLIT,
        Opening.FAST_OPEN,
        Opening.MIDSTREAM,
        Opening.ONE_DIRECTION,
    }
)
REACHABLE = frozenset({Opening.UNANSWERED, Opening.HALF_OPEN})  # but not with an ICMP error
BEGINNING_KINDS = {
    Beginning.ONE_DIRECTION: Opening.ONE_DIRECTION,
    Beginning.REFUSED: Opening.REFUSED,
    Beginning.UNANSWERED: Opening.UNANSWERED,
    Beginning.SYN_ACK: Opening.MIDSTREAM,
    Beginning.MIDSTREAM: Opening.MIDSTREAM,
}


def _first_closer(stages: tuple[Stage, ...]) -> int | None:
    """The end whose FIN came first, or whose RST ended the connection before any FIN."""
    for stage in stages:
        if stage.part is Part.CLOSING and ("FIN" in stage.flags or _resets(stage)):
            return stage.end
    return None


def _resets(stage: Stage) -> bool:
    return any(h.event in RESETS and h.before is not h.after for h in stage.happenings)


def _closing(flow: Flow, course: Course, stages: tuple[Stage, ...], opening: Opening) -> Closing:
    if opening not in OPENED:
        return Closing.NEVER_OPEN
    closings = [stage for stage in stages if stage.part is Part.CLOSING]
    before = course.initial
    for stage in stages:
        if stage.part is Part.CLOSING and _resets(stage) and not OVER.issuperset(before):
            return Closing.RESET
        before = stage.states
    fins = [stage for stage in closings if "FIN" in stage.flags and not stage.repeated]
    if not fins:
        return Closing.OPEN
    acknowledged = {
        h.end: stage for stage in reversed(closings) for h in stage.happenings if h.event is Event.ACK_OF_FIN
    }
    if opening is Opening.ONE_DIRECTION:
        return Closing.ONE_DIRECTION
    if len(fins) == 1:
        return Closing.ONE_SIDE if fins[0].end in acknowledged else Closing.UNFINISHED
    if any(flow.flags[early] & FIN for early, _ in course.crossed):
        return Closing.SIMULTANEOUS
    if _sends_after_fin(flow, fins[0], fins[1]):
        return Closing.HALF_CLOSE
    # The second FIN's own segment is the first to acknowledge the first FIN: two segments went as one.
    merged = acknowledged.get(fins[0].end) is fins[1]
    return Closing.THREE_WAY if merged else Closing.FOUR_WAY


def _sends_after_fin(flow: Flow, first: Stage, second: Stage) -> bool:
    """Whether the second end, knowing of the first one's FIN, still sent data before its own."""
    fin, end = np.searchsorted(flow.rows, (first.row, second.row)).tolist()
    known = (flow.ends == second.end) & (flow.ack >= flow.stop[fin])
    fresh = (flow.lengths > 0) & (flow.seq + flow.lengths > flow.top)
    return bool((known & fresh)[fin:end].any())


def _rtt(stages: tuple[Stage, ...], opened_at: int | None) -> tuple[int, int] | None:
    """SYN → SYN-ACK and SYN-ACK → ACK at the observer, where the last of these completed the opening.

    None if something else came between the three, or the opening is not whole.
    """
    opening = [stage for stage in stages if stage.part is Part.OPENING]
    place = next((i for i, stage in enumerate(opening) if stage.row == opened_at), 0)
    if place < 2:
        return None
    syn, answer, ack = opening[place - 2 : place + 1]
    flags = (syn.flags, answer.flags) == ("SYN", "SYN, ACK") and "SYN" not in ack.flags
    if flags and syn.end == ack.end != answer.end and ack.proof and ack.proof.holds:
        return answer.time - syn.time, ack.time - answer.time
    return None
