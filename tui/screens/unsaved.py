"""Asks, when the program is to be left, what becomes of comments that no file has yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.widgets import Label

from tui.actions import Place, key_text
from tui.screens.keyboard import Command
from tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from tui.screens.main import MainScreen

_SAVE = "save"


class UnsavedScreen(KeyedScreen):
    """Goes on to leave by `leave`, to save packets, or back."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.LEAVE,)

    def __init__(self, main: MainScreen, leave: Callable[[], None]) -> None:
        super().__init__(main.actions)
        self._main = main
        self._leave = leave

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Leave"
            yield Label("Comments were changed, and no file has them yet.\n", markup=False)
            for action, words in (
                ("keep", "save packets and comments to a file"),
                ("delete", "leave without them"),
                ("close", "go on"),
            ):
                yield Label(f"{key_text(self.actions[action].keys[0]):>4}  {words}", markup=False)

    def perform(self, command: Command) -> None:
        if command.action.id not in ("keep", "delete", "close"):
            return
        self.dismiss()
        if command.action.id == "delete":
            self._leave()
            return
        if self._main.control is not None:
            self._main.control.go_on()
        if command.action.id == "keep":
            self._main.perform(Command(self.actions[_SAVE]))
