"""The colours of the two themes. Every colour of the program is named here, and nowhere else.

They hold where a terminal has 16 colours only: text stays apart from its ground, the cursor from both
(tests/screens/test_themes.py). The configuration can change each; it does not import Textual, nor does this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_type_hints

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Palette(Struct, frozen=True):
    """The colours that a theme is made of, as #rrggbb."""

    primary: Annotated[str, "the focus; closing"]
    secondary: Annotated[str, "a second emphasis, in Textual's own widgets"]
    accent: Annotated[str, "keys and what is typed"]
    success: Annotated[str, "opening, what holds"]
    warning: Annotated[str, "notices, what is odd"]
    error: Annotated[str, "resets, what does not hold"]
    foreground: Annotated[str, "text"]
    background: Annotated[str, "the ground"]
    muted: Annotated[str, "what can be passed over in reading"]
    panel: Annotated[str, "status bar, dialogs"]
    line: Annotated[str, "borders, scroll bars"]
    line_hover: Annotated[str, "a scroll bar under the mouse"]
    cursor: Annotated[str, "behind the cursor's row while its pane has the focus"]
    cursor_text: Annotated[str, "the text there"]
    cursor_away: Annotated[str, "behind the cursor's row while its pane has not the focus"]


COLOUR_TEXTS: Mapping[str, str] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Palette, include_extras=True).items()
}
"""What each colour is for."""

PALETTES: Mapping[str, Palette] = {
    "dark": Palette(
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
    ),
    "light": Palette(
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
    ),
}
"""The palette of each theme."""
