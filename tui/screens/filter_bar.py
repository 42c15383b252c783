"""The bar in which a display filter is typed: judged at each key, with proposals and the recent filters.

Invariant: a key never waits. Whether the text is a filter is found at once; what may stand there is found in
a thread, and only for the latest text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.highlighter import Highlighter
from textual import on
from textual.binding import Binding, BindingsMap
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.actions import Place, key_text
from tui.errors import FilterError, printable
from tui.filter.completion import What, complete
from tui.filter.field import Effort
from tui.filter.language import compile_filter
from tui.panes.completions import CompletionList
from tui.screens.keyed import field_bindings
from tui.screens.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from rich.text import Text
    from textual.app import ComposeResult
    from textual.events import Click

    from tui.actions import Actions
    from tui.filter.chunk import View
    from tui.filter.completion import Completion
    from tui.filter.language import Filter

_EFFORTS = {
    Effort.BYTES: "it reads every packet from the file",
    Effort.HEADERS: "it reads the headers of every packet from the file",
    Effort.DECODING: "it decodes packet by packet, which takes its time; it can be stopped",
}
_STATES = ("-good", "-warn", "-bad")


class Underlined(Highlighter):
    """Underlines the places of a filter that are not what they should be."""

    def __init__(self) -> None:
        self.spans: Sequence[tuple[int, int]] = ()

    def highlight(self, text: Text) -> None:
        for start, length in self.spans:
            text.stylize("underline bold", start, start + length)


class FilterBar(ModalScreen["Filter | None"]):
    """Returns the filter that is to be in force; None to leave the present one."""

    AUTO_FOCUS = "Input"
    _HINTS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("complete", "complete"),
        ("up", "recent"),
        ("apply", "apply"),
        ("close", "leave"),
    )

    def __init__(self, text: str, recent: Sequence[str], view: View | None, actions: Actions) -> None:
        super().__init__()
        self._commands: Mapping[str, Callable[[], None]] = {
            "complete": self._complete,
            "apply": self._apply,
            "close": self._close,
            "up": partial(self._move, -1),
            "down": partial(self._move, 1),
        }
        keys = field_bindings(Place.FILTER, self._commands, actions)
        self._bindings = BindingsMap(replace(key, priority=False) for key in keys)
        self._actions = actions
        self._recent = (text, *(each for each in recent if each != text))  # what is typed comes first
        self._place = 0  # among them
        self._view = view
        self._filter: Filter | None = None  # what the text says; None if it is no filter
        self._underlined = Underlined()
        self._list = CompletionList()
        self._input = Input(text, highlighter=self._underlined, select_on_focus=False)
        self._input._bindings = _leaving(self._bindings.key_to_bindings)
        self._message = Label(markup=False)
        self._latest = Latest(self, self._list.show)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Display filter"
            dialog.border_subtitle = Content(
                "  ".join(f"{key_text(self._actions[action].keys[0])} {word}" for action, word in self._HINTS)
            )
            yield self._list
            with Horizontal():
                yield Label("/ ")
                yield self._input
            yield self._message

    def on_mount(self) -> None:
        self._input.cursor_position = len(self._input.value)
        self._judge()

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table."""
        self._commands[action]()

    @on(Input.Changed)
    def _judge(self) -> None:
        """Say whether what is typed is a filter, and propose what may stand at the cursor."""
        text = self._input.value
        self._filter, self._underlined.spans = None, ()
        try:
            self._filter = compiled = compile_filter(text.rstrip())
        except FilterError as error:
            self._underlined.spans = ((error.start, error.length),)
            self._say("-bad", f"✗ {error.message}", error.hint)
        else:
            self._underlined.spans = tuple((note.start, note.length) for note in compiled.warnings)
            for note in compiled.warnings[:1]:
                self._say("-warn", f"! {note.message}", note.hint)
            if not compiled.warnings:
                self._say("-good", *_praise(compiled))
        self._input.refresh()
        cursor = self._input.cursor_position
        self._latest.want(lambda: complete(text, cursor, self._view), long=True)

    def _say(self, state: str, message: str, hint: str) -> None:
        for each in _STATES:
            self._input.set_class(each == state, each)
            self._message.set_class(each == state, each)
        self._message.update(printable(message) + "\n  " + printable(hint))

    def _complete(self) -> None:
        """Choose the next proposal; take the only one."""
        self._list.choose(1)
        if self._list.line_count() == 1:
            self._take_chosen()

    def _move(self, step: int) -> None:
        """Among the recent filters; among the proposals if one is chosen, or there is nothing more recent."""
        if self._list.chosen is not None or (self._place == 0 and step > 0):
            self._list.choose(step)
            return
        if self._place == 0:
            self._recent = (self._input.value, *self._recent[1:])
        place = self._place - step
        if 0 <= place < len(self._recent):
            self._place = place
            self._input.value = self._recent[place]
            self._input.cursor_position = len(self._input.value)

    def _apply(self) -> None:
        if self._list.chosen is not None:
            self._take_chosen()
        elif self._filter is not None:
            self.dismiss(self._filter)
        else:
            self.app.bell()

    def _close(self) -> None:
        if self._list.chosen is not None:
            self._list.leave()
        else:
            self.dismiss(None)

    @on(CompletionList.Taken)
    def _clicked(self, message: CompletionList.Taken) -> None:
        self._take(message.completion)

    def _take_chosen(self) -> None:
        chosen = self._list.chosen
        if chosen is not None:
            self._take(chosen)

    def _take(self, completion: Completion) -> None:
        """Put a proposal where it belongs, and go on behind it."""
        text = self._input.value
        behind = text[completion.end :].lstrip()
        gap = "" if completion.what is What.FUNCTION else " "
        before = text[: completion.start] + completion.text + gap
        self._list.show(())
        self._input.value = before + behind
        self._input.cursor_position = len(before)

    def on_click(self, event: Click) -> None:
        """A click beside the bar closes it."""
        if event.widget is self:
            self.dismiss(None)


def _leaving(keys: Container[str]) -> BindingsMap:
    """The field's own keys without those of the bar, which it hands on.

    With priority those would be carried out before what was typed just before them is in the field.
    """
    own = (each for each in Input.BINDINGS if isinstance(each, Binding))
    return BindingsMap(each for each in own if not any(key in keys for key in each.key.split(",")))


def _praise(compiled: Filter) -> tuple[str, str]:
    """What is said of a filter that makes sense, and what it takes."""
    if not compiled.text.strip():
        return "✓ every packet passes", "such as tcp.port == 443 and tcp.flags.syn == 1"
    return "✓ a filter", _EFFORTS.get(compiled.effort, "")
