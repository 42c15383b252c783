"""A screen whose every key goes through the table of actions.

The keys are bound with priority, so that a pane's own bindings never come first and counts work in every
pane; a key of which the table says nothing where the focus is goes on to the focused widget. They are bound
to the screen and not to its class, since the configuration may have other ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingsMap
from textual.content import Content
from textual.screen import Screen

from tui.actions import BY_ID, at, key_text
from tui.screens.keyboard import Command, KeyReader, keys_in_use

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from textual.events import ScreenResume
    from textual.widgets import Input

    from tui.actions import Actions, Place

_NAMED = {",": "comma"}  # Textual parts the keys of a binding by commas
_TAKES_BACK = "back"  # behind a number or the beginning of a sequence it does nothing but to end that

Hints = tuple[tuple[str, str], ...]
"""Actions by their ids, and for each a word or two that say what its key does."""


def hint_line(hints: Hints, actions: Actions) -> Content:
    """The hints in a line, each with the first key of its action: "/ filter  q quit"."""
    return Content("  ".join(f"{key_text(actions[action].keys[0])} {word}" for action, word in hints))


def _key_bindings(places: Iterable[Place], actions: Actions) -> list[Binding]:
    """One binding for each key of `places`, all of them to :meth:`KeyedScreen.action_press`."""
    return [
        Binding(_NAMED.get(key, key), f"press({key!r})", show=False, priority=True)
        for key in keys_in_use(places, actions)
    ]


def dialog_bindings(actions: Actions) -> list[Binding]:
    """The keys that leave a dialog with a field: those of "close" that cannot be typed into the field."""
    return [Binding(key, "dismiss", show=False) for key in _field_keys("close", actions)]


def field_bindings(place: Place, commands: Container[str], actions: Actions) -> list[Binding]:
    """The keys of `commands` in a dialog with a field, to its `action_perform`: those that are no text."""
    return [
        Binding(key, f"perform({action.id!r})", show=False, priority=True)
        for action in at(place, actions)
        if action.id in commands
        for key in _field_keys(action.id, actions)
    ]


def hand_on(field: Input, bindings: Iterable[Binding]) -> BindingsMap:
    """The same without priority, for a dialog; `field`, its only one, gives up what it does for these keys.

    With priority they would be carried out before what was typed just before them is in the field.
    """
    keys = BindingsMap(replace(each, priority=False) for each in bindings)
    own = (each for each in field.BINDINGS if isinstance(each, Binding))
    field._bindings = BindingsMap(
        each for each in own if not any(key in keys.key_to_bindings for key in each.key.split(","))
    )
    return keys


def _field_keys(action: str, actions: Actions) -> list[str]:
    """The keys of an action that are no text; its usual ones if it has only others."""
    return _not_typed(actions[action].keys) or _not_typed(BY_ID[action].keys)


def _not_typed(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if len(key) > 1 and " " not in key]


class KeyedScreen(Screen[None]):
    """Reads the keys of PLACES; a subclass says what the commands do, and which of several PLACES it is."""

    ALLOW_SELECT = False
    PLACES: ClassVar[tuple[Place, ...]]

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions = actions
        self.keys = KeyReader(actions)
        self._shown = False
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(_key_bindings(self.PLACES, actions))])

    def on_screen_resume(self, event: ScreenResume) -> None:
        event.refresh_styles = self._shown  # the first time, widgets were styled a moment ago
        self._shown = True

    @property
    def place(self) -> Place:
        """Where the focus is."""
        (place,) = self.PLACES
        return place

    def perform(self, command: Command) -> None:
        """Carry out a command."""
        raise NotImplementedError

    def action_perform(self, action: str) -> None:
        """Carry out an action by its id, as the command palette does."""
        self.perform(Command(self.actions[action]))

    def open_help(self) -> None:
        """Show the help page over it."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.actions))

    def typed(self) -> None:
        """Called when what is typed and waits for more has changed."""

    def action_press(self, key: str) -> None:
        """A key of the table was pressed."""
        waited = self.keys.pending
        command = self.keys.press(key, self.place)
        if command is None and not self.keys.pending:
            raise SkipAction
        if command is not None and not (waited and command.action.id == _TAKES_BACK):
            self.perform(command)
        if waited or self.keys.pending:
            self.typed()
