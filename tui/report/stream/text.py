"""A stream as text: lines end where the text says so, and are wrapped at the width.

How many lines there are is known only of what was read. The stream is parted into blocks; a block that was
not read yet counts as many lines as its bytes let expect.

Invariant: what is shown is as long as the bytes it stands for, or shorter: a line never needs more cells.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tui.errors import printable
from tui.report.stream.blocks import Blocks
from tui.report.stream.data import Place
from tui.report.stream.lines import StreamLine, hole_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tui.report.stream.data import StreamData

    Ints = NDArray[np.int64]

_BLOCKS_KEPT = 64
_EXPECTED = 40  # bytes a line
_SHORT = 1024 * 1024  # a stream of so many bytes is read at once
_LINE_FEED, _RETURN = 10, 13
_TAB = str.maketrans("\t", " ")


def wrap(data: bytes, width: int) -> tuple[Ints, Ints]:
    """Where lines of at most `width` bytes begin and stop in `data`; ends of lines belong to none."""
    array = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(array == _LINE_FEED)
    begins = np.append(0, feeds + 1)
    ends = np.append(feeds, len(data))
    if len(feeds) and feeds[-1] == len(data) - 1:
        begins, ends = begins[:-1], ends[:-1]
    fed = ends[: len(feeds)]
    fed -= (fed > begins[: len(feeds)]) & (array[fed - 1] == _RETURN)
    counts = np.maximum(1, -(-(ends - begins) // width))
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = np.repeat(begins, counts) + steps * width
    return starts, np.minimum(starts + width, np.repeat(ends, counts))


class TextLines:
    """The text of the pieces `numbers`."""

    def __init__(self, data: StreamData, numbers: Ints, width: int) -> None:
        self._data = data
        self._blocks = blocks = Blocks(data, numbers)
        self._width = max(width, 1)
        self._counts = np.maximum(1, -(-blocks.sizes // _EXPECTED))
        self._known = blocks.sizes == 0  # a hole is one line
        self._stops = np.cumsum(self._counts)
        self._wrapped = lru_cache(_BLOCKS_KEPT)(self._wrap)
        if blocks.sizes.sum() <= _SHORT:
            self.measure(0, len(self))

    def __len__(self) -> int:
        return int(self._stops[-1]) if len(self._stops) else 0

    def measure(self, first: int, last: int) -> bool:
        """Read the blocks of the lines `first` to `last`; whether any was not read before."""
        if not len(self):
            return False
        low, high = np.searchsorted(self._stops, (max(first, 0), min(last, len(self) - 1)), "right").tolist()
        new = low + np.flatnonzero(~self._known[low : high + 1])
        for number in new.tolist():
            self._counts[number] = len(self._wrapped(number)[0])
            self._known[number] = True
        if len(new):
            self._stops = np.cumsum(self._counts)
        return len(new) > 0

    def line(self, index: int) -> StreamLine:
        """Line `index`."""
        block, offset = self._find(index)
        piece = self._blocks.first(block)
        end = int(self._data.pieces.ends[piece])
        if not self._blocks.sizes[block]:
            return StreamLine(end, hole_text(self._data, piece), Place(piece), remark=True)
        data = self._blocks.bytes(block)
        start, stop = (_boundary(data, int(edge[offset])) for edge in self._wrapped(block))
        return StreamLine(end, legible(data[start:stop]), self._blocks.place(block, start))

    def place(self, index: int) -> Place:
        """Where line `index` begins; in a block that was not read, about where."""
        block, offset = self._find(index)
        size = int(self._blocks.sizes[block])
        if self._known[block] and size:
            return self._blocks.place(block, int(self._wrapped(block)[0][offset]))
        return self._blocks.place(block, offset * size // int(self._counts[block]))

    def index_of(self, place: Place) -> int:
        """The line that shows a place; of one that is not shown the next line."""
        block, byte = self._blocks.of(place)
        if block == len(self._blocks):
            return max(len(self) - 1, 0)
        first, size = int(self._stops[block] - self._counts[block]), int(self._blocks.sizes[block])
        if not self._known[block]:
            return first + byte * int(self._counts[block]) // size
        starts = self._wrapped(block)[0] if size else self._stops[:0]
        return first + max(int(np.searchsorted(starts, byte, "right")) - 1, 0)

    def _find(self, index: int) -> tuple[int, int]:
        """The block of a line, and which of its lines it is."""
        block = int(np.searchsorted(self._stops, index, "right"))
        return block, index - int(self._stops[block] - self._counts[block])

    def _wrap(self, block: int) -> tuple[Ints, Ints]:
        return wrap(self._blocks.bytes(block), self._width)


def wrapped(data: bytes, width: int) -> Iterator[tuple[int, str]]:
    """The lines of a text: where each begins, and what it says."""
    for start, stop in zip(*(edges.tolist() for edges in wrap(data, width)), strict=True):
        first = _boundary(data, start)
        yield first, legible(data[first : _boundary(data, stop)])


def legible(data: bytes) -> str:
    """Bytes as text that may stand on a terminal; what is no UTF-8, and what would steer it, as "·"."""
    text = data.decode("utf-8", "replace").replace("\ufffd", "·")
    return printable(text.translate(_TAB))


def _boundary(data: bytes, at: int) -> int:
    """The nearest place, at `at` or before, that is not within a UTF-8 character."""
    for back in range(4):
        if at - back <= 0 or at - back >= len(data) or data[at - back] & 0xC0 != 0x80:
            return at - back
    return at
