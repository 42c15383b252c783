"""Writes what is captured: whole pcapng blocks into one file, or a ring of files, until a limit is reached.

Invariant: at any moment the files consist of whole blocks, but for the one write that is under way. What a
full disk cuts is cut back to the last whole block.
"""

from __future__ import annotations

import errno
import time
from bisect import bisect_left, bisect_right
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING

from tui.capture.live.segments import Segments
from tui.capture.pcapng_writer import whole_blocks
from tui.errors import CaptureError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.capture.live.files import Files
    from tui.capture.live.spec import Limits

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file cannot grow any more",
}


class Recorder:
    """One capture's files; `segments` is how they are read back."""

    def __init__(self, files: Files, ring: Limits, stop: Limits, header: bytes) -> None:
        """Make the first file, which begins with `header`. AccessError or UsageError if that cannot be."""
        self.segments = Segments()
        self.packets = 0  # written
        self.lost = 0  # packets that came, but could not be written
        self._files = files
        self._ring = ring
        self._stop = stop
        self._header = header  # what every file begins with
        self._made = 0
        self._begun = time.monotonic()
        self._next_file()

    def describe(self, block: bytes) -> None:
        """Write an interface's description, here and at the beginning of all files to come."""
        self._header += block
        self._append(block)

    def write(self, packets: Sequence[bytes], ending: Callable[[], bytes]) -> bool:
        """Write packet blocks; false if a limit says that it is enough.

        `ending` gives what a file ends with. CaptureError if the disk is full; what was whole is kept.
        """
        while packets:
            if self._enough():
                return False
            count = self._fitting(packets)
            self._append_packets(packets[:count])
            packets = packets[count:]
            if self._file_is_full() and not self._enough() and not self._switch(ending):
                return False
        return not self._enough()

    def tick(self, ending: Callable[[], bytes]) -> bool:
        """Begin the next file when its time has come; false if there shall be no more."""
        return not self._file_is_full() or self._switch(ending)

    @property
    def time_is_up(self) -> bool:
        """Whether the capture has lasted as long as it may."""
        return self._stop.seconds is not None and time.monotonic() - self._begun >= self._stop.seconds

    def finish(self, ending: bytes) -> None:
        """Write the last block, as far as there is room for it."""
        with suppress(CaptureError, BrokenPipeError):
            self._append(ending)

    def _fitting(self, packets: Sequence[bytes]) -> int:
        """How many may go into the file; the last one may reach beyond its size."""
        segment = self.segments.last
        counts = [len(packets)]
        if self._ring.packets is not None:
            counts.append(self._ring.packets - segment.packets)
        if self._stop.packets is not None:
            counts.append(self._stop.packets - self.packets)
        sizes = [limit.size - segment.size for limit in (self._ring, self._stop) if limit.size is not None]
        if sizes:
            counts.append(bisect_left(list(accumulate(map(len, packets))), min(sizes)) + 1)
        return max(min(counts), 1)

    def _enough(self) -> bool:
        """Whether the capture as a whole holds as much as it may."""
        stop = self._stop
        return (stop.packets is not None and self.packets >= stop.packets) or (
            stop.size is not None and self.segments.last.size >= stop.size
        )

    def _file_is_full(self) -> bool:
        ring, segment = self._ring, self.segments.last
        return (
            (ring.packets is not None and segment.packets >= ring.packets)
            or (ring.size is not None and segment.size >= ring.size)
            or (ring.seconds is not None and time.monotonic() - segment.begun >= ring.seconds)
        )

    def _switch(self, ending: Callable[[], bytes]) -> bool:
        """Go on in the next file; false if there shall be no more."""
        if self._made == self._stop.files:
            return False
        self._append(ending())
        self._next_file()
        if self._ring.files is not None and len(self.segments) > self._ring.files:
            self._files.remove(self.segments.remove_first())
        return True

    def _next_file(self) -> None:
        made = self._files.make()
        repeated = len(self._header) if self._made else 0
        self._made += 1
        self.segments.add(made, repeated)
        self._append(self._header)

    def _append_packets(self, packets: Sequence[bytes]) -> None:
        segment = self.segments.last
        before = segment.size
        try:
            self._append(b"".join(packets))
        except (CaptureError, BrokenPipeError):
            kept = bisect_right(list(accumulate(map(len, packets))), segment.size - before)
            self.lost += len(packets) - kept
            self._count(kept)
            raise
        self._count(len(packets))

    def _count(self, packets: int) -> None:
        self.packets += packets
        self.segments.last.packets += packets

    def _append(self, blocks: bytes) -> None:
        """Write whole blocks, or as many of them as there is room for, and CaptureError."""
        segment = self.segments.last
        file = segment.made.file
        rest = memoryview(blocks)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except BrokenPipeError:
            raise
        except OSError as error:
            whole = whole_blocks(blocks[: len(blocks) - len(rest)])
            with suppress(OSError):
                file.truncate(segment.size + whole)
                file.seek(segment.size + whole)
            segment.size += whole
            where = printable(str(segment.made.path or "the temporary file"))
            words = _WORDS.get(error.errno or 0, error.strerror)
            message = f"{words}: capturing has ended, {where} keeps what came until then"
            raise CaptureError(message) from error
        segment.size += len(blocks)
