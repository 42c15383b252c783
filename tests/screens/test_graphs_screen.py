"""The graphs open over the main screen, obey the table of actions, grow with the capture, and lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from screen_driver import Driver, opened

from tui.actions import Place, at
from tui.errors import CaptureError
from tui.report.graphs.kinds import KINDS
from tui.screens import filtering, graphing
from tui.screens.filter_bar import FilterBar
from tui.screens.graph_commands import GRAPH_COMMANDS
from tui.screens.graphing import INTERVALS
from tui.screens.graphs import GraphsScreen
from tui.screens.keyboard import Command
from tui.screens.main import MainScreen

if TYPE_CHECKING:
    from pathlib import Path

ROUGH = "zeek+zeek@pr33/testing/btest/Traces/tcp/composite/comp015.trace"
SEVERAL = "zeek+zeek/testing/btest/Traces/smtp.pcap"


def graphs(driver: Driver) -> GraphsScreen:
    """The screen of graphs."""
    screen = driver.screen()
    assert isinstance(screen, GraphsScreen)
    return screen


def names(driver: Driver) -> list[str]:
    """The series that are drawn."""
    made = graphs(driver).made
    assert made is not None
    return [each.name for each in made.graph.series if len(each)]


def test_it_obeys_every_action_that_applies_there() -> None:
    assert set(GRAPH_COMMANDS) == {action.id for action in at(Place.GRAPHS)}


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_it_opens_at_the_selected_packet(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await driver.press("6", "j", "P")
        assert "2/7 Time–sequence (tcptrace)" in driver.text()
        assert graphs(driver).pane.row == 6
        assert "packet 7" in driver.text()


async def test_every_graph_of_a_connection_is_shown_one_after_the_other() -> None:
    async with opened() as driver:
        await driver.press("P", "shift+tab")
        for number, kind in enumerate(KINDS):
            assert f"{number + 1}/7 {kind.title}" in driver.text()
            await driver.press("tab")
        assert "7/7 Packets per " in driver.text()
        await driver.press("tab")
        assert "1/7 Time–sequence (Stevens)" in driver.text()
        await driver.press("3", "tab")
        assert "3/7 Round-trip time" in driver.text()


async def test_enter_goes_to_the_packet_under_the_cursor() -> None:
    async with opened() as driver:
        await driver.press("P", "G")
        row = graphs(driver).pane.row
        await driver.press("enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.row == row != 0


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c"])
async def test_the_keys_that_close_a_dialog_close_it(key: str) -> None:
    async with opened() as driver:
        await driver.press("j", "P", "G", key)
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.cursor == 1


async def test_the_other_direction_is_shown_on_a_key(shared_captures: Path) -> None:
    async with opened(shared_captures / ROUGH) as driver:
        await driver.press("P")
        assert "192.168.0.16:80 → 10.0.197.240:3888" in driver.text()
        await driver.press("d")
        assert "10.0.197.240:3888 → 192.168.0.16:80" in driver.text()


async def test_marks_tell_what_befell_the_segments(shared_captures: Path) -> None:
    async with opened(shared_captures / ROUGH) as driver:
        await driver.press("P")
        assert names(driver) == ["segments", "SACK", "acked", "window", "resent", "out of order"]


async def test_other_connections_are_reached(shared_captures: Path) -> None:
    async with opened(shared_captures / SEVERAL) as driver:
        await driver.press("P", "[")
        assert "the first connection" in driver.text()
        await driver.press("2", "]")
        assert "connection 1" in driver.text()
        assert graphs(driver).choice.stream == 1
        await driver.press("9", "]")
        assert "the last connection" in driver.text()
        await driver.press("[")
        assert graphs(driver).choice.stream == 0


async def test_it_opens_from_the_connections_as_well(shared_captures: Path) -> None:
    async with opened(shared_captures / SEVERAL) as driver:
        await driver.press("C")
        await driver.press("G", "P")
        first = graphs(driver).choice.stream
        await driver.press("enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.snapshot is not None
        assert driver.main.snapshot.packets.stream[driver.main.packet_list.row] == first


async def test_intervals_are_chosen_by_keys(shared_captures: Path) -> None:
    async with opened(shared_captures / ROUGH) as driver:
        await driver.press("P", "4", "tab")
        screen = graphs(driver)
        assert screen.made is not None
        before = screen.made.interval or 0
        await driver.press("2", "i")
        assert (screen.made.interval or 0) > before
        await driver.press("9", "9", "I")
        assert (screen.made.interval or 0) < before
        await driver.press("I")
        assert "there is no shorter interval" in driver.text()
        await driver.press("1", "tab", "i")
        assert "this graph has no interval" in driver.text()


async def test_filters_add_lines_and_are_dropped(shared_captures: Path) -> None:
    async with opened(shared_captures / ROUGH) as driver:
        await driver.press("P", "/", *"tcp.len>0", "enter")
        await driver.until(lambda: len(names(driver)) == 2)
        assert names(driver) == ["all packets", "tcp.len>0"]
        assert graphs(driver).choice.kind == INTERVALS
        made = graphs(driver).made
        assert made is not None
        every, some = made.graph.series
        assert every.y.sum() == 330
        assert some.y.sum() == 190
        await driver.press("D")
        assert names(driver) == ["all packets"]
        await driver.press("D")
        assert "there is no filter" in driver.text()


async def test_a_filter_that_makes_no_sense_is_not_taken() -> None:
    async with opened() as driver:
        await driver.press("P", "/", *"tcp.len >", "enter")
        assert isinstance(driver.screen(), FilterBar)
        await driver.press("escape")
        assert graphs(driver).choice.filters == ()


async def test_a_packet_without_connection_leads_to_all_packets(shared_captures: Path) -> None:
    path = shared_captures / SEVERAL
    async with opened(path) as driver:
        assert driver.main.snapshot is not None
        lonely = driver.main.snapshot.packets.stream[:].tolist().index(-1)
        driver.main.go_to(lonely)
        await driver.press("P")
        assert "7/7 Packets per " in driver.text()
        await driver.press("tab")
        assert "belongs to no TCP connection" in driver.text()
        await driver.press("]")
        assert graphs(driver).choice.stream == 0


@pytest.mark.parametrize(("key", "beginning"), [("c", b"series,time_s"), ("s", b"<svg "), ("p", b"\x89PNG")])
async def test_what_is_seen_is_written_to_a_new_file(
    key: str, beginning: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if key == "p":
        pytest.importorskip("resvg_py")
    monkeypatch.chdir(tmp_path)
    async with opened() as driver:
        await driver.press("P", "w", key)
        await driver.until(lambda: "written to" in driver.text())
    (path,) = tmp_path.iterdir()
    assert path.read_bytes().startswith(beginning)


async def test_without_what_draws_png_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    async with opened() as driver:
        await driver.press("P", "w", "p")
        await driver.until(lambda: "tcpscope[graphs]" in driver.text())


async def test_a_long_graph_is_made_in_a_thread_and_can_be_left(
    shared_captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphing, "LONG", 1)
    async with opened(shared_captures / ROUGH) as driver:
        await driver.press("P")
        await driver.until(lambda: graphs(driver).made is not None)
        assert "SACK" in driver.text()


async def test_escape_stops_a_filter_that_takes_long(
    shared_captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[filtering.Passage] = []

    def dawdle(self: filtering.Passage, session: Any, snapshot: Any) -> None:
        entered.append(self)
        while not self.stopped:
            pass

    monkeypatch.setattr(graphing, "LONG", 1)
    async with opened(shared_captures / ROUGH) as driver:
        await driver.press("P", "7", "tab")
        await driver.until(lambda: names(driver) == ["all packets"])
        monkeypatch.setattr(filtering.Passage, "advance", dawdle)
        await driver.press("/", *"tcp", "enter")
        await driver.until(lambda: bool(entered))
        await driver.press("escape")
        assert "stopped" in driver.text()
        assert graphs(driver).choice.filters == ()
        await driver.until(lambda: not graphs(driver)._latest.busy)
        await driver.press("escape")
        assert isinstance(driver.screen(), MainScreen)


async def test_a_file_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise CaptureError("the file was cut")

    monkeypatch.setattr(graphing, "make_graph", fail)
    async with opened() as driver:
        await driver.press("P")
        assert "the file was cut" in driver.text()
        await driver.press("tab", "d", "i", "+", "f", "w", "c", "enter", "h", "l", "G", "escape")
        assert isinstance(driver.screen(), MainScreen)


async def test_the_graph_grows_with_the_capture(tmp_path: Path, shared_captures: Path) -> None:
    whole = (shared_captures / ROUGH).read_bytes()
    path = tmp_path / "growing.pcap"
    path.write_bytes(whole[:10_000])
    async with opened(path, follow=True) as driver:
        await driver.until(lambda: driver.main.snapshot is not None and len(driver.main.snapshot.packets) > 0)
        await driver.press("P", "5", "l")
        screen = graphs(driver)
        assert screen.made is not None
        few, row = len(screen.made.graph), screen.pane.row
        with path.open("ab") as file:
            file.write(whole[10_000:])

        def grown() -> bool:
            return screen.made is not None and len(screen.made.graph) > 2 * few

        await driver.until(grown)
        assert screen.pane.row == row


async def test_without_utf8_and_colours_the_marks_tell_what_is_what(shared_captures: Path) -> None:
    environment = {"TERM": "vt100", "LANG": "C", "NO_COLOR": "1"}
    async with opened(shared_captures / ROUGH, (80, 24), environment) as driver:
        await driver.press("P")
        text = driver.text()
        assert text.isascii()
        assert "-a- acked" in text
        assert "R" in text


async def test_actions_in_haste_harm_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = {"close", "visit", "help", "graph_filter"}
    monkeypatch.chdir(tmp_path)  # it writes files
    async with opened() as driver:
        await driver.press("P")
        for _ in range(2):
            for action in at(Place.GRAPHS):
                if action.id not in leaving:
                    graphs(driver).perform(Command(action, 7))
                    await driver.pilot.pause()
        assert graphs(driver).made is not None
