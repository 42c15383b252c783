"""The menu "copy as": the forms in which what is selected can be copied, or written to a file.

Invariant: what cannot be made of the selection says why, in its line and when it is chosen.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widgets import Label

from tui.actions import Place, key_text
from tui.clipboard import Copier
from tui.errors import TcpscopeError, printable
from tui.panes.choices import ChoicePane
from tui.report.copies import FORMS, Form, Selection, preview
from tui.report.explain import Tone
from tui.report.files import write_new
from tui.report.tables import Column
from tui.screens.keyed import KeyedScreen, hint_line
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen

_FILE = "tcpscope-copy-{{}}.{}"
_COLUMNS = (
    Column(id="form", title="Copy as", width=30, text="the form"),
    Column(id="text", title="", width=120, text="how it begins"),
)
_HINTS = (("copy_chosen", "copy"), ("copy_to_file", "to a file"), ("close", "back"))


class CopyMenu(KeyedScreen):
    """Copies what is selected on the main screen; the cursor is on the form `usual` at first."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.COPY,)

    def __init__(self, main: MainScreen, selection: Selection, usual: str) -> None:
        super().__init__(main.actions)
        self._main = main
        self._selection = selection
        self._usual = next(index for index, form in enumerate(FORMS) if form.name == usual)
        self._pane = ChoicePane(id="forms")
        self._message = Label(markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Copy"
            dialog.border_subtitle = hint_line(_HINTS, self.actions)
            yield self._pane
            yield self._message

    def on_mount(self) -> None:
        lines = [[(form.name, Tone.PLAIN), self._preview(form)] for form in FORMS]
        self._pane.show(_COLUMNS, FORMS, lines)
        self._pane.select(self._usual)

    def perform(self, command: Command) -> None:
        motion = MOTIONS.get(command.action.id)
        if motion is not None:
            motion(self._pane, command.count)
        elif command.action.id == "close":
            self.dismiss()
        else:
            self._begin(to_file=command.action.id == "copy_to_file")

    def say(self, message: str) -> None:
        """Show what became of a command."""
        self._message.update(printable(message))

    @on(ChoicePane.Chosen)
    def _clicked(self) -> None:
        self._begin(to_file=False)

    def _preview(self, form: Form) -> tuple[str, Tone]:
        try:
            return preview(form, self._selection), Tone.MUTED
        except TcpscopeError as error:
            return f"– {error.message}", Tone.MUTED

    def _begin(self, *, to_file: bool) -> None:
        self.run_worker(self._work(FORMS[self._pane.cursor], to_file), exclusive=True)

    async def _work(self, form: Form, to_file: bool) -> None:
        """Make the text in a thread: that of a whole connection takes its time."""
        try:
            text = await asyncio.to_thread(form.text, self._selection)
            if to_file:
                name = _FILE.format(form.suffix)
                path = await asyncio.to_thread(write_new, Path.cwd(), name, text.splitlines())
        except TcpscopeError as error:
            self.say(str(error))
            return
        refusal = self.app.terminal_clipboard.refusal(text) if isinstance(self.app, Copier) else ""
        if refusal and not to_file:
            self.say(f"{refusal} ({key_text(self.actions['copy_to_file'].keys[0])})")
            return
        self.dismiss()
        if to_file:
            self._main.say(f"written to {path.name}")
        else:
            self.app.copy_to_clipboard(text)
            self._main.say(f"copied: {form.name}")
