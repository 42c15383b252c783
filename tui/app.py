"""The Textual application: the themes, what the terminal can show, and the main screen. Wiring only.

Nothing here imports scapy, directly or not: the first rows stand before it is needed (tests/rules).
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from tui.actions import BY_ID
from tui.canvas import Canvas
from tui.driver import FrugalDriver
from tui.panes.glyphs import AsciiFilter
from tui.screens.main import MainScreen
from tui.screens.terminal import speaks_utf8
from tui.screens.themes import DARK, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.command import Provider
    from textual.driver import Driver

    from tui.canvas import Filters, PlacedLine
    from tui.session import Session


_LOADED_SECONDS = 1.0


def _action_provider() -> type[Provider]:
    from tui.screens.palette import ActionProvider

    return ActionProvider


class TcpscopeApp(Canvas, App[None], inherit_bindings=False):
    """The screen over one session."""

    TITLE = "tcpscope"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_action_provider}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        # The main screen's own come first; without these Textual would bind the palette's key before them.
        *(Binding(key, "command_palette", show=False) for key in BY_ID["palette"].keys),
    ]

    def __init__(self, session: Session, environment: Mapping[str, str] = os.environ) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in environment else None)
        self._session = session
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        if not speaks_utf8(environment):
            self._filters.append(AsciiFilter())
            self.add_class("-ascii")

    def on_ready(self) -> None:
        # What is loaded now stays to the end: to look through it again and again takes 10 ms amid a key.
        self.set_timer(_LOADED_SECONDS, gc.freeze)
        # After a stop (SIGTSTP) the terminal shows anything but what Textual believes.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        return FrugalDriver if issubclass(FrugalDriver, driver) else driver

    def paint(self, lines: Sequence[PlacedLine], filters: Filters) -> bool:
        return isinstance(self._driver, FrugalDriver) and self._driver.paint(lines, filters)

    def get_default_screen(self) -> MainScreen:
        return MainScreen(self._session)
