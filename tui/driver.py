"""Textual's driver for terminals, that sends only what changes the picture.

A pane may paint lines of its own at once (`paint`). Textual's way from a widget's request to the terminal's
bytes, through messages, compositor and text, takes several times as long; it stays the way for all else.

Invariant: whatever is not a frame of cells goes out as it came, and nothing is taken for known after it.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import starmap
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.drivers.linux_driver import LinuxDriver
from textual.strip import Strip

from tui.looks import UnknownSequenceError
from tui.picture import Picture, Run, join, make_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import App

    from tui.canvas import Filters, PlacedLine

_HARMLESS = re.compile(
    r"\x1b\[\?2026[hl]|\x1b\](?:22|52);[^\x07\x1b]*(?:\x07|\x1b\\)|(?:\x1bP\x1b?[^\x1b]*\x1b\\)+|\x07"
)
"""What leaves the picture as it is: limits of a synchronized frame, pointer shapes, clipboard (through
screen as well), bell."""
_PLAIN_LOOK = "\x1b[0m"
# The thread that writes gets the interpreter now, not when Textual has tidied up: 0.6 ms sooner.
_HANDOVER = 50e-6  # s


class FrugalDriver(LinuxDriver):
    """LinuxDriver with a Picture between Textual and the terminal."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._picture: Picture | None = None
        self._to_be_sent = False  # whether what was painted soon will be
        self._picture_lock = Lock()  # Textual writes a few modes from the thread that reads keys

    def write(self, data: str) -> None:
        with self._picture_lock:
            data = self._frugal(data)
            if data:
                super().write(data)

    def paint(self, lines: Sequence[PlacedLine], filters: Filters) -> bool:
        """Paint lines of cells now; they are sent when the present event has been dealt with.

        False, and nothing is painted, if it is not known what the terminal shows.
        """
        system = self._app.console._color_system or ColorSystem.TRUECOLOR
        with self._picture_lock:
            picture = self._picture
            if picture is None or picture.size != self._terminal_size():
                return False
            try:
                draw = _drawing(filters, system)
                runs = [(x, y, join(starmap(draw, line))) for x, y, line in lines]
            except UnknownSequenceError:
                return False
            columns, rows = picture.size
            if any(x + len(run.cells) > columns or y >= rows for x, y, run in runs):
                return False
            for x, y, run in runs:
                picture.put(x, y, run)
        if not self._to_be_sent:
            self._to_be_sent = True
            self._loop.call_soon(self._send)
        return True

    def _send(self) -> None:
        """Send what was painted."""
        self._to_be_sent = False
        with self._picture_lock:
            data = self._picture.send() if self._picture is not None else ""
            if data:
                super().write(data)
        sleep(_HANDOVER)

    def _terminal_size(self) -> tuple[int, int] | None:
        """Columns and lines; None if the terminal was hung up."""
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:
            return None
        return columns, lines

    def _frugal(self, data: str) -> str:
        """The least that does what `data` does."""
        if _HARMLESS.fullmatch(data):
            return data
        size = self._terminal_size()
        if size is None:
            self._picture = None
            return data
        if self._picture is None or self._picture.size != size:
            self._picture = Picture(*size)
        painted = self._picture.send()
        try:
            return painted + self._picture.update(data)
        except UnknownSequenceError:
            self._picture = None
            return painted + _PLAIN_LOOK + data


@lru_cache(maxsize=8)
def _drawing(filters: Filters, system: ColorSystem) -> Callable[[str, Style], Run]:
    """What gives the cells that a text takes in a style, as Textual would draw it; errors as of make_run.

    One for all texts: to look filters up takes longer than the text.
    """

    @lru_cache(maxsize=4096)
    def draw(text: str, style: Style) -> Run:
        segments = [Segment(text, style)]
        for each in filters.filters:
            segments = each.apply(segments, filters.background)
        return join(make_run(shown, _parameters(look or Style.null(), system)) for shown, look, _ in segments)

    return draw


@lru_cache(maxsize=1024)
def _parameters(style: Style, system: ColorSystem) -> str:
    """The SGR parameters of a style."""
    return Strip.render_style(style, "", system).removesuffix("\x1b[0m")[2:-1]
