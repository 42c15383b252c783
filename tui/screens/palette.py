"""The command palette's entries: the rows of the table of actions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider

from tui.actions import BY_ID, OWN_SCREENS, Action, Actions, Place, at, keys_text
from tui.screens.dialog import is_left
from tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.worker import Worker


def palette_actions(place: Place = Place.MAIN, actions: Actions = BY_ID) -> tuple[Action, ...]:
    """What the palette offers: over the main screen all that can be done there, else what applies."""
    if place in OWN_SCREENS:
        return at(place, actions)
    return tuple(action for action in actions.values() if action.place not in OWN_SCREENS)


class Palette(CommandPalette):
    """Textual's, which fails on keys in haste: paging through a list that is not laid out yet, leaving before
    what was typed is looked for, leaving twice.
    """

    def dismiss(self, result: None = None) -> AwaitComplete:
        return AwaitComplete() if is_left(self) else super().dismiss(result)

    def _gather_commands(self, search_value: str) -> Worker[None] | None:  # type: ignore[override] # none if left
        return super()._gather_commands(search_value) if not is_left(self) else None

    def _action_command_list(self, action: str) -> None:
        commands = self.query_one(CommandList)
        if commands.option_count and commands.size:
            super()._action_command_list(action)


class ActionProvider(Provider):
    """Offers the actions of the screen that it is opened over."""

    async def discover(self) -> Hits:
        for action, run in self._commands():
            yield DiscoveryHit(action.text, run, help=_help(action))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, run in self._commands():
            score = matcher.match(action.text)
            if score > 0:
                yield Hit(score, matcher.highlight(action.text), run, help=_help(action))

    def _commands(self) -> Iterator[tuple[Action, Callable[[], object]]]:
        if not isinstance(self.screen, KeyedScreen):
            return
        for action in palette_actions(self.screen.place, self.screen.actions):
            yield action, partial(self.screen.run_action, f"perform({action.id!r})")


def _help(action: Action) -> str:
    where = "" if action.place is Place.MAIN else f" In the {action.place.value}."
    return f"{keys_text(action)}: {action.help}{where}"
