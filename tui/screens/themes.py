"""The themes that Textual takes, made of palettes: which part of the screen has which of their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict
from textual.theme import Theme

from tui.palettes import PALETTES
from tui.panes.paint import VARIABLE

if TYPE_CHECKING:
    from tui.palettes import Palette

_TEXTS = ("primary", "secondary", "accent", "success", "warning", "error", "muted")


def theme_of(name: str, palette: Palette) -> Theme:
    """The theme of that name (dark or light) with the colours of a palette."""
    colours = asdict(palette)
    variables = {f"text-{text}": colours[text] for text in _TEXTS}
    variables |= {VARIABLE + each: colour for each, colour in colours.items()}
    variables |= {
        "border": palette.line,
        "border-blurred": palette.line,
        "block-cursor-background": palette.cursor,
        "block-cursor-foreground": palette.cursor_text,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": palette.cursor_away,
        "block-cursor-blurred-foreground": palette.foreground,
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": palette.panel,
        "input-cursor-background": palette.foreground,
        "input-selection-background": palette.cursor,
        "scrollbar": palette.line,
        "scrollbar-hover": palette.line_hover,
        "scrollbar-active": palette.primary,
        "scrollbar-background": palette.background,
        "scrollbar-background-hover": palette.background,
        "scrollbar-background-active": palette.background,
        "scrollbar-corner-color": palette.background,
    }
    return Theme(
        name=name,
        dark=name == "dark",
        primary=palette.primary,
        secondary=palette.secondary,
        accent=palette.accent,
        success=palette.success,
        warning=palette.warning,
        error=palette.error,
        foreground=palette.foreground,
        background=palette.background,
        surface=palette.background,
        panel=palette.panel,
        boost=palette.panel,
        variables=variables,
    )


THEMES = tuple(theme_of(*each) for each in PALETTES.items())
DARK, LIGHT = THEMES


def other(name: str) -> str:
    """The name of the theme that is not `name`."""
    return LIGHT.name if name == DARK.name else DARK.name
