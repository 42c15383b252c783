"""The dialog that asks what is captured from now on: interfaces and filter.

Invariant: what it ends with is in force, or will be when a capture begins anew; nothing it refuses is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on
from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.widgets import Input, Label

from tui.actions import Place
from tui.capture.live.interfaces import devices
from tui.capture.live.spec import ANY
from tui.errors import TcpscopeError, printable
from tui.screens.dialog import Dialog
from tui.screens.keyed import dialog_bindings, field_bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.actions import Actions
    from tui.capture.live.running import Control
    from tui.capture.live.spec import LiveSpec

_TO_FIELDS = ("next_pane", "previous_pane")


class CaptureOptionsScreen(Dialog[bool | None]):
    """Returns whether the capture goes on with it at once; None if nothing is changed."""

    AUTO_FOCUS = "#filter"

    def __init__(self, control: Control, spec: LiveSpec, actions: Actions) -> None:
        super().__init__()
        to_fields = field_bindings(Place.CAPTURE, _TO_FIELDS, actions)
        self._bindings = BindingsMap([*dialog_bindings(actions), *to_fields])
        self._control = control
        self._spec = spec
        self._interfaces = Input(",".join(spec.interfaces), placeholder="none", id="interfaces")
        self._filter = Input(spec.filter, placeholder="all packets", id="filter")
        self._message = Label("Tab: the other field. Enter: capture that from now on.", markup=False)

    def compose(self) -> ComposeResult:
        names = ", ".join([printable(each.name) for each in devices()] + [ANY])
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Capture"
            yield Label(f"Interfaces, of {names}", markup=False)
            yield self._interfaces
            yield Label("Only what this filter lets through, such as tcp port 443", markup=False)
            yield self._filter
            yield self._message

    def action_perform(self, action: str) -> None:
        """Go to the other field."""
        self.focus_next()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        names = tuple(name.strip() for name in self._interfaces.value.split(",") if name.strip())
        spec = replace(self._spec, interfaces=names, filter=self._filter.value.strip())
        if not names:
            self._message.update("name an interface")
        elif spec == self._spec:
            self.dismiss(None)
        else:
            self.run_worker(self._change(spec), exclusive=True)

    async def _change(self, spec: LiveSpec) -> None:
        try:
            at_once = await asyncio.to_thread(self._control.change, spec)
        except TcpscopeError as error:
            self._message.update(f"{error.message}\n{error.hint}".rstrip())
        else:
            self.dismiss(at_once)
