"""The tables of states.py and tell.py as arrays: all that the outline kernel knows of states and kinds.

The code of a member is its index in STATES, EVENTS and so on.
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

import numpy as np

from tui.tcp.states import BEGINNINGS, CROSSINGS, Beginning, Event, State, follow
from tui.tcp.story import Closing, Opening, Part
from tui.tcp.tell import BEGINNING_KINDS, OPENED, OPENING_STATES, OVER

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

STATES = tuple(State)
EVENTS = tuple(Event)
OPENINGS = tuple(Opening)
CLOSINGS = tuple(Closing)
PARTS = tuple(Part)
_STARTS = tuple(Beginning)

NO_STATE = 255  # no TCP, or nothing shows that anybody is there
NO_PART = 255  # no TCP
NO_KIND = 255  # how a connection opened is not said by how its capture begins


class Trait(IntFlag):
    """What the rules of `endpoints.py` and `tell.py` ask of a state."""

    UNOPENED = 1  # the end is not open, or not there
    HANDSHAKING = 2
    CALLING = 4  # it sent a SYN and waits for one
    ANSWERING = 8  # it got a SYN and waits for the acknowledgment of its own
    LISTENING = 16
    GONE = 32
    ENDED = 64


_TRAITS: dict[Trait, AbstractSet[State | None]] = {
    Trait.UNOPENED: OPENING_STATES,
    Trait.HANDSHAKING: {State.SYN_SENT, State.SYN_RCVD},
    Trait.CALLING: {State.SYN_SENT},
    Trait.ANSWERING: {State.SYN_RCVD},
    Trait.LISTENING: {State.LISTEN},
    Trait.GONE: {State.CLOSED},
    Trait.ENDED: OVER,
}

# Of these events, what happened to which end is noted: for the findings.
NOTED = frozenset(
    {
        Event.SEND_REFUSAL,
        Event.SYN,
        Event.SYN_TO_LISTENER,
        Event.WRONG_ACK,
        Event.LOST_ACK,
        Event.RST,
        Event.RST_AS_LISTENER,
        Event.RST_IN_WINDOW,
        Event.RST_OUTSIDE,
        Event.RST_FORGED,
    }
)


def is_noted(state: State, event: Event) -> bool:
    """Whether `event` is noted if it happens in `state`.

    A RST is if it ends something; a SYN if it comes in a synchronized state, to be answered with a challenge
    ACK (RFC 5961 §4).
    """
    if event is Event.RST or event is Event.RST_AS_LISTENER:
        return follow(state, event).to is not state
    return event in NOTED and not (event is Event.SYN and state in OPENING_STATES)


def state_code(state: State | None) -> int:
    """The code of a state, NO_STATE of none."""
    return NO_STATE if state is None else STATES.index(state)


# One row: the tables. The kernel checks that its C struct agrees.
TABLES = np.zeros(
    1,
    [
        ("follow", "u1", (len(STATES), len(EVENTS))),  # where an event leads
        ("noted", "u1", (len(STATES), len(EVENTS))),  # whether it is noted there
        ("traits", "u1", NO_STATE + 1),  # of each state, see Trait
        (
            "initial",
            "u1",
            (len(_STARTS), 2),
        ),  # the states before the first segment: its sender, the other end
        ("crossings", "u1", (len(CROSSINGS), 2)),  # the events that can cross
        ("kinds", "u1", len(_STARTS)),  # the kind of opening that a beginning tells by itself, or NO_KIND
        ("opened", "u1", len(OPENINGS)),  # whether a kind of opening is one
    ],
)
for _start, _states in BEGINNINGS.items():
    TABLES["initial"][0, _STARTS.index(_start)] = [state_code(each) for each in _states]
TABLES["kinds"][0] = [
    OPENINGS.index(BEGINNING_KINDS[start]) if start in BEGINNING_KINDS else NO_KIND for start in _STARTS
]
TABLES["opened"][0] = [opening in OPENED for opening in OPENINGS]
TABLES["crossings"][0] = [[EVENTS.index(event) for event in pair] for pair in CROSSINGS]
TABLES["follow"][0] = [[state_code(follow(state, event).to) for event in EVENTS] for state in STATES]
TABLES["noted"][0] = [[is_noted(state, event) for event in EVENTS] for state in STATES]
TABLES["traits"][0] = [
    sum(trait for trait, states in _TRAITS.items() if state in states)
    for state in (*STATES, *[None] * (NO_STATE + 1 - len(STATES)))
]
TABLES.flags.writeable = False
