"""Rows are looked up a batch at a time, those that were asked for last first."""

from __future__ import annotations

import asyncio

from screen_driver import opened

from tui.screens.backlog import Backlog, Rows


async def test_the_latest_rows_come_first_and_each_comes_once() -> None:
    async with opened() as driver:
        batches: list[Rows] = []
        go_on = asyncio.Event()

        async def look(rows: Rows) -> None:
            batches.append(rows)
            await go_on.wait()

        backlog = Backlog(driver.main, look)
        backlog.add(range(100))
        await driver.until(lambda: len(batches) == 1)
        backlog.add([7, 200])
        go_on.set()
        await driver.until(lambda: len(batches) == 2)
        assert batches == [tuple(range(36, 100)), (*range(36), 200)]


async def test_what_is_forgotten_is_not_looked_up() -> None:
    async with opened() as driver:
        batches: list[Rows] = []

        async def look(rows: Rows) -> None:
            batches.append(rows)
            backlog.clear()

        backlog = Backlog(driver.main, look)
        backlog.add(range(100))
        await driver.until(lambda: bool(batches))
        backlog.add([5])
        await driver.until(lambda: len(batches) == 2)
        assert batches[1] == (5,)
