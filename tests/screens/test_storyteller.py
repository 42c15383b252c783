"""Long stories are told without holding up the screen, short ones at once."""

from __future__ import annotations

import pytest
from screen_driver import opened

from tui.screens import storyteller
from tui.screens.layouts import Slot
from tui.screens.storyteller import Storyteller, connection_at, length_at


async def test_a_short_story_is_told_with_the_packet() -> None:
    async with opened() as driver:
        driver.main.go_to(8)
        assert "#9" in driver.main.view.selected_text(Slot.HANDSHAKE)


async def test_a_long_story_is_told_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storyteller, "LONG", 5)
    async with opened() as driver:
        await driver.press("G")
        await driver.pilot.pause(0.2)
        assert "connection 0" in driver.text()
        assert "▶ #10" in driver.text()


async def test_of_many_requests_the_latest_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storyteller, "LONG", 5)
    async with opened() as driver:
        snapshot = driver.main.snapshot
        assert snapshot is not None
        for row in range(10):
            driver.main.view.show(snapshot, row, driver.main.forms)
        await driver.pilot.pause(0.3)
        assert "▶ #10" in driver.text()


async def test_how_far_a_connection_was_told_changes_when_the_packets_catch_up() -> None:
    async with opened() as driver:
        snapshot = driver.main.snapshot
        assert snapshot is not None
        assert connection_at(snapshot, 0) == (0, 9, True)
        assert length_at(snapshot, 0) == 10


async def test_a_short_story_is_not_replaced_by_a_long_one_that_was_asked_for_before() -> None:
    async with opened() as driver:
        snapshot, session = driver.main.snapshot, driver.main.session
        assert snapshot is not None
        shown: list[int] = []
        teller = Storyteller(driver.main, session, lambda story, row: shown.append(row))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(storyteller, "LONG", 5)
            teller.tell(snapshot, 0)
        teller.tell(snapshot, 9)
        await driver.until(lambda: not teller._latest.busy)
        assert shown == [9]
