"""The field in which a column's name or heading is typed, with proposals where there are names.

Invariant: what it returns was not refused.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from tui.actions import Place
from tui.errors import printable
from tui.filter.completion import Completion, What, complete
from tui.filter.fields import FIELDS
from tui.panes.completions import CompletionList
from tui.report.list_columns import OWN_COLUMNS
from tui.screens.dialog import Dialog
from tui.screens.keyed import field_bindings, hand_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from tui.actions import Actions


def column_proposals(text: str) -> list[Completion]:
    """The columns whose names begin like `text`, or have it in them; the list's own first."""
    own = [
        Completion(name, 0, len(text), What.VALUE, column.text)
        for name, column in OWN_COLUMNS.items()
        if name.startswith(text.lower())
    ]
    return own + [
        each for each in complete(text, len(text)) if each.what is What.FIELD and each.text in FIELDS
    ]


class ColumnField(Dialog[str | None]):
    """Returns what was typed; None if nothing is to be done."""

    AUTO_FOCUS = "Input"

    def __init__(
        self,
        title: str,
        text: str,
        refusal: Callable[[str], str],
        actions: Actions,
        propose: Callable[[str], Sequence[Completion]] | None = None,
    ) -> None:
        """`refusal` says why a text will not do; "" if it will."""
        super().__init__()
        self._commands: Mapping[str, Callable[[], None]] = {
            "complete": self._complete,
            "apply": self._apply,
            "close": self._close,
            "up": partial(self._step, -1),
            "down": partial(self._step, 1),
        }
        self._title = title
        self._refusal = refusal
        self._propose = propose
        self._list = CompletionList()
        self._list.display = propose is not None
        self._input = Input(text, select_on_focus=False)
        self._bindings = hand_on(self._input, field_bindings(Place.FILTER, self._commands, actions))
        self._message = Label(markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield self._list
            yield self._input
            yield self._message

    def on_mount(self) -> None:
        self._input.cursor_position = len(self._input.value)
        self._look()

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table."""
        self._commands[action]()

    @on(Input.Changed)
    def _look(self) -> None:
        if self._propose is not None:
            self._list.show(self._propose(self._input.value.strip()))
        self._message.update("")

    def _step(self, step: int) -> None:
        self._list.choose(step)

    def _complete(self) -> None:
        """Choose the next proposal; take the only one."""
        self._list.choose(1)
        if self._list.line_count() == 1:
            self._take_chosen()

    def _take_chosen(self) -> None:
        chosen = self._list.chosen
        if chosen is not None:
            self._input.value = chosen.text
            self._input.cursor_position = len(chosen.text)

    @on(CompletionList.Taken)
    def _clicked(self, message: CompletionList.Taken) -> None:
        self._input.value = message.completion.text
        self._apply()

    def _close(self) -> None:
        self.dismiss(None)

    def _apply(self) -> None:
        """Take what is chosen, or what is typed if it will do."""
        self._take_chosen()
        text = self._input.value.strip()
        refusal = self._refusal(text) if text else "nothing is typed"
        if refusal:
            self._message.update(printable(refusal))
            self.app.bell()
        else:
            self.dismiss(text)
