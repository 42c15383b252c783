"""The state tables: total, sourced, and those of RFC 9293."""

from __future__ import annotations

import itertools

import pytest

from tui.tcp.states import BEGINNINGS, CROSSINGS, STAYS, TRANSITIONS, Beginning, Event, State, follow

ALL = list(itertools.product(State, Event))

# RFC 9293 figure 5, edge by edge, as far as segments show it.
FIGURE_5 = {
    (State.CLOSED, Event.SEND_SYN, State.SYN_SENT),
    (State.LISTEN, Event.SYN, State.SYN_RCVD),
    (State.LISTEN, Event.SEND_SYN, State.SYN_SENT),
    (State.SYN_SENT, Event.SYN, State.SYN_RCVD),
    (State.SYN_SENT, Event.SYN_ACK, State.ESTABLISHED),
    (State.SYN_RCVD, Event.ACK_OF_SYN, State.ESTABLISHED),
    (State.SYN_RCVD, Event.SEND_FIN, State.FIN_WAIT_1),
    (State.ESTABLISHED, Event.SEND_FIN, State.FIN_WAIT_1),
    (State.ESTABLISHED, Event.FIN, State.CLOSE_WAIT),
    (State.FIN_WAIT_1, Event.ACK_OF_FIN, State.FIN_WAIT_2),
    (State.FIN_WAIT_1, Event.FIN, State.CLOSING),
    (State.FIN_WAIT_2, Event.FIN, State.TIME_WAIT),
    (State.CLOSING, Event.ACK_OF_FIN, State.TIME_WAIT),
    (State.CLOSE_WAIT, Event.SEND_FIN, State.LAST_ACK),
    (State.LAST_ACK, Event.ACK_OF_FIN, State.CLOSED),
}


@pytest.mark.parametrize(("state", "event"), ALL)
def test_every_event_in_every_state_leads_somewhere_for_a_stated_reason(state: State, event: Event) -> None:
    rule = follow(state, event)
    assert rule.source
    assert (rule.to is state) or event in TRANSITIONS[state]


def test_every_state_has_a_row_and_every_event_a_reason_to_stay() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(STAYS) == set(Event)
    assert set(BEGINNINGS) == set(Beginning)


def test_every_row_names_its_section_of_the_rfc() -> None:
    assert all(rule.source.startswith("§3.") for row in TRANSITIONS.values() for rule in row.values())


@pytest.mark.parametrize(("state", "event", "to"), sorted(FIGURE_5, key=str))
def test_the_edges_of_figure_5_are_rows(state: State, event: Event, to: State) -> None:
    assert TRANSITIONS[state][event].to is to


def test_what_is_not_an_edge_of_figure_5_is_a_reset_or_the_handshake_of_two_clients() -> None:
    others = {
        (state, event, rule.to)
        for state, row in TRANSITIONS.items()
        for event, rule in row.items()
        if (state, event, rule.to) not in FIGURE_5
    }
    allowed = {(State.SYN_RCVD, Event.SYN_ACK, State.ESTABLISHED), (State.CLOSED, Event.SYN, State.CLOSED)}
    allowed.add((State.SYN_SENT, Event.SEND_UNASKED_ACK, State.ESTABLISHED))  # its SYN-ACK was not captured
    allowed.add((State.SYN_RCVD, Event.FIN, State.CLOSE_WAIT))  # §3.10.7.4, not drawn in the figure
    allowed.add((State.SYN_RCVD, Event.SEND_UNASKED_ACK, State.ESTABLISHED))  # nor the ACK of its own
    allowed.add((State.LISTEN, Event.SEND_SYN_ACK, State.SYN_RCVD))  # nor the SYN that it answers
    allowed.add((State.SYN_SENT, Event.HARD_ERROR, State.CLOSED))  # §3.9.2.2
    allowed.add((State.CLOSED, Event.SYN_TO_LISTENER, State.SYN_RCVD))  # by way of LISTEN
    allowed.add((State.SYN_RCVD, Event.RST_AS_LISTENER, State.LISTEN))  # "rcv RST", said in its caption
    resets = {change for change in others if change[1] in (Event.RST, Event.SEND_RST)}
    assert others - resets == allowed
    assert all(to is State.CLOSED for _, _, to in resets)


@pytest.mark.parametrize(
    "event", [Event.WRONG_ACK, Event.RST_IN_WINDOW, Event.RST_OUTSIDE, Event.SEND_REFUSAL]
)
def test_wrong_numbers_move_no_state(event: Event) -> None:
    assert all(follow(state, event).to is state for state in State)


def test_only_syns_and_fins_cross() -> None:
    assert CROSSINGS == ((Event.SEND_SYN, Event.SEND_SYN), (Event.SEND_FIN, Event.SEND_FIN))
