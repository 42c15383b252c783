"""What the action of saving does on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.main import MainScreen


def _save(main: MainScreen, count: int | None) -> None:
    from tui.screens.save import SaveScreen

    def say(done: str | None) -> None:
        if done:
            main.say(done)

    if main.snapshot is None or not len(main.snapshot.packets):
        main.say("there are no packets yet")
    else:
        main.app.push_screen(SaveScreen(main, main.snapshot), say)


SAVE_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {"save": _save}
