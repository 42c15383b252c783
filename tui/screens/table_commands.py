"""What the actions do that all tables have in common: one function a row of the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.report.files import write_new
from tui.report.tables import Sorting

if TYPE_CHECKING:
    from tui.screens.tables import TableScreen

    Screen = TableScreen[Any]

Handler = Callable[["Screen", int | None], object]


def _sort_further(direction: int) -> Handler:
    def sort(screen: Screen, count: int | None) -> None:
        if screen.table is not None:
            columns = screen.table.columns
            column = (screen.sorting.column + direction * (count or 1)) % len(columns)
            screen.sort(Sorting(column, columns[column].falling))

    return sort


def _reverse(screen: Screen, count: int | None) -> None:
    screen.sort(screen.sorting.turned())


def _copy(screen: Screen, count: int | None) -> None:
    if screen.table:
        screen.app.copy_to_clipboard(screen.table.record(screen.pane.cursor))
        screen.say("copied")
    else:
        screen.say("there is nothing to copy")


def _write(screen: Screen, count: int | None) -> None:
    if screen.table:
        screen.say(f"writing {len(screen.table):,} lines …")
        table = copy(screen.table)  # the screen's own may change meanwhile
        name = f"tcpscope-{screen.place.value}-{{}}.tsv"
        screen.write_file(partial(write_new, Path.cwd(), name, table.records()))
    else:
        screen.say("there is nothing to write")


def _time_form(screen: Screen, count: int | None) -> None:
    screen.main.change_forms(screen.main.forms.with_next_time())
    screen.remake()


def _help(screen: Screen, count: int | None) -> None:
    screen.open_help()


def _close(screen: Screen, count: int | None) -> None:
    screen.dismiss()


TABLE_COMMANDS: Mapping[str, Handler] = {
    "sort_next": _sort_further(1),
    "sort_previous": _sort_further(-1),
    "reverse": _reverse,
    "copy": _copy,
    "write": _write,
    "time_form": _time_form,
    "help": _help,
    "close": _close,
}
