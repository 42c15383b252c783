"""HexDump: the bytes of one frame in hex and ASCII, and the bits of the selected field.

Invariant: lines are made for visible bytes only, so that a frame of 256 KiB costs no more than a small one.
Layers are told apart by colour and, for terminals without, by a bar before the first byte of each.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.panes.lines import Line, LinePane, Look, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.decode.nodes import Node

_GROUP = 8
_CHARS = bytes(code if 0x20 <= code < 0x7F else ord(".") for code in range(256))
_LAYER_LOOKS = ("hex-dump--layer-a", "hex-dump--layer-b", "hex-dump--layer-c")
"""The looks of the outermost layers; those further in, mostly the payload, are plain: that costs least."""
_SHOWN_BITS = 32


class HexDump(LinePane):
    """Offset, hex in groups of 8, ASCII; 16 bytes a line, 8 in a narrow pane. The cursor is a byte."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_LAYER_LOOKS)
    DEFAULT_CSS = """
    HexDump > .hex-dump--layer-a { color: $text-primary; }
    HexDump > .hex-dump--layer-b { color: $text-success; }
    HexDump > .hex-dump--layer-c { color: $text-accent; }
    """
    CURSOR_LINE: ClassVar[bool] = False
    FOOT_LINES: ClassVar[int] = 1

    class ByteSelected(Message):
        """The cursor was put on another byte; `offset` counts from the frame's first byte."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self.byte = 0
        self._frame = b""
        self._looks = b""  # for each byte of the frame its place in _LAYER_LOOKS, plus 1; 0 is none
        self._edges: frozenset[int] = frozenset()  # bytes before which a bar stands
        self._bits = range(0)  # the marked field
        self._marked = range(0)  # the bytes in which it is

    def show(self, frame: bytes, nodes: Sequence[Node], field: Node | None = None) -> None:
        """Show another frame; `nodes` are its layers. `field` is marked; if it is None, the mark stays."""
        self._frame = frame
        looks = bytearray(len(frame))
        whole = (0, 8 * len(frame))
        layers = [node for node in nodes if node.start < node.end and (node.start, node.end) != whole]
        for number, node in enumerate(layers[: len(_LAYER_LOOKS)], 1):
            first, end = node.start // 8, -(-node.end // 8)
            looks[first:end] = bytes([number]) * (end - first)
        self._looks = bytes(looks)
        self._edges = frozenset(edge // 8 for node in layers for edge in (node.start, node.end) if edge)
        if self._bits.stop > 8 * len(frame):
            self._bits = self._marked = range(0)
        self.byte = max(0, min(self.byte, len(frame) - 1))
        if field is not None:
            self._mark(field.start, field.end)
        self._follow()

    def mark(self, start_bit: int, end_bit: int) -> None:
        """Mark a field, or nothing if it is empty. The cursor goes to its first byte if it is not in it."""
        self._mark(start_bit, end_bit)
        self._follow()

    def _mark(self, start_bit: int, end_bit: int) -> None:
        self._bits = range(start_bit, end_bit)
        self._marked = range(start_bit // 8, -(-end_bit // 8)) if self._bits else range(0)
        if self._marked and self.byte not in self._marked:
            self.byte = self._marked.start

    def go(self, byte: int) -> None:
        """Put the cursor on a byte, or the nearest there is, and say so."""
        byte = max(0, min(byte, len(self._frame) - 1))
        if byte != self.byte:
            self.byte = byte
            self._follow()
            self.post_message(self.ByteSelected(byte))

    def select(self, index: int, center: bool = False) -> None:
        """Go to line `index`, in the column where the cursor is."""
        index = max(0, min(index, self.line_count() - 1))
        self.go(index * self.per_line + self.byte % self.per_line)

    def left(self) -> None:
        """One byte back."""
        self.go(self.byte - 1)

    def right(self) -> None:
        """One byte on."""
        self.go(self.byte + 1)

    def home(self) -> None:
        self.go(0)

    def end(self) -> None:
        self.go(len(self._frame) - 1)

    @property
    def per_line(self) -> int:
        """Bytes in a line: 16, or 8 if 16 do not fit."""
        return self._per_line(self.text_width)

    def _per_line(self, width: int) -> int:
        return 2 * _GROUP if width >= self._chars_column(2 * _GROUP) + 2 * _GROUP else _GROUP

    @property
    def _digits(self) -> int:
        return max(4, len(f"{len(self._frame):x}"))

    def _hex_column(self, place: int) -> int:
        """The cell in which the hex digits of a line's byte number `place` begin."""
        return self._digits + _digits_cell(place)

    def _chars_column(self, per_line: int) -> int:
        """The cell in which the ASCII characters begin."""
        return self._hex_column(per_line - 1) + 4

    def line_count(self) -> int:
        return -(-len(self._frame) // self.per_line)

    def line(self, index: int, width: int) -> Line:
        per_line = self._per_line(width)
        first = index * per_line
        chunk = range(first, min(first + per_line, len(self._frame)))
        raw = self._frame[chunk.start : chunk.stop]
        start = f"{first:0{self._digits}x}"
        digits = "  " + "  ".join(raw[at : at + _GROUP].hex(" ") for at in range(0, len(raw), _GROUP))
        digits = digits.ljust(self._chars_column(per_line) - self._digits)
        if self._is_uniform(chunk):
            return [(start, Look.PLAIN), (digits + _chars(raw), self._look(first))]
        looks = [self._look(byte) for byte in chunk]
        runs = (list(run) for _, run in groupby(range(len(raw)), looks.__getitem__))
        chars = [(_chars(raw[run[0] : run[-1] + 1]), looks[run[0]]) for run in runs]
        return [(start, Look.PLAIN), *_pieces(self._marked_gaps(chunk, digits), looks), *chars]

    def _marked_gaps(self, chunk: range, digits: str) -> str:
        """The digits of a line with a bar before each layer, and the cursor in brackets."""
        cells = list(digits)
        for edge in self._edges.intersection(chunk):
            cells[_digits_cell(edge - chunk.start) - 1] = "│"
        if self.byte in chunk and self.has_focus:
            cell = _digits_cell(self.byte - chunk.start)
            cells[cell - 1], cells[cell + 2] = "[]"
        return "".join(cells)

    def _is_uniform(self, chunk: range) -> bool:
        """Whether all bytes of a line look the same, none is marked, begins a layer or has the cursor."""
        looks = self._looks[chunk.start : chunk.stop]
        return (
            looks.count(looks[0]) == len(looks)
            and not any(edge in chunk for edge in self._edges)
            and not (self.byte in chunk and self.has_focus)
            and (chunk.stop <= self._marked.start or chunk.start >= self._marked.stop)
        )

    def foot(self, width: int) -> Sequence[Line]:
        if not self._frame:
            return [[]]
        marked = self._marked
        if not marked:
            return [[(f"offset 0x{self.byte:02x}", Look.MUTED)]]
        where = f"offset 0x{marked.start:02x}  "
        if self._bits.start % 8 or self._bits.stop % 8:
            return [[(where + bit_picture(self._frame, self._bits), Look.MUTED)]]
        return [[(f"{where}{len(marked)} {'byte' if len(marked) == 1 else 'bytes'}", Look.MUTED)]]

    def click_line(self, index: int, x: int) -> None:
        for place in range(self.per_line):
            column = self._hex_column(place)
            if x in (column, column + 1) or x == self._chars_column(self.per_line) + place:
                byte = index * self.per_line + place
                if byte < len(self._frame):
                    self.go(byte)

    def on_resize(self) -> None:
        self._follow()

    def _follow(self) -> None:
        self.cursor = self.byte // self.per_line
        self.reveal()
        self.repaint()

    def _look(self, byte: int) -> str:
        number = self._looks[byte]
        layer = _LAYER_LOOKS[number - 1] if number else Look.PLAIN
        return f"{layer} {Look.MARK}" if byte in self._marked else layer


def _digits_cell(place: int) -> int:
    """The cell in which the digits of a line's byte number `place` begin, from the offset's end on."""
    return 2 + 3 * place + place // _GROUP


def _pieces(digits: str, looks: Sequence[str]) -> list[Piece]:
    """The digits of a line in pieces of one look, one for each byte; what is marked in a gap is plain."""
    pieces: list[Piece] = []
    begin = end = 0
    for place, look in enumerate(looks):
        cell = _digits_cell(place)
        if not place or look != looks[place - 1] or not digits[end:cell].isspace():
            if place:
                pieces.append((digits[begin:end], looks[place - 1]))
            pieces.append((digits[end:cell], Look.PLAIN))
            begin = cell
        end = cell + 2
    return [*pieces, (digits[begin:end], looks[-1]), (digits[end:], Look.PLAIN)]


def bit_picture(frame: bytes, bits: range) -> str:
    """The bytes in which `bits` lie, in groups of four bits, the field in brackets: "0000 00[1]0"."""
    first, end = bits.start // 8, -(-bits.stop // 8)
    return "  ".join(_bit_byte(frame[byte], byte, bits) for byte in range(first, end)[: _SHOWN_BITS // 8])


def _bit_byte(value: int, byte: int, bits: range) -> str:
    text = ""
    for bit in range(8 * byte, 8 * byte + 8):
        text += "[" if bit == max(bits.start, 8 * byte) else ""
        text += str(value >> (7 - bit % 8) & 1)
        text += "]" if bit == min(bits.stop - 1, 8 * byte + 7) else ""
        text += " " if bit % 8 == 3 else ""
    return text


def _chars(raw: bytes) -> str:
    """One character a byte: ASCII as it is, "." for all that cannot be shown."""
    return raw.translate(_CHARS).decode("ascii")
