"""The names of keys, and keys given to actions: what a user may write, and that no key means two things.

Invariant: whatever is wished, the table of actions that results is as sound as the default one
(tests/test_actions.py).
"""

from __future__ import annotations

from itertools import pairwise
from string import ascii_lowercase
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.actions import ANY_LETTER, BY_ID, Action, Actions, Place, at
from tui.config.toml import to_toml
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Keys: TypeAlias = tuple[str, ...]
"""As `Action.keys`: each one a key, or several separated by blanks."""

_NAMES = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace"),
    *("enter", "escape", "space", "tab", *(f"f{number}" for number in range(1, 25))),
)
_MODIFIERS = ("", "ctrl+", "alt+", "shift+", "ctrl+shift+", "alt+shift+")
KEY_NAMES = (*_NAMES, *(f"ctrl+{letter}" for letter in ascii_lowercase), "shift+tab")
"""Names to suggest. Other keys with ctrl+, alt+ and shift+ have names as well."""


def is_key(name: str) -> bool:
    """Whether Textual has a key of this name: a character, but no digit (digits count), or a name.

    ANY_LETTER stands for several.
    """
    if name == ANY_LETTER:
        return True
    if len(name) == 1:
        return name.isprintable() and not name.isspace() and not name.isdigit()
    end = name.rfind("+") + 1
    modifiers, base = name[:end], name[end:]
    if len(base) == 1:
        return base in ascii_lowercase and modifiers in ("ctrl+", "alt+")
    return base in _NAMES and modifiers in _MODIFIERS


class _Clash(Struct, frozen=True):
    """At `place` the keys of one action are, or begin, those of the other."""

    place: Place
    keys: str
    actions: tuple[Action, Action]


def with_keys(keys: Mapping[str, Keys]) -> Actions:
    """The table of actions, those named with other keys."""
    return {name: replace(row, keys=keys.get(name, row.keys)) for name, row in BY_ID.items()}


def refuse_clashes(wishes: Mapping[str, Keys]) -> dict[str, UsageError]:
    """Which actions cannot have the keys that are wished for them, and why; the other wishes do not clash.

    A wish is judged beside the others, so that two actions can swap their keys. Of two wishes that clash the
    one that comes first in the table is granted; a wish that clashes with a default is not.
    """
    granted = dict(wishes)
    refused: dict[str, UsageError] = {}
    rank = list(BY_ID).index
    while clash := next(_clashes(with_keys(granted)), None):
        other, loser = sorted(clash.actions, key=lambda action: (action.id in granted, rank(action.id)))
        refused[loser.id] = UsageError(
            f"expected keys that mean nothing else ({clash.place.value}), "
            f"found {to_toml(clash.keys)}, and {other.id} has {to_toml(other.keys)}",
            f"give {other.id} other keys as well",
        )
        del granted[loser.id]
    return refused


def _clashes(actions: Actions) -> Iterator[_Clash]:
    for place in Place:
        typed = [(tuple(keys.split(" ")), row) for row in at(place, actions) for keys in row.keys]
        typed.sort(key=lambda pair: pair[0])  # what begins another one then stands before it
        for (short, one), (long, other) in pairwise(typed):
            if long[: len(short)] == short:
                yield _Clash(place, " ".join(short), (one, other))
