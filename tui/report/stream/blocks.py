"""A stream in blocks: pieces of one end that follow each other, so many that they are read at once.

Invariant: a block is one hole, or bytes without a hole; no block is read before its bytes are asked for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tui.report.stream.data import Place
from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tui.report.stream.data import StreamData

    Ints = NDArray[np.int64]

_BLOCK = 32 * 1024  # bytes, and the rest of a piece
_KEPT = 64


class Blocks:
    """The blocks of the pieces `numbers`; `sizes` are their bytes, 0 of a hole."""

    def __init__(self, data: StreamData, numbers: Ints) -> None:
        self.data = data
        self._numbers = numbers
        pieces = data.pieces
        hole = pieces.skips[numbers] == HOLE
        lengths = np.where(hole, 0, pieces.lengths[numbers])
        self._before = np.cumsum(lengths) - lengths  # bytes before each piece
        turns = np.ones(len(numbers), np.bool_)  # begins with another end's piece, or at a hole
        ends = pieces.ends[numbers]
        turns[1:] = (ends[1:] != ends[:-1]) | hole[1:] | hole[:-1]
        turn = np.maximum.accumulate(np.where(turns, np.arange(len(numbers)), 0))
        place = (self._before - self._before[turn]) // _BLOCK
        heads = turns.copy()
        heads[1:] |= place[1:] != place[:-1]
        firsts = np.flatnonzero(heads)
        self._edges = np.append(firsts, len(numbers))
        self._goes_on = np.append(~turns[firsts[1:]], False)
        self.sizes: Ints = np.diff(np.append(self._before, lengths.sum())[self._edges])
        self.bytes = lru_cache(_KEPT)(self._read)

    def __len__(self) -> int:
        return len(self._edges) - 1

    def of(self, place: Place) -> tuple[int, int]:
        """The block of a place and its byte there; of a place that is not among them those of the next."""
        at = int(np.searchsorted(self._numbers, place.piece))
        if at == len(self._numbers):
            return len(self), 0
        byte = place.byte if self._numbers[at] == place.piece else 0
        block = int(np.searchsorted(self._edges, at, "right")) - 1
        return block, byte + int(self._before[at] - self._before[self._edges[block]])

    def first(self, block: int) -> int:
        """The first piece of a block."""
        return int(self._numbers[self._edges[block]])

    def place(self, block: int, byte: int) -> Place:
        """Where byte `byte` of a block stands."""
        first, stop = self._edges[block : block + 2].tolist()
        wanted = int(self._before[first]) + byte
        at = first + max(int(np.searchsorted(self._before[first:stop], wanted, "right")) - 1, 0)
        return Place(int(self._numbers[at]), wanted - int(self._before[at]))

    def following(self, block: int, count: int) -> bytes:
        """At least `count` bytes behind a block, as far as its end sent them without a hole."""
        found = b""
        while self._goes_on[block] and len(found) < count:
            block += 1
            found += self.bytes(block)
        return found

    def __iter__(self) -> Iterator[bytes]:
        """The bytes of all blocks, which are not kept."""
        return map(self._read, range(len(self)))

    def _read(self, block: int) -> bytes:
        if not self.sizes[block]:
            return b""
        first, stop = self._edges[block : block + 2].tolist()
        return self.data.join(self._numbers[first:stop])
