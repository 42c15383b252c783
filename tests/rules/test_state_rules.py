"""Every change of an endpoint's state is a row of tui/tcp/states.py, and the rows are complete."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from sources import files, program

from tui.tcp.states import BEGINNINGS, CROSSINGS, STAYS, TRANSITIONS, Beginning, Event, State, follow

if TYPE_CHECKING:
    from sources import Source

TABLES = "tui/tcp/states.py"
PAIRS = [(state, event) for state in State for event in Event]


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=[f"{s.name}-{e.name}" for s, e in PAIRS])
def test_every_event_in_every_state_leads_somewhere_and_says_why(state: State, event: Event) -> None:
    rule = follow(state, event)
    assert isinstance(rule.to, State)
    assert len(rule.source.split()) >= 3, "a source is a sentence"


def test_every_transition_quotes_its_section_of_the_rfc() -> None:
    bare = [
        (state.name, event.name)
        for state, rules in TRANSITIONS.items()
        for event, rule in rules.items()
        if not re.match(r"§3\.\d+(\.\d+)*: \S", rule.source)
    ]
    assert bare == []


def test_tables_name_every_state_event_and_beginning_once() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(STAYS) == set(Event)
    assert set(BEGINNINGS) == set(Beginning)
    assert len(set(CROSSINGS)) == len(CROSSINGS)


def _states_set(source: Source) -> list[str]:
    """The functions in which a state is assigned, or handed to a new endpoint by name."""
    found = []
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            targets: list[ast.expr] = []
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AugAssign | ast.AnnAssign):
                targets = [node.target]
            named = isinstance(node, ast.Call) and any(each.arg == "state" for each in node.keywords)
            if named or any(isinstance(each, ast.Attribute) and each.attr == "state" for each in targets):
                found.append(f"{source.place} {function.name}")
    return found


def test_a_state_is_set_at_one_place_only() -> None:
    assert [place for source in program() for place in _states_set(source)] == [
        "tui/tcp/endpoints.py _happen"
    ]


def test_no_other_module_has_rules_of_its_own() -> None:
    elsewhere = [
        source.at(call)
        for source in program()
        if source.place != TABLES
        for name, call in source.calls()
        if name == "Rule"
    ]
    assert elsewhere == []


def test_the_kernels_know_no_states() -> None:
    names = re.compile(r"\b(" + "|".join(state.name for state in State) + r")\b")
    kernels = [path for suffix in (".pyx", ".pxd") for path in files("tui", suffix=suffix)]
    assert kernels
    assert [path.name for path in kernels if names.search(path.read_text("utf-8"))] == []
