"""The dialog with the fields of one colouring rule; its filter is judged while it is typed.

Invariant: what it returns is sound: its filter makes sense, its colours are colours, and do not tell alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on
from textual.binding import BindingsMap
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label

from tui.actions import Place
from tui.config.colorfilters import COLOUR_NAMES
from tui.config.colouring import KINDS, with_mark
from tui.errors import TcpscopeError, printable
from tui.filter.language import compile_filter
from tui.report.colouring_rules import NO_MARK
from tui.screens.dialog import Dialog
from tui.screens.keyed import field_bindings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from tui.actions import Actions
    from tui.report.colouring_rules import ColouringRule

_LABELS = {
    "name": "Name",
    "filter": "Display filter",
    "mark": "Mark",
    "foreground": "Text colour",
    "background": "Ground",
}
_ASKED = f"A mark is one character. A colour is #rrggbb, or of the theme: {', '.join(COLOUR_NAMES)}."


class RuleScreen(Dialog["ColouringRule | None"]):
    """Returns the rule as it is then; None if nothing is to be done."""

    AUTO_FOCUS = "#name"
    DEFAULT_CSS = """
    RuleScreen .dialog {
        width: 110; max-width: 100%; height: auto; margin: 0 0 1 0; padding: 0 1; background: $panel;
    }
    RuleScreen Horizontal { height: 1; }
    RuleScreen Horizontal Label { width: 16; color: $text-muted; }
    RuleScreen Input, RuleScreen Input:focus { border: none; height: 1; padding: 0; width: 1fr; }
    RuleScreen #said { width: 100%; min-height: 2; color: $text-muted; }
    RuleScreen #said.-good { color: $text-success; }
    RuleScreen #said.-bad { color: $text-error; }
    """

    def __init__(self, rule: ColouringRule, actions: Actions) -> None:
        super().__init__()
        self._commands: Mapping[str, Callable[[], object]] = {
            "close": partial(self.dismiss, None),
            "up": partial(self.focus_previous, "Input"),
            "down": partial(self.focus_next, "Input"),
        }
        self._bindings = BindingsMap.merge(
            [self._bindings, BindingsMap(field_bindings(Place.COLOURING, self._commands, actions))]
        )
        self._rule = rule
        self._fields = {
            name: Input(getattr(rule, name).strip(), select_on_focus=False, id=name) for name in _LABELS
        }
        self._said = Label(markup=False, id="said")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content("Colouring rule")
            for name, label in _LABELS.items():
                with Horizontal():
                    yield Label(label)
                    yield self._fields[name]
            yield self._said

    def on_mount(self) -> None:
        self._judge()

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table."""
        self._commands[action]()

    @on(Input.Changed)
    def _judge(self) -> None:
        """Say what is wrong, of what is typed so far."""
        texts = self._texts()
        problem = _problem({name: text for name, text in texts.items() if text.strip()})
        if problem:
            self._say(problem, "-bad")
        elif texts["filter"]:
            self._say(f"The filter makes sense. {_ASKED}", "-good")
        else:
            self._say(_ASKED)

    @on(Input.Submitted)
    def _apply(self) -> None:
        texts = self._texts()
        problem = _problem(texts)
        if problem:
            self._say(problem, "-bad")
            self.app.bell()
        else:
            read = {name: KINDS[name].read(text) for name, text in texts.items()}
            self.dismiss(with_mark(replace(self._rule, **read)))  # all are texts

    def _texts(self) -> dict[str, str]:
        texts = {name: field.value.strip() for name, field in self._fields.items()}
        return texts | {"mark": texts["mark"] or NO_MARK}

    def _say(self, text: str, look: str = "") -> None:
        self._said.update(printable(text))
        for each in ("-good", "-bad"):
            self._said.set_class(each == look, each)


def _problem(texts: Mapping[str, str]) -> str:
    """What is wrong with one of the fields; "" if nothing is."""
    for name, text in texts.items():
        try:
            KINDS[name].read(text)
            if name == "filter" and not compile_filter(text).text:
                return "a rule needs a display filter"
        except TcpscopeError as error:
            hint = f" ({error.hint})" if error.hint else ""
            return f"{_LABELS[name]}: {error.message}{hint}"
    return ""
