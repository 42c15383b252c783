"""From packet to packet, and into one."""

from __future__ import annotations

from tui.actions.action import TABLES, Action, Group, Place

PACKETS_ACTIONS = (
    Action("goto", (":",), "Go to packet…", "Ask for a packet number and go there.", Group.PACKETS),
    Action(
        "next_in_connection",
        (".",),
        "Next packet of this connection",
        "To the connection's next packet; 3. three packets on.",
        Group.PACKETS,
        counted=True,
    ),
    Action(
        "previous_in_connection",
        (",",),
        "Previous packet of this connection",
        "To the connection's packet before; 3, three back.",
        Group.PACKETS,
        counted=True,
    ),
    Action(
        "first_in_connection",
        ("{",),
        "First packet of this connection",
        "To the packet with which the connection begins.",
        Group.PACKETS,
    ),
    Action(
        "last_in_connection",
        ("}",),
        "Last packet of this connection",
        "To the latest packet of the connection.",
        Group.PACKETS,
    ),
    Action(
        "open_packet",
        ("enter",),
        "Look into the packet",
        "From the packet list into the header tree.",
        Group.PACKETS,
        Place.LIST,
    ),
    Action(
        "toggle",
        ("enter", "space"),
        "Open or close the branch",
        "Open or close the branch under the cursor.",
        Group.PACKETS,
        Place.TREE,
    ),
    Action(
        "expand_all",
        ("+",),
        "Open all branches",
        "Open every branch of the packet.",
        Group.PACKETS,
        Place.TREE,
        also=(Place.LADDER, Place.FINDINGS),
    ),
    Action(
        "collapse_all",
        ("-",),
        "Close all branches",
        "Close every branch.",
        Group.PACKETS,
        Place.TREE,
        also=(Place.LADDER, Place.FINDINGS),
    ),
    Action(
        "visit",
        ("enter",),
        "Go to the stage's packet",
        "From a line to its packet.",
        Group.PACKETS,
        Place.HANDSHAKE,
        also=(Place.LADDER, Place.FINDINGS),
    ),
    Action(
        "copy",
        ("y",),
        "Copy",
        "Copy row, field or bytes to the clipboard (OSC 52).",
        Group.PACKETS,
        also=(Place.LADDER, *TABLES),
    ),
)
