"""The named filters in the command palette, over the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.errors import FilterError, printable
from tui.filter.language import compile_filter
from tui.screens.filter_commands import use
from tui.screens.main import MainScreen
from tui.screens.named_filters import NamedFilters

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterProvider(Provider):
    """Offers each as "Filter: its name"."""

    async def discover(self) -> Hits:
        for title, text, run in self._commands():
            yield DiscoveryHit(title, run, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, text, run in self._commands():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), run, help=text)

    def _commands(self) -> list[tuple[str, str, Callable[[], None]]]:
        main = self.screen
        if not isinstance(main, MainScreen):
            return []
        named = NamedFilters(main.config.filters, main.recent).filters
        return [
            (f"Filter: {name}", printable(text), _application(main, text)) for name, text in named.items()
        ]


def _application(main: MainScreen, text: str) -> Callable[[], None]:
    def apply() -> None:
        try:
            use(main, compile_filter(text))
        except FilterError as error:  # saved by another version
            main.say(f"{error.message}: {text}")

    return apply
