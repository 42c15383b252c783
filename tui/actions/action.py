"""What an action is, where it applies, and how its keys are written."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

ANY_LETTER = "<letter>"
"""As the last of several keys: any letter that has no row of its own there; the action takes it as text."""

_KEY_SIGNS = {
    ANY_LETTER: "{a-z}",
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
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}


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
    STATISTICS = "statistics"
    STREAM = "stream"
    GRAPHS = "graphs"
    COLUMNS = "columns"
    COLOURING = "rules"
    FILTER = "filter bar"
    SEARCH = "search bar"
    COPY = "copy menu"
    NAMES = "names menu"
    LINE = "command line"
    COMMENT = "comment dialog"
    START = "start screen"
    OPEN = "file dialog"
    SAVE = "save dialog"
    LEAVE = "leaving"
    CAPTURE = "capture dialog"
    DIALOG = "dialog"


TABLES = (Place.CONNECTIONS, Place.FINDINGS, Place.STATISTICS)
"""The places that are tables, sorted by a column."""

OWN_SCREENS = frozenset(
    {
        Place.LADDER,
        Place.STREAM,
        Place.GRAPHS,
        Place.COLUMNS,
        Place.COLOURING,
        *TABLES,
        *(Place.SEARCH, Place.COPY, Place.NAMES),
        *(Place.FILTER, Place.LINE, Place.COMMENT),
        *(Place.START, Place.OPEN, Place.SAVE, Place.LEAVE, Place.CAPTURE, Place.DIALOG),
    }
)
"""The places that are screens of their own: actions of the main screen apply there only if they say so."""


class Group(Enum):
    """The headings of the help page, in its order."""

    MOVE = "Moving"
    PACKETS = "Packets"
    NOTES = "Marks, times and comments"
    FILTER = "Display filter"
    SEARCH = "Search and copy"
    SAVING = "Saving"
    LIVE = "Live capture"
    TABLES = "Connections and findings"
    STATISTICS = "Statistics"
    STREAM = "Streams"
    GRAPHS = "Graphs"
    COLUMNS = "Columns"
    COLOURING = "Colouring rules"
    SHOW = "What is shown"
    PANES = "Panes"
    PROGRAM = "Program"


class Action(Struct, frozen=True):
    """One thing that can be done.

    `keys` are Textual's key names or single characters; several separated by blanks are typed one after the
    other ("g g"). `text` is a few words for palette and hints, `help` a sentence. `counted` says that a
    number typed before has a meaning. `hint` is the word of the key hints in the status bar; "" leaves the
    action out of them. `also` are further places where it applies. `takes` says what may be typed behind its
    name in the command line; "" if nothing may.
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
    takes: str = ""


def key_text(keys: str) -> str:
    """One entry of `Action.keys` as a person reads it: "g g" is "gg", "ctrl+d" is "ctrl-d"."""
    return "".join("-".join(_KEY_SIGNS.get(part, part) for part in _parts(key)) for key in keys.split(" "))


def keys_text(action: Action) -> str:
    """All keys of an action as a person reads them, "↓ j"."""
    return " ".join(key_text(keys) for keys in action.keys)


def _parts(key: str) -> list[str]:
    return key.split("+") if len(key) > 1 else [key]
