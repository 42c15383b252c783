"""The setting of colouring rules: what is taken, and how what is not is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tui.config.colouring import ColouringRules
from tui.config.config import DEFAULTS, Choices, Config
from tui.config.reader import parse
from tui.config.recent import Recent
from tui.config.toml import to_toml
from tui.errors import UsageError
from tui.report.colouring_rules import DEFAULT_RULES, ColouringRule

if TYPE_CHECKING:
    from pathlib import Path

KIND = ColouringRules()


def test_a_rule_needs_a_name_and_a_filter_and_gets_a_mark_with_its_colours() -> None:
    assert KIND.read([{"name": "Mine", "filter": "tcp"}]) == (ColouringRule("Mine", "tcp"),)
    assert KIND.read([{"name": "Mine", "filter": "tcp", "foreground": "error"}]) == (
        ColouringRule("Mine", "tcp", "M", "error"),
    )


def test_tables_at_the_end_of_the_file_are_rules() -> None:
    text = (
        'colouring = "off"\n'
        '[[colouring_rules]]\nname = "a"\nfilter = "udp"\nmark = "u"\nbackground = "#ABCDEF"\n'
    )
    config = parse(text.encode(), "config.toml")
    assert config.notices == ()
    assert config.colouring is False
    assert config.colouring_rules == (ColouringRule("a", "udp", "u", "", "#abcdef"),)


def test_a_file_and_the_usual_rules_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "colorfilters"
    path.write_text("@a@tcp@[0,0,0][65535,65535,65535]\n")
    assert KIND.read(str(path)) == (ColouringRule("a", "tcp", "a", "#ffffff", "#000000"),)
    assert KIND.read("default") == DEFAULT_RULES
    assert KIND.plain(DEFAULT_RULES) == "default"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (7, "found 7"),
        ("/no/such/file", "cannot be read"),
        ("~nobody-of-this-name/x", "found"),
        ([7], "expected a rule"),
        ([{"name": "a"}], "expected a filter"),
        ([{"name": "a@b", "filter": "tcp"}], "without @"),
        ([{"name": "a", "filter": "tcp", "mark": "ab"}], "one character"),
        ([{"name": "a", "filter": "tcp", "mark": "\x1b"}], "one character"),
        ([{"name": "a", "filter": "tcp", "mark": "漢"}], "one character"),
        ([{"name": "a", "filter": "tcp", "foreground": "pink"}], "pink"),
        ([{"name": "a", "filter": "tcp", "enabled": 1}], "true or false"),
        ([{"name": "a", "filter": "tcp", "colour": "error"}], "colour"),
    ],
)
def test_what_is_no_rule_is_refused(found: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        KIND.read(found)


def _told(*rules: ColouringRule) -> str:
    """What is noticed of a file with these rules, which are all taken."""
    config = parse(f"colouring_rules = {to_toml(KIND.plain(rules))}".encode(), "config.toml")
    assert config.colouring_rules == rules
    return "".join(config.notices)


def test_a_rule_that_no_packet_can_have_is_told_and_kept() -> None:
    good, bad = ColouringRule("good", "tcp"), ColouringRule("bad", "tcp.flagz == 1")
    assert _told(good, bad) == (
        'config.toml: colouring_rules: no packet has the rule "bad": there is no field or protocol tcp.flagz '
        "(did you mean tcp.flags or gtp.flags or tcp.flags.ae?)"
    )
    assert 'the rule "bad", nor 2 others:' in _told(bad, good, bad, bad)


@pytest.mark.parametrize("text", ["tpc", "(tcp", "", "tcp.port == abc"])
def test_a_filter_that_says_nothing_is_told(text: str) -> None:
    assert "no packet has the rule" in _told(ColouringRule("a", text))


@pytest.mark.parametrize(
    "rule",
    [
        ColouringRule("off", "tcp.flagz", enabled=False),
        ColouringRule("one that is not known here, beside one that is", "http || http2"),
    ],
)
def test_a_rule_that_may_be_had_is_not_told(rule: ColouringRule) -> None:
    assert _told(rule) == ""


def test_rules_of_a_file_that_make_no_sense_are_told(tmp_path: Path) -> None:
    path = tmp_path / "colorfilters"
    path.write_text("@a@tcp.flagz@[0,0,0][65535,65535,65535]\n@b@udp@[0,0,0][65535,65535,65535]\n")
    config = parse(f"colouring_rules = {to_toml(str(path))}".encode(), "config.toml")
    assert len(config.colouring_rules or ()) == 2
    assert ["tcp.flagz" in notice for notice in config.notices] == [True]


def test_rules_and_whether_they_are_on_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    rules = (ColouringRule("a", "no such filter", "a", "error", enabled=False), DEFAULT_RULES[1])
    Recent(file).keep(Choices(colouring=False, colouring_rules=rules))
    choices = Recent(file).choices()
    assert (choices.colouring, choices.colouring_rules) == (False, rules)
    file.write_text(json.dumps({"theme": "light", "colouring": "sideways", "colouring_rules": [{}]}))
    assert Recent(file).choices() == Choices(theme="light")


def test_what_is_set_comes_before_what_was_remembered() -> None:
    last = Choices(colouring=False, colouring_rules=DEFAULT_RULES[:2])
    assert Config.of(DEFAULTS).starting(last) == last
    config = Config.of({**DEFAULTS, "colouring": True, "colouring_rules": ()})
    assert config.starting(last).colouring is True
    assert config.starting(last).colouring_rules == ()
