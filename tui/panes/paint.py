"""Paint: a look made of colours that a person chose, beside those that are component classes.

Its name is "paint:" and two colours, of text and ground, each a name of the theme's palette, #rrggbb or
nothing. Invariant: where something else has the line (the cursor, a ground of another look), paint yields;
on a terminal with 16 colours only those of the theme are shown, which are made for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget

PAINT = "paint:"
VARIABLE = "palette-"  # before the name of a palette's colour, as the themes have it
_MANY_COLOURS = ("256", "truecolor")
_CURSOR = "cursor"


def paint(foreground: str, background: str) -> str:
    """The name of a look with these colours; "" if there are none."""
    return f"{PAINT}{foreground}/{background}" if foreground or background else ""


def style_of(widget: Widget, looks: str) -> Style:
    """The style of the looks of these names, of which one may be paint."""
    names = looks.split()
    painted = [name for name in names if name.startswith(PAINT)]
    others = [name for name in names if name not in painted]
    style = widget.get_component_rich_style(*others) if others else widget.rich_style
    if not painted or any(_CURSOR in name for name in others):
        return style
    foreground, _, background = painted[0].removeprefix(PAINT).partition("/")
    few = widget.app.console.color_system not in _MANY_COLOURS
    if few and "#" in painted[0]:
        return style
    covered = style.bgcolor != widget.rich_style.bgcolor
    if covered and background:
        return style
    return style + Style(color=_colour(widget, foreground), bgcolor=_colour(widget, background))


def _colour(widget: Widget, name: str) -> str | None:
    return name if name.startswith("#") else widget.app.theme_variables.get(VARIABLE + name)
