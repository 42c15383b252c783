"""The bar in which a display filter is typed: judged at each key, with proposals and the recent filters.

Invariant: a key never waits. Whether the text is a filter is found at once; what may stand there is found in
a thread, and only for the latest text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.highlighter import Highlighter

from tui.actions import Place
from tui.errors import FilterError
from tui.filter.completion import What, complete
from tui.filter.field import Effort
from tui.filter.language import Filter, compile_filter
from tui.screens.bar import BAD, GOOD, WARN, Bar
from tui.screens.named_filters import NameScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.text import Text

    from tui.actions import Actions
    from tui.filter.chunk import View
    from tui.filter.completion import Completion
    from tui.screens.named_filters import NamedFilters

_EFFORTS = {
    Effort.BYTES: "it reads every packet from the file",
    Effort.HEADERS: "it reads the headers of every packet from the file",
    Effort.DECODING: "it decodes packet by packet, which takes its time; it can be stopped",
}


class Underlined(Highlighter):
    """Underlines the places of a filter that are not what they should be."""

    def __init__(self) -> None:
        self.spans: Sequence[tuple[int, int]] = ()

    def highlight(self, text: Text) -> None:
        for start, length in self.spans:
            text.stylize("underline bold", start, start + length)


class FilterBar(Bar[Filter]):
    """Returns the filter that is to be in force; None to leave the present one."""

    PLACE = Place.FILTER
    TITLE_TEXT = "Display filter"
    PROMPT = "/ "
    APPLY = "apply"
    HINTS = (
        ("complete", "complete"),
        ("up", "recent"),
        ("save_filter", "save"),
        ("apply", "apply"),
        ("close", "leave"),
    )

    def __init__(
        self,
        text: str,
        recent: Sequence[str],
        view: View | None,
        actions: Actions,
        named: NamedFilters | None = None,
    ) -> None:
        """`named` are offered as well, and can be saved."""
        self._underlined = Underlined()
        self._named = named
        super().__init__(text, recent, actions, self._underlined)
        self._view = view
        self._filter: Filter | None = None  # what the text says; None if it is no filter

    def further_commands(self) -> Mapping[str, Callable[[], None]]:
        return {"save_filter": self._save}

    def judge(self, text: str) -> None:
        """Say whether what is typed is a filter, and propose what may stand at the cursor."""
        self._filter, self._underlined.spans = None, ()
        try:
            self._filter = compiled = compile_filter(text.rstrip())
        except FilterError as error:
            self._underlined.spans = ((error.start, error.length),)
            self.say(BAD, f"✗ {error.message}", error.hint)
        else:
            self._underlined.spans = tuple((note.start, note.length) for note in compiled.warnings)
            for note in compiled.warnings[:1]:
                self.say(WARN, f"! {note.message}", note.hint)
            if not compiled.warnings:
                self.say(GOOD, *_praise(compiled))
        self._input.refresh()
        cursor = self._input.cursor_position
        saved = self._named.proposals(text) if self._named else []
        self._proposals.want(lambda: [*saved, *complete(text, cursor, self._view)], long=True)

    def apply(self, text: str) -> None:
        if self._filter is not None:
            self.dismiss(self._filter)
        else:
            self.app.bell()

    def gap(self, completion: Completion) -> str:
        return "" if completion.what in (What.FUNCTION, What.SAVED) else " "

    def _save(self) -> None:
        """Ask for a name, and save what is typed under it."""
        if self._named is None or self._filter is None:
            self.app.bell()
            return
        named, text = self._named, self._filter.text

        def save(name: str | None) -> None:
            if name is not None:
                told = named.save(name, text)
                self.judge(self._input.value)
                self.say(GOOD, told, "")

        asked = f"A name for {text}" if text.strip() else "The name of the saved filter to forget"
        self.app.push_screen(NameScreen(asked, self.actions), save)


def _praise(compiled: Filter) -> tuple[str, str]:
    """What is said of a filter that makes sense, and what it takes."""
    if not compiled.text.strip():
        return "✓ every packet passes", "such as tcp.port == 443 and tcp.flags.syn == 1"
    return "✓ a filter", _EFFORTS.get(compiled.effort, "")
