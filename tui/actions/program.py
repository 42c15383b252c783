"""The program as a whole."""

from __future__ import annotations

from tui.actions.action import TABLES, Action, Group, Place

PROGRAM_ACTIONS = (
    Action(
        "begin",
        ("enter", "space"),
        "Open, or capture",
        "Open it; for another, start tcpscope anew.",
        Group.PROGRAM,
        Place.START,
    ),
    Action("open_file", ("o",), "Open a file…", "Ask for a file.", Group.PROGRAM, Place.START),
    Action("leave", ("escape",), "Leave", "Leave without opening anything.", Group.PROGRAM, Place.START),
    Action(
        "palette",
        ("ctrl+p",),
        "Command palette",
        "Find an action by its name.",
        Group.PROGRAM,
        also=(Place.START,),
    ),
    Action(
        "help",
        ("?", "f1"),
        "Help",
        "This page.",
        Group.PROGRAM,
        hint="help",
        also=(Place.COLUMNS, Place.COLOURING, Place.STREAM, Place.GRAPHS, *TABLES, Place.START),
    ),
    Action(
        "quit", ("q", "ctrl+c"), "Quit", "Leave the program.", Group.PROGRAM, hint="quit", also=(Place.START,)
    ),
    Action(
        "close",
        ("escape", "q", "ctrl+c"),
        "Close the dialog",
        "Back to the packets.",
        Group.PROGRAM,
        Place.DIALOG,
        also=(
            Place.LADDER,
            Place.STREAM,
            Place.COLUMNS,
            Place.COLOURING,
            Place.GRAPHS,
            *TABLES,
            Place.FILTER,
            Place.SEARCH,
            Place.COPY,
            Place.NAMES,
            Place.LINE,
            Place.COMMENT,
            Place.OPEN,
            Place.SAVE,
            Place.LEAVE,
        ),
    ),
)
