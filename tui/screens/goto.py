"""The dialog that asks for a packet number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.validation import Integer
from textual.widgets import Input, Label

from tui.screens.keyed import dialog_bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.actions import Actions


class GotoScreen(ModalScreen[int | None]):
    """Returns the packet number asked for, or None."""

    def __init__(self, packets: int, actions: Actions) -> None:
        super().__init__()
        self._bindings = BindingsMap(dialog_bindings(actions))
        self._packets = packets

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Go to packet"
            yield Label(f"A number from 1 to {self._packets:,}")
            yield Input(type="integer", validators=[Integer(1, self._packets)], validate_on=["submitted"])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.validation_result is None or event.validation_result.is_valid:
            self.dismiss(int(event.value))
        else:
            self.query_one(Label).update(
                f"There is no packet {event.value}; a number from 1 to {self._packets:,}"
            )
