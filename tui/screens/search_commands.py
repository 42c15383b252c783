"""What the actions of searching and copying do on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.filter.search.needles import Needle
    from tui.filter.search.query import Query
    from tui.screens.main import MainScreen


def _search(main: MainScreen, count: int | None) -> None:
    from tui.screens.search_bar import SearchBar

    def begin(wanted: tuple[Query, Needle] | None) -> None:
        if wanted is not None:
            main.searching.begin(*wanted)

    main.app.push_screen(SearchBar(main.searching.recent, main.actions), begin)


def _next(step: int) -> Callable[[MainScreen, int | None], None]:
    return lambda main, count: main.searching.go_on(step)


def _copy_as(main: MainScreen, count: int | None) -> None:
    from tui.screens.copy_menu import CopyMenu
    from tui.screens.selecting import USUAL, selection_of

    selection = selection_of(main)
    if selection is None:
        main.say("there are no packets yet")
    else:
        main.app.push_screen(CopyMenu(main, selection, USUAL[main.arrangement.focused]))


SEARCH_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "search": _search,
    "search_next": _next(1),
    "search_previous": _next(-1),
    "copy_as": _copy_as,
}
