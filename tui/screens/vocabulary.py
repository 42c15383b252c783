"""The words of the command line: every action by its id or its name, and with it what may be typed behind.

Invariant: to read a line does nothing; a line that is no command is refused with what was expected, and with
the nearest names.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.actions import BY_ID, keys_text
from tui.errors import UsageError
from tui.filter.completion import Completion, What
from tui.screens.keyboard import Command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui.actions import Action

EXPECTED = "a packet's number, a time such as 12.5s or 13:04:05, or an action's name"

_GOTO = BY_ID["goto"]
_WORD = re.compile(r"\S+")
_PLACE = re.compile(r"[-+]?\d")
_SIGNS = ":,.…"
_SUGGESTIONS = 3
_MOST_DIGITS = 12


class Spoken(Struct, frozen=True):
    """A command, and where in the line the text behind the name begins (or would begin)."""

    command: Command
    start: int


class Vocabulary:
    """Reads lines that name one of `actions`."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions = tuple(actions)
        self._names = {_plain(action.text): action for action in self._actions}
        self._names |= {_plain(action.id): action for action in self._actions}

    def read(self, line: str) -> Spoken:
        """The command that a line says; UsageError if it says none."""
        start = len(line) - len(line.lstrip())
        if _PLACE.match(line, start):
            return Spoken(Command(_GOTO, text=line.strip()), start)
        named = self._named(line) or self._begun(line)
        if named is None:
            raise self._unknown(line)
        action, end = named
        text = line[end:].strip()
        start = end + len(line[end:]) - len(line[end:].lstrip())
        if not text or action.takes:
            return Spoken(Command(action, text=text), start)
        if action.counted and text.isdecimal() and len(text) < _MOST_DIGITS:
            return Spoken(Command(action, int(text)), start)
        expected = "a number" if action.counted else "nothing"
        raise UsageError(f"{_name(action)} takes {expected} behind it, found {text!r}", action.help)

    def proposals(self, line: str) -> list[Completion]:
        """The actions whose names have what is typed, those that begin with it first."""
        typed = _plain(line)
        ranked = sorted(
            (rank, place) for place, action in enumerate(self._actions) for rank in _ranks(action, typed)
        )
        found = (self._actions[place] for place in dict.fromkeys(place for _, place in ranked))
        return [
            Completion(_name(action), 0, len(line), What.ACTION, f"{action.text}  {keys_text(action)}")
            for action in found
        ]

    def takes_text(self, completion: Completion) -> bool:
        """Whether more may follow behind a proposal."""
        return bool(self._names[completion.text].takes)

    def _named(self, line: str) -> tuple[Action, int] | None:
        """The action with the longest name that the line begins with, and where that ends."""
        ends = [word.end() for word in _WORD.finditer(line)]
        for end in reversed(ends):
            action = self._names.get(_plain(line[:end]))
            if action is not None:
                return action, end
        return None

    def _begun(self, line: str) -> tuple[Action, int] | None:
        """The only action whose id begins with the line."""
        typed = _plain(line)
        begun = [action for action in self._actions if _name(action).startswith(typed)] if typed else []
        return (begun[0], len(line)) if len(begun) == 1 else None

    def _unknown(self, line: str) -> UsageError:
        typed = _plain(line)
        near = dict.fromkeys(
            _name(self._names[name])
            for text in (typed, typed.partition(" ")[0])
            for name in get_close_matches(text, self._names, _SUGGESTIONS)
        )
        begun = [_name(action) for action in self._actions if typed and _name(action).startswith(typed)]
        names = (begun or list(near))[:_SUGGESTIONS]
        hint = f"did you mean {' or '.join(names)}?" if names else f"expected {EXPECTED}"
        return UsageError(f"there is no action {line.strip()!r}", hint)


def _name(action: Action) -> str:
    """How an action is called in the line: "next pane"."""
    return action.id.replace("_", " ")


def _plain(text: str) -> str:
    """`text` in lower case, with single blanks between its words, and no signs at their ends."""
    return " ".join(word.strip(_SIGNS) for word in text.lower().replace("_", " ").split())


def _ranks(action: Action, typed: str) -> Iterator[int]:
    """How well an action fits what is typed: 0 best; nothing if it does not."""
    name, text = _name(action), _plain(action.text)
    fits = (
        name.startswith(typed),
        text.startswith(typed),
        f" {typed}" in f"{name} {text}",
        typed in f"{name} {text}",
    )
    yield from (rank for rank, fit in enumerate(fits) if fit)
