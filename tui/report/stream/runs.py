"""What one end said without a hole, held in memory: for forms that look at it from its beginning.

Invariant: no more is held than what `limit` allows.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from tui.report.stream.data import Place
from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.stream.data import StreamData

MOST_BYTES = 16 * 1024 * 1024


class Run(NamedTuple):
    """Bytes of one end that follow each other; `pieces` are their pieces, `offsets` where those begin."""

    end: int
    data: bytes
    pieces: Sequence[int]
    offsets: Sequence[int]

    def place(self, byte: int) -> Place:
        """Where a byte stands."""
        at = max(bisect_right(self.offsets, byte) - 1, 0)
        return Place(self.pieces[at], byte - self.offsets[at])


class Runs(NamedTuple):
    """What one end said: runs, the holes between them (pieces), and the first piece that is left out."""

    runs: Sequence[Run]
    holes: Sequence[int]
    left_out: int | None


def runs_of(data: StreamData, end: int, limit: int = MOST_BYTES) -> Runs:
    """The first `limit` bytes of an end. CaptureError if the file does not have them any more."""
    runs: list[Run] = []
    holes: list[int] = []
    held = bytearray()
    pieces: list[int] = []
    offsets: list[int] = []
    left_out = None

    def close() -> None:
        if pieces:
            runs.append(Run(end, bytes(held), tuple(pieces), tuple(offsets)))
        held.clear()
        pieces.clear()
        offsets.clear()

    size = 0
    for number in data.chosen(end).tolist():
        if data.pieces.skips[number] == HOLE:
            close()
            holes.append(number)
            continue
        size += int(data.pieces.lengths[number])
        if size > limit:
            left_out = number
            break
        pieces.append(number)
        offsets.append(len(held))
        held += data.piece(number)
    close()
    return Runs(runs, holes, left_out)
