"""The state diagram in screenshots/ is drawn from the tables of tui/tcp/states.py."""

from __future__ import annotations

import re
import runpy
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tui.tcp.states import TRANSITIONS, Event, Rule, State

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "states.py"))


@pytest.fixture(scope="module")
def draw(script: dict[str, Any]) -> Callable[..., str]:
    drawing: Callable[..., str] = script["draw"]
    return drawing


def test_the_picture_is_what_the_script_draws_now(draw: Callable[..., str]) -> None:
    assert (FOLDER / "states.svg").read_text("utf-8") == draw(), "run `make screenshots`"


def test_every_row_is_in_the_picture(script: dict[str, Any]) -> None:
    arrows, aborts = script["sort"](TRANSITIONS)
    rows = [(state, event, rule.to) for state, row in TRANSITIONS.items() for event, rule in row.items()]
    drawn = [(state, event, to) for (state, to), events in arrows.items() for event in events]
    listed = [
        (state, event, State.CLOSED)
        for events, states in aborts.items()
        for state in states
        for event in events
    ]
    assert sorted(drawn + listed, key=str) == sorted(rows, key=str)
    texts = [unescape(text) for text in re.findall(r">([^<>]+)</text>", script["draw"]())]
    assert sum(text in {event.value for event in Event} for text in texts) == len(drawn)
    assert {state.name for state in State} <= set(texts)


def test_a_state_without_a_place_is_named(draw: Callable[..., str]) -> None:
    fewer = {state: row for state, row in TRANSITIONS.items() if state is not State.CLOSING}
    with pytest.raises(SystemExit, match="a place for CLOSING, which has no row"):
        draw(fewer)


def test_an_arrow_without_corners_is_named(draw: Callable[..., str]) -> None:
    more = {**TRANSITIONS, State.LISTEN: {Event.FIN: Rule(State.TIME_WAIT, "§0: never")}}
    with pytest.raises(SystemExit, match="no corners for LISTEN -> TIME_WAIT") as error:
        draw(more)
    assert "corners for LISTEN -> SYN_RCVD, which no row has" in str(error.value)


def test_a_reset_that_leads_elsewhere_is_an_arrow_of_its_own(draw: Callable[..., str]) -> None:
    moved = {**TRANSITIONS[State.CLOSING], Event.RST: Rule(State.LISTEN, "§0: never")}
    with pytest.raises(SystemExit, match="no corners for CLOSING -> LISTEN"):
        draw({**TRANSITIONS, State.CLOSING: moved})


def test_states_that_abort_in_other_ways_have_a_mark_of_their_own(draw: Callable[..., str]) -> None:
    row = {event: rule for event, rule in TRANSITIONS[State.TIME_WAIT].items() if event is not Event.SEND_RST}
    drawn = draw({**TRANSITIONS, State.TIME_WAIT: row})
    assert "to CLOSED: gets RST<" in drawn
    assert "to CLOSED: gets RST, sends RST<" in drawn
