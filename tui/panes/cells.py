"""Cells of the terminal: which blanks look the same, and text cut to fit into some cells."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from tui.errors import printable
from tui.widths import is_simple, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style

    from tui.canvas import StyledLine


@lru_cache(maxsize=1024)
def same_blank(one: Style, other: Style) -> bool:
    """Whether a blank looks the same in both styles, so that it need not cost a change of colour."""
    lined = one.reverse or other.reverse or one.underline or other.underline
    return not lined and one.bgcolor == other.bgcolor


def merged(pieces: Iterable[tuple[str, Style]]) -> StyledLine:
    """The pieces side by side, as few as look the same."""
    styled: list[tuple[str, Style]] = []
    before: Style | None = None
    for text, style in pieces:
        if before is not None and (style is before or (text.isspace() and same_blank(before, style))):
            styled[-1] = (styled[-1][0] + text, before)
        elif text:
            styled.append((text, style))
            before = style
    return styled


@lru_cache(maxsize=4096)
def measured(text: str) -> tuple[str, int]:
    """`text` as it may be shown, and the cells that it takes."""
    shown = printable(text)
    return shown, width_of(shown)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with "…" in place of what does not fit."""
    if width_of(text) <= width:
        return text
    return crop(text, width - 1).rstrip() + "…"


def crop(text: str, width: int) -> str:
    """The part of `text` that fits in `width` cells, filled up with a blank if a wide character does not."""
    if is_simple(text):
        return text[:width]
    return set_cell_size(text, width)
