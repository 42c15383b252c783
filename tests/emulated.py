"""A terminal to look at: what pyte shows after what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyte.screens import Char

SEEN_ON_BLANKS = ("underscore", "strikethrough", "reverse")


def shown(written: Iterable[str], columns: int, lines: int) -> tuple[list[list[Char]], tuple[int, int]]:
    """The cells and the cursor after all that was written; of a blank only what can be seen of it."""
    screen = pyte.Screen(columns, lines)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")
    for data in written:
        stream.feed(data.replace("\n", "\r\n"))  # as a terminal's line discipline does
    cells = [[_seen(screen.buffer[y][x]) for x in range(columns)] for y in range(lines)]
    return cells, (screen.cursor.x, screen.cursor.y)


def _seen(cell: Char) -> Char:
    if cell.data != " " or any(getattr(cell, mark) for mark in SEEN_ON_BLANKS):
        return cell
    return cell._replace(fg="default", bold=False, italics=False, blink=False)
