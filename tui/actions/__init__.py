"""THE table of actions: everything a key, the command palette or the help page can do on the screen.

An action is one row in a module of this package and one handler in `screens/`; bindings, palette, help page
and key hints derive from the row. Where an action applies, no other action has the same keys
(tests/test_actions.py). This package imports nothing of Textual, so that reading the table costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from tui.actions.action import ANY_LETTER, OWN_SCREENS, TABLES, Action, Group, Place, key_text, keys_text
from tui.actions.colouring import COLOURING_ACTIONS
from tui.actions.columns import COLUMNS_ACTIONS
from tui.actions.filtering import FILTER_ACTIONS
from tui.actions.graphs import GRAPHS_ACTIONS
from tui.actions.live import LIVE_ACTIONS
from tui.actions.moving import MOVE_ACTIONS
from tui.actions.names import NAMES_ACTIONS
from tui.actions.notes import NOTES_ACTIONS
from tui.actions.packets import PACKETS_ACTIONS
from tui.actions.panes import PANES_ACTIONS
from tui.actions.program import PROGRAM_ACTIONS
from tui.actions.saving import SAVING_ACTIONS
from tui.actions.search import SEARCH_ACTIONS
from tui.actions.showing import SHOW_ACTIONS
from tui.actions.statistics import STATISTICS_ACTIONS
from tui.actions.stream import STREAM_ACTIONS
from tui.actions.tables import TABLE_ACTIONS

__all__ = [
    "ACTIONS",
    "ANY_LETTER",
    "BY_ID",
    "OWN_SCREENS",
    "TABLES",
    "Action",
    "Actions",
    "Group",
    "Place",
    "at",
    "key_text",
    "keys_text",
]

ACTIONS = (
    *MOVE_ACTIONS,
    *PACKETS_ACTIONS,
    *NOTES_ACTIONS,
    *FILTER_ACTIONS,
    *SEARCH_ACTIONS,
    *SAVING_ACTIONS,
    *LIVE_ACTIONS,
    *TABLE_ACTIONS,
    *STATISTICS_ACTIONS,
    *STREAM_ACTIONS,
    *GRAPHS_ACTIONS,
    *COLUMNS_ACTIONS,
    *COLOURING_ACTIONS,
    *SHOW_ACTIONS,
    *NAMES_ACTIONS,
    *PANES_ACTIONS,
    *PROGRAM_ACTIONS,
)

Actions: TypeAlias = Mapping[str, Action]
"""Actions by their ids, in the order of the rows; the configuration can give them other keys."""

BY_ID: Actions = {action.id: action for action in ACTIONS}


def at(place: Place, actions: Actions = BY_ID) -> tuple[Action, ...]:
    """The actions that apply while `place` has the focus; those that move apply everywhere."""
    if place in OWN_SCREENS:
        return tuple(
            action
            for action in actions.values()
            if place in (action.place, *action.also) or action.group is Group.MOVE
        )
    return tuple(action for action in actions.values() if action.place in (place, Place.MAIN))
