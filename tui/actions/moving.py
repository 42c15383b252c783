"""Moving in a pane."""

from __future__ import annotations

from tui.actions.action import Action, Group

MOVE_ACTIONS = (
    Action("up", ("up", "k"), "Up", "One line up; 5k five lines.", Group.MOVE, counted=True),
    Action("down", ("down", "j"), "Down", "One line down; 5j five lines.", Group.MOVE, counted=True),
    Action(
        "left",
        ("left", "h"),
        "Left",
        "Scroll left; close the branch; one byte back.",
        Group.MOVE,
        counted=True,
    ),
    Action(
        "right",
        ("right", "l"),
        "Right",
        "Scroll right; open the branch; one byte on.",
        Group.MOVE,
        counted=True,
    ),
    Action("page_up", ("pageup", "ctrl+b"), "Page up", "One page up.", Group.MOVE, counted=True),
    Action("page_down", ("pagedown",), "Page down", "One page down.", Group.MOVE, counted=True),
    Action("half_up", ("ctrl+u",), "Half a page up", "Half a page up.", Group.MOVE, counted=True),
    Action("half_down", ("ctrl+d",), "Half a page down", "Half a page down.", Group.MOVE, counted=True),
    Action(
        "first", ("home", "g g"), "First line", "To the first line; 5gg to line 5.", Group.MOVE, counted=True
    ),
    Action("last", ("end", "G"), "Last line", "To the last line; 5G to line 5.", Group.MOVE, counted=True),
)
