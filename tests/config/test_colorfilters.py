"""Wireshark's file of colouring rules is read whatever it holds, and what is written reads as the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.config.colorfilters import (
    colorfilters,
    is_colour,
    is_mark,
    parse_colorfilters,
    read_colorfilters,
    write_colorfilters,
)
from tui.errors import AccessError, UsageError
from tui.palettes import PALETTES
from tui.report.colouring_rules import DEFAULT_RULES, ColouringRule

LINE = "@TCP RST@tcp.flags.reset eq 1@[42148,0,0][65535,64764,40092]"


def test_a_line_is_a_rule_ground_before_text_with_our_mark_for_its_name() -> None:
    (rule,) = parse_colorfilters(LINE).rules
    assert rule == ColouringRule("TCP RST", "tcp.flags.reset eq 1", "R", "#fffc9c", "#a40000")


def test_a_rule_with_an_exclamation_mark_is_off() -> None:
    assert not parse_colorfilters(f"!{LINE}").rules[0].enabled


def test_comments_are_passed_over_and_what_is_no_rule_is_counted() -> None:
    found = parse_colorfilters(f"# a comment\n\n{LINE}\n@half@of a rule\nnonsense\n")
    assert (len(found.rules), found.refused) == (1, 2)


def test_a_name_that_is_not_ours_gets_its_first_letter_as_a_mark() -> None:
    assert parse_colorfilters(LINE.replace("TCP RST", "(my) rule")).rules[0].mark == "m"


def test_a_filter_may_have_the_sign_that_parts_a_line() -> None:
    assert (
        parse_colorfilters('@a@frame contains "x@y"@[0,0,0][1,1,1]').rules[0].filter == 'frame contains "x@y"'
    )


def test_control_characters_never_get_in() -> None:
    (rule,) = parse_colorfilters(LINE.replace("RST", "\x1b[31m\x07")).rules
    assert rule.name.isprintable()
    assert rule.filter.isprintable()


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for rule in parse_colorfilters(text + "\n" + LINE).rules:
        assert is_mark(rule.mark)
        assert is_colour(rule.foreground)
        assert is_colour(rule.background)


@pytest.mark.parametrize("theme", PALETTES)
def test_what_is_written_reads_as_the_same_marks_and_names_of_colours_too(theme: str) -> None:
    rules = (replace(DEFAULT_RULES[3], mark="|", background="panel", enabled=False), *DEFAULT_RULES)
    assert parse_colorfilters(colorfilters(rules, PALETTES[theme])).rules == rules


def test_without_our_comments_the_colours_are_those_of_the_theme() -> None:
    text = colorfilters((ColouringRule("a", "tcp", "a", "error"),), PALETTES["dark"])
    (rule,) = parse_colorfilters("\n".join(line for line in text.splitlines() if line[0] != "#")).rules
    assert (rule.foreground, rule.background) == (PALETTES["dark"].error, PALETTES["dark"].background)


def test_a_file_is_written_in_the_place_of_another_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "colorfilters"
    path.write_text("old")
    write_colorfilters(path, DEFAULT_RULES, PALETTES["dark"])
    assert read_colorfilters(path).rules == DEFAULT_RULES
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_read_or_has_no_rules_is_told(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="cannot be read"):
        read_colorfilters(tmp_path / "missing")
    (tmp_path / "other").write_bytes(bytes(range(256)))
    with pytest.raises(UsageError, match="found none"):
        read_colorfilters(tmp_path / "other")


def test_wiresharks_own_file_can_be_read() -> None:
    path = Path("/usr/share/wireshark/colorfilters")
    if not path.exists():
        pytest.skip("Wireshark's files are not installed")
    found = read_colorfilters(path)
    assert found.refused == 0
    assert {"Bad TCP", "TCP RST", "HTTP", "UDP"} <= {rule.name for rule in found.rules}
