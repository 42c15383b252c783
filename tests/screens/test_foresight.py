"""The packet that the next key will probably show is read before that key comes."""

from __future__ import annotations

import pytest
from screen_driver import Driver, opened

from tui.screens import packet_view


class Reader:
    """Notes which packets are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: list[int] = []
        read = packet_view.read_packet

        def noting(*arguments: object) -> packet_view.Packet:
            self.rows.append(arguments[2])  # type: ignore[arg-type] # the row
            return read(*arguments)  # type: ignore[arg-type] # as they came

        monkeypatch.setattr(packet_view, "read_packet", noting)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch)


async def _at_rest(driver: Driver) -> None:
    await driver.until(lambda: driver.main._foresight is not None)


async def test_the_next_packet_in_the_same_direction_is_read_after_a_step(reader: Reader) -> None:
    async with opened() as driver:
        await _at_rest(driver)
        reader.rows.clear()
        await driver.press("down")
        await driver.until(lambda: reader.rows == [1, 2])
        await driver.press("down")
        await driver.until(lambda: reader.rows == [1, 2, 3])
        assert driver.main.view.row == 2
        await driver.press("up")
        await driver.until(lambda: reader.rows == [1, 2, 3, 1, 0])


async def test_a_leap_or_the_end_of_the_list_foresees_nothing(reader: Reader) -> None:
    async with opened() as driver:
        await _at_rest(driver)
        reader.rows.clear()
        await driver.press("G")
        await driver.pilot.pause(0.2)
        last = driver.main.packet_list.row
        assert reader.rows == [last]
        await driver.press("up")
        await driver.press("down")
        await driver.pilot.pause(0.2)
        assert max(reader.rows) == last


async def test_what_was_foreseen_in_other_forms_is_forgotten() -> None:
    async with opened() as driver:
        await _at_rest(driver)
        await driver.press("down")
        await driver.pilot.pause(0.2)
        await driver.press("v")
        await driver.press("down")
        assert "[correct]" in driver.text()
