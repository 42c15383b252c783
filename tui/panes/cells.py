"""Cells of the terminal: in which ones two strips look different, and text cut to fit into some.

Invariant: two cells are the same only if no terminal draws them differently: the same character in the same
style, or a blank of which only the background is seen.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size, set_cell_size

if TYPE_CHECKING:
    from rich.style import Style
    from textual.strip import Strip

    Cell = tuple[str, Style | None]


def changed_cells(old: Strip, new: Strip) -> tuple[int, int]:
    """The cells [first, end) in which two strips of one length look different; (0, 0) if none."""
    before, after = _cells(old), _cells(new)
    first, end = 0, len(after)
    while first < end and (before[first] == after[first] or _same_cell(before[first], after[first])):
        first += 1
    while first < end and (before[end - 1] == after[end - 1] or _same_cell(before[end - 1], after[end - 1])):
        end -= 1
    return (first, end) if first < end else (0, 0)


def _cells(strip: Strip) -> list[Cell]:
    """What each cell shows: its character and style; a wide character stands in each of its cells."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        if cell_len(text) == len(text):
            cells += zip(text, repeat(style))
        else:
            cells += [(char, style) for char in text for _ in range(get_character_cell_size(char))]
    return cells


def _same_cell(one: Cell, other: Cell) -> bool:
    """Whether cells that are not equal look the same nevertheless."""
    if one[0] != " " or other[0] != " " or one[1] is None or other[1] is None:
        return False
    return same_blank(one[1], other[1])


def same_blank(one: Style, other: Style) -> bool:
    """Whether a blank looks the same in both styles, so that it need not cost a change of colour."""
    lined = one.reverse or other.reverse or one.underline or other.underline
    return not lined and one.bgcolor == other.bgcolor


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with "…" in place of what does not fit."""
    if cell_len(text) <= width:
        return text
    return crop(text, width - 1).rstrip() + "…"


def crop(text: str, width: int) -> str:
    """The part of `text` that fits in `width` cells, filled up with a blank if a wide character does not."""
    if text.isascii():
        return text[:width]
    return set_cell_size(text, width)
