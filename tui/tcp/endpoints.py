"""Both endpoints of a connection, moved through states.py's tables by the segments that were seen.

A segment's numbers decide which events it is (`_receive`); the table decides what they do. Nothing else here
sets a state.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field

from tui.tcp.evidence import Evidence, gather
from tui.tcp.flow import ACK, FIN, RST, SYN, Flow, HardError, key_segments
from tui.tcp.states import ASSUMED, BEGINNINGS, Beginning, Event, State, follow

States = tuple[State | None, State | None]


class Happening(Struct, frozen=True):
    """An event of one end, and where it led; `before` and `after` are equal if the state stays."""

    end: int
    event: Event
    before: State
    after: State
    source: str  # the sentence of the RFC, or why the state stays
    segment: int | None  # index in the flow of the segment that caused it; None: an ICMP error did


class Step(Struct, frozen=True):
    """One packet, what happened with it, and the states of (A, B) after it.

    It is a segment, `segment` its index in the flow, or a hard ICMP error: None.
    """

    row: int
    time: int  # ns
    segment: int | None
    happenings: tuple[Happening, ...]
    states: States


class Course(Struct, frozen=True):
    """How a connection went: how the capture meets it, and a step for every packet that matters."""

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


class _End(Struct):
    state: State | None
    passive: bool  # it listened
    syn: int | None = None  # position behind its SYN
    fin: int | None = None  # position behind its FIN
    told: int = -1  # the latest acknowledgment it sent
    window: int = 0  # the receive window it announced with that


def run(flow: Flow, scales: tuple[int, int]) -> Course:
    """Move both ends through the flow; `scales` are the shifts of their windows (negative: none known)."""
    return _Run(flow, scales, gather(flow)).course()


class _Run(Struct):
    flow: Flow
    scales: tuple[int, int]
    evidence: Evidence
    ends: list[_End] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def course(self) -> Course:
        evidence = self.evidence
        first, other = BEGINNINGS[evidence.beginning]
        initial: States = (first, other) if self.flow.ends[0] == 0 else (other, first)
        self.ends = [_End(state, state is State.LISTEN) for state in initial]
        keys = key_segments(self.flow)
        error = self._heeded_error()
        before = int(np.searchsorted(self.flow.rows[keys], error.row)) if error else len(keys)
        steps = [self._follow(segment) for segment in keys[:before].tolist()]
        if error:
            steps.append(self._fail(error))
        steps += [self._follow(segment) for segment in keys[before:].tolist()]
        return Course(evidence.beginning, initial, tuple(steps), evidence.crossed)

    def _follow(self, segment: int) -> Step:
        flow, evidence = self.flow, self.evidence
        self.happenings = []
        if segment in evidence.answered:
            self._receive(evidence.answered[segment])
        self._send(segment)
        if segment not in evidence.delayed:
            self._receive(segment)
        if segment in evidence.released:
            self._receive(evidence.released[segment])
        return self._step(int(flow.rows[segment]), int(flow.times[segment]), segment)

    def _heeded_error(self) -> HardError | None:
        """The hard ICMP error, unless its end goes on, or sends its SYN again: then it has not heeded it."""
        error, evidence = self.flow.error, self.evidence
        if error is None:
            return None
        latest = max(evidence.lasts[error.end], evidence.resent[error.end][0])
        return None if latest >= 0 and self.flow.rows[latest] > error.row else error

    def _fail(self, error: HardError) -> Step:
        """What a hard ICMP error does to the end whose SYN it quotes."""
        self.happenings = []
        self._happen(error.end, Event.HARD_ERROR, None)
        return self._step(error.row, error.time, None)

    def _step(self, row: int, time: int, segment: int | None) -> Step:
        return Step(row, time, segment, tuple(self.happenings), (self.ends[0].state, self.ends[1].state))

    def _happen(self, end: int, event: Event, segment: int | None) -> None:
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
            goes_on = self.evidence.lasts[end] > segment
            if self._judge_reset(segment) is Event.RST and not goes_on:
                opening = sender.state in (State.SYN_SENT, State.SYN_RCVD)
                refusal = opening and flow.seq[segment] != flow.top[segment]
                self._happen(end, Event.SEND_REFUSAL if refusal else Event.SEND_RST, segment)
            return
        if flags & SYN:
            sender.syn = int(flow.seq[segment]) + 1
            self._happen(end, Event.SEND_SYN_ACK if flags & ACK else Event.SEND_SYN, segment)
        if flags & (SYN | ACK) == ACK and self._is_unasked(segment):
            self._happen(end, Event.SEND_UNASKED_ACK, segment)
        if flags & FIN:
            sender.fin = int(flow.stop[segment])
            self._happen(end, Event.SEND_FIN, segment)
        if flags & ACK:
            sender.told = max(sender.told, int(flow.ack[segment]))
            sender.window = int(flow.window[segment]) << max(self.scales[end] if not flags & SYN else 0, 0)

    def _is_unasked(self, segment: int) -> bool:
        """Whether an ACK answers something that was not captured."""
        end = int(self.flow.ends[segment])
        sender = self.ends[end]
        if sender.state is State.SYN_SENT:
            return self.ends[1 - end].syn is None
        silent = sender.state is State.SYN_RCVD and self.evidence.silent[1 - end]
        return silent and int(self.flow.ack[segment]) > sender.told

    def _receive(self, segment: int) -> None:
        """What a segment does to its receiver, looked at in the RFC's order: RST, SYN, ACK, FIN."""
        end = 1 - int(self.flow.ends[segment])
        flags = int(self.flow.flags[segment])
        if flags & RST:
            event = self._judge_reset(segment)
            listens = self.ends[end].passive and self.ends[end].state is State.SYN_RCVD
            self._happen(end, Event.RST_AS_LISTENER if event is Event.RST and listens else event, segment)
            return
        if flags & SYN and not flags & ACK:
            listens = self.ends[end].state is State.CLOSED and self.evidence.answers[end] > segment
            self._happen(end, Event.SYN_TO_LISTENER if listens else Event.SYN, segment)
        if flags & ACK and (told := self._judge_ack(segment)):
            self._happen(end, told, segment)
        if flags & FIN:
            self._happen(end, Event.FIN, segment)

    def _judge_ack(self, segment: int) -> Event | None:
        """What an acknowledgment tells its receiver; None if it tells of data only."""
        end = 1 - int(self.flow.ends[segment])
        receiver, (syn_again, fin_again) = self.ends[end], self.evidence.resent[end]
        ack, syn_ack = int(self.flow.ack[segment]), bool(self.flow.flags[segment] & SYN)
        opening = receiver.state in (State.SYN_SENT, State.SYN_RCVD)
        sent = receiver.syn is None or receiver.syn <= ack <= int(self.flow.peer_top[segment])
        if opening and not sent:
            return Event.WRONG_ACK
        if syn_ack or (opening and receiver.state is not State.SYN_SENT):
            if opening and syn_again > segment:
                return Event.LOST_ACK
            return Event.SYN_ACK if syn_ack else Event.ACK_OF_SYN
        if receiver.fin is not None and ack >= receiver.fin:
            return Event.LOST_ACK if fin_again > segment and not self._arrived(segment) else Event.ACK_OF_FIN
        # In SYN-SENT an acknowledgment without a SYN opens nothing.
        return None

    def _arrived(self, segment: int) -> bool:
        """Whether a FIN surely reached the other end: it was acknowledged later, and never sent again."""
        flow, sender = self.flow, int(self.flow.ends[segment])
        if not flow.flags[segment] & FIN or self.evidence.resent[sender][1] > segment:
            return False
        later = flow.ack[segment + 1 :][flow.ends[segment + 1 :] != sender]
        return bool((later >= flow.stop[segment]).any())

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
            return Event.RST_FORGED if min(self.evidence.lasts) > segment else Event.RST
        inside = receiver.told <= seq < receiver.told + receiver.window
        return Event.RST_IN_WINDOW if inside and receiver.state is not State.SYN_SENT else Event.RST_OUTSIDE
