"""The four panes show one packet, and the keys do what the table of actions says."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from screen_driver import CAPTURE, opened

from tui.decode.context import Numbers
from tui.panes.hex_dump import HexDump
from tui.report.listing import TimeForm
from tui.screens.help import HelpScreen
from tui.screens.layouts import Layout, Slot

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.slow

ALL = {"list", "tree", "hex", "handshake"}
NARROW = (80, 24)


async def test_the_first_packet_is_selected_and_shown_in_all_panes() -> None:
    async with opened() as driver:
        assert driver.seen() == ALL
        assert driver.main.packet_list.cursor == 0
        assert driver.main.view.row == 0
        assert driver.main.header_tree.selected is not None
        assert "packet 1 of 10" in driver.text()


async def test_what_later_packets_may_take_is_loaded_once_the_capture_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []
    loading = [True]
    monkeypatch.setattr("tui.screens.main.load_dissection", lambda: loaded.append("dissection"))
    monkeypatch.setattr("tui.panes.status_bar.Status.loading", property(lambda _: loading[0]))
    async with opened() as driver:
        await driver.pilot.pause(0.6)
        assert driver.main.view.row == 0
        assert not loaded
        loading[0] = False
        await driver.until(lambda: loaded == ["dissection"])


async def test_the_cursor_of_the_list_leads_the_other_panes() -> None:
    async with opened() as driver:
        await driver.press("j", "down")
        assert driver.main.view.row == 2
        assert driver.main.view.frame[34:42].hex(" ") == "a1 76 ea 60 c2 0a f7 45"
        assert "packet 3 of 10" in driver.text()


async def test_a_field_marks_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[tuple[int, int]] = []
    monkeypatch.setattr(HexDump, "mark", lambda self, start, end: marked.append((start, end)))
    async with opened() as driver:
        await driver.press("tab", "j")
        node = driver.main.header_tree.selected
        assert node is not None
        assert node.end > node.start
        assert marked[-1] == (node.start, node.end)


async def test_a_byte_selects_its_field() -> None:
    async with opened() as driver:
        await driver.press("tab", "tab", "home", "l")
        node = driver.main.header_tree.selected
        assert node is not None
        assert node.start <= 8 < node.end


async def test_the_diagram_takes_the_place_of_tree_and_bytes_where_it_needs_both() -> None:
    async with opened(size=(120, 40)) as driver:
        await driver.press("d")
        assert driver.seen() == {"list", "diagram", "handshake"}
        assert driver.main.query_one("#diagram").content_size.width >= 66
        await driver.press("tab", "tab")
        assert driver.seen() == {"list", "diagram", "hex", "handshake"}


async def test_the_diagram_takes_the_place_of_the_tree_and_gives_it_back() -> None:
    async with opened(size=(200, 50)) as driver:
        await driver.press("d")
        assert driver.seen() == ALL - {"tree"} | {"diagram"}
        await driver.press("d")
        assert driver.seen() == ALL


async def test_the_focus_stays_where_the_tree_was_when_the_diagram_comes() -> None:
    async with opened() as driver:
        await driver.press("tab", "d")
        assert driver.app.focused is driver.main.query_one("#diagram")


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ("5 g g", 4),
        ("5 G", 4),
        ("G", 9),
        ("G g g", 0),
        ("3 j", 3),
        ("G 2 k", 7),
        ("end", 9),
        ("end home", 0),
        ("9 9 9 9 9 9 9 9 9 9 9 9 j", 9),
        ("9 9 9 G", 9),
    ],
)
async def test_counts_and_sequences_move_the_cursor(keys: str, row: int) -> None:
    async with opened() as driver:
        await driver.press(*keys.split(" "))
        assert driver.main.packet_list.cursor == row
        assert driver.main.view.row == row


async def test_a_count_is_shown_while_it_waits_and_escape_forgets_it() -> None:
    async with opened() as driver:
        await driver.press("5", "g")
        assert " 5g " in driver.text()
        await driver.press("escape")
        assert " 5g " not in driver.text()
        assert driver.main.packet_list.cursor == 0


@pytest.mark.parametrize(
    ("keys", "row"), [(".", 1), ("3 .", 3), (". . ,", 1), ("}", 9), ("G {", 0), (",", 0), ("G .", 9)]
)
async def test_keys_go_from_packet_to_packet_of_the_connection(keys: str, row: int) -> None:
    async with opened() as driver:
        named = {".": "full_stop", ",": "comma", "{": "left_curly_bracket", "}": "right_curly_bracket"}
        await driver.press(*(named.get(key, key) for key in keys.split(" ")))
        assert driver.main.packet_list.cursor == row


async def test_at_80x24_the_panes_below_the_list_take_turns_with_tab() -> None:
    async with opened(size=NARROW) as driver:
        seen = [driver.seen()]
        for _ in range(4):
            await driver.press("tab")
            seen.append(driver.seen())
        turns = ["tree", "tree", "hex", "handshake", "handshake"]
        assert seen == [{"list", turn} for turn in turns]


async def test_tab_goes_round_and_shift_tab_goes_back() -> None:
    async with opened() as driver:
        await driver.press("tab", "tab", "shift+tab")
        assert driver.focused() is Slot.TREE
        await driver.press("tab", "tab", "tab")
        assert driver.focused() is Slot.LIST


async def test_arrow_keys_never_leave_the_pane() -> None:
    async with opened() as driver:
        for slot in Slot:
            driver.main.arrangement.focus(slot)
            await driver.press(*["up", "down", "left", "right"] * 4)
            assert driver.focused() is slot


async def test_zoom_gives_the_pane_the_whole_screen_and_back() -> None:
    async with opened() as driver:
        await driver.press("tab", "backslash")
        assert driver.seen() == {"tree"}
        assert driver.main.query_one("#tree").outer_size == (160, 47)
        await driver.press("tab")
        assert driver.seen() == {"hex"}
        await driver.press("backslash")
        assert driver.seen() == ALL


async def test_escape_leaves_the_zoom_and_then_the_pane() -> None:
    async with opened() as driver:
        await driver.press("tab", "backslash", "escape")
        assert driver.seen() == ALL
        await driver.press("escape")
        assert driver.focused() is Slot.LIST


async def test_layouts_cycle_through_all_that_fit_and_come_back() -> None:
    async with opened() as driver:
        first = driver.main.arrangement.layout
        layouts: list[Layout] = []
        while not layouts or layouts[-1] is not first:
            await driver.press("vertical_line")
            layouts.append(driver.main.arrangement.layout)
            assert len(layouts) < 10
        assert len(set(layouts)) == len(layouts) > 1


async def test_a_terminal_that_shrinks_takes_a_layout_that_fits() -> None:
    async with opened() as driver:
        await driver.pilot.resize_terminal(*NARROW)
        await driver.pilot.pause(0.05)
        assert driver.seen() == {"list", "tree"}


async def test_the_mouse_moves_the_focus_too() -> None:
    async with opened() as driver:
        await driver.pilot.click("#hex", offset=(10, 3))
        assert driver.focused() is Slot.HEX


async def test_time_forms_cycle() -> None:
    async with opened() as driver:
        seen = []
        for _ in TimeForm:
            await driver.press("t")
            seen.append(driver.main.forms.time)
        assert set(seen) == set(TimeForm)


async def test_number_forms_cycle_and_reach_the_list() -> None:
    async with opened() as driver:
        before = driver.text()
        await driver.press("number_sign")
        assert driver.main.forms.numbers is Numbers.ABSOLUTE
        assert driver.text() != before


async def test_checksums_are_verified_on_demand() -> None:
    async with opened() as driver:
        await driver.press("v")
        assert driver.main.forms.verify
        assert "checksums are verified" in driver.text()


async def test_the_theme_changes_between_dark_and_light() -> None:
    async with opened() as driver:
        dark = driver.app.current_theme.dark
        await driver.press("T")
        assert driver.app.current_theme.dark is not dark


@pytest.mark.parametrize(
    ("keys", "copied"),
    [
        ("y", "172.16.196.142"),
        ("tab y", "Port"),
        ("tab tab y", "a1 76"),
        ("shift+tab y", "ack 1 = SYN 0 + 1 ✓"),
    ],
)
async def test_copy_takes_what_the_focused_pane_has_selected(keys: str, copied: str) -> None:
    async with opened() as driver:
        driver.main.header_tree.select_bit(8 * 34)
        await driver.press(*keys.split(" "))
        assert copied in driver.app.clipboard
        assert "copied" in driver.text()


async def test_help_opens_scrolls_and_closes() -> None:
    async with opened(size=NARROW) as driver:
        await driver.press("question_mark")
        assert isinstance(driver.screen(), HelpScreen)
        first = driver.text()
        await driver.press("pagedown")
        assert driver.text() != first
        await driver.press("q")
        assert driver.screen() is driver.main


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_q_quits(key: str) -> None:
    async with opened() as driver:
        await driver.press(key)
        assert not driver.app.is_running


async def test_a_growing_capture_leaves_the_cursor_and_adds_its_packets(tmp_path: Path) -> None:
    data = CAPTURE.read_bytes()
    sizes = [24]
    while sizes[-1] < len(data):
        sizes.append(sizes[-1] + 16 + struct.unpack_from("<I", data, sizes[-1] + 8)[0])
    growing = tmp_path / "growing.pcap"
    growing.write_bytes(data[: sizes[5]])
    async with opened(growing, follow=True) as driver:
        for _ in range(40):
            if driver.main.packet_list.line_count() == 5:
                break
            await driver.pilot.pause(0.05)
        await driver.press("3", "g", "g")
        with growing.open("ab") as file:
            file.write(data[sizes[5] :])
        for _ in range(40):
            if driver.main.packet_list.line_count() == 10:
                break
            await driver.pilot.pause(0.05)
        assert driver.main.packet_list.line_count() == 10
        assert driver.main.packet_list.cursor == 2
        assert "packet 3 of 10" in driver.text()
