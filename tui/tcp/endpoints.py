"""Both endpoints of a connection, moved through states.py's tables by the segments that were seen.

A segment's numbers decide which events it is (`_receive`); the table decides what they do. Nothing else here
sets a state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tui.tcp.flow import ACK, FIN, RST, SYN, Flow, key_segments
from tui.tcp.states import ASSUMED, BEGINNINGS, CROSSINGS, Beginning, Event, State, follow

if TYPE_CHECKING:
    from numpy.typing import NDArray

States = tuple[State | None, State | None]


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of one end, and where it led; `before` and `after` are equal if the state stays."""

    end: int
    event: Event
    before: State
    after: State
    source: str  # the sentence of the RFC, or why the state stays
    segment: int  # index in the flow of the segment that caused it


@dataclass(frozen=True, slots=True)
class Step:
    """One segment, what happened with it, and the states of (A, B) after it."""

    segment: int
    happenings: tuple[Happening, ...]
    states: States


@dataclass(frozen=True, slots=True)
class Course:
    """How a connection went: how the capture meets it, and a step for every segment that matters."""

    beginning: Beginning
    initial: States
    steps: tuple[Step, ...]
    crossed: tuple[
        tuple[int, int], ...
    ]  # segments that crossed: the first one sent, the one that does not acknowledge it

    @property
    def assumed(self) -> bool:
        """Whether the states it began with were not seen."""
        return self.beginning in ASSUMED


@dataclass(slots=True)
class _End:
    state: State | None
    syn: int | None = None  # position behind its SYN
    fin: int | None = None  # position behind its FIN
    told: int = -1  # the latest acknowledgment it sent
    window: int = 0  # the receive window it announced with that


def run(flow: Flow, scales: tuple[int, int]) -> Course:
    """Move both ends through the flow; `scales` are the shifts of their windows (negative: none known)."""
    return _Run(flow, scales, (_last_of(flow, 0), _last_of(flow, 1))).course()


@dataclass(slots=True)
class _Run:
    flow: Flow
    scales: tuple[int, int]
    lasts: tuple[int, int]  # each end's last segment that goes on with the connection
    ends: list[_End] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def course(self) -> Course:
        beginning = find_beginning(self.flow)
        first, other = BEGINNINGS[beginning]
        sender = int(self.flow.ends[0])
        initial: States = (first, other) if sender == 0 else (other, first)
        self.ends = [_End(state) for state in initial]
        crossed = find_crossings(self.flow)
        held = _hold(self.flow, crossed)
        released: dict[int, list[int]] = {}
        for early, late in crossed:
            released.setdefault(late, []).append(early)
        steps = []
        for segment in key_segments(self.flow).tolist():
            self.happenings = []
            self._send(segment)
            for early in released.get(segment, ()):
                self._receive(early)
            if segment not in held:
                self._receive(segment)
            steps.append(Step(segment, tuple(self.happenings), (self.ends[0].state, self.ends[1].state)))
        return Course(beginning, initial, tuple(steps), tuple(crossed))

    def _happen(self, end: int, event: Event, segment: int) -> None:
        before = self.ends[end].state
        if before is None:
            return
        rule = follow(before, event)
        self.ends[end].state = rule.to
        self.happenings.append(Happening(end, event, before, rule.to, rule.source, segment))

    def _send(self, segment: int) -> None:
        """What a segment does to its sender.

        A RST that its receiver does not take may be anybody's: it is not held against the sender.
        """
        flow, end = self.flow, int(self.flow.ends[segment])
        sender, flags = self.ends[end], int(flow.flags[segment])
        if flags & RST:
            if self._judge_reset(segment) is Event.RST:
                refusal = sender.state is State.SYN_SENT and flow.seq[segment] != flow.top[segment]
                self._happen(end, Event.SEND_REFUSAL if refusal else Event.SEND_RST, segment)
            return
        if flags & SYN:
            sender.syn = int(flow.seq[segment]) + 1
            self._happen(end, Event.SEND_SYN_ACK if flags & ACK else Event.SEND_SYN, segment)
        if flags & (SYN | ACK) == ACK and sender.state is State.SYN_SENT and self.ends[1 - end].syn is None:
            self._happen(end, Event.SEND_UNASKED_ACK, segment)
        if flags & FIN:
            sender.fin = int(flow.stop[segment])
            self._happen(end, Event.SEND_FIN, segment)
        if flags & ACK:
            sender.told = max(sender.told, int(flow.ack[segment]))
            sender.window = int(flow.window[segment]) << max(self.scales[end] if not flags & SYN else 0, 0)

    def _receive(self, segment: int) -> None:
        """What a segment does to its receiver, in the order in which the RFC has it looked at.

        RST, SYN, ACK, FIN.
        """
        end = 1 - int(self.flow.ends[segment])
        flags = int(self.flow.flags[segment])
        if flags & RST:
            self._happen(end, self._judge_reset(segment), segment)
            return
        if flags & SYN and not flags & ACK:
            self._happen(end, Event.SYN, segment)
        if flags & ACK and (event := self._judge_ack(segment)):
            self._happen(end, event, segment)
        if flags & FIN:
            self._happen(end, Event.FIN, segment)

    def _judge_ack(self, segment: int) -> Event | None:
        """What an acknowledgment tells its receiver; None if it tells of data only."""
        receiver = self.ends[1 - int(self.flow.ends[segment])]
        ack, syn_ack = int(self.flow.ack[segment]), bool(self.flow.flags[segment] & SYN)
        opening = receiver.state in (State.SYN_SENT, State.SYN_RCVD)
        if (
            opening
            and receiver.syn is not None
            and not receiver.syn <= ack <= int(self.flow.peer_top[segment])
        ):
            return Event.WRONG_ACK
        if syn_ack:
            return Event.SYN_ACK
        if receiver.state is State.SYN_SENT:
            # An acknowledgment without a SYN opens nothing; where the beginning is missing the SYN was not
            # seen.
            return None
        if receiver.fin is not None and ack >= receiver.fin:
            return Event.ACK_OF_FIN
        return Event.ACK_OF_SYN if opening else None

    def _judge_reset(self, segment: int) -> Event:
        """Whether its receiver takes a RST (RFC 9293 §3.10.7.3, .4; RFC 5961 §3), and whose it is."""
        flow = self.flow
        sender = int(flow.ends[segment])
        receiver, seq = self.ends[1 - sender], int(flow.seq[segment])
        # What it expects next is what it acknowledged last, or all that was sent, if that has arrived and is
        # not acknowledged yet.
        exact = receiver.told < 0 or seq in (receiver.told, int(flow.top[segment]))
        if receiver.state is State.SYN_SENT and receiver.syn is not None:
            exact = bool(flow.ack[segment] == receiver.syn)
        if exact:
            return Event.RST_FORGED if self.lasts[sender] > segment else Event.RST
        inside = receiver.told <= seq < receiver.told + receiver.window
        return Event.RST_IN_WINDOW if inside and receiver.state is not State.SYN_SENT else Event.RST_OUTSIDE


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
    if (flow.flags[answers] & SYN).any():
        return Beginning.SYN
    spoken = answers[flow.flags[answers] & RST == 0]
    if not len(spoken):
        return Beginning.REFUSED
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


def _last_of(flow: Flow, end: int) -> int:
    """The last segment of `end` that neither opens nor resets; -1 if there is none."""
    own = np.flatnonzero((flow.ends == end) & (flow.flags & (SYN | RST) == 0))
    return int(own[-1]) if len(own) else -1


def _hold(flow: Flow, crossed: list[tuple[int, int]]) -> set[int]:
    """The segments whose delivery waits: the early one of each pair, and its copies before the late one."""
    held: set[int] = set()
    for early, late in crossed:
        copies = (
            (flow.ends == flow.ends[early])
            & (flow.stop == flow.stop[early])
            & (flow.flags & (SYN | FIN) != 0)
        )
        held.update(i for i in np.flatnonzero(copies).tolist() if early <= i < late)
    return held
