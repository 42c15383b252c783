"""A screen that is one pane: its border has the hints, and for a moment what a command did in their place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from tui.errors import TcpscopeError, printable
from tui.screens.keyed import KeyedScreen, hint_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.widget import Widget

    from tui.actions import Actions
    from tui.screens.keyed import Hints

_MESSAGE_SECONDS = 3.0


class PaneScreen(KeyedScreen):
    """Shows `pane`, which a subclass makes."""

    HINTS: ClassVar[Hints]
    pane: Widget

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions)
        self._message_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        self.show_hints()
        yield self.pane

    def show_hints(self) -> None:
        """Show what the keys do."""
        self.pane.border_subtitle = hint_line(self.HINTS, self.actions)

    def say(self, message: str) -> None:
        """Show, for a moment, what a command did in place of the hints."""
        self.pane.border_subtitle = Content(printable(message))
        if self._message_timer is not None:
            self._message_timer.stop()
        self._message_timer = self.set_timer(_MESSAGE_SECONDS, self.show_hints)

    def write_file(self, write: Callable[[], Path], done: str = "written to") -> None:
        """Have a file written in a thread, and say what became of it."""
        self.run_worker(self._write_file(write, done))

    async def _write_file(self, write: Callable[[], Path], done: str) -> None:
        try:
            path = await asyncio.to_thread(write)
        except TcpscopeError as error:
            self.say(str(error))
        else:
            self.say(f"{done} {path.name}")
