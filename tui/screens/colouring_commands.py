"""What the actions of colouring rules do on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.main import MainScreen


def _turn(main: MainScreen, count: int | None) -> None:
    main.colours.turn()
    main.say("packets are coloured by rules" if main.colours.on else "packets are not coloured")


def _arrange(main: MainScreen, count: int | None) -> None:
    from tui.screens.colouring_screen import ColouringScreen

    main.app.push_screen(ColouringScreen(main))


COLOURING_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "colouring": _turn,
    "colouring_rules": _arrange,
}
