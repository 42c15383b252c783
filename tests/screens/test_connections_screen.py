"""The connections open over the main screen, are sorted, and lead to packets and ladders."""

from __future__ import annotations

import struct
import threading
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from msgspec.structs import replace
from screen_driver import CAPTURE, Driver, opened

from tui.actions import BY_ID, Place, at
from tui.index.schema import CONNECTION
from tui.panes.table import TablePane
from tui.report.connections import COLUMNS, Connections, ConnectionTable
from tui.report.listing import TimeForm
from tui.screens import connections as connections_screen
from tui.screens import tables
from tui.screens.connections import ConnectionsScreen
from tui.screens.findings import FindingsScreen
from tui.screens.help import HelpScreen
from tui.screens.ladder import LadderScreen
from tui.screens.main import MainScreen
from tui.screens.motions import MOTIONS
from tui.screens.palette import palette_actions
from tui.screens.table_commands import TABLE_COMMANDS
from tui.screens.themes import LIGHT
from tui.tcp.outlines import OUTLINE

if TYPE_CHECKING:
    from pathlib import Path

    from tui.report.explain import Piece
    from tui.report.tables import Sorting
    from tui.session import Snapshot
    from tui.tcp.outlines import Outlines
    from tui.tcp.zeek import Words

SMTP = "zeek+zeek/testing/btest/Traces/smtp.pcap"
HALF_A_MILLION = 500_000
PLACES = {column.id: place for place, column in enumerate(COLUMNS, 1)}


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Three connections in one file: two of scenario 4's, with other ports, and one that is refused."""
    folder = CAPTURE.parent
    whole = CAPTURE.read_bytes()
    other = whole[24:].replace(struct.pack(">H", 41334), struct.pack(">H", 41335))
    path = tmp_path / "several.pcap"
    path.write_bytes(whole + other + (folder / "refused.pcap").read_bytes()[24:])
    return path


def on(driver: Driver) -> ConnectionsScreen:
    """The connections on the screen."""
    screen = driver.screen()
    assert isinstance(screen, ConnectionsScreen)
    return screen


def table(driver: Driver) -> ConnectionTable:
    shown = on(driver).table
    assert shown is not None
    return shown


def stream(driver: Driver) -> int:
    """The connection under the cursor."""
    return table(driver).stream_at(on(driver).pane.cursor)


def test_the_screen_obeys_every_action_that_applies_there() -> None:
    screen = ConnectionsScreen(cast("MainScreen", SimpleNamespace(actions=BY_ID)))
    ids = {action.id for action in at(Place.CONNECTIONS)}
    assert ids == set(MOTIONS) | set(screen.commands()) | set(TABLE_COMMANDS)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_connections_open_at_that_of_the_selected_packet(
    several: Path, size: tuple[int, int]
) -> None:
    async with opened(several, size) as driver:
        await driver.press("1", "2", "G", "C")
        text = driver.text()
        assert "Connections: 3" in text
        assert "No.↑" in text
        assert stream(driver) == 1
        assert "Opened in 0.26 ms. The server closed first." in text


async def test_enter_shows_the_packets_of_that_connection_only_and_escape_all_again(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "enter")
        assert isinstance(driver.screen(), MainScreen)
        packets = driver.main.packet_list
        assert (packets.line_count(), packets.row, driver.main.view.row) == (10, 10, 10)
        assert "10 of 22 shown · tcp.stream == 1 (Esc: all)" in driver.text()
        assert "packet 11" in driver.text()
        await driver.press("G")
        assert packets.row == 19
        await driver.press("escape")
        assert (packets.line_count(), packets.row) == (22, 19)
        assert "shown" not in driver.text()


async def test_a_packet_that_is_asked_for_is_shown_though_it_belongs_to_another_connection(
    several: Path,
) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "enter", "colon", "1", "6", "enter")
        assert (driver.main.filtering.filter, driver.main.packet_list.row) == ("tcp.stream == 1", 15)
        await driver.press("colon", "2", "enter")
        assert (driver.main.filtering.filter, driver.main.packet_list.row) == ("", 1)


async def test_steps_along_the_connection_go_from_line_to_line_of_the_restricted_list(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "enter", "full_stop", "full_stop")
        assert (driver.main.packet_list.cursor, driver.main.packet_list.row) == (2, 12)
        await driver.press("y")
        assert driver.app.clipboard.startswith("13\t")


@pytest.mark.parametrize("column", range(len(COLUMNS) + 1))
async def test_a_number_and_the_key_sort_by_any_column(several: Path, column: int) -> None:
    async with opened(several, (80, 24)) as driver:
        await driver.press("C", "j")
        if column != 1:
            await driver.press(*str((column - 1) % (len(COLUMNS) + 1)), "s")
        sorting = table(driver).sorting
        assert sorting.column == column
        heading = on(driver).pane.head(on(driver).pane.text_width)[0]
        assert "".join(text for text, _ in heading).count("↓" if sorting.falling else "↑") == 1


async def test_the_order_turns_and_begins_at_the_top(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "R")
        assert [table(driver).stream_at(line) for line in range(3)] == [2, 1, 0]
        assert on(driver).pane.cursor == 0


async def test_a_click_on_a_heading_sorts_and_another_one_turns_the_order(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C")
        heading = "".join(text for text, _ in on(driver).pane.head(150)[0])
        for falling in (True, False):
            await driver.pilot.click(TablePane, offset=(heading.index("Pkts →") + 3, 1))
            await driver.pilot.pause()
            assert (table(driver).sorting.column, table(driver).sorting.falling) == (
                PLACES["client_packets"],
                falling,
            )


async def test_the_ladder_is_that_of_the_connection_under_the_cursor_or_of_those_chosen(
    several: Path,
) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "L")
        assert "Ladder: connection 1" in driver.text()
        await driver.press("escape", "g", "g", "space", "space")
        assert "Connections: 3, 2 chosen" in driver.text()
        assert driver.text().count("●") == 2
        await driver.press("L")
        assert isinstance(driver.screen(), LadderScreen)
        assert "Ladder: connections 0, 1" in driver.text()
        await driver.press("escape", "g", "g", "space")
        assert "Connections: 3, 1 chosen" in driver.text()
        await driver.press("2", "L")
        assert "Ladder: connections 1, 2" in driver.text()
        await driver.press("escape", "7", "L")
        assert "there is no connection 7; the last one is 2" in driver.text()


async def test_a_packet_of_the_ladder_leads_back_to_the_main_screen(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "L", "enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.row == 10


async def test_what_is_chosen_stays_so_when_the_order_changes(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "j", "space", "R")
        assert table(driver).chosen == {1}
        assert driver.text().count("●") == 1


async def test_the_screen_opens_again_as_it_was_left_at_the_connection_of_the_selected_packet(
    several: Path,
) -> None:
    async with opened(several) as driver:
        await driver.press("C", "space", "R", "j", "q", "T", *"ttttt", "1", "2", "G", "C")
        assert [table(driver).stream_at(line) for line in range(3)] == [2, 1, 0]
        assert table(driver).chosen == {0}
        assert table(driver).cells(0)[PLACES["start"]][0].endswith("Z")
        assert (stream(driver), on(driver).pane.cursor) == (1, 1)
        styles = driver.app.screen._compositor.render_strips()[2]
        ground = {segment.style.bgcolor.name for segment in styles if segment.style and segment.style.bgcolor}
        assert LIGHT.background in ground


async def test_a_line_is_copied_and_the_table_written_for_other_programs(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(several) as driver:
        await driver.press("C", "j", "y", "w")
        await driver.pilot.pause(0.2)
        assert driver.app.clipboard.startswith("1\t172.16.196.142:41335\t172.16.196.145:60000\t")
        assert "written to tcpscope-connections-1.tsv" in driver.text()
        lines = (tmp_path / "tcpscope-connections-1.tsv").read_text("utf-8").splitlines()
        assert lines[0].split("\t") == list(PLACES)
        assert lines[2] == driver.app.clipboard


async def test_times_change_with_those_of_the_main_screen(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", *"ttttt")
        assert driver.main.forms.time is TimeForm.UTC
        assert table(driver).cells(0)[PLACES["start"]][0].endswith("Z")


async def test_help_and_findings_are_a_key_away(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "question_mark")
        assert isinstance(driver.screen(), HelpScreen)
        await driver.press("q", "F")
        assert isinstance(driver.screen(), FindingsScreen)
        await driver.press("C", "q")
        assert isinstance(driver.screen(), MainScreen)


async def test_the_palette_offers_what_can_be_done_here(several: Path) -> None:
    async with opened(several) as driver:
        await driver.press("C", "ctrl+p")
        await driver.press(*"other way", "enter")
        await driver.until(lambda: isinstance(driver.screen(), ConnectionsScreen))
        await driver.until(lambda: table(driver).sorting.falling)
        assert {action.id for action in palette_actions(Place.CONNECTIONS)} == {
            action.id for action in at(Place.CONNECTIONS)
        }


async def test_a_capture_without_connections_has_an_empty_table(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(CAPTURE.read_bytes()[:24])
    async with opened(empty) as driver:
        await driver.press("C")
        assert "Connections: 0" in driver.text()
        await driver.press("enter", "space", "L", "y", "w", "s", "R", "G", "l", "h", "t")
        assert isinstance(driver.screen(), ConnectionsScreen)


async def test_a_long_capture_is_looked_at_in_a_thread(
    several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, make = threading.Event(), ConnectionsScreen.make

    def wait(self: ConnectionsScreen, snapshot: Snapshot, sorting: Sorting) -> ConnectionTable:
        go_on.wait(10)
        return make(self, snapshot, sorting)

    monkeypatch.setattr(tables, "LONG", 1)
    monkeypatch.setattr(ConnectionsScreen, "make", wait)
    async with opened(several) as driver:
        await driver.press("C", "j", "y", "s", "G")
        assert "there is nothing to copy" in driver.text()
        go_on.set()
        await driver.until(lambda: on(driver).table is not None)
        assert "Connections: 3" in driver.text()
        await driver.press("R")
        await driver.until(lambda: stream(driver) == 2)


async def test_a_long_connection_is_not_judged_with_each_step(
    several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_screen, "_SHORT", 5)
    async with opened(several) as driver:
        await driver.press("C")
        assert "The server closed first." not in driver.text()
        await driver.press("G")
        assert "Refused" in driver.text()


async def test_without_utf_8_the_order_and_the_choice_are_seen_as_well(several: Path) -> None:
    async with opened(several, environment={"TERM": "xterm", "LANG": "C"}) as driver:
        await driver.press("C", "space")
        assert driver.text().isascii()
        assert "No.^" in driver.text()
        assert "*    0" in driver.text()


async def test_a_growing_capture_adds_connections_and_the_cursor_stays_on_its_own(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "RENEW_SECONDS", 0.05)
    data = several.read_bytes()
    half = 24 + (len(CAPTURE.read_bytes()) - 24) * 2
    growing = tmp_path / "growing.pcap"
    growing.write_bytes(data[:half])
    async with opened(growing, follow=True) as driver:
        await driver.until(lambda: driver.main.packet_list.line_count() == 20)
        await driver.press("C", "R")
        assert [stream(driver), on(driver).pane.cursor] == [1, 0]
        with growing.open("ab") as file:
            file.write(data[half:])
        await driver.until(lambda: len(table(driver)) == 3)
        assert [stream(driver), on(driver).pane.cursor] == [1, 1]


async def test_the_packets_of_one_connection_grow_with_the_capture(several: Path, tmp_path: Path) -> None:
    data = several.read_bytes()
    half = 24 + (len(CAPTURE.read_bytes()) - 24) * 3 // 2
    growing = tmp_path / "growing.pcap"
    growing.write_bytes(data[:half])
    async with opened(growing, follow=True) as driver:
        await driver.until(lambda: driver.main.packet_list.line_count() > 10)
        await driver.press("C", "G", "enter")
        packets = driver.main.packet_list
        assert packets.line_count() < 10
        with growing.open("ab") as file:
            file.write(data[half:])
        await driver.until(lambda: packets.line_count() == 10)
        assert packets.row == 10


class Untouched(ConnectionTable):
    """Notes which lines were put into words."""

    asked: list[int] = []  # noqa: RUF012 one table after the other is made; the test looks at all of them

    def cells(self, line: int) -> tuple[Piece, ...]:
        self.asked.append(line)
        return tuple(super().cells(line))


def is_sorted_by(driver: Driver, column: int) -> bool:
    return table(driver).sorting.column == column


def many(snapshot: Snapshot) -> Connections:
    """Half a million connections in a snapshot that has a few packets."""
    chance = np.random.default_rng(7)
    rows = np.zeros(HALF_A_MILLION, CONNECTION)
    rows["start"] = np.sort(chance.integers(0, 1 << 40, HALF_A_MILLION))
    rows["end"] = rows["start"] + chance.integers(0, 1 << 30, HALF_A_MILLION)
    rows["packets"] = chance.integers(0, 10_000, (HALF_A_MILLION, 2))
    rows["addr"] = chance.integers(1, 3, (HALF_A_MILLION, 2))
    rows["port"] = chance.integers(0, 1 << 16, (HALF_A_MILLION, 2))
    outlines = np.zeros(HALF_A_MILLION, OUTLINE)
    for name, count in (("opening", 12), ("closing", 10), ("states", 11), ("sizes", 1 << 30)):
        outlines[name] = chance.integers(0, count, outlines[name].shape)
    words = SimpleNamespace(
        states=chance.integers(0, 10, HALF_A_MILLION).astype(np.uint8),
        histories=np.array([b"ShADadfF", b"S", b"ShR"])[chance.integers(0, 3, HALF_A_MILLION)],
    )
    snapshot = replace(snapshot, connections=rows)
    return Connections(snapshot, cast("Outlines", SimpleNamespace(rows=outlines)), cast("Words", words))


async def test_half_a_million_connections_are_sorted_and_shown_by_telling_of_the_visible_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Connections] = []

    def make(self: ConnectionsScreen, snapshot: Snapshot, sorting: Sorting) -> ConnectionTable:
        made.extend([] if made else [many(snapshot)])
        return Untouched(made[0], sorting)

    monkeypatch.setattr(ConnectionsScreen, "make", make)
    monkeypatch.setattr(connections_screen, "judge_short", lambda *_: "")
    monkeypatch.setattr(tables, "LONG", 1)
    monkeypatch.setattr(Untouched, "asked", [])
    async with opened(size=(160, 48)) as driver:
        await driver.press("C")
        await driver.until(lambda: on(driver).table is not None)
        for column in range(2, len(COLUMNS) + 1):
            await driver.press("s")
            await driver.until(partial(is_sorted_by, driver, column))
        await driver.press("G", "j", "g", "g")
        assert "Connections: 500,000" in driver.text()
        assert len(Untouched.asked) <= (len(COLUMNS) + 3) * 48
