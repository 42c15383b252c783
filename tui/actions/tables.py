"""The screens of all connections and of all findings."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

TABLE_ACTIONS = (
    Action(
        "connections",
        ("C",),
        "Connections",
        "Every connection, a line each: states, kinds, reasons.",
        Group.TABLES,
        also=(Place.FINDINGS,),
    ),
    Action(
        "findings",
        ("F",),
        "Findings",
        "What is to be said of the packets, grouped and counted.",
        Group.TABLES,
        also=(Place.CONNECTIONS,),
    ),
    Action(
        "only_connection",
        ("enter",),
        "Show this connection only",
        "Only its packets; Esc shows all again.",
        Group.TABLES,
        Place.CONNECTIONS,
    ),
    Action(
        "choose",
        ("space",),
        "Choose the connection",
        "Choose it for the ladder, or not any more.",
        Group.TABLES,
        Place.CONNECTIONS,
    ),
    Action(
        "sort_next",
        ("s", ">"),
        "Sort by the next column",
        "Sort by the next column, or click a heading.",
        Group.TABLES,
        Place.CONNECTIONS,
        counted=True,
        also=(Place.FINDINGS, Place.STATISTICS),
    ),
    Action(
        "sort_previous",
        ("S", "<"),
        "Sort by the column before",
        "Sort by the column before; 3S three before.",
        Group.TABLES,
        Place.CONNECTIONS,
        counted=True,
        also=(Place.FINDINGS, Place.STATISTICS),
    ),
    Action(
        "reverse",
        ("R",),
        "Sort the other way round",
        "Largest first, or smallest first.",
        Group.TABLES,
        Place.CONNECTIONS,
        also=(Place.FINDINGS, Place.STATISTICS),
    ),
)
