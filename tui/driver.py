"""Textual's driver for terminals, that sends only what changes the picture.

Invariant: whatever is not a frame of cells goes out as it came, and nothing is taken for known after it.
"""

from __future__ import annotations

import os
import re
from threading import Lock
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

from tui.looks import UnknownSequenceError
from tui.picture import Picture

if TYPE_CHECKING:
    from textual.app import App

_HARMLESS = re.compile(r"\x1b\[\?2026[hl]|\x1b\](?:22|52);[^\x07\x1b]*(?:\x07|\x1b\\)|\x07")
"""What leaves the picture as it is: limits of a synchronized frame, pointer shapes, clipboard, bell."""
_PLAIN_LOOK = "\x1b[0m"


class FrugalDriver(LinuxDriver):
    """LinuxDriver with a Picture between Textual and the terminal."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._picture: Picture | None = None
        self._picture_lock = Lock()  # Textual writes a few modes from the thread that reads keys

    def write(self, data: str) -> None:
        with self._picture_lock:
            data = self._frugal(data)
            if data:
                super().write(data)

    def _frugal(self, data: str) -> str:
        """The least that does what `data` does."""
        if _HARMLESS.fullmatch(data):
            return data
        columns, lines = os.get_terminal_size(self.fileno)
        if self._picture is None or self._picture.size != (columns, lines):
            self._picture = Picture(columns, lines)
        try:
            return self._picture.update(data)
        except UnknownSequenceError:
            self._picture = None
            return _PLAIN_LOOK + data
