"""The last line of the screen: what is open, how far it was read, where the cursor is, what went wrong.

Only the cells that changed are repainted, and nothing if nothing changed. Where the line is too narrow the
least important piece gives way first (`Weight`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from rich.segment import Segment
from textual.strip import Strip

from tui.errors import printable
from tui.panes.cells import crop
from tui.panes.framed import FramedLines
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

    from tui.canvas import StyledLine


class Status(Struct, frozen=True):
    """What the status bar tells; counts are packets, `row` counts from 0 (None: no packet is selected)."""

    name: str
    packets: int = 0
    row: int | None = None
    stream: int | None = None
    filter: str = ""  # which packets are shown, if not all
    sorting: str = ""  # how far sorting has come
    search: str = ""  # how far a search has come
    done: int = 0  # bytes read
    total: int | None = None  # bytes expected; None while unknown
    finished: bool = False
    notices: tuple[str, ...] = ()
    message: str = ""  # what the last command did; shown in place of the notices
    pending: str = ""  # a count or the beginning of a key sequence
    forms: str = ""  # time and number forms
    hints: str = ""  # keys and what they do

    @property
    def loading(self) -> bool:
        """Whether there is more of the capture to be read now; not while it is only waited for."""
        return not self.finished and self.done < (self.total or 0)


class Weight(IntEnum):
    """How important a piece is; the least goes first where room is short."""

    FORMS = 1
    HINTS = 2
    NAME = 3
    STREAM = 4
    COUNT = 5
    PROGRESS = 6
    FILTER = 7
    SEARCH = 8
    NOTICE = 9
    PENDING = 10


class Piece(Struct, frozen=True):
    """A text of the status bar, the component class that gives its look, and its side."""

    text: str
    look: str
    weight: int
    right: bool = False


_GAP = 3  # cells between two pieces


def pieces(status: Status) -> tuple[Piece, ...]:
    """What the bar would say if it were wide enough, from left to right; no text is empty."""
    notice, look = _notice(status)
    every = (
        Piece(status.name, "status--name", Weight.NAME),
        Piece(_position(status), "status--text", Weight.COUNT),
        Piece(_stream(status), "status--text", Weight.STREAM),
        Piece(status.filter, "status--pending", Weight.FILTER),
        Piece(status.sorting, "status--progress", Weight.SEARCH),
        Piece(status.search, "status--progress", Weight.SEARCH),
        Piece(progress(status), "status--progress", Weight.PROGRESS),
        Piece(notice, look, Weight.NOTICE),
        Piece(status.pending, "status--pending", Weight.PENDING, right=True),
        Piece(status.forms, "status--muted", Weight.FORMS, right=True),
        Piece(status.hints, "status--muted", Weight.HINTS, right=True),
    )
    return tuple(piece for piece in every if piece.text)


def progress(status: Status) -> str:
    """How far reading has come; "" once it is done."""
    if status.finished:
        return ""
    if not status.total:
        return "reading, waiting for more"
    return f"reading {min(99, 100 * status.done // status.total)} %"


def fit(every: Sequence[Piece], width: int) -> tuple[Piece, ...]:
    """The pieces that find room in `width` cells, the least important left out first."""
    kept = list(every)
    while len(kept) > 1 and sum(width_of(piece.text) + _GAP for piece in kept) > width + 1:
        kept.remove(min(kept, key=lambda piece: piece.weight))
    return tuple(kept)


def _stream(status: Status) -> str:
    return "" if status.stream is None else f"connection {status.stream:,}"


def _position(status: Status) -> str:
    if status.row is not None and status.filter:
        return f"packet {status.row + 1:,}"  # the filter's text has the total
    if status.row is not None:
        return f"packet {status.row + 1:,} of {status.packets:,}"
    return "no packets" if status.finished else f"{status.packets:,} packets"


def _notice(status: Status) -> tuple[str, str]:
    if status.message:
        return status.message, "status--message"
    if not status.notices:
        return "", ""
    more = f" (and {len(status.notices) - 1} more)" if len(status.notices) > 1 else ""
    return f"! {status.notices[-1]}{more}", "status--notice"


class StatusBar(FramedLines):
    """One line; `show` tells it what to say."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status--name",
        "status--text",
        "status--muted",
        "status--progress",
        "status--notice",
        "status--message",
        "status--pending",
    }
    DEFAULT_CSS = """
    StatusBar { height: 1; background: $panel; color: $foreground; }
    StatusBar > .status--name { text-style: bold; }
    StatusBar > .status--muted { color: $text-muted; }
    StatusBar > .status--progress { color: $text-primary; }
    StatusBar > .status--notice { color: $text-warning; text-style: bold; }
    StatusBar > .status--message { color: $text-success; }
    StatusBar > .status--pending { color: $text-accent; text-style: bold; }
    """

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status
        self._line: StyledLine = ()
        self._width = 0  # that the line was made for
        self._styles_of: dict[str, Style] = {}

    @property
    def status(self) -> Status:
        """What the bar says now."""
        return self._status

    def show(self, status: Status) -> None:
        """Say `status`."""
        if status == self._status:
            return
        self._status = status
        if not self.size:
            return
        self._line = self._compose_line()
        if not self.paint_lines([0]):
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles_of.clear()
        self._width = 0

    def styled_line(self, y: int) -> StyledLine:
        if self._width != self.size.width:
            self._line = self._compose_line()
        return self._line

    def _compose_line(self) -> StyledLine:
        self._width = width = self.size.width
        kept = fit(pieces(self._status), width)
        left = self._segments([piece for piece in kept if not piece.right])
        right = self._segments([piece for piece in kept if piece.right])
        room = max(0, width - sum(width_of(segment.text) for segment in left + right))
        strip = Strip([*left, Segment(" " * room, self._style("status--text")), *right])
        strip = strip.adjust_cell_length(width, self._style("status--text"))
        return [(text, style) for text, style, _ in strip if style is not None]

    def _segments(self, side: Sequence[Piece]) -> list[Segment]:
        """Each piece with its gap: one cell of it before, the rest behind."""
        plain, room = self._style("status--text"), max(0, self.size.width - 2)
        segments = []
        for piece in side:
            text = printable(piece.text)
            if width_of(text) > room:
                text = crop(text, room)
            segments += [
                Segment(" ", plain),
                Segment(text, self._style(piece.look)),
                Segment(" " * (_GAP - 1), plain),
            ]
        return segments

    def _style(self, look: str) -> Style:
        style = self._styles_of.get(look)
        if style is None:
            style = self._styles_of[look] = self.get_component_rich_style(look)
        return style
