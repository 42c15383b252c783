"""A display filter, compiled: it is run over a view and says which packets pass.

Invariant: a filter holds no packet; memory is that of one chunk, however long the capture is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.filter.field import Effort
from tui.filter.language.check import Checker
from tui.filter.language.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.filter.chunk import Bools, Chunk, View
    from tui.filter.language.plan import Test
    from tui.filter.language.tree import Span

# How many packets are asked at once, by effort; and how many bytes of frames are held at once.
PACKETS_AT_ONCE: Mapping[Effort, int] = {
    Effort.COLUMNS: 65_536,
    Effort.CONNECTIONS: 65_536,
    Effort.BYTES: 65_536,
    Effort.HEADERS: 8_192,
    Effort.DECODING: 1_024,
}
BYTES_AT_ONCE = 2 << 20  # what the processor's cache holds


class Note(Struct, frozen=True):
    """What characters [start, start + length) of a filter may not be meant to say, and what to write."""

    message: str
    hint: str
    start: int
    length: int


class Use(Struct, frozen=True):
    """A field that a filter names, and where."""

    name: str
    start: int
    length: int


class Filter(Struct, frozen=True):
    """A filter that makes sense: its text, what it warns of, the fields that it names.

    `has_pattern`: a regular expression is in it, which may take seconds even if the packets are few.
    """

    text: str
    warnings: tuple[Note, ...]
    uses: tuple[Use, ...]
    has_pattern: bool
    _test: Test | None

    @property
    def effort(self) -> Effort:
        """What the most expensive of its fields takes."""
        return self._test.effort if self._test else Effort.COLUMNS

    def masks(self, view: View, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Bools]]:
        """For packets [start, stop), some at a time: the first one's row, and which pass.

        Whoever asks no further has cancelled it. CaptureError if the file lost packets, UsageError if a
        regular expression takes too long, or was given up because the view is stopped.
        """
        end = len(view.capture.packets) if stop is None else stop
        while start < end:
            following = self._following(view, start, end)
            yield start, self.mask(view.chunk(start, following))
            start = following

    def mask(self, chunk: Chunk) -> Bools:
        """Which packets of a chunk pass; errors as above."""
        return np.ones(len(chunk), np.bool_) if self._test is None else self._test.mask(chunk)

    def run(
        self,
        view: View,
        start: int = 0,
        stop: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Bools:
        """Which of packets [start, stop) pass; `progress` is told how many are done, and may raise to end it.

        Errors as above.
        """
        parts = []
        for first, mask in self.masks(view, start, stop):
            parts.append(mask)
            if progress is not None:
                progress(first + len(mask) - start)
        return np.concatenate(parts) if parts else np.zeros(0, np.bool_)

    def _following(self, view: View, start: int, end: int) -> int:
        """The row behind the next chunk."""
        stop = min(start + PACKETS_AT_ONCE[self.effort], end)
        if self.effort < Effort.BYTES:
            return stop
        sizes = np.cumsum(view.capture.packets.caplen[start:stop], dtype=np.int64)
        return start + max(int(np.searchsorted(sizes, BYTES_AT_ONCE, "right")), 1)


def compile_filter(text: str) -> Filter:
    """The filter that `text` says; one of blanks lets every packet pass. FilterError if it makes no sense."""
    condition = parse(text)
    if condition is None:
        return Filter(text, (), (), has_pattern=False, _test=None)
    checker = Checker(text)
    test = checker.test(condition)
    warnings = tuple(Note(message, hint, *_place(span)) for message, hint, span in checker.warnings)
    uses = tuple(Use(name, *_place(span)) for name, span in checker.entities.used)
    return Filter(text, warnings, uses, checker.has_pattern, test)


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end - span.start
