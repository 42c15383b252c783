"""What the actions of notes do on the main screen, and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.errors import TcpscopeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen
    from tui.screens.notebook import Notebook


def open_line(main: MainScreen, text: str = "") -> None:
    """Ask for a line, in which `text` stands already, and carry it out."""
    from tui.screens.command_line import CommandLine
    from tui.screens.palette import palette_actions
    from tui.screens.vocabulary import Vocabulary

    def carry_out(line: str | None) -> None:
        if line is not None:
            main.notebook.lines = (line, *(each for each in main.notebook.lines if each != line))
            main.perform(Vocabulary(palette_actions(actions=main.actions)).read(line).command)

    main.app.push_screen(CommandLine(main, text, main.notebook.lines), carry_out)


def speak(main: MainScreen, command: Command) -> None:
    """Carry out a command that has a text."""
    from tui.screens.arguments import ARGUMENTS

    try:
        ARGUMENTS[command.action.id].do(main, command.text)
    except TcpscopeError as error:
        main.say(str(error))


def _ask_for(action: str) -> Callable[[MainScreen, int | None], None]:
    """Ask for what the action takes."""
    return lambda main, count: open_line(main, f"{action.replace('_', ' ')} ")


def _note(do: Callable[[Notebook], None]) -> Callable[[MainScreen, int | None], None]:
    return lambda main, count: do(main.notebook)


def _step(do: Callable[[Notebook, int], None], step: int) -> Callable[[MainScreen, int | None], None]:
    return lambda main, count: do(main.notebook, step * (count or 1))


NOTES_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "goto": lambda main, count: open_line(main),
    "mark": _note(lambda notebook: notebook.mark()),
    "next_marked": _step(lambda notebook, step: notebook.next_marked(step), 1),
    "previous_marked": _step(lambda notebook, step: notebook.next_marked(step), -1),
    "mark_all": _note(lambda notebook: notebook.mark_all()),
    "unmark_all": _note(lambda notebook: notebook.unmark_all()),
    "reference": _note(lambda notebook: notebook.refer()),
    "ignore": _note(lambda notebook: notebook.ignore()),
    "comment": _note(lambda notebook: notebook.edit_comments()),
    "next_comment": _step(lambda notebook, step: notebook.next_comment(step), 1),
    "previous_comment": _step(lambda notebook, step: notebook.next_comment(step), -1),
    "bookmark": _ask_for("bookmark"),
    "to_bookmark": _ask_for("to_bookmark"),
    "jump_back": _note(lambda notebook: notebook.jump_back()),
}
