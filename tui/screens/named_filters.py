"""Display filters that have names: those of the configuration, and those that were saved on the screen.

Invariant: of two with one name the one that was saved on the screen counts; the configuration is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.widgets import Input, Label

from tui.errors import printable
from tui.filter.completion import Completion, What
from tui.screens.dialog import Dialog
from tui.screens.keyed import dialog_bindings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from tui.actions import Actions
    from tui.config.recent import Recent


class NamedFilters:
    """The filters by their names."""

    def __init__(self, given: Mapping[str, str], recent: Recent) -> None:
        """`given` are those of the configuration."""
        self._given = given
        self._recent = recent
        self.filters: Mapping[str, str] = {}
        self.look()

    def look(self) -> None:
        """Look for what was saved, here or by another instance."""
        self.filters = {**self._given, **self._recent.saved_filters()}

    def save(self, name: str, text: str) -> str:
        """Give a filter a name, or with a blank text take the name away; what is to be said of it."""
        saved = name in self._recent.saved_filters()
        if not text.strip() and not saved:
            return f"no filter {name} was saved" if name not in self._given else "the configuration has it"
        self._recent.save_filter(name, text.strip())
        self.look()
        if not text.strip():
            return f"{name} is no filter's name any more"
        if self.filters.get(name) != text.strip():
            return "it could not be saved"
        return f"saved as {name}, in place of another one" if saved else f"saved as {name}"

    def proposals(self, text: str) -> list[Completion]:
        """Those whose name or text goes on with what is typed."""
        typed = text.strip().lower()
        return [
            Completion(each, 0, len(text), What.SAVED, f"saved: {name}")
            for name, each in self.filters.items()
            if each != text.strip() and (typed in name.lower() or each.lower().startswith(typed))
        ]


class NameScreen(Dialog[str | None]):
    """Asks for the name of a filter; None if none is given."""

    def __init__(self, question: str, actions: Actions) -> None:
        super().__init__()
        self._bindings = BindingsMap(dialog_bindings(actions))
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Saved filters"
            yield Label(printable(self._question), markup=False)
            yield Input()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(printable(event.value.strip()) or None)
