"""THE state tables: what every event does to an endpoint in every state (RFC 9293 §3.3.2, §3.10).

The rules of this file:

1. Every change of an endpoint's state anywhere in tcpscope is a row of :data:`TRANSITIONS`. Nothing else
   sets a state.
2. The table is total: an event that is not in a state's row leaves it, for the reason that :data:`STAYS`
   gives for the event.
3. Events are told apart by number, not by flag. A SYN-ACK that does not acknowledge our SYN, an ACK that
   does not cover our FIN, a RST outside the window are events of their own, and open, close and reset
   nothing.
4. A segment is one event for its sender, and for its receiver one for each thing that it tells, in the order
   in which the RFC has a receiver look (§3.10.7.4: RST, SYN, ACK, FIN). So a FIN that also acknowledges ours
   is ACK_OF_FIN, then FIN.

The theory. An observer sees segments, not endpoints. What a segment does to its sender is certain: it was
sent. What it does to its receiver is inferred: it is presumed delivered at once, unless the receiver's own
SYN or FIN, sent later, does not acknowledge it. Then the two crossed, and the delivery takes effect behind
that answer. :data:`CROSSINGS` says which segments can cross in this sense; `endpoints.py` applies it, so the
states shown at an earlier packet are those that the later ones prove. A SYN-ACK that does not acknowledge the
SYN shows nothing by itself; if another one does later, it was the answer to a SYN that was not captured
(RFC 9293 figure 8), and the SYN that was had not arrived when it was sent.

A hard ICMP error that quotes an end's SYN is presumed to be heeded, unless that end goes on or sends its SYN
again. By RFC 9293 a soft one aborts nothing (§3.9.2.2), though many hosts end a SYN for it too (RFC 5461 §4).
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class State(Enum):
    """The states of RFC 9293 §3.3.2; the value is what the state means to its end."""

    CLOSED = "no connection"
    LISTEN = "waits for a SYN"
    SYN_SENT = "sent a SYN, waits for its ACK"
    SYN_RCVD = "got a SYN, waits for the ACK of its own"
    ESTABLISHED = "open: data flows both ways"
    FIN_WAIT_1 = "closed first, waits for the ACK of its FIN"
    FIN_WAIT_2 = "its FIN is acknowledged, waits for the other FIN"
    CLOSE_WAIT = "the other end closed, its own program has not yet"
    CLOSING = "both closed at once, waits for the ACK of its FIN"
    LAST_ACK = "closed second, waits for the ACK of its FIN"
    TIME_WAIT = "done; waits 2 MSL for stray segments (Linux: 60 s)"


class Event(Enum):
    """What can happen to an endpoint, as far as segments show it; the value is its text."""

    SEND_SYN = "sends SYN"
    SEND_SYN_ACK = "sends SYN-ACK"
    SEND_FIN = "sends FIN"
    SEND_RST = "sends RST"
    SEND_REFUSAL = "refuses with RST"  # the answer to an acknowledgment of what it never sent
    SEND_UNASKED_ACK = "sends ACK of what was not captured"  # so it must have got a SYN-ACK
    SYN = "gets SYN"
    SYN_TO_LISTENER = "gets SYN, takes it"  # its old connection is gone, a listener is there
    SYN_ACK = "gets SYN-ACK"  # that acknowledges its SYN
    WRONG_ACK = "gets wrong ACK"  # of what it never sent
    ACK_OF_SYN = "gets ACK of SYN"
    ACK_OF_FIN = "gets ACK of FIN"
    LOST_ACK = "does not get the ACK"  # it sends its SYN or FIN again
    FIN = "gets FIN"
    RST = "gets RST"  # with exactly the number that it expects
    RST_AS_LISTENER = "gets RST, listens on"
    RST_IN_WINDOW = "gets RST in window"  # but not with the number that it expects
    RST_OUTSIDE = "gets RST outside window"
    RST_FORGED = "gets RST of somebody else"  # both ends go on
    HARD_ERROR = "gets hard ICMP error"  # that quotes its SYN; it sends nothing more


RESETS = frozenset({Event.RST, Event.RST_AS_LISTENER})


class Rule(Struct, frozen=True):
    """Where an event leads, and the sentence that says so."""

    to: State
    source: str


_ABORT = "§3.10.5: send a reset segment […], delete the TCB, enter the CLOSED state"
_RESET = (
    "§3.10.7.4: RST and SEG.SEQ = RCV.NXT: TCP endpoints MUST reset the connection; enter the CLOSED state"
)
_CLOSE = "§3.10.4: form a FIN segment and send it, and enter FIN-WAIT-1 state"
_GOT_FIN = "§3.10.7.4: if the FIN bit is set […] enter the CLOSE-WAIT state"

TRANSITIONS: dict[State, dict[Event, Rule]] = {
    State.CLOSED: {
        Event.SEND_SYN: Rule(State.SYN_SENT, "§3.10.1: a SYN segment is sent […], enter SYN-SENT state"),
        Event.SYN_TO_LISTENER: Rule(
            State.SYN_RCVD, "§3.10.7.2: check for a SYN […] the state should be changed to SYN-RECEIVED"
        ),
        Event.SYN: Rule(
            State.CLOSED, "§3.10.7.1: an incoming segment not containing a RST causes a RST to be sent"
        ),
    },
    State.LISTEN: {
        Event.SEND_SYN: Rule(State.SYN_SENT, "§3.10.2: a SYN segment is sent […], enter SYN-SENT state"),
        Event.SYN: Rule(
            State.SYN_RCVD, "§3.10.7.2: check for a SYN […] the state should be changed to SYN-RECEIVED"
        ),
        Event.SEND_SYN_ACK: Rule(
            State.SYN_RCVD, "§3.10.7.2: it has got a SYN that was not captured, or it would not answer one"
        ),
    },
    State.SYN_SENT: {
        Event.SYN: Rule(State.SYN_RCVD, "§3.10.7.3: otherwise, enter SYN-RECEIVED, form a SYN,ACK segment"),
        Event.SYN_ACK: Rule(
            State.ESTABLISHED, "§3.10.7.3: our SYN has been ACKed, change the state to ESTABLISHED"
        ),
        Event.SEND_UNASKED_ACK: Rule(
            State.ESTABLISHED, "§3.10.7.3: it has got a SYN-ACK, or it would not acknowledge one"
        ),
        Event.RST: Rule(
            State.CLOSED, "§3.10.7.3: if the ACK was acceptable […] connection reset, enter CLOSED state"
        ),
        Event.HARD_ERROR: Rule(
            State.CLOSED,
            "§3.9.2.2: hard error conditions, so TCP implementations SHOULD abort the connection",
        ),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.SYN_RCVD: {
        Event.SYN_ACK: Rule(
            State.ESTABLISHED, "§3.10.7.4: SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state"
        ),
        Event.ACK_OF_SYN: Rule(
            State.ESTABLISHED, "§3.10.7.4: SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state"
        ),
        Event.SEND_UNASKED_ACK: Rule(
            State.ESTABLISHED, "§3.10.7.4: it has got data, which only an acknowledged SYN-ACK lets it take"
        ),
        Event.FIN: Rule(State.CLOSE_WAIT, _GOT_FIN),
        Event.RST: Rule(State.CLOSED, "§3.10.7.4: initiated with an active OPEN […] enter the CLOSED state"),
        Event.RST_AS_LISTENER: Rule(
            State.LISTEN, "§3.10.7.4: initiated with a passive OPEN […] return this connection to LISTEN"
        ),
        Event.SEND_FIN: Rule(State.FIN_WAIT_1, _CLOSE),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.ESTABLISHED: {
        Event.FIN: Rule(State.CLOSE_WAIT, _GOT_FIN),
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_FIN: Rule(State.FIN_WAIT_1, _CLOSE),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.FIN_WAIT_1: {
        Event.ACK_OF_FIN: Rule(
            State.FIN_WAIT_2, "§3.10.7.4: if the FIN segment is now acknowledged, then enter FIN-WAIT-2"
        ),
        Event.FIN: Rule(
            State.CLOSING, "§3.10.7.4: FIN, and our FIN is not acknowledged: enter the CLOSING state"
        ),
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.FIN_WAIT_2: {
        Event.FIN: Rule(State.TIME_WAIT, "§3.10.7.4: FIN-WAIT-2 STATE: enter the TIME-WAIT state"),
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.CLOSE_WAIT: {
        Event.SEND_FIN: Rule(State.LAST_ACK, "§3.10.4: send a FIN segment, enter LAST-ACK state"),
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.CLOSING: {
        Event.ACK_OF_FIN: Rule(
            State.TIME_WAIT, "§3.10.7.4: if the ACK acknowledges our FIN, then enter the TIME-WAIT state"
        ),
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.LAST_ACK: {
        Event.ACK_OF_FIN: Rule(
            State.CLOSED, "§3.10.7.4: if our FIN is now acknowledged, delete the TCB, enter the CLOSED state"
        ),
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
    State.TIME_WAIT: {
        Event.RST: Rule(State.CLOSED, _RESET),
        Event.SEND_RST: Rule(State.CLOSED, _ABORT),
    },
}

# Why an event that is not in a state's row leaves the state as it is.
STAYS: dict[Event, str] = {
    Event.SEND_SYN: "a SYN sent again, or one that its state does not provide for",
    Event.SEND_SYN_ACK: "the answer to a SYN; SYN-RECEIVED was entered when that came",
    Event.SEND_FIN: "a FIN sent again: the first copy or its acknowledgment was lost",
    Event.SEND_RST: "there is nothing left to reset",
    Event.SEND_REFUSAL: "§3.10.7.3: SEG.ACK =< ISS or SEG.ACK > SND.NXT: send a reset, discard the segment",
    Event.SEND_UNASKED_ACK: "an acknowledgment like any other",
    Event.SYN: "§3.10.7.4: a SYN in a synchronized state is answered with a challenge ACK (RFC 5961 §4)",
    Event.SYN_TO_LISTENER: "a SYN in a state that does not provide for it",
    Event.SYN_ACK: "a SYN-ACK that comes again: it is acknowledged again",
    Event.WRONG_ACK: "§3.10.7.4: the ACK acks something not yet sent: send an ACK, drop the segment",
    Event.ACK_OF_SYN: "the SYN was acknowledged before",
    Event.ACK_OF_FIN: "the FIN was acknowledged before",
    Event.FIN: "a FIN that comes again: it is acknowledged again",
    Event.RST: "there is nothing left to reset",
    Event.LOST_ACK: "its SYN or FIN is sent again: this acknowledgment had not arrived",
    Event.RST_AS_LISTENER: "there is nothing left to reset",
    Event.RST_IN_WINDOW: "§3.10.7.4: in the window, but not exactly RCV.NXT: MUST send a challenge ACK",
    Event.RST_FORGED: "§3.10.5: who sends a RST deletes its TCB; both ends go on, so none did",
    Event.RST_OUTSIDE: "§3.10.7.4: RST outside the current receive window: silently drop the segment",
    Event.HARD_ERROR: "§3.9.2.2: some do not abort in a synchronized state (RFC 5461 §3); Linux does not",
}

# What can cross: (what the first end sent, what the other sent later without acknowledging it).
CROSSINGS: tuple[tuple[Event, Event], ...] = (
    (Event.SEND_SYN, Event.SEND_SYN),  # §3.5, figure 7: simultaneous open
    (Event.SEND_FIN, Event.SEND_FIN),  # §3.6, figure 13: simultaneous close
)


class Beginning(Enum):
    """How a capture meets a connection; the value says it."""

    SYN = "with its SYN, which is answered by a SYN"
    REFUSED = "with its SYN, which is answered only by a RST"
    UNANSWERED = "with its SYN, which is not answered"
    ONE_DIRECTION = "with its SYN; the other direction was not captured"
    HALF_OPEN = "with its SYN, which is answered as if a connection were open already"
    SYN_ACK = "with the SYN-ACK: the SYN was not captured"
    MIDSTREAM = "in mid-stream: its opening was not captured"


# The states (of the first segment's sender, of the other end) before the first segment; None: nothing shows
# that anybody is there. LISTEN is implied by a SYN that is answered by a SYN. Where the beginning is
# missing, what must have been is assumed.
BEGINNINGS: dict[Beginning, tuple[State, State | None]] = {
    Beginning.SYN: (State.CLOSED, State.LISTEN),
    Beginning.REFUSED: (State.CLOSED, State.CLOSED),
    Beginning.UNANSWERED: (State.CLOSED, None),
    Beginning.ONE_DIRECTION: (State.CLOSED, None),
    Beginning.HALF_OPEN: (State.CLOSED, State.ESTABLISHED),
    Beginning.SYN_ACK: (State.SYN_RCVD, State.SYN_SENT),
    Beginning.MIDSTREAM: (State.ESTABLISHED, State.ESTABLISHED),
}

ASSUMED = frozenset({Beginning.SYN_ACK, Beginning.MIDSTREAM})


def follow(state: State, event: Event) -> Rule:
    """Where `event` leads from `state`, and why; total."""
    return TRANSITIONS[state].get(event) or Rule(state, STAYS[event])
