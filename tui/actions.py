"""THE table of actions: everything a key, the command palette or the help page can do on the screen.

An action is one row here and one handler in `screens/commands.py`; bindings, palette, help page and key hints
derive from the row. Where an action applies, no other action has the same keys (tests/test_actions.py). This
module imports nothing of Textual, so that reading the table costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Place(Enum):
    """Where an action applies: in every pane of the main screen, or only where the focus is there."""

    MAIN = "everywhere"
    LIST = "packet list"
    TREE = "header tree"
    HEX = "hex dump"
    HANDSHAKE = "handshake"
    LADDER = "ladder"
    CONNECTIONS = "connections"
    FINDINGS = "findings"
    DIALOG = "dialog"


TABLES = (Place.CONNECTIONS, Place.FINDINGS)
"""The places that are tables, sorted by a column."""

OWN_SCREENS = frozenset({Place.LADDER, *TABLES, Place.DIALOG})
"""The places that are screens of their own: actions of the main screen apply there only if they say so."""


class Group(Enum):
    """The headings of the help page, in its order."""

    MOVE = "Moving"
    PACKETS = "Packets"
    TABLES = "Connections and findings"
    SHOW = "What is shown"
    PANES = "Panes"
    PROGRAM = "Program"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    `keys` are Textual's key names or single characters; several separated by blanks are typed one after the
    other ("g g"). `text` is a few words for palette and hints, `help` a sentence. `counted` says that a
    number typed before has a meaning. `hint` is the word of the key hints in the status bar; "" leaves the
    action out of them. `also` are further places where it applies.
    """

    id: str
    keys: tuple[str, ...]
    text: str
    help: str
    group: Group
    place: Place = Place.MAIN
    counted: bool = False
    hint: str = ""
    also: tuple[Place, ...] = ()


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
    Action("theme", ("T",), "Light or dark", "Change between the dark and the light theme.", Group.SHOW),
    Action("next_pane", ("tab",), "Next pane", "To the next pane.", Group.PANES),
    Action("previous_pane", ("shift+tab",), "Previous pane", "To the previous pane.", Group.PANES),
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
        "Leave the zoom, return to the list, show all packets.",
        Group.PANES,
    ),
    Action("palette", ("ctrl+p",), "Command palette", "Find an action by its name.", Group.PROGRAM),
    Action("help", ("?", "f1"), "Help", "This page.", Group.PROGRAM, hint="help", also=TABLES),
    Action("quit", ("q", "ctrl+c"), "Quit", "Leave the program.", Group.PROGRAM, hint="quit"),
    Action(
        "close",
        ("escape", "q", "ctrl+c"),
        "Close the dialog",
        "Back to the packets.",
        Group.PROGRAM,
        Place.DIALOG,
        also=(Place.LADDER, *TABLES),
    ),
)

Actions: TypeAlias = Mapping[str, Action]
"""Actions by their ids, in the order of the rows; the configuration can give them other keys."""

BY_ID: Actions = {action.id: action for action in ACTIONS}

_KEY_SIGNS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "f1": "F1",
}


def at(place: Place, actions: Actions = BY_ID) -> tuple[Action, ...]:
    """The actions that apply while `place` has the focus; those that move apply everywhere."""
    if place in OWN_SCREENS:
        return tuple(
            action
            for action in actions.values()
            if place in (action.place, *action.also) or action.group is Group.MOVE
        )
    return tuple(action for action in actions.values() if action.place in (place, Place.MAIN))


def key_text(keys: str) -> str:
    """One entry of `Action.keys` as a person reads it: "g g" is "gg", "ctrl+d" is "ctrl-d"."""
    return "".join("-".join(_KEY_SIGNS.get(part, part) for part in _parts(key)) for key in keys.split(" "))


def keys_text(action: Action) -> str:
    """All keys of an action as a person reads them, "↓ j"."""
    return " ".join(key_text(keys) for keys in action.keys)


def _parts(key: str) -> list[str]:
    return key.split("+") if len(key) > 1 else [key]
