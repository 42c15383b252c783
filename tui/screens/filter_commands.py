"""What the actions of the display filter do on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.nodes import walk
from tui.errors import TcpscopeError
from tui.filter.language import compile_filter
from tui.filter.wording import Joint, condition, conversation, joined
from tui.report.cell_filters import cell_condition
from tui.report.filtered import view_of
from tui.report.printer import header_tree
from tui.screens.layouts import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.decode.nodes import Node
    from tui.filter.language import Filter
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_OF_A_FIELD = (Slot.TREE, Slot.HEX)


def _ask(main: MainScreen, count: int | None) -> None:
    from tui.screens.filter_bar import FilterBar
    from tui.screens.named_filters import NamedFilters

    def apply(display_filter: Filter | None) -> None:
        if display_filter is not None:
            use(main, display_filter)

    view = None if main.snapshot is None else view_of(main.session, main.snapshot)
    named = NamedFilters(main.config.filters, main.recent)
    recent = main.recent.filters()
    main.app.push_screen(FilterBar(main.filtering.filter, recent, view, main.actions, named), apply)


def _by_selected(joint: Joint) -> Callable[[MainScreen, int | None], None]:
    def apply(main: MainScreen, count: int | None) -> None:
        if main.snapshot is None or not main.packet_list.line_count():
            main.say("there are no packets yet")
            return
        try:
            new = _selected(main, main.snapshot, main.packet_list.row)
            use(main, compile_filter(joined(main.filtering.filter, joint, new)))
        except TcpscopeError as error:
            main.say(str(error))

    return apply


def use(main: MainScreen, display_filter: Filter) -> None:
    """Put a filter in force, and remember it."""
    main.filtering.apply(display_filter)
    if display_filter.text.strip():
        main.recent.add_filter(display_filter.text)


def _selected(main: MainScreen, snapshot: Snapshot, row: int) -> str:
    """The condition of the selected field, or of the cell in the marked column; else of the connection."""
    column = main.columns.marked
    if main.arrangement.focused is Slot.LIST and column is not None:
        return cell_condition(main.session, snapshot, main.packet_list.row, column, main.forms.time)
    nodes = header_tree(main.session, snapshot, row)
    if main.arrangement.focused in _OF_A_FIELD and main.view.field is not None:
        return condition(as_filters_see(main.view.field, nodes))
    stream = int(snapshot.packets.stream[row])
    return conversation(nodes) if stream < 0 else f"tcp.stream == {stream}"


def as_filters_see(field: Node, nodes: tuple[Node, ...]) -> Node:
    """The field in a tree whose sequence numbers are relative, whatever the form in which they are shown."""
    same = (field.name, field.start, field.end)
    return next((node for node in walk(nodes) if (node.name, node.start, node.end) == same), field)


FILTER_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "filter": _ask,
    "filter_by": _by_selected(Joint.SELECTED),
    "filter_not": _by_selected(Joint.NOT_SELECTED),
    "filter_and": _by_selected(Joint.AND_SELECTED),
    "filter_or": _by_selected(Joint.OR_SELECTED),
    "filter_and_not": _by_selected(Joint.AND_NOT_SELECTED),
}
