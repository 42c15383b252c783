"""Finding a text in a stream, in whatever pieces it stands: without regard to the case of ASCII letters.

Invariant: one block is searched at a time; a search ends when it is told to.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from tui.report.stream.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from tui.report.stream.data import Place, StreamData
    from tui.report.stream.lines import StreamLines


class Search:
    """A search through the pieces `numbers`; another thread may set `stopped`, and read `done` of 1."""

    def __init__(self, data: StreamData, numbers: NDArray[np.int64], text: str) -> None:
        self._blocks = Blocks(data, numbers)
        self._needle = text.encode().lower()
        self.stopped = False
        self.done = 0.0

    def after(self, place: Place | None) -> Place | None:
        """The first occurrence that begins behind `place`, None: at all; None if there is none, or stopped.

        CaptureError if the file does not have the bytes any more.
        """
        start, byte = (0, -1) if place is None else self._blocks.of(place)
        for block in self._going(range(start, len(self._blocks))):
            at = byte + 1 if block == start else 0
            found = next((each for each in self._in(block) if each >= at), None)
            if found is not None:
                return self._blocks.place(block, found)
        return None

    def before(self, place: Place | None) -> Place | None:
        """The last occurrence that begins before `place`; else as `after`."""
        start, byte = (len(self._blocks), 0) if place is None else self._blocks.of(place)
        for block in self._going(range(min(start, len(self._blocks) - 1), -1, -1)):
            there = self._in(block)
            earlier = list(takewhile(lambda at: at < byte, there) if block == start else there)
            if earlier:
                return self._blocks.place(block, earlier[-1])
        return None

    def _going(self, blocks: range) -> Iterator[int]:
        for number, block in enumerate(blocks):
            if self.stopped:
                return
            self.done = number / len(blocks)
            yield block

    def _in(self, block: int) -> Iterator[int]:
        """Where the text begins in a block."""
        size = int(self._blocks.sizes[block])
        if not size or not self._needle:
            return
        rest = self._blocks.following(block, len(self._needle) - 1)
        data = (self._blocks.bytes(block) + rest[: len(self._needle) - 1]).lower()
        at = data.find(self._needle)
        while at >= 0:
            yield at
            at = data.find(self._needle, at + 1)


def find_line(lines: StreamLines, text: str, place: Place | None, step: int) -> Place | None:
    """The place of the next line with the text, or the one before (`step` -1); None: of all lines."""
    wanted = text.lower()
    start = (0 if step > 0 else len(lines) - 1) if place is None else lines.index_of(place)
    for index in range(start, len(lines) if step > 0 else -1, step):
        line = lines.line(index)
        if (
            line.place != place
            and (place is None or (line.place > place) == (step > 0))
            and wanted in line.text.lower()
        ):
            return line.place
    return None
