"""The columns of the packet list: marked, sorted, chosen."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

COLUMNS_ACTIONS = (
    Action(
        "next_column",
        ("]",),
        "Mark the next column",
        "Mark a column's heading: a s and = are about it.",
        Group.COLUMNS,
        counted=True,
    ),
    Action(
        "previous_column",
        ("[",),
        "Mark the column before",
        "The column before; beyond the first one none.",
        Group.COLUMNS,
        counted=True,
    ),
    Action(
        "sort_list",
        ("=",),
        "Sort by the marked column",
        "Rising, falling, as captured; or click a heading.",
        Group.COLUMNS,
    ),
    Action("columns", ("O",), "Columns…", "Choose and arrange the columns.", Group.COLUMNS),
    Action(
        "add_column", ("a",), "Add a column…", "Any field, behind this one.", Group.COLUMNS, Place.COLUMNS
    ),
    Action("remove_column", ("x",), "Remove the column", "Take it out.", Group.COLUMNS, Place.COLUMNS),
    Action("column_down", (">",), "Move the column on", "To the right.", Group.COLUMNS, Place.COLUMNS),
    Action("column_up", ("<",), "Move the column back", "To the left.", Group.COLUMNS, Place.COLUMNS),
    Action("wider", ("+",), "Wider", "Wider by one; 5+ by five.", Group.COLUMNS, Place.COLUMNS, counted=True),
    Action(
        "narrower",
        ("-",),
        "Narrower",
        "Narrower by one; 5- by five.",
        Group.COLUMNS,
        Place.COLUMNS,
        counted=True,
    ),
    Action("any_width", ("w",), "As wide as needed", "Fit its width.", Group.COLUMNS, Place.COLUMNS),
    Action("alignment", ("e",), "Alignment", "Left or right.", Group.COLUMNS, Place.COLUMNS),
    Action(
        "column_form", ("n",), "Name or number", "Values as names or numbers.", Group.COLUMNS, Place.COLUMNS
    ),
    Action("column_title", ("t",), "Title…", "Give it another heading.", Group.COLUMNS, Place.COLUMNS),
    Action("preset", ("p",), "Next preset", "Take the next set of columns.", Group.COLUMNS, Place.COLUMNS),
    Action("usual_columns", ("r",), "The usual columns", "As at first.", Group.COLUMNS, Place.COLUMNS),
)
