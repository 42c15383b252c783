"""Keys become commands as in vim."""

from __future__ import annotations

from tui.actions import BY_ID, Place
from tui.screens.keyboard import Command, KeyReader, keys_in_use


def read(keys: str, place: Place = Place.LIST) -> list[tuple[str, int | None]]:
    """The ids and counts of the commands that `keys` (parted by blanks) give."""
    reader = KeyReader()
    commands = [reader.press(key, place) for key in keys.split(" ")]
    return [(command.action.id, command.count) for command in commands if command is not None]


def test_a_single_key_is_a_command() -> None:
    assert read("j") == [("down", None)]


def test_a_count_is_read_before_its_command() -> None:
    assert read("1 2 j") == [("down", 12)]


def test_a_sequence_of_two_keys_is_one_command() -> None:
    assert read("g g") == [("first", None)]


def test_a_count_goes_with_a_sequence() -> None:
    assert read("5 g g") == [("first", 5)]


def test_a_zero_does_not_begin_a_count() -> None:
    assert read("0 j") == [("down", None)]
    assert read("1 0 j") == [("down", 10)]


def test_a_sequence_that_is_not_continued_is_dropped_and_the_new_key_counts() -> None:
    assert read("g j") == [("down", None)]


def test_a_count_is_used_once() -> None:
    assert read("5 j j") == [("down", 5), ("down", None)]


def test_what_waits_is_told() -> None:
    reader = KeyReader()
    for key in "5g":
        reader.press(key, Place.LIST)
    assert reader.pending == "5g"
    reader.press("g", Place.LIST)
    assert reader.pending == ""


def test_an_endless_count_stays_a_number_that_fits() -> None:
    assert read(" ".join("9" * 40) + " j") == [("down", 999_999_999_999)]


def test_the_same_key_does_in_each_pane_what_belongs_there() -> None:
    assert read("enter", Place.LIST) == [("open_packet", None)]
    assert read("enter", Place.TREE) == [("toggle", None)]
    assert read("enter", Place.HANDSHAKE) == [("visit", None)]
    assert read("enter", Place.HEX) == []


def test_a_key_of_no_action_gives_no_command_and_waits_for_nothing() -> None:
    reader = KeyReader()
    reader.press("5", Place.LIST)
    assert reader.press("Z", Place.LIST) is None
    assert reader.pending == ""


def test_any_letter_ends_a_sequence_that_takes_one() -> None:
    reader = KeyReader()
    assert reader.press("m", Place.LIST) is None
    assert reader.press("q", Place.LIST) == Command(BY_ID["bookmark"], text="q")
    assert reader.pending == ""


def test_a_row_of_its_own_comes_before_any_letter() -> None:
    assert read("' '") == [("jump_back", None)]
    assert read("' x") == [("to_bookmark", None)]


def test_what_is_no_letter_drops_a_sequence_that_takes_one() -> None:
    assert read("m j j") == [("bookmark", None), ("down", None)]
    assert read("m down j") == [("down", None), ("down", None)]


def test_all_letters_are_in_use_where_one_of_them_may_be_any() -> None:
    assert {"x", "X", "Z"} <= set(keys_in_use([Place.LIST]))
    assert "Z" not in keys_in_use([Place.LEAVE])
    assert not any("<" in key and len(key) > 1 for key in keys_in_use(Place))


def test_the_choices_of_a_sequence_name_their_subject_once() -> None:
    reader = KeyReader()
    reader.press("'", Place.LIST)
    assert reader.prompt(Place.LIST) == "' Bookmark  {a-z} go to one  ' before the last jump"
    reader.press("q", Place.LIST)
    reader.press("g", Place.LIST)
    assert reader.prompt(Place.LIST).startswith("g  g First line  m Next marked packet")


def test_commands_carry_the_row_of_the_table() -> None:
    command = KeyReader().press("q", Place.LIST)
    assert isinstance(command, Command)
    assert command.action.id == "quit"
