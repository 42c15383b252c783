"""Fields of TCP options for many packets at once: all packets' options are walked in step.

Invariant: an option counts as in tui/decode/options.py: its length holds kind and length at least, and ends
within the header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.decode.headers import Field as Row
from tui.decode.options import END_OF_LIST, NO_OPERATION
from tui.decode.tcp_options import OPTIONS
from tui.filter.columns import Column
from tui.index.schema import NOWHERE

if TYPE_CHECKING:
    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.filter.columns import Columns

_HEADER = 20  # bytes before the options
_LENGTH = Row("", "", 8, 8)  # of an option


def first_option(kind: int, row: Row) -> Columns:
    """The number that `row` says of each packet's first option of that kind."""

    def column(chunk: Chunk) -> Column:
        places = first_places(chunk, kind)
        numbers, there = chunk.frames.numbers(row, places)
        stated = chunk.frames.numbers(_LENGTH, places)[0]
        return Column(numbers, there & (stated * 8 >= row.start + row.width))

    return column


def first_places(chunk: Chunk, kind: int) -> Ints:
    """Where in each frame its first option of that kind begins, -1 if it has none."""
    return _walk(chunk, kind)[0]


def at_most_one(chunk: Chunk, kind: int) -> Bools:
    """Which packets have no second option of that kind."""
    return ~_walk(chunk, kind)[1]


def _walk(chunk: Chunk, kind: int) -> tuple[Ints, Bools]:
    """Where in each frame its first such option begins, -1 if it has none; and which frames have more."""
    frames, wanted = chunk.frames, OPTIONS[kind].length
    start = chunk.column("tcp_at")
    at = start + _HEADER
    stated = start + (chunk.column("bits") >> 12) * 4
    end = np.minimum(stated, frames.lengths)
    found, again = np.full(len(chunk), -1), np.zeros(len(chunk), np.bool_)
    live = np.flatnonzero((start != NOWHERE) & (at < end))
    while len(live):
        here, stop = at[live], end[live]
        kinds = frames.bytes_at(live, here)
        single = kinds == NO_OPERATION
        length = np.where(single, 1, frames.bytes_at(live, np.minimum(here + 1, stop - 1)))
        whole = ~single & (kinds != END_OF_LIST) & (here + 1 < stop) & (length >= 2)
        whole &= here + length <= stated[live]
        hit = whole & (kinds == kind) & (True if wanted is None else length == wanted)
        again[live[hit & (found[live] >= 0)]] = True
        fresh = hit & (found[live] < 0)
        found[live[fresh]] = here[fresh]
        at[live] = here + length
        live = live[(single | whole) & (here + length < stop)]
    return found, again
