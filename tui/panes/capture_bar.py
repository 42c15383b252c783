"""One line above the status bar, while packets are captured: how the capture goes, and what it leaves out.

Invariant: what was dropped is said, even if it is nothing; of what a source does not count nothing is.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from tui.panes.cells import cut
from tui.panes.lines import PaintedLines
from tui.panes.status_bar import Piece, fit
from tui.widths import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.panes.lines import Line

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
_GAP = "   "
_LONGEST_FILTER = 40  # cells


class Progress(Struct, frozen=True):
    """What the bar tells; None is what the source does not know."""

    going_on: bool = True
    ended: str = ""  # how the capture came to its end
    failed: bool = False  # it was not meant to
    packets: int = 0
    rate: float | None = None  # packets a second
    dropped: tuple[int, int] | None = None  # packets, by the kernel and by us
    gone: int = 0  # packets that left with files of the ring
    size: int = 0  # bytes
    temporary: bool = True
    filter: str = ""
    without_own: bool = False  # the user's own SSH connection is left out
    following: str = ""  # what is shown of the newest packets, and which key changes that


class Weight(IntEnum):
    """How important a piece is; the least goes first where room is short."""

    PACKETS = 1  # the status bar has them too
    SIZE = 2
    FILTER = 3
    OWN = 4
    GONE = 5
    RATE = 6
    FOLLOWING = 7
    DROPPED = 8
    STATE = 9


def pieces(progress: Progress) -> tuple[Piece, ...]:
    """What the bar would say if it were wide enough, from left to right; no text is empty."""
    state, look = _state(progress)
    lost = progress.dropped is not None and any(progress.dropped)
    every = (
        Piece(state, look, Weight.STATE),
        Piece(f"{progress.packets:,} packets", "", Weight.PACKETS),
        Piece(_rate(progress), "", Weight.RATE),
        Piece(_dropped(progress), "capture-bar--bad" if lost else "", Weight.DROPPED),
        Piece(f"{progress.gone:,} left the ring" if progress.gone else "", "", Weight.GONE),
        Piece(("spool " if progress.temporary else "") + size_text(progress.size), "", Weight.SIZE),
        Piece("own SSH left out" if progress.without_own else "", "", Weight.OWN),
        Piece(cut(progress.filter, _LONGEST_FILTER), "capture-bar--muted", Weight.FILTER),
        Piece(progress.following, "capture-bar--following", Weight.FOLLOWING, right=True),
    )
    return tuple(piece for piece in every if piece.text)


def size_text(size: int) -> str:
    """A number of bytes in three digits."""
    value, unit = float(size), 0
    while value >= _STEP - 0.5 and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    digits = 0 if unit == 0 or value >= 99.95 else 1
    return f"{value:.{digits}f} {_UNITS[unit]}"


def _state(progress: Progress) -> tuple[str, str]:
    if progress.going_on:
        return "● live", "capture-bar--good"
    return f"■ {progress.ended}", "capture-bar--bad" if progress.failed else "capture-bar--muted"


def _rate(progress: Progress) -> str:
    return "" if progress.rate is None or not progress.going_on else f"{progress.rate:,.0f}/s"


def _dropped(progress: Progress) -> str:
    if progress.dropped is None:
        return ""
    kernel, ours = progress.dropped
    if not ours:
        return f"{kernel:,} dropped by kernel" if kernel else "0 dropped"
    return f"{kernel:,} dropped by kernel, {ours:,} by us"


class CaptureBar(PaintedLines):
    """The line; `show` tells it what to say."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "capture-bar--good",
        "capture-bar--bad",
        "capture-bar--muted",
        "capture-bar--following",
    }
    DEFAULT_CSS = """
    CaptureBar { height: 1; padding: 0 0 0 1; background: $panel; color: $foreground; }
    CaptureBar > .capture-bar--good { color: $text-success; text-style: bold; }
    CaptureBar > .capture-bar--bad { color: $text-error; text-style: bold; }
    CaptureBar > .capture-bar--muted { color: $text-muted; }
    CaptureBar > .capture-bar--following { color: $text-accent; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(id="capture")
        self.progress = Progress()

    def show(self, progress: Progress) -> None:
        """Say `progress`."""
        if progress != self.progress:
            self.progress = progress
            self.repaint()

    def line_count(self) -> int:
        return 1

    def line(self, index: int, width: int) -> Line:
        kept = fit(pieces(self.progress), width)
        left = _joined([piece for piece in kept if not piece.right])
        right = _joined([piece for piece in kept if piece.right])
        room = width - sum(width_of(text) for text, _ in left + right)
        return [*left, (" " * max(1, room), ""), *right]


def _joined(side: Sequence[Piece]) -> Line:
    line: Line = []
    for piece in side:
        line += [(_GAP, "")] * bool(line) + [(piece.text, piece.look)]
    return line
