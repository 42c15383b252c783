"""The dialog that asks for a text to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.widgets import Input

from tui.screens.dialog import Dialog
from tui.screens.keyed import dialog_bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.actions import Actions


class FindScreen(Dialog[str | None]):
    """Returns the text, or None."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    FindScreen { align: center bottom; background: $background 0%; }
    FindScreen .dialog { height: auto; padding: 0 1; background: $panel; }
    FindScreen Input { border: none; height: 1; padding: 0; }
    """

    def __init__(self, text: str, actions: Actions) -> None:
        super().__init__()
        self._bindings = BindingsMap(dialog_bindings(actions))
        self._input = Input(text, placeholder="a text; the case of letters makes no difference")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Find in the stream"
            yield self._input

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.dismiss(self._input.value or None)
