"""The application over one session: the main screen, and what is remembered of it. Wiring only.

Nothing here imports scapy, directly or not: the first rows stand before it is needed (tests/rules).
"""

from __future__ import annotations

import gc
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui.application import Application
from tui.config.config import DEFAULT, FIRST_CHOICES, Choices, Config
from tui.config.recent import NO_MEMORY, Recent
from tui.screens.leave import keep_unasked
from tui.screens.main import MainScreen
from tui.screens.signals import left_by_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tui.capture.live.running import Control
    from tui.capture.source import Source
    from tui.session import Session


_LOADED_SECONDS = 1.0


def run(
    session: Session,
    config: Config,
    sources: Iterable[Source],
    narrate: Callable[[str], None],
    control: Control | None = None,
) -> int:
    """Show a session, opened from `sources`, until the user or a signal ends that; the exit code.

    What is to be said when the terminal is restored is narrated. `control` is that of a live capture.
    """
    recent = Recent.of_user()
    app = TcpscopeApp(session, config=config, last=recent.choices(), recent=recent, control=control)

    def keep() -> list[str]:
        return keep_unasked(session, config.on_exit)

    with left_by_signals(app.exit, keep) as statuses:
        farewell = app.run()
    if statuses or app.return_code:
        farewell = keep()
    recent.keep(app.choices)  # only now: to write a file would delay the first rows
    for source in sources:
        if isinstance(source, str) and source != "-" and Path(source).is_file():
            recent.add(Path(source))
    for line in farewell or ():
        narrate(line)
    if app.mistake is not None:
        raise app.mistake
    return statuses[0] if statuses else app.return_code or 0


class TcpscopeApp(Application[list[str]]):
    """The screen over one session."""

    def __init__(
        self,
        session: Session,
        environment: Mapping[str, str] = os.environ,
        config: Config = DEFAULT,
        last: Choices = FIRST_CHOICES,
        recent: Recent = NO_MEMORY,
        control: Control | None = None,
    ) -> None:
        super().__init__(environment, config, last)
        self._session = session
        self._config = config
        self._recent = recent
        self._control = control
        self._first = config.starting(last)

    @cached_property
    def _main(self) -> MainScreen:
        return MainScreen(self._session, self._config, self._first, self._recent, self._control)

    @property
    def choices(self) -> Choices:
        """What the next run may begin with."""
        main = self._main
        return Choices(
            self.theme,
            main.forms.time,
            main.forms.numbers,
            main.columns.chosen,
            main.colours.on,
            main.colours.chosen,
        )

    def on_ready(self) -> None:
        self.set_timer(_LOADED_SECONDS, self._collect_garbage)

    def _collect_garbage(self) -> None:
        """From now on. What is loaded stays to the end, and to look through it takes 10 ms amid a key."""
        gc.freeze()
        gc.enable()

    def get_default_screen(self) -> MainScreen:
        return self._main
