"""What every Textual application of the program is: the themes, and what the terminal can show.

Nothing here imports scapy, directly or not: the first rows stand before it is needed (tests/rules).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from textual.app import App
from textual.binding import Binding, BindingsMap

from tui.canvas import Canvas
from tui.clipboard import Clipboard
from tui.config.config import DEFAULT, FIRST_CHOICES, Choices, Config
from tui.driver import FrugalDriver
from tui.panes.glyphs import AsciiFilter
from tui.screens.terminal import speaks_utf8
from tui.screens.themes import theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.command import Provider
    from textual.driver import Driver

    from tui.canvas import Filters, PlacedLine

Result = TypeVar("Result")

# Read now: a live capture gives root's rights up before the app runs, and may then not read it.
_DIALOGS = Path(__file__).with_name("dialogs.tcss")
_SHEET = Path(__file__).with_name("app.tcss").read_text(encoding="utf-8")
_DIALOGS_SHEET = _DIALOGS.read_text(encoding="utf-8")


@runtime_checkable
class Speaker(Protocol):
    """A screen that can tell what became of a command."""

    def say(self, message: str) -> None:
        """Show it for a moment."""


def _action_provider() -> type[Provider]:
    from tui.screens.palette import ActionProvider

    return ActionProvider


def _filter_provider() -> type[Provider]:
    from tui.screens.filter_palette import FilterProvider

    return FilterProvider


class Application(Canvas, App[Result], Generic[Result], inherit_bindings=False):
    """A screen on the terminal; a subclass says which, and what it ends with."""

    TITLE = "tcpscope"
    CSS = _SHEET
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        _action_provider,
        _filter_provider,
    }
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        config: Config = DEFAULT,
        last: Choices = FIRST_CHOICES,
    ) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in environment else None)
        self.terminal_clipboard = Clipboard(environment)
        # In the place of Textual's own. A screen's keys come first; this is for dialogs, which have none.
        self._bindings = BindingsMap(
            Binding(key, "command_palette", show=False)
            for key in config.actions["palette"].keys
            if " " not in key
        )
        for name, palette in config.palettes.items():
            self.register_theme(theme_of(name, palette))
        self.theme = config.starting(last).theme
        if not speaks_utf8(environment):
            self._filters.append(AsciiFilter())
            self.add_class("-ascii")

    def action_command_palette(self) -> None:
        """Show the command palette, unless it is there."""
        from tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def on_ready(self) -> None:
        # After a stop (SIGTSTP) the terminal shows anything but what Textual believes.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())

    def push_screen(self, *args: Any, **options: Any) -> Any:
        """As Textual does, with the dialogs' styles: the first rows come sooner without."""
        if not self.stylesheet.has_source(str(_DIALOGS)):
            self.stylesheet.add_source(_DIALOGS_SHEET, (str(_DIALOGS), ""))
        return super().push_screen(*args, **options)

    def refresh_css(self, animate: bool = True) -> None:
        """As Textual does; but before the first screen it would parse all style sheets for nothing."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def copy_to_clipboard(self, text: str) -> None:
        """Copy to the terminal's clipboard; what hinders that the screen says, after what the caller says."""
        self._clipboard = text  # Textual's own, for its fields
        self.run_worker(self._copy(text))

    async def _copy(self, text: str) -> None:
        remark = await self.terminal_clipboard.copy(text, self._write)
        speakers = (screen for screen in reversed(self.screen_stack) if isinstance(screen, Speaker))
        if remark and (speaker := next(speakers, None)):
            speaker.say(remark)

    def _write(self, data: str) -> None:
        if self._driver is not None:
            self._driver.write(data)

    @property
    def mistake(self) -> Exception | None:
        """The error of our own that ended the app; to be raised by whoever ran it."""
        return self._exception

    def _fatal_error(self) -> None:
        # Textual's would print a page of traceback.
        self._close_messages_no_wait()

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        return FrugalDriver if issubclass(FrugalDriver, driver) else driver

    def paint(self, lines: Sequence[PlacedLine], filters: Filters) -> bool:
        return isinstance(self._driver, FrugalDriver) and self._driver.paint(lines, filters)
