"""The blocks of SACK options (RFC 2018): what a receiver has beyond what it acknowledges.

They stand in no column, so the headers of its segments are read from the file, once: of a capture that grows
only the new ones. Invariant: a block counts as in tui/decode/options.py, within its option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.decode.headers import Field
from tui.errors import CaptureError
from tui.filter.option_columns import first_places
from tui.index.schema import NOWHERE
from tui.report.filtered import view_of
from tui.tcp.seq import distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.filter.chunk import Chunk
    from tui.report.graphs.segments import Sent
    from tui.report.graphs.series import Ints
    from tui.session import Session, Snapshot

_SACK = 5
_LEAST_WORDS = 8  # of a header with such an option: 20 bytes, 2 and a block of 8, filled up to 32
_MOST_BLOCKS = 4
_AT_ONCE = 16_384  # packets read at once


class SelectiveAcks:
    """The blocks that one end's segments carry, as far as they were read."""

    def __init__(self) -> None:
        self.failure = ""  # why no more of them could be read
        self.stopped = False
        self._done = 0  # rows before this one were looked at
        self._rows = self._left = self._right = np.zeros(0, np.int64)

    def advance(self, session: Session, snapshot: Snapshot, answers: Sent) -> None:
        """Read those of `answers` that were not read yet; `stopped` ends it."""
        bits, places = snapshot.packets.bits[answers.rows], snapshot.packets.tcp_at[answers.rows]
        able = (answers.rows >= self._done) & (bits >> 12 >= _LEAST_WORDS) & (places != NOWHERE)
        view, rows = view_of(session, snapshot), answers.rows[able & (answers.rows >= snapshot.gone)]
        found = [(self._rows, self._left, self._right)]
        try:
            for start in range(0, len(rows), _AT_ONCE):
                if self.stopped:
                    break
                found += _blocks(view.pick(rows[start : start + _AT_ONCE]))
                self._done = int(rows[min(start + _AT_ONCE, len(rows)) - 1]) + 1
        except CaptureError as error:
            self.failure = str(error)
        self._rows, self._left, self._right = (np.concatenate(parts) for parts in zip(*found, strict=True))

    def positions(self, snapshot: Snapshot, answers: Sent) -> tuple[Ints, Ints, Ints]:
        """Of each block its place in `answers`, and where it begins and ends in the sender's positions."""
        at = answers.rows.searchsorted(self._rows)
        at = np.minimum(at, max(len(answers) - 1, 0))
        known = answers.rows[at] == self._rows if len(answers) else np.zeros(len(at), np.bool_)
        at, raw, acks = at[known], self._rows[known], answers.ack[at[known]]
        acked = snapshot.packets.ack[raw].astype(np.int64)
        left, right = (acks + distance(edge[known], acked) for edge in (self._left, self._right))
        return at, left, right


def _blocks(chunk: Chunk) -> Iterator[tuple[Ints, Ints, Ints]]:
    """The rows of some blocks, and their edges, raw."""
    places, frames = first_places(chunk, _SACK), chunk.frames
    has = np.flatnonzero(places >= 0)
    count = np.zeros(len(chunk), np.int64)
    count[has] = (frames.bytes_at(has, places[has] + 1) - 2) // 8
    for number in range(_MOST_BLOCKS):
        left, there = frames.numbers(_edge(number, 0), places)
        right, _ = frames.numbers(_edge(number, 1), places)
        there &= count > number
        yield chunk.at[there], left[there], right[there]


def _edge(block: int, side: int) -> Field:
    return Field(
        "tcp.options.sack_le" if side == 0 else "tcp.options.sack_re", "", 16 + block * 64 + side * 32, 32
    )
