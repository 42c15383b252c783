"""The dialog that asks for a packet number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.validation import Integer
from textual.widgets import Input, Label

from tui.actions import BY_ID

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class GotoScreen(ModalScreen[int | None]):
    """Returns the packet number asked for, or None."""

    # What can be typed belongs to the field, so only the other keys of "close" leave.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, "dismiss", "Close") for key in BY_ID["close"].keys if len(key) > 1
    ]

    def __init__(self, packets: int) -> None:
        super().__init__()
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
