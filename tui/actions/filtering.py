"""The display filter."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

FILTER_ACTIONS = (
    Action(
        "filter",
        ("/",),
        "Filter: type one…",
        "Show only packets that pass a filter, which is typed.",
        Group.FILTER,
        takes="a filter",
    ),
    Action(
        "filter_by",
        ("a s",),
        "Filter: this",
        "By the selected field, the marked cell, or the connection.",
        Group.FILTER,
    ),
    Action("filter_not", ("a n",), "Filter: not this", "What the selected field is not.", Group.FILTER),
    Action(
        "filter_and",
        ("a a",),
        "Filter: and this",
        "The present filter, and the selected field.",
        Group.FILTER,
    ),
    Action(
        "filter_or",
        ("a o",),
        "Filter: or this",
        "The present filter, or the selected field.",
        Group.FILTER,
    ),
    Action(
        "filter_and_not",
        ("a x",),
        "Filter: and not this",
        "The present filter, but not the selected field.",
        Group.FILTER,
    ),
    Action(
        "complete",
        ("tab",),
        "Complete",
        "Choose what may stand there; Enter takes it.",
        Group.FILTER,
        Place.FILTER,
        also=(Place.OPEN, Place.SAVE, Place.LINE),
    ),
    Action(
        "apply",
        ("enter",),
        "Apply the filter",
        "Apply it; ↑ has the recent ones.",
        Group.FILTER,
        Place.FILTER,
    ),
    Action(
        "save_filter",
        ("ctrl+s",),
        "Save the filter under a name",
        "A name for it; if it is blank, forget one.",
        Group.FILTER,
        Place.FILTER,
    ),
)
