"""Both themes hold on a terminal with 16 colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.color import Color, ColorSystem

from tui.screens.themes import DARK, LIGHT, THEMES, other

if TYPE_CHECKING:
    from textual.theme import Theme


def sixteen(colour: str | None) -> int | None:
    """What a terminal with 16 colours makes of a colour."""
    assert colour is not None
    return Color.parse(colour).downgrade(ColorSystem.STANDARD).number


both = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


@both
@pytest.mark.parametrize(
    "text", ["primary", "secondary", "accent", "success", "warning", "error", "foreground"]
)
def test_text_stays_apart_from_its_ground(theme: Theme, text: str) -> None:
    assert sixteen(getattr(theme, text)) != sixteen(theme.background)
    assert sixteen(getattr(theme, text)) != sixteen(theme.panel)


@both
def test_the_verdicts_keep_colours_of_their_own(theme: Theme) -> None:
    colours = [
        sixteen(theme.success),
        sixteen(theme.error),
        sixteen(theme.warning),
        sixteen(theme.foreground),
    ]
    assert len(set(colours)) == len(colours)


@both
@pytest.mark.parametrize("state", ["", "-blurred"])
def test_the_cursor_stays_apart_from_ground_and_text(theme: Theme, state: str) -> None:
    cursor = sixteen(theme.variables[f"block-cursor{state}-background"])
    assert cursor != sixteen(theme.background)
    assert cursor != sixteen(theme.variables[f"block-cursor{state}-foreground"])


@both
def test_borders_and_muted_text_are_seen(theme: Theme) -> None:
    assert sixteen(theme.variables["border"]) != sixteen(theme.background)
    assert sixteen(theme.variables["text-muted"]) != sixteen(theme.background)


def test_the_toggle_goes_back_and_forth() -> None:
    assert other(DARK.name) == LIGHT.name
    assert other(LIGHT.name) == DARK.name
