"""A screen whose every key goes through the table of actions.

The keys are bound with priority, so that a pane's own bindings never come first and counts work in every
pane; a key of which the table says nothing where the focus is goes on to the focused widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.actions import SkipAction
from textual.binding import Binding
from textual.screen import Screen

from tui.screens.keyboard import Command, KeyReader, keys_in_use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.actions import Place

_NAMED = {",": "comma"}  # Textual parts the keys of a binding by commas


def key_bindings(places: Iterable[Place]) -> list[Binding]:
    """One binding for each key of `places`, all of them to :meth:`KeyedScreen.action_press`."""
    return [
        Binding(_NAMED.get(key, key), f"press({key!r})", show=False, priority=True)
        for key in keys_in_use(places)
    ]


class KeyedScreen(Screen[None]):
    """Reads keys; a subclass says where the focus is and what the commands do."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.keys = KeyReader()

    @property
    def place(self) -> Place:
        """Where the focus is."""
        raise NotImplementedError

    def perform(self, command: Command) -> None:
        """Carry out a command."""
        raise NotImplementedError

    def typed(self) -> None:
        """Called when what is typed and waits for more has changed."""

    def action_press(self, key: str) -> None:
        """A key of the table was pressed."""
        waited = self.keys.pending
        command = self.keys.press(key, self.place)
        if command is not None:
            self.perform(command)
        elif not self.keys.pending:
            raise SkipAction
        if waited or self.keys.pending:
            self.typed()
