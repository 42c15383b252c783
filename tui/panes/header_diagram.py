"""HeaderDiagram: the TCP header as RFC 9293 figure 1 draws it, with the selected packet's values in it.

Invariant: every value is a node's, so the diagram never says other than the header tree. Which boxes there
are is the table BANDS; the options follow item by item, as this packet has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual.message import Message

from tui.decode.nodes import walk
from tui.panes.cells import cut
from tui.panes.lines import Line, LinePane, Look, Piece
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.decode.nodes import Node

_BITS = 32
_RULER = (
    "".join(f" {bit // 10 if bit % 10 == 0 else ' '}" for bit in range(_BITS)),
    "".join(f" {bit % 10}" for bit in range(_BITS)),
)
_EDGE = "+-" * _BITS + "+"
_NO_TCP = "This packet has no TCP header."


class Cell(Struct, frozen=True):
    """A box of the figure: the field whose value it holds, its words (one line each), its width in bits."""

    field: str
    words: tuple[str, ...]
    bits: int


def _flag(name: str, letters: str) -> Cell:
    return Cell(f"tcp.flags.{name}", tuple(letters), 1)


BANDS = (
    (Cell("tcp.srcport", ("Source Port",), 16), Cell("tcp.dstport", ("Destination Port",), 16)),
    (Cell("tcp.seq", ("Sequence Number",), 32),),
    (Cell("tcp.ack", ("Acknowledgment Number",), 32),),
    (
        Cell("tcp.hdr_len", ("Data", "Offset"), 4),
        Cell("tcp.flags.res", ("Rsrvd",), 3),
        _flag("ae", " AE"),
        _flag("cwr", "CWR"),
        _flag("ece", "ECE"),
        _flag("urg", "URG"),
        _flag("ack", "ACK"),
        _flag("push", "PSH"),
        _flag("reset", "RST"),
        _flag("syn", "SYN"),
        _flag("fin", "FIN"),
        Cell("tcp.window_size_value", ("Window",), 16),
    ),
    (Cell("tcp.checksum", ("Checksum",), 16), Cell("tcp.urgent_pointer", ("Urgent Pointer",), 16)),
)
"""RFC 9293 figure 1. Of its four reserved bits the last is AE where Accurate ECN is used."""


class Box(Struct, frozen=True):
    """A box as drawn: lines of text, each as wide as the box, from bit `first` of its row."""

    node: Node | None
    row: int
    first: int
    lines: tuple[str, ...]


class HeaderDiagram(LinePane):
    """The boxes of one TCP header; the cursor is a box."""

    CURSOR_LINE: ClassVar[bool] = False

    class FieldSelected(Message):
        """The cursor has moved to the box of another field."""

        def __init__(self, node: Node) -> None:
            super().__init__()
            self.node = node

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self._boxes: list[Box] = []
        self._drawn: list[list[tuple[str, int | None]]] = [
            [(_NO_TCP, None)]
        ]  # a line: texts, each with its box
        self._at = 0

    @property
    def selected(self) -> Node | None:
        """The field in the box under the cursor; None if the packet has none there."""
        return self._boxes[self._at].node if self._boxes else None

    def show(self, nodes: tuple[Node, ...]) -> None:
        """Show another packet; the cursor stays in its place. Posts nothing."""
        tcp = next((node for node in walk(nodes) if node.name == "tcp"), None)
        self._boxes = [] if tcp is None else _boxes(tcp)
        self._drawn = _draw(self._boxes)
        self._at = max(0, min(self._at, len(self._boxes) - 1))
        self._follow()

    def select_bit(self, bit: int) -> None:
        """Move to the box of the field that holds bit `bit` of the frame, if one does."""
        for index, box in enumerate(self._boxes):
            if box.node is not None and box.node.start <= bit < box.node.end:
                self._go(index)
                return

    def select(self, index: int, center: bool = False) -> None:
        """Go to the box at line `index`, below or above the present one."""
        boxes = [box for _, box in self._drawn[max(0, min(index, len(self._drawn) - 1))] if box is not None]
        if boxes:
            self._go(self._under(boxes))

    def move(self, delta: int) -> None:
        """Go `delta` rows of boxes down."""
        if self._boxes:
            row = max(0, min(self._boxes[self._at].row + delta, self._boxes[-1].row))
            self._go(self._under([index for index, box in enumerate(self._boxes) if box.row == row]))

    def left(self) -> None:
        """To the box before."""
        self._go(self._at - 1)

    def right(self) -> None:
        """To the next box."""
        self._go(self._at + 1)

    def home(self) -> None:
        self._go(0)

    def end(self) -> None:
        self._go(len(self._boxes) - 1)

    def line_count(self) -> int:
        return len(self._drawn)

    def line(self, index: int, width: int) -> Line:
        return [self._piece(text, box) for text, box in self._drawn[index]]

    def click_line(self, index: int, x: int) -> None:
        for text, box in self._drawn[index]:
            if box is not None and 0 <= x < width_of(text):
                self._go(box)
            x -= width_of(text)

    def on_resize(self) -> None:
        self._follow()

    def _piece(self, text: str, box: int | None) -> Piece:
        if box is None:
            return (text, Look.PLAIN if self._boxes else Look.MUTED)
        return (text, self.cursor_look if box == self._at else Look.STRONG)

    def _under(self, boxes: list[int]) -> int:
        """Of some boxes of one row, the last that begins no further right than the present box."""
        first = self._boxes[self._at].first
        return max((index for index in boxes if self._boxes[index].first <= first), default=boxes[0])

    def _go(self, index: int) -> None:
        index = max(0, min(index, len(self._boxes) - 1))
        if index != self._at:
            self._at = index
            self._follow()
            if self.selected is not None:
                self.post_message(self.FieldSelected(self.selected))

    def _follow(self) -> None:
        lines = (line for line, texts in enumerate(self._drawn) if any(box == self._at for _, box in texts))
        self.cursor = next(lines, 0)
        self.reveal()
        self.repaint()


def _boxes(tcp: Node) -> list[Box]:
    """The boxes of BANDS, of each option and of the data, with the values of this header."""
    nodes: dict[str, Node] = {}
    for node in walk(tcp.children):
        nodes.setdefault(node.name, node)
    boxes = []
    for row, band in enumerate(BANDS):
        first = 0
        for cell in band:
            boxes.append(Box(nodes.get(cell.field), row, first, _lines(cell, nodes)))
            first += cell.bits
    rows = [*nodes["tcp.options"].children] if "tcp.options" in nodes else []
    for row, option in enumerate(rows, len(BANDS)):
        boxes.append(Box(option, row, 0, (_centre(option.text, _BITS),)))
    data = nodes.get("tcp.payload")
    length = nodes.get("tcp.len")
    text = "no data" if length is None or not length.value else f"data: {length.value} bytes"
    boxes.append(Box(data or length, len(BANDS) + len(rows), 0, (_centre(text, _BITS),)))
    return boxes


def _lines(cell: Cell, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    value = _value(cell, nodes)
    if cell.bits >= _BITS // 2:
        return (_centre(f"{cell.words[0]}: {value}", cell.bits),)
    return tuple(_centre(line, cell.bits) for line in (*cell.words, value))


def _value(cell: Cell, nodes: Mapping[str, Node]) -> str:
    """What is in the box: the words of the node after its label, or a number where the box is narrow."""
    node = nodes.get(cell.field)
    if node is None or node.value is None:
        return "?"
    if cell.field == "tcp.hdr_len" and isinstance(node.value, int):
        return str(node.value // 4)
    if cell.bits < _BITS // 2:
        return str(int(bool(node.value)) if cell.bits == 1 else node.value)
    value = node.text.partition(": ")[2]
    raw = nodes.get(f"{cell.field}_raw")
    return value if raw is None or str(raw.value) in value else f"{value.split('  ')[0]} = {raw.value}"


def _centre(text: str, bits: int) -> str:
    """`text` in the middle of a box of `bits` bits: two cells a bit but the edge."""
    room = 2 * bits - 1
    short = cut(text, room)
    left = (room - width_of(short)) // 2
    return " " * left + short + " " * (room - width_of(short) - left)


def _draw(boxes: list[Box]) -> list[list[tuple[str, int | None]]]:
    """All lines of the figure; a text that lies in a box carries the box's index."""
    if not boxes:
        return [[(_NO_TCP, None)]]
    lines: list[list[tuple[str, int | None]]] = [[(text, None)] for text in (*_RULER, _EDGE)]
    for row in range(boxes[-1].row + 1):
        band = [(index, box) for index, box in enumerate(boxes) if box.row == row]
        height = max(len(box.lines) for _, box in band)
        for at in range(height):
            line: list[tuple[str, int | None]] = [("|", None)]
            for index, box in band:
                gap = height - len(box.lines)
                text = box.lines[at - gap] if at >= gap else " " * len(box.lines[0])
                line += [(text, index), ("|", None)]
            lines.append(line)
        lines.append([(_EDGE, None)])
    return lines
