"""Leaving the main screen: what was captured into a temporary file only is kept, deleted, or asked about.

Invariant: no packets are lost that nobody decided about; what could not be kept keeps the program open.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.widgets import Label

from tui.actions import Place, key_text
from tui.capture.live.keeping import Capture, keep
from tui.capture.live.spec import OnExit
from tui.errors import AccessError, printable
from tui.panes.capture_bar import size_text
from tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.session import Session


def leave(main: MainScreen) -> None:
    """End the program, when it is known what becomes of comments and packets."""
    if main.session.notes.unsaved:
        from tui.screens.unsaved import UnsavedScreen

        main.app.push_screen(UnsavedScreen(main, lambda: _leave(main)))
    else:
        _leave(main)


def _leave(main: MainScreen) -> None:
    captures = temporary(main.session)
    if not captures or main.config.on_exit is OnExit.DELETE:
        main.app.exit()
    elif main.config.on_exit is OnExit.KEEP:
        _keep_and_leave(main, captures)
    else:
        main.app.push_screen(LeaveScreen(main, captures))


def temporary(session: Session) -> list[Capture]:
    """The captures that have packets, but no file with a name."""
    recordings = [reader.recording for reader in session.readers] if len(session.snapshot().packets) else []
    return [each for each in recordings if isinstance(each, Capture) and each.temporary]


def keep_unasked(session: Session, on_exit: OnExit) -> list[str]:
    """When a signal ended the program nobody can be asked: keep what need not be deleted; what to say."""
    captures = temporary(session)
    if not captures or on_exit is OnExit.DELETE:
        return []
    try:
        return _keep(captures)
    except AccessError as error:
        return [str(error)]


def _keep(captures: Sequence[Capture]) -> list[str]:
    """Keep them in the current folder, or else in that for temporary files; a line each says where.

    AccessError: see keep.
    """
    kept = keep(captures, [Path.cwd(), Path(tempfile.gettempdir())])
    return [f"the packets are kept in {printable(str(path))}" for path in kept]


def _keep_and_leave(main: MainScreen, captures: Sequence[Capture]) -> None:
    async def work() -> None:
        try:
            farewell = await asyncio.to_thread(_keep, captures)
        except AccessError as error:
            main.say(str(error))
        else:
            main.app.exit(farewell)

    main.say("the packets are being written")
    main.run_worker(work(), group="leave", exclusive=True)


class LeaveScreen(KeyedScreen):
    """Asks what becomes of `captures`."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.LEAVE,)

    def __init__(self, main: MainScreen, captures: Sequence[Capture]) -> None:
        super().__init__(main.actions)
        self._main = main
        self._captures = captures

    def compose(self) -> ComposeResult:
        size = size_text(sum(each.size for each in self._captures))
        with Vertical(classes="dialog") as dialog:
            anew = self._main.control is not None and self._main.control.asked
            dialog.border_title = "Begin anew" if anew else "Leave"
            yield Label(f"Only a temporary file has what was captured ({size}).\n", markup=False)
            for action, words in (
                ("keep", f"keep it, in {printable(str(Path.cwd()))}"),
                ("delete", "delete it"),
                ("close", "go on"),
            ):
                yield Label(f"{key_text(self.actions[action].keys[0]):>4}  {words}", markup=False)

    def perform(self, command: Command) -> None:
        match command.action.id:
            case "keep":
                self.dismiss()
                _keep_and_leave(self._main, self._captures)
            case "delete":
                self.app.exit()
            case "close":
                if self._main.control is not None:
                    self._main.control.go_on()
                self.dismiss()
