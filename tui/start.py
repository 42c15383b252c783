"""The application of the start screen: what a user chooses who named nothing on the command line."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.application import Application
from tui.config.config import DEFAULT, FIRST_CHOICES, Choices, Config
from tui.config.recent import Recent
from tui.screens.signals import left_by_signals
from tui.screens.start import Choice, StartScreen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def choose(config: Config) -> Choice | None:
    """Show the start screen until something is chosen; None if it was left. Afterwards no thread is left.

    SystemExit, as a shell expects it, if a signal ended it.
    """
    recent = Recent.of_user()
    last = recent.choices()
    app = StartApp(config=config, last=last, files=recent.files())
    with left_by_signals(app.exit, give_up=lambda: None) as statuses:
        choice = app.run()
    if app.mistake is not None:
        raise app.mistake
    if app.theme != config.starting(last).theme:
        recent.keep(replace(last, theme=app.theme))
    if statuses:
        sys.exit(statuses[0])
    return choice


class StartApp(Application[Choice]):
    """Ends with a Choice, or None."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        config: Config = DEFAULT,
        last: Choices = FIRST_CHOICES,
        files: Sequence[Path] = (),
    ) -> None:
        super().__init__(environment, config, last)
        self._config = config
        self._files = files

    @cached_property
    def _start(self) -> StartScreen:
        return StartScreen(self._config, self._files)

    def get_default_screen(self) -> StartScreen:
        return self._start
