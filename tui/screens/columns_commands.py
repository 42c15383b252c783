"""What the actions of columns do on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.main import MainScreen


def _mark(direction: int) -> Callable[[MainScreen, int | None], None]:
    return lambda main, count: main.columns.mark(direction * (count or 1))


def _sort(main: MainScreen, count: int | None) -> None:
    place = main.packet_list.columns.marked
    if place is None and main.columns.is_sorted:
        main.columns.unsort()
        main.say("as captured")
    elif place is None:
        main.say("mark a column first, or click its heading")
    else:
        main.columns.sort(place)


def _choose(main: MainScreen, count: int | None) -> None:
    from tui.screens.columns_screen import ColumnsScreen

    main.app.push_screen(ColumnsScreen(main))


COLUMNS_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "next_column": _mark(1),
    "previous_column": _mark(-1),
    "sort_list": _sort,
    "columns": _choose,
}
