"""Long work is done in a thread, one piece at a time, and only the latest result is shown."""

from __future__ import annotations

import threading
from functools import partial

from screen_driver import opened

from tui.screens.latest import Latest


async def test_short_work_is_done_at_once() -> None:
    async with opened() as driver:
        shown: list[int] = []
        Latest(driver.main, shown.append).want(lambda: 1, long=False)
        assert shown == [1]


async def test_of_what_is_asked_for_meanwhile_only_the_latest_is_done_and_shown() -> None:
    async with opened() as driver:
        shown: list[int] = []
        done: list[int] = []
        go_on = threading.Event()

        def work(number: int) -> int:
            go_on.wait(10)
            done.append(number)
            return number

        latest = Latest(driver.main, shown.append)
        for number in range(5):
            latest.want(partial(work, number), long=number < 4)
            await driver.pilot.pause()
        assert latest.busy
        go_on.set()
        await driver.until(lambda: not latest.busy)
        assert done == [0, 4]
        assert shown == [4]


async def test_what_is_not_wanted_any_more_is_not_shown() -> None:
    async with opened() as driver:
        shown: list[bool] = []
        go_on = threading.Event()
        latest = Latest(driver.main, shown.append)
        latest.want(partial(go_on.wait, 10), long=True)
        await driver.pilot.pause()
        latest.forget()
        go_on.set()
        await driver.until(lambda: not latest.busy)
        assert shown == []


async def test_work_can_be_asked_for_again_when_it_is_done() -> None:
    async with opened() as driver:
        shown: list[int] = []
        latest = Latest(driver.main, shown.append)
        for number in (1, 2):
            latest.want(partial(int, number), long=True)
            await driver.until(lambda: not latest.busy)
        assert shown == [1, 2]
