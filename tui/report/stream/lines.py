"""The lines of a stream: what all its forms have in common, and the forms that need no byte to be counted.

Invariant: a line belongs to one end; the place of its first byte leads back to a packet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from tui.report.stream.data import Place
from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.report.stream.data import StreamData

    Ints = NDArray[np.int64]

_CHARS = bytes(code if 0x20 <= code < 0x7F else ord(".") for code in range(256))
_HALF = 8
_INDENT = " " * 4  # Wireshark's, of the second side
_RAW_BYTES = 32


class StreamLine(NamedTuple):
    """A line: who sent it (0 or 1), its text, where it begins; a `remark` is no byte of the stream."""

    end: int
    text: str
    place: Place
    remark: bool = False


class StreamLines(Protocol):
    """The lines of one form. While some are not measured their number is an estimate."""

    def __len__(self) -> int: ...

    def line(self, index: int) -> StreamLine:
        """Line `index`; CaptureError if its bytes are not there any more."""

    def place(self, index: int) -> Place:
        """Where line `index` begins."""

    def index_of(self, place: Place) -> int:
        """The line that shows a place."""

    def measure(self, first: int, last: int) -> bool:
        """Read what is needed to know the lines `first` to `last`; whether numbers of lines have changed."""


def hole_text(data: StreamData, number: int) -> str:
    """What stands in place of bytes that were not captured."""
    length = int(data.pieces.lengths[number])
    plural = "s" * (length != 1)
    if data.pieces.cut[number]:
        return f"[{length:,} byte{plural} not captured: packets were cut off]"
    return f"[{length:,} byte{plural} missing in capture]"


def hex_line(offset: int, shown: bytes, per_line: int) -> str:
    """A line of a hex dump: where it begins, hex, ASCII."""
    halves = "  ".join(shown[at : at + _HALF].hex(" ") for at in range(0, len(shown), _HALF))
    return f"{offset:08x}  {halves:<{3 * per_line}}  {shown.translate(_CHARS).decode('ascii')}"


class _ByteLines:
    """A form in which each piece takes as many lines as its length says."""

    def __init__(self, data: StreamData, numbers: Ints, per_line: int) -> None:
        self.data = data
        self.per_line = per_line
        self._numbers = numbers
        lengths = data.pieces.lengths[numbers]
        counts = np.where(data.pieces.skips[numbers] == HOLE, 1, -(-lengths // per_line))
        self._stops = np.cumsum(counts)
        self._firsts = self._stops - counts

    def __len__(self) -> int:
        return int(self._stops[-1]) if len(self._stops) else 0

    def place(self, index: int) -> Place:
        """Where line `index` begins."""
        at = int(np.searchsorted(self._stops, index, "right"))
        return Place(int(self._numbers[at]), (index - int(self._firsts[at])) * self.per_line)

    def index_of(self, place: Place) -> int:
        """The line that shows a place; of one that is not shown the next line."""
        at = int(np.searchsorted(self._numbers, place.piece))
        if at == len(self._numbers):
            return max(len(self) - 1, 0)
        first, last = int(self._firsts[at]), int(self._stops[at]) - 1
        return min(first + place.byte // self.per_line, last) if self._numbers[at] == place.piece else first

    def measure(self, first: int, last: int) -> bool:
        """All is known from the lengths."""
        return False

    def line(self, index: int) -> StreamLine:
        """Line `index`."""
        place = self.place(index)
        pieces = self.data.pieces
        end = int(pieces.ends[place.piece])
        if pieces.skips[place.piece] == HOLE:
            return StreamLine(end, hole_text(self.data, place.piece), place, remark=True)
        shown = self.data.piece(place.piece)[place.byte : place.byte + self.per_line]
        return StreamLine(end, self.text(shown, place), place)

    def text(self, shown: bytes, place: Place) -> str:
        """How some bytes are shown."""
        raise NotImplementedError


class HexLines(_ByteLines):
    """As a hex dump: where in the sender's bytes, hex, ASCII; the server's side is indented."""

    def __init__(self, data: StreamData, numbers: Ints, width: int) -> None:
        super().__init__(data, numbers, 2 * _HALF if width >= self._width(2 * _HALF) else _HALF)

    @staticmethod
    def _width(per_line: int) -> int:
        return len(_INDENT) + 8 + 2 + 3 * per_line + 2 + per_line

    def text(self, shown: bytes, place: Place) -> str:
        data = self.data
        end = int(data.pieces.ends[place.piece])
        offset = int(data.pieces.begins[place.piece]) + place.byte - data.streams.sides[end].start
        return ("" if end == data.client else _INDENT) + hex_line(offset, shown, self.per_line)


class RawLines(_ByteLines):
    """Hex alone; the server's side is indented."""

    def __init__(self, data: StreamData, numbers: Ints, width: int) -> None:
        fits = width >= len(_INDENT) + 2 * _RAW_BYTES
        super().__init__(data, numbers, _RAW_BYTES if fits else _RAW_BYTES // 2)

    def text(self, shown: bytes, place: Place) -> str:
        indent = "" if self.data.pieces.ends[place.piece] == self.data.client else _INDENT
        return indent + shown.hex()
