"""Keys become commands: counts ("5j") and sequences ("gg") as in vim, read from the table of actions.

A reader holds what was typed and not yet used; it knows nothing of the screen. A key that continues no
sequence drops what was typed before it and begins anew.
"""

from __future__ import annotations

from string import ascii_letters, digits
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.actions import ANY_LETTER, BY_ID, Action, Actions, Place, at, key_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_DIGITS = 12
_LETTERS = frozenset(ascii_letters)


class Command(Struct, frozen=True):
    """An action to carry out, the count typed before it, the letter or text typed behind it."""

    action: Action
    count: int | None = None
    text: str = ""


class KeyReader:
    """Reads one key after the other."""

    def __init__(self, actions: Actions = BY_ID) -> None:
        self._tables = {
            place: {tuple(keys.split(" ")): action for action in at(place, actions) for keys in action.keys}
            for place in Place
        }
        self._digits = ""
        self._typed: tuple[str, ...] = ()

    @property
    def pending(self) -> str:
        """What was typed and waits for more, as a person reads it ("5g"); "" if nothing waits."""
        return self._digits + "".join(map(key_text, self._typed))

    def prompt(self, place: Place) -> str:
        """What waits; and if there is a choice, which keys may follow: "a Filter  s this  n not this"."""
        typed = self._typed
        ahead = {
            keys[len(typed) :]: action.text
            for keys, action in self._tables[place].items()
            if typed and keys[: len(typed)] == typed
        }
        if len(ahead) <= 1:
            return self.pending
        subjects = {text.rpartition(": ")[0] for text in ahead.values()}
        subject = subjects.pop() if len(subjects) == 1 else ""
        choices = (
            f"{key_text(' '.join(keys))} {text.removeprefix(f'{subject}: ')}" for keys, text in ahead.items()
        )
        return "  ".join((f"{self.pending} {subject}".rstrip(), *choices))

    def forget(self) -> None:
        """Drop what waits."""
        self._digits, self._typed = "", ()

    def press(self, key: str, place: Place) -> Command | None:
        """The command that `key` completes while `place` has the focus; None if none (see `pending`)."""
        if key.isdigit() and not self._typed and (self._digits or key != "0"):
            self._digits = (self._digits + key)[:_MOST_DIGITS]
            return None
        typed = (*self._typed, key)
        table = self._tables[place]
        action, letter = table.get(typed), ""
        if action is None and key in _LETTERS:
            action, letter = table.get((*self._typed, ANY_LETTER)), key
        if action is None and any(keys[: len(typed)] == typed for keys in table):
            self._typed = typed
            return None
        abandoned = bool(self._typed)
        count = int(self._digits) if self._digits else None
        self.forget()
        if action is not None:
            return Command(action, count, letter)
        return self.press(key, place) if abandoned else None


def keys_in_use(places: Iterable[Place], actions: Actions = BY_ID) -> tuple[str, ...]:
    """Every single key that a reader understands in `places`, each once."""
    keys = (
        key
        for place in places
        for action in at(place, actions)
        for keys in action.keys
        for key in keys.split(" ")
    )
    used = dict.fromkeys([*keys, *digits])
    if ANY_LETTER in used:
        del used[ANY_LETTER]
        used |= dict.fromkeys(ascii_letters)
    return tuple(used)
