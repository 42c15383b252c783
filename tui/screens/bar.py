"""A bar above the status bar in which a line is typed: judged at each key, with proposals and recent lines.

Invariant: a key never waits. What the text is worth is found at once; what may stand there may be found in a
thread, and counts only for the latest text.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from tui.errors import printable
from tui.panes.completions import CompletionList
from tui.screens.dialog import Dialog
from tui.screens.keyed import field_bindings, hand_on, hint_line
from tui.screens.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.highlighter import Highlighter
    from textual.app import ComposeResult
    from textual.events import Click
    from textual.widget import Widget

    from tui.actions import Actions, Place
    from tui.filter.completion import Completion
    from tui.screens.keyed import Hints

Result = TypeVar("Result")

GOOD, WARN, BAD = "-good", "-warn", "-bad"


class Bar(Dialog[Result | None]):
    """Returns what a subclass makes of the line; None if it is left."""

    AUTO_FOCUS = "Input"
    PLACE: ClassVar[Place]
    TITLE_TEXT: ClassVar[str]
    PROMPT: ClassVar[str]
    APPLY: ClassVar[str]
    """The action that ends the line."""
    HINTS: ClassVar[Hints]

    def __init__(
        self, text: str, recent: Sequence[str], actions: Actions, highlighter: Highlighter | None = None
    ) -> None:
        super().__init__()
        self._commands: Mapping[str, Callable[[], None]] = {
            "complete": self._complete,
            self.APPLY: self._apply,
            "close": self._close,
            "up": partial(self._move, -1),
            "down": partial(self._move, 1),
            **self.further_commands(),
        }
        self.actions = actions
        self._recent = (text, *(each for each in recent if each != text))  # what is typed comes first
        self._place = 0  # among them
        self._list = CompletionList()
        self._input = Input(text, highlighter=highlighter, select_on_focus=False)
        self._bindings = hand_on(self._input, field_bindings(self.PLACE, self._commands, actions))
        self._message = Label(markup=False)
        self._proposals: Latest[Sequence[Completion]] = Latest(self, self._list.show)

    def further_commands(self) -> Mapping[str, Callable[[], None]]:
        """What a subclass has keys for beside, by its actions."""
        return {}

    def above(self) -> Widget:
        """What stands above the line: the proposals, if there are any."""
        return self._list

    def place_cursor(self) -> None:
        """Put the cursor where typing begins."""
        self._input.cursor_position = len(self._input.value)

    def judge(self, text: str) -> None:
        """Say what the text is worth, and ask for proposals."""
        raise NotImplementedError

    def apply(self, text: str) -> None:
        """The line is as it is meant: dismiss with what it says, or tell why not."""
        raise NotImplementedError

    def gap(self, completion: Completion) -> str:
        """What comes between a proposal that is taken and what is typed next."""
        return " "

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.TITLE_TEXT
            dialog.border_subtitle = hint_line(self.HINTS, self.actions)
            yield self.above()
            with Horizontal():
                yield Label(self.PROMPT)
                yield self._input
            yield self._message

    def on_mount(self) -> None:
        self.place_cursor()
        self._judge()

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table."""
        self._commands[action]()

    def say(self, state: str, message: str, hint: str) -> None:
        """Show what the text is worth: GOOD, WARN or BAD."""
        for each in (GOOD, WARN, BAD):
            self._input.set_class(each == state, each)
            self._message.set_class(each == state, each)
        self._message.update(printable(message) + "\n  " + printable(hint))

    @on(Input.Changed)
    def _judge(self) -> None:
        shown = printable(self._input.value)
        if shown == self._input.value:
            self.judge(shown)
        else:
            self._input.value = shown  # which is judged in its turn

    def _complete(self) -> None:
        """Choose the next proposal; take the only one."""
        self._list.choose(1)
        if self._list.line_count() == 1:
            self._take_chosen()

    def _move(self, step: int) -> None:
        """Among the recent lines; among the proposals if one is chosen, or there is nothing more recent."""
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
        else:
            self.apply(self._input.value)

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
        before = text[: completion.start] + completion.text + self.gap(completion)
        self._list.show(())
        self._input.value = before + behind
        self._input.cursor_position = len(before)

    def on_click(self, event: Click) -> None:
        """A click beside the bar closes it."""
        if event.widget is self:
            self.dismiss(None)
