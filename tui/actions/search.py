"""Searching, and copying in many forms."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

SEARCH_ACTIONS = (
    Action(
        "search",
        ("ctrl+f",),
        "Search…",
        "A text, bytes or a filter, in list, tree or bytes.",
        Group.SEARCH,
        takes="what to search for",
    ),
    Action("search_next", ("n",), "Search: next", "To the next packet that has it.", Group.SEARCH),
    Action("search_previous", ("N",), "Search: previous", "To the one before that has it.", Group.SEARCH),
    Action(
        "search_begin",
        ("enter",),
        "Begin the search",
        "From the selected packet on; ↑ recent.",
        Group.SEARCH,
        Place.SEARCH,
    ),
    Action(
        "search_where",
        ("tab",),
        "Search somewhere else",
        "In the list, the header tree, the bytes.",
        Group.SEARCH,
        Place.SEARCH,
    ),
    Action(
        "search_what",
        ("ctrl+t",),
        "Search for something else",
        "Text, regular expression, hex digits, filter.",
        Group.SEARCH,
        Place.SEARCH,
    ),
    Action(
        "search_case",
        ("ctrl+l",),
        "Small letters and capitals",
        "Tell them apart, or not.",
        Group.SEARCH,
        Place.SEARCH,
    ),
    Action(
        "copy_as",
        ("Y",),
        "Copy as…",
        "Row, field, value, hex, C array, filter, explanation.",
        Group.SEARCH,
    ),
    Action("copy_chosen", ("enter", "y"), "Copy it so", "Copy to the clipboard.", Group.SEARCH, Place.COPY),
    Action("copy_to_file", ("w",), "Write it to a file", "Write it to a new file.", Group.SEARCH, Place.COPY),
)
