"""A search under way: from packet to packet in the order in which they are shown, round once.

The first packets are asked a few at a time, then ever more at once: a near hit comes at once, a far one at
the full speed. Invariant: each packet is asked once, and memory is that of one chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.errors import TcpscopeError
from tui.filter.search.needles import at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.filter.chunk import Chunk, Ints, View
    from tui.filter.search.needles import Hit, Needle

_AT_FIRST = 16  # packets


class Hunt:
    """Looks for a needle in `order`, rows as they are shown, from place `start` on; `step`: 1 or -1."""

    def __init__(self, needle: Needle, order: range | Ints, start: int, step: int) -> None:
        self._needle = needle
        self._order = order
        self._start = start
        self.step = step
        self.done = 0  # packets asked
        self.total = len(order)
        self.stopped = False
        self.hit: Hit | None = None
        self.went_round = False  # the hit lies beyond the end
        self.failure = ""  # why the search could not go on

    def run(self, view: View) -> None:
        """Look until there is a hit, all packets were asked, or it is stopped."""
        view.stopped = lambda: self.stopped
        try:
            for places in self._parts(view):
                if self.stopped:
                    return
                self.hit = self._needle.first(
                    *_chunk(view, self._order[places.start : places.stop], self.step)
                )
                if self.hit is not None:
                    self.went_round = (places.start - self._start) * self.step < 0
                    return
                self.done += len(places)
        except TcpscopeError as error:
            self.failure = "" if self.stopped else str(error)

    def stop(self) -> None:
        """End it, from whichever thread."""
        self.stopped = True

    def _parts(self, view: View) -> Iterator[range]:
        """The places, some at a time: from the start to the end and from the other end to the start."""
        if self.step > 0:
            ways = range(self._start, self.total), range(self._start)
        else:
            ways = range(self._start + 1), range(self._start + 1, self.total)
        most, size = at_once(self._needle)
        count = _AT_FIRST
        for way in ways:
            rest = way
            while rest:
                part = rest[:count] if self.step > 0 else rest[-count:]
                part = self._within(view, part, size)
                yield part
                rest = rest[len(part) :] if self.step > 0 else rest[: -len(part)]
                count = min(2 * count, most)

    def _within(self, view: View, places: range, size: int) -> range:
        """As many of the places as have `size` bytes together, at least one."""
        lengths = view.capture.packets.caplen[_index(self._order[places.start : places.stop])]
        sizes = np.cumsum(lengths[:: self.step], dtype=np.int64)
        count = max(int(np.searchsorted(sizes, size, "right")), 1)
        return places[:count] if self.step > 0 else places[-count:]


def _index(rows: range | Ints) -> slice | Ints:
    return slice(rows.start, rows.stop) if isinstance(rows, range) else rows


def _chunk(view: View, rows: range | Ints, step: int) -> tuple[Chunk, Ints]:
    """The rows as a chunk, which is ascending; and how the search goes through it."""
    if isinstance(rows, range):
        return view.chunk(rows.start, rows.stop), np.arange(len(rows))[::step]
    ascending = np.argsort(rows, kind="stable")
    order = np.empty_like(ascending)
    order[ascending] = np.arange(len(rows))
    return view.pick(rows[ascending]), order[::step]
