"""The dialog that asks which packets of an interface are captured.

Invariant: a filter that it returns was compiled by libpcap for that interface.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on
from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from tui.capture.live import station
from tui.capture.live.spec import LiveSpec
from tui.errors import TcpscopeError, printable
from tui.screens.dialog import Dialog
from tui.screens.keyed import dialog_bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.actions import Actions

_ASKED = "Capture only what this filter lets through, such as tcp port 443"


class CaptureFilterScreen(Dialog[str | None]):
    """Returns libpcap's filter ("" for the default), or None."""

    AUTO_FOCUS = "Input"

    def __init__(self, interface: str, default: str, actions: Actions) -> None:
        super().__init__()
        self._bindings = BindingsMap(dialog_bindings(actions))
        self._interface = interface
        self._default = default  # what is in force if none is given
        self._input = Input(placeholder=printable(default) or "all packets")
        self._message = Label(_ASKED, markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(f"Capture on {printable(self._interface)}")
            yield self._message
            yield self._input

    @on(Input.Submitted)
    def _ask_libpcap(self) -> None:
        self.run_worker(self._try_out(self._input.value.strip()), exclusive=True)

    async def _try_out(self, text: str) -> None:
        spec = LiveSpec((self._interface,), filter=text or self._default)
        try:
            await asyncio.to_thread(station.try_out, spec)
        except TcpscopeError as error:
            self._message.update(f"{error.message}\n{error.hint}")
        else:
            self.dismiss(text)
