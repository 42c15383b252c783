"""Long work tells how far it is, and is stopped when whoever asked for it goes away."""

from __future__ import annotations

import threading

from screen_driver import opened
from textual.screen import Screen

from tui.screens.stoppable import in_thread


async def test_progress_is_told_until_the_work_is_done() -> None:
    async with opened() as driver:
        told = threading.Event()
        calls: list[int] = []

        def progress() -> None:
            calls.append(1)
            told.set()

        assert await in_thread(driver.main, lambda: told.wait(10), stop=told.set, progress=progress)
        count = len(calls)
        await driver.pilot.pause(0.3)
        assert len(calls) == count


async def test_work_is_stopped_when_its_screen_is_left() -> None:
    async with opened() as driver:
        stopped = threading.Event()
        screen: Screen[None] = Screen()
        await driver.app.push_screen(screen)
        screen.run_worker(in_thread(screen, lambda: stopped.wait(10), stop=stopped.set))
        await driver.pilot.pause()
        screen.dismiss()
        await driver.until(stopped.is_set)
