"""What later segments prove of earlier ones: how a connection begins, which deliveries wait or fail.

An observer presumes that a segment is delivered at once. This module finds the evidence against that; the
states shown at an earlier packet are then those that the later ones prove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.tcp.flow import ACK, CLOSING_SEGMENTS, FIN, OPENING_SEGMENTS, RST, SYN, Flow
from tui.tcp.states import CROSSINGS, Beginning, Event

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Evidence(Struct, frozen=True):
    """Segments are told by their index in the flow.

    `crossed` are pairs: a SYN or FIN, and the other end's, sent later and not acknowledging it. The delivery
    of those in `delayed` waits; `released` gives for a segment the one whose delivery takes effect with it,
    `answered` for a SYN-ACK the SYN whose delivery takes effect just before it, since it is the answer.
    `resent` gives for each end the last time that it sent its SYN, and its FIN, again (-1: never): what came
    before had not reached it. `answers` is each end's last SYN-ACK (-1: none), `lasts` its last segment that
    goes on with the connection; `silent` says that nothing came from an end.
    """

    beginning: Beginning
    crossed: tuple[tuple[int, int], ...]
    delayed: frozenset[int]
    released: dict[int, int]
    answered: dict[int, int]
    resent: tuple[tuple[int, int], tuple[int, int]]
    answers: tuple[int, int]
    lasts: tuple[int, int]
    silent: tuple[bool, bool]


def gather(flow: Flow) -> Evidence:
    """The evidence in a flow of at least one segment."""
    crossed = find_crossings(flow)
    held = _held(flow, crossed)
    overtaken = [(fin, filler) for fin, filler in _overtaking(flow) if fin not in held]
    held.update(fin for fin, _ in overtaken)
    beginning = find_beginning(flow)
    answers = find_answers(flow) if beginning is Beginning.SYN and 0 not in held else None
    if answers:
        held.update(np.flatnonzero(_are(flow, Event.SEND_SYN)[: answers[0]]).tolist())
    return Evidence(
        beginning=beginning,
        crossed=tuple(crossed),
        delayed=frozenset(held),
        released={late: early for early, late in (*reversed(crossed), *overtaken)},
        answered={answers[1]: 0} if answers else {},
        resent=(_resent(flow, 0), _resent(flow, 1)),
        answers=(_last_answer(flow, 0), _last_answer(flow, 1)),
        lasts=(_last_of(flow, 0), _last_of(flow, 1)),
        silent=(not (flow.ends == 0).any(), not (flow.ends == 1).any()),
    )


def find_beginning(flow: Flow) -> Beginning:
    """How the capture meets the connection: by its first segment, and by how the other end first answers."""
    flags = int(flow.flags[0])
    if flags & RST or not flags & SYN:
        return Beginning.MIDSTREAM
    if flags & ACK:
        return Beginning.SYN_ACK
    answers = np.flatnonzero(flow.ends != flow.ends[0])
    if not len(answers):
        confirmed = (flow.flags & (SYN | ACK | RST)) == ACK
        return Beginning.ONE_DIRECTION if confirmed.any() else Beginning.UNANSWERED
    spoken = answers[flow.flags[answers] & RST == 0]
    if not len(spoken):
        return Beginning.REFUSED
    if flow.flags[spoken[0]] & SYN:
        return Beginning.SYN
    # Without a SYN of its own the other end answers from an old connection, or its SYN-ACK was not captured:
    # then it acknowledges what it was sent.
    first = int(spoken[0])
    fits = int(flow.stop[0]) <= int(flow.ack[first]) <= int(flow.peer_top[first])
    return Beginning.SYN if fits else Beginning.HALF_OPEN


def find_crossings(flow: Flow) -> list[tuple[int, int]]:
    """The pairs of states.CROSSINGS: a SYN or FIN, and the other end's, sent later and not acknowledging it.

    SYNs that crossed are answered by both ends with a SYN-ACK (RFC 9293 figure 7). Where only one end does,
    the other's SYN was itself the answer: a split handshake.
    """
    pairs = []
    for early_event, late_event in CROSSINGS:
        early = np.flatnonzero(_are(flow, early_event))[:1]
        other = (flow.ends != flow.ends[early]) if len(early) else np.zeros(len(flow), bool)
        late = np.flatnonzero(_are(flow, late_event) & other)[:1]
        if not len(late) or flow.ack[late[0]] >= flow.stop[early[0]]:
            continue
        if late_event is Event.SEND_FIN or (_are(flow, Event.SEND_SYN_ACK) & other).any():
            pairs.append((int(early[0]), int(late[0])))
    return pairs


def find_answers(flow: Flow) -> tuple[int, int] | None:
    """The answer to a SYN that was not captured, and the one to the SYN that was (RFC 9293 figure 8).

    That is a SYN-ACK that does not acknowledge the SYN, the first word of the other end, and behind it one
    with another initial number that does. If the SYN came again between the two, nothing is proven: a wrong
    answer to the first may have been followed by a right one to the second.
    """
    others = flow.ends != flow.ends[0]
    spoken = np.flatnonzero(others & (flow.flags & RST == 0))[:1]
    answers = np.flatnonzero((_are(flow, Event.SEND_SYN_ACK) & others)[:OPENING_SEGMENTS])
    right = answers[(flow.seq[0] < flow.ack[answers]) & (flow.ack[answers] <= flow.peer_top[answers])]
    if not len(right) or answers[0] != spoken[0]:
        return None
    early, late = int(answers[0]), int(right[0])
    again = _are(flow, Event.SEND_SYN)[early:late].any()
    return None if again or flow.seq[early] == flow.seq[late] else (early, late)


# How the segments of an event are known: which flags are looked at, and what they must be.
_FLAGS = {
    Event.SEND_SYN: (SYN | ACK | RST, SYN),
    Event.SEND_SYN_ACK: (SYN | ACK | RST, SYN | ACK),
    Event.SEND_FIN: (FIN | RST, FIN),
}


def _are(flow: Flow, event: Event) -> NDArray[np.bool_]:
    mask, value = _FLAGS[event]
    found: NDArray[np.bool_] = (flow.flags & mask) == value
    return found


def _held(flow: Flow, crossed: list[tuple[int, int]]) -> set[int]:
    """The early segment of each pair, and its copies before the late one, wait for the late one."""
    held: set[int] = set()
    for early, late in crossed:
        copies = (flow.ends == flow.ends[early]) & (flow.stop == flow.stop[early])
        copies &= (flow.flags & (SYN | FIN)) != 0
        held.update(i for i in np.flatnonzero(copies).tolist() if early <= i < late)
    return held


def _overtaking(flow: Flow) -> list[tuple[int, int]]:
    """A FIN that came before the data ahead of it waits until that has come (RFC 9293 §3.10.7.4).

    The FIN, and the segment that fills the gap.
    """
    waits: list[tuple[int, int]] = []
    for end in (0, 1):
        fins = np.flatnonzero(_are(flow, Event.SEND_FIN) & (flow.ends == end))[:1]
        if len(fins) and flow.seq[fins[0]] > flow.top[fins[0]] > 0:
            fin, reached = int(fins[0]), int(flow.top[fins[0]])
            own = (flow.ends == end) & (flow.flags & RST == 0)
            for i in (fin + 1 + np.flatnonzero(own[fin + 1 : fin + CLOSING_SEGMENTS])).tolist():
                if flow.seq[i] <= reached:
                    reached = max(reached, int(flow.stop[i]))
                if reached >= flow.seq[fin]:
                    waits.append((fin, i))
                    break
    return waits


def _resent(flow: Flow, end: int) -> tuple[int, int]:
    """The last time that `end` sent its SYN, and its FIN, again; -1: never."""
    own = (flow.ends == end) & ~flow.copies & (flow.flags & RST == 0)
    went_on = np.flatnonzero(own & (flow.flags & SYN == 0))
    syns = np.flatnonzero(own & (flow.flags & SYN != 0))
    if len(went_on):
        syns = syns[syns < went_on[0]]  # a SYN behind that is of another connection, or an old copy
    if len(syns):  # a SYN-ACK behind a SYN is no repetition but the answer to one that crossed it
        syns = syns[flow.flags[syns] & ACK == flow.flags[syns[-1]] & ACK]
    fins = np.flatnonzero(own & (flow.flags & FIN != 0))
    return (int(syns[-1]) if len(syns) > 1 else -1, int(fins[-1]) if len(fins) > 1 else -1)


def _last_answer(flow: Flow, end: int) -> int:
    """The last SYN-ACK of `end`; -1 if there is none."""
    own = np.flatnonzero(_are(flow, Event.SEND_SYN_ACK) & (flow.ends == end))
    return int(own[-1]) if len(own) else -1


def _last_of(flow: Flow, end: int) -> int:
    """The last segment of `end` that neither opens nor resets; -1 if there is none."""
    own = np.flatnonzero((flow.ends == end) & (flow.flags & (SYN | RST) == 0))
    return int(own[-1]) if len(own) else -1
