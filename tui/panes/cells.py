"""Cells of the terminal: which blanks look the same, and text cut to fit into some cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from tui.widths import is_simple, width_of

if TYPE_CHECKING:
    from rich.style import Style


def same_blank(one: Style, other: Style) -> bool:
    """Whether a blank looks the same in both styles, so that it need not cost a change of colour."""
    lined = one.reverse or other.reverse or one.underline or other.underline
    return not lined and one.bgcolor == other.bgcolor


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
