"""The program on the capture of scenario 4, driven by keys."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.app import TcpscopeApp
from tui.config.config import DEFAULT, FIRST_CHOICES, Choices, Config
from tui.screens.main import MainScreen
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot
    from textual.screen import Screen

    from tui.screens.layouts import Slot

CAPTURE = Path(__file__).parents[2] / "captures" / "three-way-close.pcap"
UTF8 = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}


class Driver:
    """Presses keys and looks at the main screen."""

    def __init__(self, app: TcpscopeApp, pilot: Pilot[Any], main: MainScreen) -> None:
        self.app = app
        self.pilot = pilot
        self.main = main

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until the panes have come to rest."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.05)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait, a few seconds at most, for something that another thread brings about."""
        for _ in range(100):
            if done():
                return
            await self.pilot.pause(0.05)
        raise AssertionError("it did not come about")

    def focused(self) -> Slot:
        """Where the focus is."""
        return self.main.arrangement.focused

    def screen(self) -> Screen[Any]:
        """The screen that is on top."""
        return self.app.screen

    def seen(self) -> set[str]:
        """The ids of the panes that can be seen."""
        return {pane.id or "" for pane in self.main.query("LinePane").results() if pane.display}

    def text(self) -> str:
        """All text on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)


@asynccontextmanager
async def opened(
    path: Path = CAPTURE,
    size: tuple[int, int] = (160, 48),
    environment: dict[str, str] | None = None,
    follow: bool = False,
    config: Config = DEFAULT,
    last: Choices = FIRST_CHOICES,
) -> AsyncIterator[Driver]:
    """The program over a capture, read to its end unless it is followed."""
    session = Session([str(path)], follow=follow)
    try:
        if not follow:
            session.wait()
        app = TcpscopeApp(session, UTF8 if environment is None else environment, config, last)
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.05)
            assert isinstance(app.screen, MainScreen)
            yield Driver(app, pilot, app.screen)
    finally:
        session.close()
