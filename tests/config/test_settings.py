"""The table of settings is sound, and is the configuration: nothing is missing, nothing stands twice."""

from __future__ import annotations

import re

import pytest

from tui.actions import ACTIONS, BY_ID
from tui.config.config import DEFAULT, DEFAULTS, FIRST_CHOICES, Choices, Config
from tui.config.settings import SECTIONS, SETTINGS, Setting
from tui.decode.context import Numbers
from tui.palettes import PALETTES, Palette
from tui.report.list_columns import LIST_COLUMNS, PRESETS
from tui.report.listing import TimeForm

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
    assert plain == set(Config.__struct_fields__) - {"actions", "palettes", "notices"}


def test_every_action_and_every_colour_can_be_set() -> None:
    assert {name for name in SETTINGS if name.startswith("keys.")} == {f"keys.{row.id}" for row in ACTIONS}
    colours = {f"colours.{theme}.{name}" for theme in PALETTES for name in Palette.__struct_fields__}
    assert {name for name in SETTINGS if name.startswith("colours.")} == colours


def test_the_default_configuration_is_the_program_as_it_is_built() -> None:
    assert DEFAULT.actions == BY_ID
    assert DEFAULT.palettes == PALETTES
    assert FIRST_CHOICES.columns is None
    assert DEFAULT.values() == DEFAULTS


def test_what_is_set_comes_before_what_was_last() -> None:
    last = Choices("light", TimeForm.UTC, Numbers.HEX, PRESETS["sre"])
    assert DEFAULT.starting(last) == last
    assert Config.of({**DEFAULTS, "theme": "dark", "time": TimeForm.DELTA}).starting(last) == Choices(
        "dark", TimeForm.DELTA, Numbers.HEX, PRESETS["sre"]
    )
    assert Config.of({**DEFAULTS, "columns": LIST_COLUMNS}).starting(last).columns == LIST_COLUMNS
    assert Choices("dark", TimeForm.RELATIVE, Numbers.RELATIVE) == FIRST_CHOICES


def _listed(plain: object) -> object:
    """As tomllib gives it: no tuples."""
    return list(plain) if isinstance(plain, tuple) else plain


@pytest.mark.parametrize("name", PRESETS)
def test_a_set_of_columns_can_be_named(name: str) -> None:
    assert SETTINGS["columns"].kind.read(name) == PRESETS[name]


def test_any_field_is_a_column_with_title_width_alignment_and_form() -> None:
    entry = {"column": "ip.proto", "title": "P", "width": 4, "align": "right", "form": "number"}
    (column,) = SETTINGS["columns"].kind.read([entry])
    assert (column.id, column.title, column.width, column.fixed) == ("ip.proto", "P", 4, True)
    assert (column.align, column.form) == ("right", "number")
    assert SETTINGS["columns"].kind.plain((column,)) == [entry]


def test_a_field_may_be_shown_as_name_and_as_number() -> None:
    both = ["ip.proto", {"column": "ip.proto", "form": "number"}]
    assert [column.form for column in SETTINGS["columns"].kind.read(both)] == ["name", "number"]
