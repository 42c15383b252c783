"""What is printed reads as the same configuration, and says everything that can be set."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from tui.capture.live.spec import OnExit
from tui.config.config import DEFAULT, DEFAULTS, Config
from tui.config.printer import config_text
from tui.config.reader import parse
from tui.config.settings import SECTIONS, SETTINGS
from tui.config.toml import to_toml
from tui.decode.context import Numbers
from tui.names.kinds import Kind
from tui.report.colouring_rules import DEFAULT_RULES, ColouringRule
from tui.report.list_columns import LIST_COLUMNS, column_of
from tui.report.listing import TimeForm

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHER: Mapping[str, Any] = {
    "theme": "light",
    "time": TimeForm.UTC,
    "numbers": Numbers.HEX,
    "checksums": True,
    "filter": 'frame contains "\\"\\\\"',
    "filters": {"resets": "tcp.flags.reset == 1", 'with "data"': "tcp.len > 0"},
    "capture_filter": "tcp port 80 or café",
    "keylog": "~/keys.log",
    "follow": False,
    "on_exit": OnExit.KEEP,
    "columns": (
        replace(LIST_COLUMNS[2], width=39, fixed=True, align="right"),
        replace(column_of("tcp.flags.syn"), title="S", form="number"),
        column_of("tcp.window_size"),
        LIST_COLUMNS[6],
    ),
    "colouring": False,
    "colouring_rules": (
        ColouringRule('with "data"', 'frame contains "\\""', "d", "error", "#0a0b0c"),
        replace(DEFAULT_RULES[0], enabled=False),
    ),
    "names": frozenset({Kind.HOSTS, Kind.SERVICES}),
}


def uncommented(text: str) -> str:
    """The text with the defaults as settings."""
    return re.sub(r"^#(?=\w)", "", text, flags=re.MULTILINE)


def test_the_defaults_are_printed_as_comments_only() -> None:
    document = tomllib.loads(config_text(DEFAULT))
    assert document == {"keys": {}, "colours": {"dark": {}, "light": {}}}


def test_the_defaults_without_the_marks_are_the_defaults() -> None:
    config = parse(uncommented(config_text(DEFAULT)).encode(), "config.toml")
    assert config == DEFAULT


@pytest.mark.parametrize("row", SETTINGS.values(), ids=lambda row: row.name)
def test_every_setting_is_printed_once_with_its_meaning(row: Any) -> None:
    text = config_text(DEFAULT)
    head = f"\n[{row.section}]\n" if row.section else "\n"
    part = text.partition(head)[2].partition("\n[")[0]
    assert len(re.findall(rf"^#{row.key} = ", part, re.MULTILINE)) == 1
    assert " ".join(row.text.split()[:3]) in part


@pytest.mark.parametrize("name", OTHER)
def test_a_setting_that_is_no_default_is_printed_as_it_is(name: str) -> None:
    config = Config.of({**DEFAULTS, name: OTHER[name]})
    assert parse(config_text(config).encode(), "config.toml") == config
    assert config != DEFAULT


def test_other_keys_and_colours_are_printed_as_they_are() -> None:
    other = {f"keys.{name}": (f"f{number}",) for number, name in enumerate(("copy", "zoom"), 5)}
    config = Config.of({**DEFAULTS, **OTHER, **other, "colours.light.cursor": "#123456"})
    assert parse(config_text(config).encode(), "config.toml") == config


def test_every_plain_setting_is_tried_with_another_value() -> None:
    assert set(OTHER) == {row.name for row in SETTINGS.values() if not row.section}


def test_the_text_fits_into_a_terminal() -> None:
    lines = config_text(DEFAULT).splitlines()
    assert max(map(len, lines)) <= 110
    assert all(f"[{section}]" in lines for section in SECTIONS)


@pytest.mark.parametrize(
    "value", ["", 'a "quoted" \\ text', "tab\t bell\a del\x7f", "🦈 ö", True, -5, ["a", 1], {"a": {"b": []}}]
)
def test_a_value_reads_as_it_was_written(value: object) -> None:
    assert tomllib.loads(f"it = {to_toml(value)}") == {"it": value}
