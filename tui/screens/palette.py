"""The command palette's entries: the rows of the table of actions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions import ACTIONS, OWN_SCREENS, Action, Place, keys_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def palette_actions() -> tuple[Action, ...]:
    """What the palette offers: every action but those of other screens."""
    return tuple(action for action in ACTIONS if action.place not in OWN_SCREENS)


class ActionProvider(Provider):
    """Offers the actions of the main screen."""

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
        for action in palette_actions():
            yield action, partial(self.screen.run_action, f"perform({action.id!r})")


def _help(action: Action) -> str:
    where = "" if action.place is Place.MAIN else f" In the {action.place.value}."
    return f"{keys_text(action)}: {action.help}{where}"
