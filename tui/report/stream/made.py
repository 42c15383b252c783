"""Lines that are made all at once, of forms that a stream is translated into.

Invariant: the lines are in the order in which what they stand for was delivered.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.stream.data import Place
    from tui.report.stream.lines import StreamLine


class MadeLines:
    """Lines that are there."""

    def __init__(self, lines: Sequence[StreamLine]) -> None:
        ordered = sorted(lines, key=lambda line: line.place)  # is stable: those of one place stay together
        self._lines = [
            line._replace(place=replace(line.place, line=number)) for number, line in enumerate(ordered)
        ]

    def __len__(self) -> int:
        return len(self._lines)

    def line(self, index: int) -> StreamLine:
        """Line `index`."""
        return self._lines[index]

    def place(self, index: int) -> Place:
        """Where what line `index` stands for begins."""
        return self._lines[index].place

    def index_of(self, place: Place) -> int:
        """The first line that stands for a place, or for what follows it."""
        return min(bisect_left(self._lines, place, key=lambda line: line.place), max(len(self) - 1, 0))

    def measure(self, first: int, last: int) -> bool:
        """All is there."""
        return False
