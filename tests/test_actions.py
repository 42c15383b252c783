"""The table of actions is sound: a key means one thing wherever it is typed, and every row is explained."""

from __future__ import annotations

import pytest

from tui.actions import ACTIONS, BY_ID, Place, at, key_text, keys_text


@pytest.mark.parametrize("place", Place)
def test_a_key_means_one_thing_in_each_place(place: Place) -> None:
    keys = [key for action in at(place) for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("place", Place)
def test_no_sequence_begins_with_a_key_that_already_means_something(place: Place) -> None:
    keys = {key for action in at(place) for key in action.keys}
    beginnings = {sequence.split(" ")[0] for sequence in keys if " " in sequence}
    assert not beginnings & keys


def test_digits_are_free_for_counts() -> None:
    assert not {key for action in ACTIONS for key in action.keys} & set("0123456789")


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_keys_a_name_and_a_sentence(action) -> None:  # type: ignore[no-untyped-def]
    assert action.keys
    assert action.text
    assert action.help.endswith(".")


@pytest.mark.parametrize(
    ("keys", "text"),
    [("g g", "gg"), ("ctrl+d", "ctrl-d"), ("shift+tab", "shift-Tab"), ("+", "+"), ("\\", "\\")],
)
def test_keys_are_written_as_a_person_reads_them(keys: str, text: str) -> None:
    assert key_text(keys) == text


def test_all_keys_of_an_action_are_written() -> None:
    assert keys_text(BY_ID["down"]) == "↓ j"
