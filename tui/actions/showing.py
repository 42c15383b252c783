"""Forms in which things are shown."""

from __future__ import annotations

from tui.actions.action import TABLES, Action, Group, Place

SHOW_ACTIONS = (
    Action(
        "time_form",
        ("t",),
        "Change the form of the time",
        "Since the first, last or last shown packet, …, UTC.",
        Group.SHOW,
        also=TABLES,
    ),
    Action(
        "numbers",
        ("#",),
        "Change the form of sequence numbers",
        "Relative, absolute, hexadecimal.",
        Group.SHOW,
        also=(Place.LADDER,),
    ),
    Action(
        "diagram",
        ("d",),
        "Header diagram",
        "The TCP header as the RFC draws it; again for the tree.",
        Group.SHOW,
    ),
    Action(
        "ladder",
        ("L",),
        "Ladder of the connection",
        "The connection as a ladder; 7L: beside connection 7.",
        Group.SHOW,
        counted=True,
        also=TABLES,
    ),
    Action(
        "write",
        ("w",),
        "Write it to a file",
        "Write ladder, table or stream to a new file.",
        Group.SHOW,
        Place.LADDER,
        also=(Place.STREAM, *TABLES),
    ),
    Action(
        "checksums",
        ("v",),
        "Verify checksums",
        "Verify checksums, or leave them unverified.",
        Group.SHOW,
    ),
    Action(
        "theme",
        ("T",),
        "Light or dark",
        "Change between the dark and the light theme.",
        Group.SHOW,
        also=(Place.START,),
    ),
)
