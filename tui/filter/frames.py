"""The captured bytes of a chunk's packets, held together: searched at once, fields read out of all of them.

Invariant: nothing is seen beyond the end of a frame, whatever stands behind it in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.decode.headers import Field as Row
    from tui.filter.chunk import Bools, Chunk, Ints

_SMALL = 0x20  # the bit by which a small ASCII letter differs from its capital
_GAP = 512  # bytes a packet that are read in vain rather than packets one by one


class Frames:
    """The frames of `chunk`: frame i is bytes starts[i] to starts[i] + lengths[i] of `data`."""

    def __init__(self, chunk: Chunk) -> None:
        self.lengths: Ints = chunk.column("caplen")
        offsets = chunk.column("offset")
        span = self._span(chunk, offsets)
        if span is None:
            pieces = [chunk.view.means.frame(row) for row in chunk.rows]
            self.lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
            self.data: bytes | bytearray = b"".join(pieces)
            self.starts: Ints = np.cumsum(self.lengths) - self.lengths
        else:
            self.data = span
            self.starts = offsets - offsets[0]
        self._view = memoryview(self.data)
        self._bytes = np.frombuffer(self.data, np.uint8)

    def __len__(self) -> int:
        return len(self.starts)

    def _span(self, chunk: Chunk, offsets: Ints) -> bytes | bytearray | None:
        """All bytes from the first frame to the last, if they stand near each other in one recording."""
        read = chunk.view.means.read
        if read is None or not len(offsets):
            return None
        recordings = {
            chunk.view.capture.interfaces[number].recording for number in set(chunk.raw("interface").tolist())
        }
        size = int(offsets[-1] - offsets[0] + self.lengths[-1])
        ascending = bool((offsets[1:] >= offsets[:-1] + self.lengths[:-1]).all())
        if len(recordings) > 1 or not ascending or size > int(self.lengths.sum()) + _GAP * len(offsets):
            return None
        return read(recordings.pop(), int(offsets[0]), size)

    def frame(self, index: int) -> bytes:
        """The bytes of one frame."""
        start = int(self.starts[index])
        return bytes(self._view[start : start + int(self.lengths[index])])

    def holding(self, needle: bytes, *, any_case: bool = False) -> Bools:
        """Which frames have these bytes somewhere; `any_case`: ASCII letters small or capital."""
        found = np.zeros(len(self), np.bool_)
        starts, ends = self.starts.tolist(), (self.starts + self.lengths - len(needle)).tolist()
        data, wanted, small = self.data, needle, needle.lower()
        folds = any_case and small != needle.upper()
        if folds:  # faster than `lower`; what is equal now and no letter may have been another byte
            data, wanted = bytearray(data), bytes(byte | _SMALL for byte in needle)
            folded = np.frombuffer(data, np.uint8)
            folded |= _SMALL
        at = data.find(wanted) if needle and starts else -1
        while at >= 0:
            index = int(np.searchsorted(self.starts, at, "right")) - 1
            if at <= ends[index] and (not folds or bytes(self._view[at : at + len(needle)]).lower() == small):
                found[index] = True
                if index + 1 == len(starts):
                    break
                at = starts[index + 1] - 1
            at = data.find(wanted, at + 1)
        return found

    def numbers(self, row: Row, places: Ints) -> tuple[Ints, Bools]:
        """The number that `row` says, in a header that begins at byte places[i] of frame i; and where it is.

        A place below 0 stands for no header.
        """
        first, last = row.start >> 3, (row.start + row.width + 7) >> 3
        there = (places >= 0) & (places + last <= self.lengths)
        begin = np.where(there, self.starts + places + first, 0)
        number = np.zeros(len(self), np.int64)
        for step in range(last - first) if len(self._bytes) else ():
            place = last - first - 1 - step if row.little else step
            number = number << 8 | self._bytes[np.where(there, begin + place, 0)]
        number = number >> (-(row.start + row.width) & 7) & ((1 << row.width) - 1)
        return number * row.unit, there

    def bytes_at(self, indices: Ints, places: Ints) -> Ints:
        """Byte places[i] of frame indices[i], which has it."""
        found: Ints = self._bytes[self.starts[indices] + places].astype(np.int64)
        return found

    def pieces(self, row: Row, places: Ints) -> tuple[list[bytes], Bools]:
        """The same for a field that is bytes."""
        first, last = row.start >> 3, (row.start + row.width) >> 3
        there = (places >= 0) & (places + last <= self.lengths)
        begin = np.where(there, self.starts + places + first, 0).tolist()
        return [bytes(self._view[at : at + last - first]) for at in begin], there

    def between(self, starts: Ints, ends: Ints) -> NDArray[np.object_]:
        """Bytes [starts[i], ends[i]) of frame i, one object each; empty where that is nothing."""
        found = np.empty(len(self), object)
        begin, stop = (self.starts + starts).tolist(), (self.starts + ends).tolist()
        found[:] = [bytes(self._view[first:last]) for first, last in zip(begin, stop, strict=True)]
        return found
