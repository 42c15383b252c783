"""The bar in which is typed what to search for, where and how: judged at each key.

Invariant: nothing is searched before it makes sense; no process is started by typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.widgets import Label

from tui.actions import Place, key_text
from tui.errors import FilterError
from tui.filter.search.query import Query, What, Where, compile_query
from tui.screens.bar import BAD, GOOD, Bar
from tui.screens.filter_bar import Underlined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.widget import Widget

    from tui.actions import Actions
    from tui.filter.search.needles import Needle

_PROMISES: Mapping[Where | None, str] = {
    Where.LIST: "in the cells of the packet list, as they are shown",
    Where.TREE: "in every line of the header tree",
    Where.BYTES: "in the bytes of the packets",
    None: "the next packet that passes",
}
_EXPECTED: Mapping[What, str] = {
    What.TEXT: "type a text such as GET, or SYN, ACK",
    What.REGEX: r"type a regular expression such as ^GET .*\.html",
    What.HEX: 'type bytes such as "0d 0a" or "fe:1e"',
    What.FILTER: "type a display filter such as tcp.flags.reset == 1",
}


class SearchBar(Bar[tuple[Query, "Needle"]]):
    """Returns what is searched for, and what finds it; None if nothing is to be."""

    PLACE = Place.SEARCH
    TITLE_TEXT = "Search"
    PROMPT = "> "
    APPLY = "search_begin"
    HINTS = (("up", "recent"), ("search_begin", "search"), ("close", "leave"))

    def __init__(self, recent: Sequence[Query], actions: Actions) -> None:
        self._query = recent[0] if recent else Query("")
        self._queries = {query.text: query for query in reversed(recent)}
        self._needle: Needle | None = None
        self._underlined = Underlined()
        self._choices = Label(markup=False, id="choices")
        super().__init__(self._query.text, [query.text for query in recent], actions, self._underlined)

    def further_commands(self) -> Mapping[str, Callable[[], None]]:
        return {
            "search_where": lambda: self._change(self._query.elsewhere()),
            "search_what": lambda: self._change(self._query.otherwise()),
            "search_case": lambda: self._change(replace(self._query, exact=not self._query.exact)),
        }

    def above(self) -> Widget:
        return self._choices

    def place_cursor(self) -> None:
        self._input.select_all()  # what is typed takes the place of the last search

    def judge(self, text: str) -> None:
        """Say whether this can be searched for."""
        self._query, self._needle, self._underlined.spans = replace(self._query, text=text), None, ()
        try:
            self._needle = compile_query(self._query)
        except FilterError as error:
            if text.strip():
                self._underlined.spans = ((error.start, error.length),)
                self.say(BAD, f"✗ {error.message}", error.hint)
            else:
                self.say("", _EXPECTED[self._query.what], "")
        else:
            self.say(GOOD, f"✓ {self._query.meaning}", _PROMISES[self._query.place])
        self._choices.update("   ".join(self._choice_lines()))
        self._input.refresh()

    def apply(self, text: str) -> None:
        if self._needle is not None:
            self.dismiss((self._query, self._needle))
        else:
            self.app.bell()

    def _move(self, step: int) -> None:
        super()._move(step)
        self._change(self._queries.get(self._input.value, self._query))

    def _change(self, query: Query) -> None:
        self._query = query
        self.judge(self._input.value)

    def _choice_lines(self) -> Iterator[str]:
        """What can be chosen, the choice in brackets, each with its key."""
        query = self._query
        yield self._one_of("search_what", tuple(What), query.what)
        if query.places:
            yield self._one_of("search_where", query.places, query.place)
        if query.has_letters:
            key = key_text(self.actions["search_case"].keys[0])
            yield f"{key}: {'exact' if query.exact else 'any case'}"

    def _one_of(self, action: str, members: Sequence[What | Where], chosen: What | Where | None) -> str:
        words = (f"[{each.value}]" if each is chosen else each.value for each in members)
        return f"{key_text(self.actions[action].keys[0])}: {' '.join(words)}"
