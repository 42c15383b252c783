"""The findings open over the main screen, unfold to their packets, and lead to these."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from screen_driver import CAPTURE, Driver, opened

from tui.actions import BY_ID, Place, at
from tui.report.listing import Listing
from tui.screens import tables
from tui.screens.connections import ConnectionsScreen
from tui.screens.findings import FindingsScreen
from tui.screens.ladder import LadderScreen
from tui.screens.main import MainScreen
from tui.screens.motions import MOTIONS
from tui.screens.table_commands import TABLE_COMMANDS
from tui.session import Session
from tui.tcp.finding import Group
from tui.tcp.findings import CODES, Found

if TYPE_CHECKING:
    from pathlib import Path

    from tui.report.findings import FindingTable
    from tui.session import Snapshot

REFUSED = CAPTURE.parent / "refused.pcap"
MILLION = 1_000_000


def on(driver: Driver) -> FindingsScreen:
    """The findings on the screen."""
    screen = driver.screen()
    assert isinstance(screen, FindingsScreen)
    return screen


def table(driver: Driver) -> FindingTable:
    shown = on(driver).table
    assert shown is not None
    return shown


def heading(driver: Driver) -> Group | int:
    """What the cursor is on, or in."""
    return table(driver).spot(on(driver).pane.cursor).heading


def test_the_screen_obeys_every_action_that_applies_there() -> None:
    screen = FindingsScreen(cast("MainScreen", SimpleNamespace(actions=BY_ID)))
    ids = {action.id for action in at(Place.FINDINGS)}
    assert ids == set(MOTIONS) | set(screen.commands()) | set(TABLE_COMMANDS)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_worst_finding_is_at_the_top_and_what_it_means_below(size: tuple[int, int]) -> None:
    async with opened(REFUSED, size) as driver:
        await driver.press("F", "j")
        text = driver.text()
        assert "Findings: " in text
        assert "Severity↓" in text
        assert "▸ The SYN was answered by a RST" in text
        assert "✗ error" in text
        assert "The SYN was answered by a RST. Nothing listens at that port" in text


async def test_enter_unfolds_a_finding_and_goes_from_a_packet_to_the_main_screen() -> None:
    async with opened(REFUSED) as driver:
        await driver.press("F", "j", "enter")
        assert "      #2  0.000" in driver.text()
        assert "[RST, ACK] Seq=1 Ack=1" in driver.text()
        await driver.press("j", "enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.row == 1


async def test_enter_folds_what_is_unfolded() -> None:
    async with opened(REFUSED) as driver:
        await driver.press("F", "j", "enter")
        lines = len(table(driver))
        await driver.press("enter")
        assert len(table(driver)) == lines - 1


async def test_right_unfolds_and_left_folds_going_up() -> None:
    async with opened(REFUSED) as driver:
        await driver.press("F", "j")
        folded = len(table(driver))
        await driver.press("l", "j")
        assert len(table(driver)) == folded + 1
        await driver.press("h")
        assert (len(table(driver)), heading(driver)) == (folded, CODES["refused"])
        await driver.press("h")
        assert heading(driver) is Group.OPENING
        assert len(table(driver)) < folded


async def test_everything_unfolds_and_folds_and_the_cursor_stays() -> None:
    async with opened(REFUSED) as driver:
        await driver.press("F", "j", "j")
        before, folded = heading(driver), len(table(driver))
        await driver.press("plus")
        assert heading(driver) == before
        assert len(table(driver)) > folded
        await driver.press("minus")
        assert (heading(driver), len(table(driver))) == (before, folded)


async def test_the_ladder_opens_at_the_packet_of_a_line() -> None:
    async with opened(REFUSED) as driver:
        await driver.press("F", "L")
        assert "unfold a finding and choose one of its packets" in driver.text()
        await driver.press("j", "l", "j", "L")
        assert isinstance(driver.screen(), LadderScreen)
        assert "after #2" in driver.text()
        await driver.press("enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.row == 1


async def test_a_packet_of_another_connection_is_shown_though_only_one_was() -> None:
    async with opened(REFUSED) as driver:
        driver.main.filtering.only(0)
        await driver.press("F", "j", "l", "j", "enter")
        assert (driver.main.filtering.filter, driver.main.packet_list.row) == ("tcp.stream == 0", 1)


async def test_findings_are_sorted_by_every_column_and_both_ways() -> None:
    async with opened() as driver:
        await driver.press("F")
        for column in (2, 3, 4, 0, 1):
            await driver.press("s")
            assert table(driver).sorting.column == column
        await driver.press("R")
        assert not table(driver).sorting.falling
        await driver.press("S")
        assert table(driver).sorting.column == 0


async def test_what_is_unfolded_stays_so_when_the_order_changes() -> None:
    async with opened(REFUSED) as driver:
        await driver.press("F", "j", "l")
        lines = len(table(driver))
        await driver.press("s")
        assert len(table(driver)) == lines


async def test_the_lines_are_copied_and_written_as_they_are_folded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(REFUSED) as driver:
        await driver.press("F", "j", "y", "w")
        await driver.pilot.pause(0.2)
        assert driver.app.clipboard.split("\t")[1:] == ["✗ error", "tcpscope", "1", "1"]
        assert "written to tcpscope-findings-1.tsv" in driver.text()
        lines = (tmp_path / "tcpscope-findings-1.tsv").read_text("utf-8").splitlines()
        assert len(lines) == len(table(driver)) + 1


async def test_the_connections_are_a_key_away() -> None:
    async with opened() as driver:
        await driver.press("F", "C")
        assert isinstance(driver.screen(), ConnectionsScreen)


async def test_a_capture_without_findings_has_an_empty_table(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(CAPTURE.read_bytes()[:24])
    async with opened(empty) as driver:
        await driver.press("F")
        assert "Findings: 0" in driver.text()
        await driver.press("enter", "l", "h", "plus", "minus", "L", "y", "w", "s", "R", "G", "t")
        assert isinstance(driver.screen(), FindingsScreen)


async def test_without_utf_8_folds_and_severities_are_seen_as_well() -> None:
    async with opened(REFUSED, environment={"TERM": "xterm", "LANG": "C"}) as driver:
        await driver.press("F", "j", "l")
        assert driver.text().isascii()
        assert "- Opening" in driver.text()
        assert "x error" in driver.text()


async def test_a_growing_capture_adds_findings_and_the_cursor_stays_on_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "RENEW_SECONDS", 0.05)
    growing = tmp_path / "growing.pcap"
    growing.write_bytes(CAPTURE.read_bytes())
    async with opened(growing, follow=True) as driver:
        await driver.until(lambda: driver.main.packet_list.line_count() == 10)
        await driver.press("F", "G")
        before, found = heading(driver), len(table(driver).findings)
        with growing.open("ab") as file:
            file.write(REFUSED.read_bytes()[24:])
        await driver.until(lambda: len(table(driver).findings) > found)
        assert heading(driver) == before
        assert CODES["refused"] in table(driver).findings.counts


async def test_of_a_million_findings_only_the_visible_ones_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def cells(self: Listing, snapshot: Snapshot, row: int) -> tuple[str, ...]:
        asked.append(row)
        return (str(row + 1), "0.0", "a", "b", "TCP", "60", "info")

    class Packets(SimpleNamespace):
        def __len__(self) -> int:
            return MILLION

    snapshot = SimpleNamespace(
        version=1,
        packets=Packets(stream=np.zeros(MILLION, np.int32), first=0),
        connections=np.zeros(1),
        finished=True,
    )
    found = Found(np.arange(MILLION), np.full(MILLION, CODES["syn"], np.uint8))
    monkeypatch.setattr(Session, "survey", lambda *_: SimpleNamespace(found=found))
    async with opened() as driver:
        monkeypatch.setattr(Listing, "cells", cells)
        driver.main.snapshot = cast("Snapshot", snapshot)
        await driver.press("F")
        await driver.until(lambda: on(driver).table is not None)
        await driver.press("j", "l", "G")
        assert f"#{MILLION}" in driver.text()
        await driver.press("g", "g")
        assert f"Findings: {MILLION:,}" in driver.text()
        assert 0 < len(asked) <= 3 * 48
