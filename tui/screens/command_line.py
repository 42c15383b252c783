"""The command line: a packet's number, a time, or an action by its name with what is typed behind it.

Invariant: a line is carried out only if it says something; what it would do is said as it is typed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.actions import Place, keys_text
from tui.errors import TcpscopeError
from tui.screens.arguments import ARGUMENTS
from tui.screens.bar import BAD, GOOD, Bar
from tui.screens.palette import palette_actions
from tui.screens.vocabulary import EXPECTED, Spoken, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.filter.completion import Completion
    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen


class CommandLine(Bar[str]):
    """Returns a line that says something; None if it is left."""

    PLACE = Place.LINE
    TITLE_TEXT = "Command line"
    PROMPT = ":"
    APPLY = "carry_out"
    HINTS = (("complete", "complete"), ("up", "recent"), ("carry_out", "carry out"), ("close", "leave"))

    def __init__(self, main: MainScreen, text: str = "", recent: Sequence[str] = ()) -> None:
        super().__init__(text, recent, main.actions)
        self._main = main
        self._vocabulary = Vocabulary(palette_actions(actions=main.actions))

    def judge(self, text: str) -> None:
        """Say what the line would do, and propose names, or what may stand behind one."""
        spoken: Spoken | None = None
        try:
            spoken = self._vocabulary.read(text)
            self.say(GOOD, *self._promise(spoken.command))
        except TcpscopeError as error:
            if text.strip():
                self.say(BAD, f"✗ {error.message}", error.hint)
            else:
                self.say("", EXPECTED, "")
        self._propose(text, spoken)

    def apply(self, text: str) -> None:
        if not text.strip():
            self.dismiss(None)
            return
        try:
            self._promise(self._vocabulary.read(text).command)
        except TcpscopeError:
            self.app.bell()  # why not is said already
        else:
            self.dismiss(text.strip())

    def gap(self, completion: Completion) -> str:
        if completion.text.endswith("/"):  # a folder: what is in it follows
            return ""
        return " " if completion.end < len(self._input.value) or self._takes_text(completion) else ""

    def _takes_text(self, completion: Completion) -> bool:
        return completion.start > 0 or self._vocabulary.takes_text(completion)

    def _promise(self, command: Command) -> tuple[str, str]:
        """What a command does, and how it is had by keys; a TcpscopeError if it can do nothing."""
        action = command.action
        keys = f"also {keys_text(action)}"
        if command.text:
            promise = ARGUMENTS[action.id].judge(self._main, command.text)
            return f"✓ {promise}", "" if action.id == "goto" else keys
        return f"✓ {action.help}", f"{keys}; {action.takes} may follow" if action.takes else keys

    def _propose(self, line: str, spoken: Spoken | None) -> None:
        cursor = self._input.cursor_position
        if spoken is None or cursor < spoken.start or not line[: spoken.start].endswith(" "):
            self._proposals.want(lambda: self._vocabulary.proposals(line), long=False)
            return
        start, argument = spoken.start, ARGUMENTS.get(spoken.command.action.id)
        if argument is None or argument.propose is None:
            self._proposals.want(lambda: (), long=False)
        else:
            work = partial(argument.propose, self._main, line[start:], cursor - start)
            self._proposals.want(lambda: [_moved(each, start) for each in work()], long=True)


def _moved(completion: Completion, by: int) -> Completion:
    return replace(completion, start=completion.start + by, end=completion.end + by)
