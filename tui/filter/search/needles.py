"""How what is searched for is found in a packet: in its cells, its header tree, its bytes, or by a filter.

Invariant: the packets of a chunk are asked in the order of the search, and none behind the first hit where
asking takes long.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

import numpy as np
from msgspec import Struct

from tui.decode.nodes import walk
from tui.filter.field import Effort
from tui.filter.language.compile import BYTES_AT_ONCE, PACKETS_AT_ONCE
from tui.index.schema import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.filter.language import Filter
    from tui.filter.search.matching import Matcher

_BATCH = 128  # packets whose texts are looked through together


class Hit(Struct, frozen=True):
    """A packet that has what is searched for: the field of its header tree, counted as `walk` goes, or its
    bytes.
    """

    row: int
    field: int | None = None
    span: range | None = None


class Needle(Protocol):
    """Finds packets."""

    effort: Effort

    def first(self, chunk: Chunk, order: Ints) -> Hit | None:
        """The first of the chunk's packets that has it, as `order` goes through them.

        CaptureError if the file lost packets, UsageError if a pattern takes too long, or the view is stopped.
        """


class FilterNeedle:
    """Packets that pass a display filter."""

    def __init__(self, display_filter: Filter) -> None:
        self._filter = display_filter
        self.effort = display_filter.effort

    def first(self, chunk: Chunk, order: Ints) -> Hit | None:
        """See Needle."""
        index = _first(self._filter.mask(chunk), order)
        return None if index is None else Hit(chunk.rows[index])


class BytesNeedle:
    """Packets with these bytes; `any_case`: ASCII letters small or capital."""

    effort = Effort.BYTES

    def __init__(self, needle: bytes, *, any_case: bool = False) -> None:
        self._needle = needle.lower() if any_case else needle
        self._any_case = any_case

    def first(self, chunk: Chunk, order: Ints) -> Hit | None:
        """See Needle."""
        index = _first(chunk.frames.holding(self._needle, any_case=self._any_case), order)
        if index is None:
            return None
        frame = chunk.frames.frame(index)
        start = (frame.lower() if self._any_case else frame).find(self._needle)
        return Hit(chunk.rows[index], span=range(start, start + len(self._needle)))


class PatternNeedle:
    """Packets in whose bytes a matcher finds something."""

    effort = Effort.BYTES

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def first(self, chunk: Chunk, order: Ints) -> Hit | None:
        """See Needle."""
        frames = [chunk.frames.frame(index) for index in order.tolist()]
        found = self._matcher.first(frames, chunk.view.stopped)
        return None if found is None else Hit(chunk.rows[order[found[0]]], span=range(*found[1:]))


class CellsNeedle:
    """Packets in one of whose cells of the packet list a matcher finds something.

    What addresses and protocols answer needs no packet: only those before the first one are put into words.
    """

    effort = Effort.DECODING

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._known: dict[tuple[str, int], bool] = {}

    def first(self, chunk: Chunk, order: Ints) -> Hit | None:
        """See Needle."""
        sure = _first(self._columns(chunk), order)
        before = order if sure is None else order[: int(np.flatnonzero(order == sure)[0])]
        found = _first_text(self._matcher, chunk, before, chunk.view.means.cells)
        if found is not None:
            return Hit(found[0])
        return None if sure is None else Hit(chunk.rows[sure])

    def _columns(self, chunk: Chunk) -> Bools:
        """Where an address or the protocol is a hit."""
        text = chunk.view.capture.addresses.text
        return (
            self._having(chunk, "src", text)
            | self._having(chunk, "dst", text)
            | self._having(chunk, "protocol", label)
        )

    def _having(self, chunk: Chunk, name: str, text: Callable[[int], str]) -> Bools:
        numbers, places = np.unique(chunk.raw(name), return_inverse=True)
        for number in numbers.tolist():
            if (name, number) not in self._known:
                found = self._matcher.first([text(number)], chunk.view.stopped)
                self._known[name, number] = found is not None
        return np.array([self._known[name, number] for number in numbers.tolist()], np.bool_)[places]


class NodesNeedle:
    """Packets with a line of the header tree in which a matcher finds something."""

    effort = Effort.DECODING

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def first(self, chunk: Chunk, order: Ints) -> Hit | None:
        """See Needle."""
        nodes = chunk.view.means.nodes

        def texts_of(rows: Sequence[int]) -> list[list[str]]:
            return [[node.text for node in walk(nodes(row))] for row in rows]

        found = _first_text(self._matcher, chunk, order, texts_of)
        return None if found is None else Hit(found[0], field=found[1])


def at_once(needle: Needle) -> tuple[int, int]:
    """How many packets a needle is asked for at once at most, and how many of their bytes."""
    read = needle.effort >= Effort.BYTES
    return PACKETS_AT_ONCE[needle.effort], BYTES_AT_ONCE if read else sys.maxsize


def _first(mask: Bools, order: Ints) -> int | None:
    """The first of `order` where the mask is set."""
    places = np.flatnonzero(mask[order])
    return int(order[places[0]]) if len(places) else None


def _first_text(
    matcher: Matcher,
    chunk: Chunk,
    order: Ints,
    texts_of: Callable[[Sequence[int]], Sequence[Sequence[str]]],
) -> tuple[int, int] | None:
    """The first packet one of whose texts has it, and which of them."""
    for rows in _batches([chunk.rows[index] for index in order.tolist()]):
        owned = [
            (row, number, text)
            for row, texts in zip(rows, texts_of(rows), strict=True)
            for number, text in enumerate(texts)
        ]
        found = matcher.first([text for _, _, text in owned], chunk.view.stopped)
        if found is not None:
            return owned[found[0]][:2]
    return None


def _batches(rows: list[int]) -> Iterator[list[int]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
