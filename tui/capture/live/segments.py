"""The files of a capture as one: a sequence of bytes in which each begins where the one before it ended.

What a later file repeats of the earlier ones (its section and interfaces) is left out of the sequence: to
whoever reads it, it is one section that only grows.
Invariant: an offset always means the same byte. One that left the ring is an error, never another byte.
"""

from __future__ import annotations

import os
import time
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct, field

from tui.errors import CaptureError

if TYPE_CHECKING:
    from tui.capture.live.files import MadeFile

_PIECE = 1 << 20  # bytes that are copied at once
GRACE_SECONDS = 2.0  # what was read just now may be looked at once more, to be printed


class Segment(Struct):
    """One file: where it begins in the sequence, and what is in it; `repeated` bytes are not shown again."""

    made: MadeFile
    start: int
    repeated: int
    size: int = 0  # bytes in the file
    packets: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def end(self) -> int:
        """Where it ends in the sequence."""
        return self.start + self.size - self.repeated


class Segments:
    """The segments that are there; one thread adds and removes, others read."""

    def __init__(self) -> None:
        self._all: list[Segment] = []
        self._left: list[tuple[float, Segment]] = []  # out of the ring since when, but still to be read
        self._read_to: int | None = 0  # how far somebody has read; None: nobody will
        self._lock = Lock()
        self.gone = 0  # packets that left with their files
        self.unreadable = 0  # of these, packets that nobody can read any more

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._all)

    @property
    def last(self) -> Segment:
        """The one that is written."""
        return self._all[-1]

    def add(self, made: MadeFile, repeated: int) -> None:
        """Go on in a new file, whose first `repeated` bytes stood in the earlier ones."""
        with self._lock:
            start = self._all[-1].end if self._all else 0
            self._all.append(Segment(made, start, repeated))

    def remove_first(self) -> MadeFile:
        """Let go of the oldest; whoever reads still has it until all was read, and GRACE_SECONDS more."""
        with self._lock:
            first = self._all.pop(0)
            self._left.append((time.monotonic(), first))
            self.gone += first.packets
            self._close_what_was_read()
            return first.made

    def nobody_reads(self) -> None:
        """What leaves the ring need not be kept for anybody."""
        with self._lock:
            self._read_to = None
            self._close_what_was_read()

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """See Recording.read_into."""
        with self._lock:
            self._read_to = max(self._read_to or 0, offset)
            if self._left:
                self._close_what_was_read()
            segment = self._at(offset)
            place = offset - segment.start + segment.repeated
            return os.preadv(segment.made.file.fileno(), [buffer], place)

    def copy_to(self, copy: BinaryIO) -> None:
        """Write what did not leave the ring as one capture file; nobody may add to it meanwhile."""
        for number, segment in enumerate(self._all):
            place = segment.repeated if number else 0
            while piece := os.pread(segment.made.file.fileno(), _PIECE, place):
                copy.write(piece)
                place += len(piece)

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            for segment in self._readable():
                segment.made.file.close()

    def _at(self, offset: int) -> Segment:
        for segment in reversed(self._readable()):
            if segment.start <= offset:
                return segment
        raise CaptureError("the file with this packet has left the ring", "-b files:N keeps more of them")

    def _readable(self) -> list[Segment]:
        return [*(segment for _, segment in self._left), *self._all]

    def _close_what_was_read(self) -> None:
        while self._left:
            since, segment = self._left[0]
            if self._read_to is not None:
                unread = self._read_to < segment.end
                if unread or time.monotonic() - since < GRACE_SECONDS:
                    return
            self._left.pop(0)
            segment.made.file.close()
            self.unreadable += segment.packets
