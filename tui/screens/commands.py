"""What each action does on the main screen: one function a row of the table, and nothing of it knows a key.

`COMMANDS` has a handler for every action that is no motion and belongs to no dialog
(tests/screens/test_commands.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.screens.colouring_commands import COLOURING_COMMANDS
from tui.screens.columns_commands import COLUMNS_COMMANDS
from tui.screens.filter_commands import FILTER_COMMANDS
from tui.screens.graph_commands import GRAPHS_COMMANDS
from tui.screens.layouts import Slot
from tui.screens.live_commands import LIVE_COMMANDS
from tui.screens.motions import MOTIONS
from tui.screens.names_commands import NAMES_COMMANDS
from tui.screens.notes_commands import NOTES_COMMANDS
from tui.screens.save_commands import SAVE_COMMANDS
from tui.screens.search_commands import SEARCH_COMMANDS
from tui.screens.statistics_commands import STATISTICS_COMMANDS
from tui.screens.steps import step_in_connection
from tui.screens.stream_commands import STREAM_COMMANDS
from tui.screens.themes import other

if TYPE_CHECKING:
    from tui.screens.main import MainScreen

Handler = Callable[["MainScreen", int | None], None]

_ALL_THE_WAY = 1 << 40  # more packets than a capture has


def _in_connection(step: int) -> Handler:
    def go(main: MainScreen, count: int | None) -> None:
        if main.snapshot is None or not main.packet_list.line_count():
            main.say("there are no packets yet")
            return
        row = step_in_connection(
            main.snapshot, main.packet_list.row, step * (count or 1), main.filtering.passing
        )
        if row is None:
            main.say("this packet belongs to no TCP connection")
        elif row == main.packet_list.row:
            main.say("the connection's first packet" if step < 0 else "the connection's last packet")
        else:
            main.go_to(row, jump=abs(step) == _ALL_THE_WAY)

    return go


def _open_packet(main: MainScreen, count: int | None) -> None:
    main.arrangement.focus(Slot.TREE)


def _activate(main: MainScreen, count: int | None) -> None:
    main.arrangement.pane.activate()


def _expand_all(main: MainScreen, count: int | None) -> None:
    main.header_tree.expand_all()


def _collapse_all(main: MainScreen, count: int | None) -> None:
    main.header_tree.collapse_all()


def _copy(main: MainScreen, count: int | None) -> None:
    text = main.selected_text()
    if text:
        main.app.copy_to_clipboard(text)
        main.say("copied")
    else:
        main.say("there is nothing to copy here")


def _time_form(main: MainScreen, count: int | None) -> None:
    main.change_forms(main.forms.with_next_time())


def _numbers(main: MainScreen, count: int | None) -> None:
    main.change_forms(main.forms.with_next_numbers())


def _diagram(main: MainScreen, count: int | None) -> None:
    pane = main.view.swap_fields()
    main.arrangement.replace(Slot.TREE, pane, wide=pane is not main.header_tree)


def _ladder(main: MainScreen, count: int | None) -> None:
    from tui.screens.ladder import open_ladder

    open_ladder(main, count)


def _connections(main: MainScreen, count: int | None) -> None:
    from tui.screens.connections import ConnectionsScreen
    from tui.screens.tables import open_table

    open_table(main, ConnectionsScreen, ConnectionsScreen.NAME)


def _findings(main: MainScreen, count: int | None) -> None:
    from tui.screens.findings import FindingsScreen
    from tui.screens.tables import open_table

    open_table(main, FindingsScreen, FindingsScreen.NAME)


def _checksums(main: MainScreen, count: int | None) -> None:
    main.change_forms(replace(main.forms, verify=not main.forms.verify))
    main.say("checksums are verified" if main.forms.verify else "checksums are left unverified")


def _theme(main: MainScreen, count: int | None) -> None:
    main.app.theme = other(main.app.theme)


def _step_pane(step: int) -> Handler:
    return lambda main, count: main.arrangement.step(step)


def _layout(main: MainScreen, count: int | None) -> None:
    main.arrangement.cycle()
    main.say(main.arrangement.layout.text)


def _zoom(main: MainScreen, count: int | None) -> None:
    main.arrangement.zoom(not main.arrangement.zoomed)


def _back(main: MainScreen, count: int | None) -> None:
    if main.searching.running:
        main.searching.stop()
    elif main.filtering.running:
        main.filtering.stop()
    elif main.columns.stop():
        main.say("the list stays as it was sorted")
    elif main.notebook.stop():
        main.say("the search was stopped")
    elif main.arrangement.zoomed:
        main.arrangement.zoom(False)
    elif main.arrangement.focused is not Slot.LIST:
        main.arrangement.focus(Slot.LIST)
    elif main.columns.unmark():
        main.say("no column is marked")
    elif main.filtering.filter or not main.columns.is_sorted:
        main.filtering.apply(None)
    else:
        main.columns.unsort()


def _palette(main: MainScreen, count: int | None) -> None:
    main.app.action_command_palette()


def _help(main: MainScreen, count: int | None) -> None:
    main.open_help()


def _move(action: str) -> Handler:
    return lambda main, count: MOTIONS[action](main.arrangement.pane, count)


COMMANDS: Mapping[str, Handler] = (
    {action: _move(action) for action in MOTIONS}
    | COLUMNS_COMMANDS
    | COLOURING_COMMANDS
    | FILTER_COMMANDS
    | GRAPHS_COMMANDS
    | STREAM_COMMANDS
    | LIVE_COMMANDS
    | STATISTICS_COMMANDS
    | SAVE_COMMANDS
    | SEARCH_COMMANDS
    | NOTES_COMMANDS
    | NAMES_COMMANDS
    | {
        "next_in_connection": _in_connection(1),
        "previous_in_connection": _in_connection(-1),
        "first_in_connection": _in_connection(-_ALL_THE_WAY),
        "last_in_connection": _in_connection(_ALL_THE_WAY),
        "open_packet": _open_packet,
        "toggle": _activate,
        "expand_all": _expand_all,
        "collapse_all": _collapse_all,
        "visit": _activate,
        "copy": _copy,
        "time_form": _time_form,
        "numbers": _numbers,
        "diagram": _diagram,
        "ladder": _ladder,
        "connections": _connections,
        "findings": _findings,
        "checksums": _checksums,
        "theme": _theme,
        "next_pane": _step_pane(1),
        "previous_pane": _step_pane(-1),
        "layout": _layout,
        "zoom": _zoom,
        "back": _back,
        "palette": _palette,
        "help": _help,
    }
)
