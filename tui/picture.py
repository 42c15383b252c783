"""The picture on the terminal: which bytes turn it into the next one.

Textual ends each run of cells with a reset, begins the next with its whole style, and sends cells that are
there already; over SSH that is most of a key's answer. A Picture reads such a frame and gives what is new.

Invariant: after the bytes given, the terminal shows what it would show after the frame itself. A cell of
which it is not known what the terminal shows is sent whenever it is painted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import get_character_cell_size

from tui.looks import Look, UnknownSequenceError, change, parse_look
from tui.terminal_row import Row
from tui.widths import is_simple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TEXT = r"[^\x00-\x1f\x7f-\x9f]"
_TOKEN = re.compile(rf"\x1b\[([1-9]\d*);([1-9]\d*)H|\x1b\[([\d;]+)m({_TEXT}*)\x1b\[0m|({_TEXT}+)|(\n)")
"""All that a frame is made of: positions, text in a look, text in the plain look, line ends."""
_POSITION, _STYLED, _PLAIN_TEXT = 2, 4, 5  # the last group of each

_JOINERS = frozenset("\u200d\ufe0f")  # terminals do not agree on the width of what these join


class Cell(NamedTuple):
    """What stands in a cell ("" in the right half of a wide character); a blank has the look seen of it."""

    text: str
    look: Look


_UNKNOWN = Cell("\0", Look("unknown", "unknown"))  # equal to no cell that is painted


class Run(NamedTuple):
    """Cells side by side, and whether each is one character, so that all terminals agree on its width."""

    cells: list[Cell]
    simple: bool


def join(runs: Iterable[Run]) -> Run:
    """Runs side by side as one."""
    cells: list[Cell] = []
    simple = True
    for run in runs:
        cells += run.cells
        simple &= run.simple
    return Run(cells, simple)


class Pen:
    """Writes cells, with as little as it takes from where the cursor is and with the look that is set."""

    def __init__(self) -> None:
        self.look: Look | None = None
        self._place: tuple[int, int] | None = None
        self._written: list[str] = []

    def take(self) -> str:
        """What was written since this was called last."""
        written = "".join(self._written)
        self._written.clear()
        return written

    def move(self, x: int, y: int) -> None:
        """Put the cursor on a cell."""
        if self._place != (x, y):
            self._written.append(min(self._ways(x, y), key=len))
            self._place = (x, y)

    def write(self, text: str, cells: int, look: Look) -> None:
        """Write `text`, which takes so many `cells`, from where `move` has put the cursor."""
        self._written += (change(self.look, look), text)
        self.look = look
        if self._place is not None:
            self._place = (self._place[0] + cells, self._place[1])

    def lose_place(self) -> None:
        """It depends on the terminal where the cursor is."""
        self._place = None

    def _ways(self, x: int, y: int) -> Iterator[str]:
        if x:
            yield f"\x1b[{y + 1};{x + 1}H"
        else:
            yield f"\x1b[{y + 1}H" if y else "\x1b[H"
        if self._place is not None:
            right, down = x - self._place[0], y - self._place[1]
            if not down:
                yield f"\x1b[{right if right > 1 else ''}C" if right > 0 else f"\x1b[{-right}D"
            elif not right:
                yield f"\x1b[{down if down > 1 else ''}B" if down > 0 else f"\x1b[{-down}A"


class Picture:
    """What a terminal of `columns` by `lines` cells shows, as far as it was painted."""

    def __init__(self, columns: int, lines: int) -> None:
        self.size = (columns, lines)
        self._rows = [Row(columns, _UNKNOWN, _blank) for _ in range(lines)]
        self._pen = Pen()
        self._changed: set[int] = set()  # the lines with cells that are not sent yet

    def update(self, frame: str) -> str:
        """The bytes that do what `frame` does.

        A frame that paints every cell is sent whole: so Textual repairs a screen that was disturbed.

        Raises:
            UnknownSequenceError: the frame holds anything but cells at positions inside the picture; then
                nothing is known of the terminal any more, and this picture is of no use.
        """
        columns, lines = self.size
        painted, place = self._paint(frame)
        if painted == columns * lines:
            self._changed = set(range(lines))
            for row in self._rows:
                row.change_all()
        written = self.send()
        self._pen.move(*place)
        return written + self._pen.take()

    def put(self, x: int, y: int, run: Run) -> None:
        """Paint `run`, which lies inside the picture, from cell (`x`, `y`) on; `send` gives the bytes."""
        if self._rows[y].put(x, run.cells, run.simple):
            self._changed.add(y)

    def send(self) -> str:
        """The bytes that show what was painted since they were asked for last."""
        for line in sorted(self._changed):
            self._send(line)
        self._changed.clear()
        return self._pen.take()

    def _paint(self, frame: str) -> tuple[int, tuple[int, int]]:
        """Paint a frame: how many cells that are, and where it leaves the cursor."""
        columns, lines = self.size
        painted = 0
        x, y, at = columns, -1, 0
        for token in _TOKEN.finditer(frame):
            if token.start() != at:
                break
            at, kind = token.end(), token.lastindex
            if kind in (_STYLED, _PLAIN_TEXT):
                run = make_run(token[4], token[3]) if kind == _STYLED else make_run(token[5], "")
                start, x = x, x + len(run.cells)
                if x > columns:
                    raise UnknownSequenceError(f"text beyond column {columns}")
                painted += x - start
                self.put(start, y, run)
            else:
                x, y = (int(token[2]) - 1, int(token[1]) - 1) if kind == _POSITION else (0, y + 1)
                if y >= lines:
                    raise UnknownSequenceError(f"a position beyond line {lines}")
        if at != len(frame) or not 0 <= x < columns:
            raise UnknownSequenceError(f"{frame[at:]!r} in column {x}")
        return painted, (x, y)

    def _send(self, line: int) -> None:
        """Write the cells of a line that have changed."""
        row, pen = self._rows[line], self._pen
        for first, end in row.take_stretches():
            pen.move(first, line)
            for text, cells, look in row.pieces(first, end, pen.look):
                pen.write(text, cells, look)
            if row.is_open(end):
                pen.lose_place()


class _Palette(dict[str, Cell]):
    """The cells of one look by their text; each is made once, for the same object is compared fastest."""

    def __init__(self, look: Look) -> None:
        super().__init__({" ": _blank(look)})
        self._look = look

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = Cell(text, self._look)
        return cell


@lru_cache(maxsize=1024)
def _palette(parameters: str) -> _Palette:
    return _Palette(parse_look(parameters))


@lru_cache(maxsize=1024)
def _blank(look: Look) -> Cell:
    return Cell(" ", look.on_blank())


@lru_cache(maxsize=4096)
def make_run(text: str, parameters: str) -> Run:
    """The cells that `text` takes in the look of these SGR parameters; "e" and its accent are in one cell.

    Raises:
        UnknownSequenceError: it depends on the terminal how many cells there are, or there is no such look.
    """
    simple = is_simple(text)
    texts = list(text) if simple else _divide(text)
    return Run(list(map(_palette(parameters).__getitem__, texts)), simple or list(text) == texts)


def _divide(text: str) -> list[str]:
    """The text of each cell."""
    if not _JOINERS.isdisjoint(text):
        raise UnknownSequenceError(repr(text))
    texts: list[str] = []
    for char in text:
        width = get_character_cell_size(char)
        if width:
            texts += [char, ""][:width]
        elif texts:
            texts[-1 if texts[-1] else -2] += char
        else:
            raise UnknownSequenceError(repr(text))
    return texts
