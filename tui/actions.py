"""THE table of actions: everything a key, the command palette or the help page can do on the screen.

An action is one row here and one handler in `screens/commands.py`; bindings, palette, help page and key hints
derive from the row. Where an action applies, no other action has the same keys (tests/test_actions.py). This
module imports nothing of Textual, so that reading the table costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from tui.action import OWN_SCREENS, TABLES, Action, Group, Place, key_text, keys_text

__all__ = [
    "ACTIONS",
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
    Action(
        "filter",
        ("/",),
        "Filter: type one…",
        "Show only packets that pass a filter, which is typed.",
        Group.FILTER,
    ),
    Action(
        "filter_by",
        ("a s",),
        "Filter: this",
        "By the selected field; in the list by its connection.",
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
        also=(Place.OPEN,),
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
        also=(Place.FINDINGS,),
    ),
    Action(
        "sort_previous",
        ("S", "<"),
        "Sort by the column before",
        "Sort by the column before; 3S three before.",
        Group.TABLES,
        Place.CONNECTIONS,
        counted=True,
        also=(Place.FINDINGS,),
    ),
    Action(
        "reverse",
        ("R",),
        "Sort the other way round",
        "Largest first, or smallest first.",
        Group.TABLES,
        Place.CONNECTIONS,
        also=(Place.FINDINGS,),
    ),
    Action(
        "time_form",
        ("t",),
        "Change the form of the time",
        "Since the first packet, since the one before, local, UTC.",
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
        "Write ladder or table to a new file.",
        Group.SHOW,
        Place.LADDER,
        also=TABLES,
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
    Action("next_pane", ("tab",), "Next pane", "To the next pane.", Group.PANES, also=(Place.START,)),
    Action(
        "previous_pane",
        ("shift+tab",),
        "Previous pane",
        "To the previous pane.",
        Group.PANES,
        also=(Place.START,),
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
    Action("follow", ("f",), "Follow the newest packet", "Go with the newest packet, or stay.", Group.LIVE),
    Action("pause", ("p",), "Pause", "Let the list stand still while capturing goes on.", Group.LIVE),
    Action("stop_capture", ("ctrl+e",), "Stop capturing", "End the capture; what it has stays.", Group.LIVE),
    Action("keep", ("w",), "Keep the packets", "Write them to a file, and leave.", Group.LIVE, Place.LEAVE),
    Action("delete", ("d",), "Delete the packets", "Leave without them.", Group.LIVE, Place.LEAVE),
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
        "help", ("?", "f1"), "Help", "This page.", Group.PROGRAM, hint="help", also=(*TABLES, Place.START)
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
        also=(Place.LADDER, *TABLES, Place.FILTER, Place.OPEN, Place.LEAVE),
    ),
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
