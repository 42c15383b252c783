"""What the action of names does on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.main import MainScreen


def _names(main: MainScreen, count: int | None) -> None:
    from tui.screens.names_menu import NamesMenu

    main.app.push_screen(NamesMenu(main))


NAMES_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {"names": _names}
