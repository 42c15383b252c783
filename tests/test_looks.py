"""From one look to another in the fewest bytes."""

from __future__ import annotations

import pytest
from emulated import shown
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.looks import PLAIN, Look, UnknownSequenceError, change, parse_look

PARAMETERS = [
    "1",
    "3",
    "4",
    "5",
    "7",
    "9",
    "31",
    "97",
    "38;5;200",
    "38;2;1;2;3",
    "44",
    "48;5;7",
    "48;2;9;8;7",
]
looks = st.lists(st.sampled_from(PARAMETERS), max_size=4).map(";".join).map(parse_look)


@settings(max_examples=200, deadline=None)
@given(looks, looks)
def test_a_change_leads_to_the_same_look_as_to_begin_anew(old: Look, new: Look) -> None:
    anew = change(None, new)
    assert shown([change(None, old), change(old, new), "x"], 2, 1) == shown([anew, "x"], 2, 1)
    assert len(change(old, new)) <= len(anew)


@pytest.mark.parametrize(
    ("old", "new", "sequence"),
    [
        ("1;31", "1;31", ""),
        ("1;31", "1;32", "\x1b[32m"),
        ("31", "1;31", "\x1b[1m"),
        ("1;31", "31", "\x1b[22m"),
        ("1;2;31", "2;31", "\x1b[22;2m"),
        ("1;38;2;1;2;3", "", "\x1b[0m"),
        ("31;48;2;1;2;3", "48;2;1;2;3", "\x1b[39m"),
        ("31;44", "31", "\x1b[49m"),
        ("38;2;1;2;3;48;5;9", "38;2;1;2;3;48;5;10", "\x1b[48;5;10m"),
    ],
)
def test_only_what_differs_is_sent(old: str, new: str, sequence: str) -> None:
    assert change(parse_look(old), parse_look(new)) == sequence


def test_from_an_unknown_look_everything_is_set() -> None:
    assert change(None, PLAIN) == "\x1b[0m"
    assert change(None, parse_look("1;31")) == "\x1b[0;1;31m"


@pytest.mark.parametrize("parameters", ["38", "38;2;1", "38;7;1", "77", "1;;2", "22"])
def test_parameters_that_no_style_has_are_refused(parameters: str) -> None:
    with pytest.raises(UnknownSequenceError):
        parse_look(parameters)
