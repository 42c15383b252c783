"""What the program draws beside ASCII, and what stands for it on a terminal without UTF-8.

Invariant: a replacement takes exactly the cells of what it replaces, so that nothing on a line moves.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

GLYPHS = {
    "→": ">",
    "←": "<",
    "↔": "=",
    "↑": "^",
    "↓": "v",
    "▶": ">",
    "◀": "<",
    "▸": "+",
    "▾": "-",
    "✓": "+",
    "✗": "x",
    "●": "*",
    "○": "o",
    "■": "#",
    "•": "*",
    "·": ".",
    "…": ".",
    "–": "-",
    "—": "-",
    "×": "x",
    "≥": ">",
    "≤": "<",
    "≈": "~",
    "≠": "#",
    "µ": "u",
    "Δ": "d",
    "▁": "_",
    "▂": ".",
    "▃": "-",
    "▄": "=",
    "▅": "+",
    "▆": "*",
    "▇": "#",
    "█": "@",
    "▔": "-",
    "▎": "|",
    "▊": "|",
}
"""Each character that the program draws, with one ASCII character in its place; boxes follow below."""


def _box(char: str) -> str:
    """A box-drawing character as "-", "|" or, where lines meet, "+"; by its Unicode name."""
    name = unicodedata.name(char)
    across = any(word in name for word in ("HORIZONTAL", "LEFT", "RIGHT"))
    along = any(word in name for word in ("VERTICAL", "UP", "DOWN"))
    return "+" if across and along else "-" if across else "|"


def _braille(dots: int) -> str:
    """A braille character as an ASCII one that has its dots about where they are."""
    upper, lower = dots & 0b00011011, dots & 0b11100100  # of the four rows the upper and the lower two
    if dots.bit_count() > 5:
        return "#"
    if upper and lower:
        return "|" if dots.bit_count() > 2 else ":"
    return "'" if upper else "." if lower else " "


REPLACEMENTS = (
    {chr(code): _box(chr(code)) for code in range(0x2500, 0x2580)}
    | {chr(0x2800 + dots): _braille(dots) for dots in range(256)}
    | GLYPHS
)
"""GLYPHS, all box-drawing characters (U+2500 to U+257F) and all of braille (U+2800 to U+28FF)."""


def to_ascii(text: str) -> str:
    """`text` with every character beyond ASCII replaced: by REPLACEMENTS, else "?" for each of its cells."""
    if text.isascii():
        return text
    return "".join(
        char if char.isascii() else REPLACEMENTS.get(char, "?" * get_character_cell_size(char))
        for char in text
    )


class AsciiFilter(LineFilter):
    """The last step before the terminal where it has no UTF-8."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]
