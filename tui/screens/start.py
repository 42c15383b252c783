"""The start screen: interfaces with their traffic, recent files, and any other file.

It opens nothing. It ends with a choice, which the command line then takes as if it had been given there: so
there is one way to open a capture, and privileges are given up on it before a packet is parsed.
Looking at the system is done in threads; all of them have ended when the screen has.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual import on
from textual.widgets import Static

from tui.actions import Place
from tui.capture.live import station
from tui.capture.live.privileges import OTHERWISE
from tui.capture.live.spec import LiveSpec
from tui.errors import TcpscopeError, printable
from tui.panes.choices import ChoicePane
from tui.report import start as report
from tui.report.explain import Tone
from tui.report.traffic import Traffic
from tui.screens.capture_filter import CaptureFilterScreen
from tui.screens.keyed import KeyedScreen, hint_line
from tui.screens.latest import Latest
from tui.screens.motions import MOTIONS
from tui.screens.open_file import OpenFileScreen
from tui.screens.themes import other

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from tui.config.config import Config
    from tui.screens.keyboard import Command

LOOK_SECONDS = 1.0
_OTHER_FILE = "Open another file …"
_HINTS = (
    ("begin", "open"),
    ("open_file", "another file"),
    ("next_pane", "other list"),
    ("help", "help"),
    ("quit", "quit"),
)


class Capture(Struct, frozen=True):
    """Capture on this interface, what `filter` lets through; "" is the default."""

    interface: str
    filter: str


Choice = Capture | Path
"""What the start screen ends with; a path is absolute."""


class StartScreen(KeyedScreen):
    """Ends the application with a Choice, or with None."""

    AUTO_FOCUS = "#interfaces"
    PLACES: ClassVar[tuple[Place, ...]] = (Place.START,)

    def __init__(self, config: Config, files: Sequence[Path]) -> None:
        super().__init__(config.actions)
        self._config = config
        self._recent = files
        self._traffic = Traffic()
        self._interfaces = ChoicePane(id="interfaces")
        self._files = ChoicePane(id="files")
        self._watch: Timer | None = None
        self._line = Static(id="hints", markup=False)
        self._latest: Latest[report.Interfaces] = Latest(self, self._show_interfaces)
        self._commands: Mapping[str, Callable[[], object]] = {
            "begin": self._begin,
            "open_file": self._ask_for_file,
            "next_pane": self.focus_next,
            "previous_pane": self.focus_previous,
            "theme": self._change_theme,
            "palette": self._open_palette,
            "help": self.open_help,
            "quit": self._leave,
            "leave": self._leave,
        }

    def compose(self) -> ComposeResult:
        self._interfaces.border_title = "Interfaces"
        self._interfaces.border_subtitle = "looking …"
        self._files.border_title = "Recent files"
        self._files.border_subtitle = "looking …"
        yield self._interfaces
        yield self._files
        yield self._line

    def on_mount(self) -> None:
        self._show_hints()
        self.run_worker(self._look_at_files())
        self._watch = self.set_interval(LOOK_SECONDS, self._look)
        self._look()

    @property
    def _pane(self) -> ChoicePane:
        return self._files if self._files.has_focus else self._interfaces

    def perform(self, command: Command) -> None:
        self._show_hints()
        action = command.action.id
        if action in self._commands:
            self._commands[action]()
        else:
            MOTIONS[action](self._pane, command.count)

    def say(self, *lines: str) -> None:
        """Show this in place of the hints, until the next key."""
        self._line.update("\n".join(map(printable, lines)))
        self._line.add_class("-message")

    def _show_hints(self) -> None:
        self._line.update(hint_line(_HINTS, self.actions))
        self._line.remove_class("-message")

    # what there is

    def _look(self) -> None:
        if self.is_running and not self._latest.busy:
            self._latest.want(report.look_at_interfaces, long=True)

    def _show_interfaces(self, seen: report.Interfaces) -> None:
        self._traffic.add(seen.moment, seen.counts)
        lines = report.interface_lines(seen, self._traffic)
        self._interfaces.border_subtitle = ""
        self._interfaces.show(report.interface_columns(seen), seen.names, lines)

    async def _look_at_files(self) -> None:
        seen = await asyncio.to_thread(lambda: [*map(report.look_at_file, self._recent)])
        self._files.border_subtitle = ""
        keys = [*(each.path for each in seen), None]
        lines = [*map(report.file_line, seen), [(_OTHER_FILE, Tone.PLAIN)]]
        self._files.show(report.FILE_COLUMNS, keys, lines)

    # what is chosen

    @on(ChoicePane.Chosen, "#interfaces")
    def _interface_chosen(self, message: ChoicePane.Chosen) -> None:
        self.run_worker(self._ask_for_filter(str(message.key)), exclusive=True)

    async def _ask_for_filter(self, name: str) -> None:
        """First of all see whether we may capture there: nobody should type a filter for nothing."""
        try:
            await asyncio.to_thread(station.try_out, LiveSpec((name,)))
        except TcpscopeError as error:
            self.say(f"{error.message}:", *(f"  {way}" for way in error.hint.split(OTHERWISE)))
            return
        asked = CaptureFilterScreen(name, self._config.capture_filter, self.actions)
        text = await self.app.push_screen_wait(asked)
        if text is not None:
            self._end(Capture(name, text))

    @on(ChoicePane.Chosen, "#files")
    def _file_chosen(self, message: ChoicePane.Chosen) -> None:
        if not isinstance(message.key, Path):
            self._ask_for_file()
        elif report.look_at_file(message.key).size is None:
            self.say(f"{message.key.name} is gone from {message.key.parent}")
        else:
            self._end(message.key)

    def _begin(self) -> None:
        self._pane.activate()

    def _ask_for_file(self) -> None:
        self.app.push_screen(OpenFileScreen(self.actions), self._end_with_file)

    def _end_with_file(self, path: Path | None) -> None:
        if path is not None:
            self._end(path)

    def _leave(self) -> None:
        self._end(None)

    def _end(self, choice: Choice | None) -> None:
        if self._watch is not None:
            self._watch.stop()
        self.app.exit(choice)

    def _open_palette(self) -> None:
        self.app.action_command_palette()

    def _change_theme(self) -> None:
        self.app.theme = other(self.app.theme)
