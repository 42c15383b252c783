"""The two themes. Every colour of the program is named here, and nowhere else.

They hold where a terminal has 16 colours only: text stays apart from its ground, the cursor from both
(tests/screens/test_themes.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours that a theme is made of."""

    primary: str  # the focus
    secondary: str
    accent: str
    success: str
    warning: str
    error: str
    foreground: str
    background: str
    muted: str  # what can be passed over in reading
    panel: str  # status bar, dialogs
    line: str  # borders, scroll bars
    line_hover: str
    cursor: str  # behind the cursor's row while its pane has the focus
    cursor_text: str
    cursor_away: str  # and while it has not


_DARK = Palette(
    primary="#5fb3f9",
    secondary="#c58cff",
    accent="#f2b35e",
    success="#5fd068",
    warning="#e9c05c",
    error="#f2777a",
    foreground="#d5dbe5",
    background="#10141a",
    muted="#8b96a5",
    panel="#1d242e",
    line="#3a4656",
    line_hover="#4c5b70",
    cursor="#24476b",
    cursor_text="#ffffff",
    cursor_away="#26313f",
)

_LIGHT = Palette(
    primary="#0055aa",
    secondary="#8a2fb5",
    accent="#a65a00",
    success="#127a2b",
    warning="#8a6100",
    error="#b3261e",
    foreground="#1d2530",
    background="#fbfbf8",
    muted="#5f6b78",
    panel="#e6e8e6",
    line="#b4bbc4",
    line_hover="#98a2ae",
    cursor="#b4d0ea",
    cursor_text="#000000",
    cursor_away="#c9d3dc",
)

_TEXTS = ("primary", "secondary", "accent", "success", "warning", "error", "muted")


def _theme(name: str, palette: Palette, dark: bool) -> Theme:
    colours = asdict(palette)
    variables = {f"text-{text}": colours[text] for text in _TEXTS} | {
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
        dark=dark,
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


DARK = _theme("tcpscope-dark", _DARK, dark=True)
LIGHT = _theme("tcpscope-light", _LIGHT, dark=False)
THEMES = (DARK, LIGHT)


def other(name: str) -> str:
    """The name of the theme that is not `name`."""
    return LIGHT.name if name == DARK.name else DARK.name
