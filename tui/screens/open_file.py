"""The dialog that asks for a file: its path is typed, Tab completes it, the arrows choose from what is there.

Invariant: a key never waits for a file system: folders are read in a thread.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.actions import Place, key_text
from tui.errors import printable
from tui.panes.choices import ChoicePane
from tui.report.explain import Tone
from tui.report.folders import completed, folder_of, matches, path_of, read_folder
from tui.screens.keyed import field_bindings
from tui.screens.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from tui.actions import Actions
    from tui.panes.lines import Line
    from tui.report.folders import Folder

_HINTS = (("complete", "complete"), ("down", "choose"), ("close", "leave"))


class NamePane(ChoicePane, can_focus=False):
    """The names that continue what is typed; the focus stays in the field."""

    HEAD_LINES: ClassVar[int] = 0

    def head(self, width: int) -> Sequence[Line]:
        return ()


class OpenFileScreen(ModalScreen[Path | None]):
    """Returns the absolute path of a file that is there, or None."""

    AUTO_FOCUS = "Input"

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._commands: Mapping[str, Callable[[], object]] = {
            "complete": self._complete,
            "close": partial(self.dismiss, None),
            "up": partial(self._choose, -1),
            "down": partial(self._choose, 1),
            "page_up": partial(self._choose, -10),
            "page_down": partial(self._choose, 10),
        }
        self._bindings = BindingsMap(field_bindings(Place.OPEN, self._commands, actions))
        self._actions = actions
        self._folder: Folder | None = None
        self._names: tuple[str, ...] = ()  # that continue what is typed
        self._lead = ""  # what stands before them
        self._input = Input(placeholder="the path of a capture file", select_on_focus=False)
        self._list = NamePane()
        self._message = Label(markup=False)
        self._latest = Latest(self, self._show)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Open a file"
            dialog.border_subtitle = Content(
                "  ".join(f"{key_text(self._actions[action].keys[0])} {word}" for action, word in _HINTS)
            )
            yield self._input
            yield self._list
            yield self._message

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table."""
        self._commands[action]()

    @on(Input.Changed)
    def _look(self) -> None:
        """Show what continues the text."""
        wanted = folder_of(self._input.value)
        if self._folder is not None and self._folder.path == wanted:
            self._show(self._folder)
        else:
            self._latest.want(partial(read_folder, wanted), long=True)

    def on_mount(self) -> None:
        self._look()

    @on(Input.Submitted)
    def _open(self) -> None:
        """Open what is chosen, or typed; a folder is entered."""
        text = self._input.value
        path = path_of(text)
        try:
            is_folder, is_there = path.is_dir(), path.exists()
        except (OSError, ValueError) as error:  # a name too long, a folder that we may not see
            self._say(f"that cannot be opened: {error}")
            return
        if is_folder and text:
            self._type(text.rstrip("/") + "/")
            self._look()
        elif is_there and text:
            self.dismiss(path)
        elif text:
            self._say(f"there is no {path.name} in {path.parent}")

    @on(ChoicePane.Chosen)
    def _clicked(self, message: ChoicePane.Chosen) -> None:
        self._take(str(message.key))
        self._open()

    def _complete(self) -> None:
        text = completed(self._input.value, self._names)
        if text != self._input.value:
            self._type(text)

    def _choose(self, step: int) -> None:
        """Put another name into the field; what continues the text stays in the list."""
        if self._names:
            name = self._input.value[len(self._lead) :]
            self._list.select(self._names.index(name) + step if name in self._names else 0)
            self._take(self._names[self._list.cursor])

    def _take(self, name: str) -> None:
        with self._input.prevent(Input.Changed):
            self._type(self._lead + name)

    def _type(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)

    def _show(self, folder: Folder) -> None:
        self._folder = folder
        self._names = matches(folder, self._input.value)
        self._lead = self._input.value[: self._input.value.rfind("/") + 1]
        tones = [Tone.TITLE if name.endswith("/") else Tone.PLAIN for name in self._names]
        self._list.show((), self._names, [[pair] for pair in zip(self._names, tones, strict=True)])
        self._say(_remark(folder, len(self._names)))

    def _say(self, text: str) -> None:
        self._message.update(printable(text))


def _remark(folder: Folder, shown: int) -> str:
    if folder.problem:
        return f"{folder.path}: {folder.problem}"
    parts = [f"{shown:,} names" if shown else "nothing there continues this"]
    if folder.left_out:
        parts.append(f"{folder.left_out:,} that cannot be shown are left out")
    if folder.has_more:
        parts.append("there are more than these")
    return ", ".join(parts)
