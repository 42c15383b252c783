"""The table of settings is sound, and is the configuration: nothing is missing, nothing stands twice."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from tui.actions import ACTIONS, BY_ID
from tui.config.config import DEFAULT, DEFAULTS, FIRST_CHOICES, Choices, Config
from tui.config.settings import SECTIONS, SETTINGS, Setting
from tui.decode.context import Numbers
from tui.palettes import PALETTES, Palette
from tui.report.listing import LIST_COLUMNS, TimeForm

every = pytest.mark.parametrize("row", SETTINGS.values(), ids=lambda row: row.name)


@every
def test_a_default_is_of_its_own_kind(row: Setting) -> None:
    assert row.kind.read(_listed(row.kind.plain(row.default))) == row.default


@every
def test_every_setting_is_explained(row: Setting) -> None:
    assert row.text.strip()
    assert not row.section or row.section in SECTIONS


@every
def test_names_are_bare_keys_of_toml(row: Setting) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", row.name)


def test_settings_without_a_section_come_first() -> None:
    """A key behind the head of a table would belong to it."""
    sections = [row.section for row in SETTINGS.values()]
    assert sections[: sections.count("")] == [""] * sections.count("")
    assert [section for section in dict.fromkeys(sections) if section] == list(SECTIONS)


def test_the_configuration_has_a_member_for_each_plain_setting() -> None:
    plain = {row.name for row in SETTINGS.values() if not row.section}
    assert plain == {each.name for each in fields(Config)} - {"actions", "palettes", "notices"}


def test_every_action_and_every_colour_can_be_set() -> None:
    assert {name for name in SETTINGS if name.startswith("keys.")} == {f"keys.{row.id}" for row in ACTIONS}
    colours = {f"colours.{theme}.{each.name}" for theme in PALETTES for each in fields(Palette)}
    assert {name for name in SETTINGS if name.startswith("colours.")} == colours


def test_the_default_configuration_is_the_program_as_it_is_built() -> None:
    assert DEFAULT.actions == BY_ID
    assert DEFAULT.palettes == PALETTES
    assert DEFAULT.columns == LIST_COLUMNS
    assert DEFAULT.values() == DEFAULTS


def test_what_is_set_comes_before_what_was_last() -> None:
    last = Choices("light", TimeForm.UTC, Numbers.HEX)
    assert DEFAULT.starting(last) == last
    assert Config.of({**DEFAULTS, "theme": "dark", "time": TimeForm.DELTA}).starting(last) == Choices(
        "dark", TimeForm.DELTA, Numbers.HEX
    )
    assert Choices("dark", TimeForm.RELATIVE, Numbers.RELATIVE) == FIRST_CHOICES


def _listed(plain: object) -> object:
    """As tomllib gives it: no tuples."""
    return list(plain) if isinstance(plain, tuple) else plain
