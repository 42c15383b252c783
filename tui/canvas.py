"""Where panes paint lines at once, beside Textual's compositor: an app whose driver can."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual.color import Color
    from textual.filter import LineFilter

    StyledLine = Sequence[tuple[str, Style]]
    """Texts side by side, each with its style."""


class PlacedLine(NamedTuple):
    """A line that begins in cell (`x`, `y`) of the terminal."""

    x: int
    y: int
    line: StyledLine


class Filters(NamedTuple):
    """What turns cells into such as the terminal can show, and the background that is behind them."""

    filters: tuple[LineFilter, ...]
    background: Color


class Canvas:
    """An app that may paint at once."""

    def paint(self, lines: Sequence[PlacedLine], filters: Filters) -> bool:
        """Paint lines of the screen that is on top; False if they must go through Textual."""
        raise NotImplementedError
