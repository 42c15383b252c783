"""What an action is, where it applies, and how its keys are written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

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
    FILTER = "filter bar"
    START = "start screen"
    OPEN = "file dialog"
    LEAVE = "leaving"
    CAPTURE = "capture dialog"
    DIALOG = "dialog"


TABLES = (Place.CONNECTIONS, Place.FINDINGS)
"""The places that are tables, sorted by a column."""

OWN_SCREENS = frozenset(
    {Place.LADDER, *TABLES, Place.FILTER, Place.START, Place.OPEN, Place.LEAVE, Place.CAPTURE, Place.DIALOG}
)
"""The places that are screens of their own: actions of the main screen apply there only if they say so."""


class Group(Enum):
    """The headings of the help page, in its order."""

    MOVE = "Moving"
    PACKETS = "Packets"
    FILTER = "Display filter"
    LIVE = "Live capture"
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


def key_text(keys: str) -> str:
    """One entry of `Action.keys` as a person reads it: "g g" is "gg", "ctrl+d" is "ctrl-d"."""
    return "".join("-".join(_KEY_SIGNS.get(part, part) for part in _parts(key)) for key in keys.split(" "))


def keys_text(action: Action) -> str:
    """All keys of an action as a person reads them, "↓ j"."""
    return " ".join(key_text(keys) for keys in action.keys)


def _parts(key: str) -> list[str]:
    return key.split("+") if len(key) > 1 else [key]
