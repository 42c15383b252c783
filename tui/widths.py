"""How many cells of the terminal a text takes.

rich's table decides (Unicode's, which terminals follow). It is asked for texts only that hold a character of
which this module does not know that it takes one cell: it takes fifty times as long.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

SINGLE = (
    "\x20-\x7e\xa1-\xac\xae-\xff"  # Latin
    "\u2010-\u2027\u2030-\u205e"  # dashes, dots, quotation marks
    "\u2190-\u21ff\u2200-\u22ff"  # arrows, mathematics
    "\u2500-\u25fc"  # boxes, blocks, geometric shapes
    "\u2800-\u28ff"  # braille
)
"""Characters that take one cell each, as the inside of a regular expression's brackets."""

_simple = re.compile(f"[{SINGLE}]*").fullmatch


def is_simple(text: str) -> bool:
    """Whether each character of `text` surely takes one cell."""
    return _simple(text) is not None


def width_of(text: str) -> int:
    """The cells that `text` takes."""
    return len(text) if _simple(text) else cell_len(text)
