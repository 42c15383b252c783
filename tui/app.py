"""The Textual application: the themes, what the terminal can show, and the main screen. Wiring only.

Nothing here imports scapy, directly or not: the first rows stand before it is needed (tests/rules).
"""

from __future__ import annotations

import gc
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingsMap

from tui.canvas import Canvas
from tui.config.config import DEFAULT, FIRST_CHOICES, Choices, Config
from tui.config.recent import NO_MEMORY, Recent
from tui.driver import FrugalDriver
from tui.panes.glyphs import AsciiFilter
from tui.screens.main import MainScreen
from tui.screens.terminal import speaks_utf8
from tui.screens.themes import theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.command import Provider
    from textual.driver import Driver

    from tui.canvas import Filters, PlacedLine
    from tui.capture.source import Source
    from tui.session import Session


_LOADED_SECONDS = 1.0


def run(session: Session, config: Config, sources: Iterable[Source]) -> int:
    """Show a session, opened from `sources`, until the user leaves; the exit code."""
    recent = Recent.of_user()
    app = TcpscopeApp(session, config=config, last=recent.choices(), recent=recent)
    app.run()
    recent.keep(app.choices)  # only now: to write a file would delay the first rows
    for source in sources:
        if isinstance(source, str) and source != "-" and Path(source).is_file():
            recent.add(Path(source))
    return app.return_code or 0


def _action_provider() -> type[Provider]:
    from tui.screens.palette import ActionProvider

    return ActionProvider


class TcpscopeApp(Canvas, App[None], inherit_bindings=False):
    """The screen over one session."""

    TITLE = "tcpscope"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_action_provider}
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        environment: Mapping[str, str] = os.environ,
        config: Config = DEFAULT,
        last: Choices = FIRST_CHOICES,
        recent: Recent = NO_MEMORY,
    ) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in environment else None)
        self._session = session
        self._config = config
        self._recent = recent
        self._first = config.starting(last)
        # In the place of Textual's own. A screen's keys come first; this is for dialogs, which have none.
        self._bindings = BindingsMap(
            Binding(key, "command_palette", show=False)
            for key in config.actions["palette"].keys
            if " " not in key
        )
        for name, palette in config.palettes.items():
            self.register_theme(theme_of(name, palette))
        self.theme = self._first.theme
        if not speaks_utf8(environment):
            self._filters.append(AsciiFilter())
            self.add_class("-ascii")

    @cached_property
    def _main(self) -> MainScreen:
        return MainScreen(self._session, self._config, self._first, self._recent)

    @property
    def choices(self) -> Choices:
        """What the next run may begin with."""
        return Choices(self.theme, self._main.forms.time, self._main.forms.numbers)

    def on_ready(self) -> None:
        self.set_timer(_LOADED_SECONDS, self._collect_garbage)
        # After a stop (SIGTSTP) the terminal shows anything but what Textual believes.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())

    def _collect_garbage(self) -> None:
        """From now on. What is loaded stays to the end, and to look through it takes 10 ms amid a key."""
        gc.freeze()
        gc.enable()

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        return FrugalDriver if issubclass(FrugalDriver, driver) else driver

    def paint(self, lines: Sequence[PlacedLine], filters: Filters) -> bool:
        return isinstance(self._driver, FrugalDriver) and self._driver.paint(lines, filters)

    def get_default_screen(self) -> MainScreen:
        return self._main
