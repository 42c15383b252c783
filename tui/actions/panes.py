"""The panes of the main screen."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

PANES_ACTIONS = (
    Action(
        "next_pane",
        ("tab",),
        "Next pane",
        "To the next pane.",
        Group.PANES,
        also=(Place.START, Place.CAPTURE),
    ),
    Action(
        "previous_pane",
        ("shift+tab",),
        "Previous pane",
        "To the previous pane.",
        Group.PANES,
        also=(Place.START, Place.CAPTURE),
    ),
    Action(
        "layout",
        ("|",),
        "Change the layout",
        "The next arrangement of the panes.",
        Group.PANES,
    ),
    Action(
        "zoom",
        ("\\",),
        "Zoom the pane",
        "Give the pane the whole screen; again for all panes.",
        Group.PANES,
    ),
    Action(
        "back",
        ("escape",),
        "Back",
        "Stop filtering; leave the zoom; to the list; all packets.",
        Group.PANES,
    ),
)
