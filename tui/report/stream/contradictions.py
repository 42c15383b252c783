"""Bytes that were sent twice and not alike: what hides from whoever looks at one of the two only.

Invariant: what is compared is what was captured of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.report.stream.data import Place
from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.report.stream.data import StreamData


class Contradiction(Struct, frozen=True):
    """Packet `row` has `count` other bytes than the piece that is shown, the first of them at `place`."""

    place: Place
    row: int
    count: int


def contradictions(data: StreamData) -> Iterator[Contradiction | None]:
    """What contradicts what is shown, by the packets that came again; None for each that does not.

    CaptureError if the file does not have the bytes any more.
    """
    pieces, repeats = data.pieces, data.streams.repeats
    own = [np.flatnonzero((pieces.ends == end) & (pieces.skips != HOLE)) for end in (0, 1)]
    begins = [pieces.begins[numbers] for numbers in own]
    for end, row, begin, length in zip(*(column.tolist() for column in repeats), strict=True):
        again = data.payload(row)[:length]
        first = max(int(np.searchsorted(begins[end], begin, "right")) - 1, 0)
        last = int(np.searchsorted(begins[end], begin + length))
        found = (_compare(data, number, row, begin, again) for number in own[end][first:last].tolist())
        yield from filter(None, found)
        yield None


def _compare(data: StreamData, number: int, row: int, begin: int, again: bytes) -> Contradiction | None:
    """Compare `again`, which stands at position `begin`, with a piece."""
    start = int(data.pieces.begins[number])
    low, high = max(begin, start), min(begin + len(again), start + int(data.pieces.lengths[number]))
    if low >= high or data.pieces.rows[number] == row:
        return None
    shown = np.frombuffer(data.piece(number), np.uint8)[low - start : high - start]
    other = np.frombuffer(again, np.uint8)[low - begin : high - begin]
    differ = np.flatnonzero(shown != other)
    if not len(differ):
        return None
    return Contradiction(Place(number, low - start + int(differ[0])), row, len(differ))
