"""A dialog that asks for a file: its path is typed, Tab completes it, the arrows choose from what is there.

Invariant: a key never waits for a file system: folders are read in a thread.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.widgets import Input, Label

from tui.errors import printable
from tui.panes.choices import ChoicePane
from tui.report.explain import Tone
from tui.report.folders import completed, folder_of, matches, path_of, read_folder
from tui.screens.dialog import Dialog
from tui.screens.keyed import field_bindings, hint_line
from tui.screens.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.widget import Widget

    from tui.actions import Actions, Place
    from tui.panes.lines import Line
    from tui.report.folders import Folder

Result = TypeVar("Result")

_HINTS = (("complete", "complete"), ("down", "choose"), ("close", "leave"))


class NamePane(ChoicePane, can_focus=False):
    """The names that continue what is typed; the focus stays in the field."""

    HEAD_LINES: ClassVar[int] = 0

    def head(self, width: int) -> Sequence[Line]:
        return ()


class FileDialog(Dialog[Result | None]):
    """A subclass says what becomes of the path: see `taken`."""

    AUTO_FOCUS = "#path"

    def __init__(
        self,
        actions: Actions,
        place: Place,
        title: str,
        placeholder: str,
        commands: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:
        """`commands` are carried out beside those that every such dialog has."""
        super().__init__()
        self._commands: Mapping[str, Callable[[], object]] = {
            "complete": self._complete,
            "close": partial(self.dismiss, None),
            "up": partial(self._choose, -1),
            "down": partial(self._choose, 1),
            "page_up": partial(self._choose, -10),
            "page_down": partial(self._choose, 10),
            **(commands or {}),
        }
        self._bindings = BindingsMap(field_bindings(place, self._commands, actions))
        self._actions = actions
        self._heading = title
        self._folder: Folder | None = None
        self._names: tuple[str, ...] = ()  # that continue what is typed
        self._lead = ""  # what stands before them
        self.path_field = Input(placeholder=placeholder, select_on_focus=False, id="path")
        self._list = NamePane()
        self._message = Label(markup=False)
        self._latest = Latest(self, self._show)

    def taken(self, path: Path, *, is_there: bool) -> None:
        """The path of a file, or of none yet, was entered."""
        raise NotImplementedError

    def looked(self) -> None:
        """What continues the path is shown."""

    def above(self) -> Iterable[Widget]:
        """What stands above the path."""
        return ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._heading
            dialog.border_subtitle = hint_line(_HINTS, self._actions)
            yield from self.above()
            yield self.path_field
            yield self._list
            yield self._message

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table."""
        self._commands[action]()

    @on(Input.Changed, "#path")
    def _look(self) -> None:
        """Show what continues the text."""
        wanted = folder_of(self.path_field.value)
        if self._folder is not None and self._folder.path == wanted:
            self._show(self._folder)
        else:
            self._latest.want(partial(read_folder, wanted), long=True)

    def on_mount(self) -> None:
        self._look()

    @on(Input.Submitted)
    def enter(self) -> None:
        """Take what is chosen, or typed; a folder is entered."""
        text = self.path_field.value
        path = path_of(text)
        try:
            is_folder, is_there = path.is_dir(), path.exists()
        except (OSError, ValueError) as error:  # a name too long, a folder that we may not see
            self.tell(f"that cannot be looked at: {error}")
            return
        if is_folder and text:
            self.type_path(text.rstrip("/") + "/")
            self._look()
        elif text:
            self.taken(path, is_there=is_there)

    @on(ChoicePane.Chosen)
    def _clicked(self, message: ChoicePane.Chosen) -> None:
        self._take(str(message.key))
        self.enter()

    def _complete(self) -> None:
        text = completed(self.path_field.value, self._names)
        if text != self.path_field.value:
            self.type_path(text)

    def _choose(self, step: int) -> None:
        """Put another name into the field; what continues the text stays in the list."""
        if self._names:
            name = self.path_field.value[len(self._lead) :]
            self._list.select(self._names.index(name) + step if name in self._names else 0)
            self._take(self._names[self._list.cursor])

    def _take(self, name: str) -> None:
        with self.path_field.prevent(Input.Changed):
            self.type_path(self._lead + name)

    def type_path(self, text: str) -> None:
        """Put a path into the field."""
        self.path_field.value = text
        self.path_field.cursor_position = len(text)

    def _show(self, folder: Folder) -> None:
        self._folder = folder
        self._names = matches(folder, self.path_field.value)
        self._lead = self.path_field.value[: self.path_field.value.rfind("/") + 1]
        tones = [Tone.TITLE if name.endswith("/") else Tone.PLAIN for name in self._names]
        self._list.show((), self._names, [[pair] for pair in zip(self._names, tones, strict=True)])
        self.tell(_remark(folder, len(self._names)))
        self.looked()

    def tell(self, text: str) -> None:
        """Say something below the names."""
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
