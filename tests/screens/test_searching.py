"""What is searched for is found, shown in list, tree or bytes, and the search can be stopped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from screen_driver import CAPTURE, Driver, opened

from tui.filter.search.query import Query, What, Where
from tui.panes.glyphs import to_ascii
from tui.screens.layouts import Slot
from tui.screens.main import MainScreen
from tui.screens.search_bar import SearchBar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.filter.chunk import Chunk, Ints
    from tui.filter.search.needles import Hit

pytestmark = pytest.mark.slow

NAMED = {
    " ": "space",
    ".": "full_stop",
    "=": "equals_sign",
    "(": "left_parenthesis",
    ",": "comma",
    ":": "colon",
}
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)])


async def write(driver: Driver, text: str, *choices: str) -> None:
    """Open the bar, make choices, and type in place of what stands there."""
    await driver.press("ctrl+f", *choices, "ctrl+u", *(NAMED.get(char, char) for char in text))


async def search(driver: Driver, text: str, *choices: str) -> None:
    """Search, and wait for the end of it."""
    await write(driver, text, *choices)
    await go(driver, "enter")


async def go(driver: Driver, key: str) -> None:
    await driver.press(key)
    await driver.until(lambda: not driver.main.searching.running)
    await driver.pilot.pause(0.05)


def bar(driver: Driver) -> SearchBar:
    screen = driver.screen()
    assert isinstance(screen, SearchBar)
    return screen


@SIZES
async def test_a_text_in_the_list_is_found_from_packet_to_packet_and_round(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await search(driver, "fin, ack")
        rows = [driver.main.packet_list.row]
        for key in ("n", "n", "N"):
            await go(driver, key)
            rows.append(driver.main.packet_list.row)
        assert rows == [6, 8, 6, 8]
        assert driver.main.view.row == 8
        await driver.until(lambda: "from the last packet back again" in driver.text())


async def test_the_selected_packet_itself_is_searched_first() -> None:
    async with opened() as driver:
        await search(driver, "syn")
        assert driver.main.packet_list.row == 0


async def test_a_line_of_the_tree_is_found_and_selected() -> None:
    async with opened() as driver:
        await search(driver, "urgent pointer", "tab")
        field = driver.main.header_tree.selected
        assert field is not None
        assert field.name == "tcp.urgent_pointer"


@SIZES
async def test_bytes_are_found_and_marked_while_the_tree_shows_their_field(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        await search(driver, "76 ea", "ctrl+t", "ctrl+t")
        view = driver.main.view
        assert view.field is not None
        assert (view.field.name, view.selected_bits) == ("tcp.srcport", range(8 * 35, 8 * 37))
        assert list(driver.main._hex_dump._marked) == [35, 36]
        assert "hex" in driver.seen()


async def test_the_mark_of_found_bytes_goes_with_the_field() -> None:
    async with opened() as driver:
        await search(driver, "76 ea", "ctrl+t", "ctrl+t")
        driver.main.arrangement.focus(Slot.TREE)
        await driver.press("j")
        assert list(driver.main._hex_dump._marked) == [36, 37]


async def test_a_line_of_the_tree_is_shown_though_the_diagram_was() -> None:
    async with opened() as driver:
        await driver.press("d")
        await search(driver, "urgent pointer", "tab")
        assert "tree" in driver.seen()


async def test_a_filter_is_searched_for() -> None:
    async with opened() as driver:
        await search(driver, "tcp.len > 0", "ctrl+t", "ctrl+t", "ctrl+t")
        assert driver.main.packet_list.row == 3
        await go(driver, "n")
        assert driver.main.packet_list.row == 5


async def test_only_the_packets_that_are_shown_are_searched() -> None:
    async with opened() as driver:
        await driver.press("slash", *"tcp", "full_stop", *"len", "greater_than_sign", "0", "enter")
        await search(driver, "ack")
        assert driver.main.packet_list.row == 3
        await go(driver, "n")
        assert driver.main.packet_list.row == 5
        assert driver.main.packet_list.line_count() == 2


async def test_what_is_nowhere_is_said_and_the_cursor_stays() -> None:
    async with opened() as driver:
        await driver.press("j")
        await search(driver, "nowhere")
        assert "not found: “nowhere”" in driver.text()
        assert driver.main.packet_list.row == 1


async def test_next_says_that_no_other_packet_has_it_or_that_nothing_was_searched_for() -> None:
    async with opened() as driver:
        await driver.press("n")
        assert "nothing was searched for yet: ctrl-f" in driver.text()
        await search(driver, "[syn]", "ctrl+t")
        await search(driver, "172", "ctrl+t", "ctrl+t", "ctrl+t")
        await search(driver, "tcp.flags.syn == 1 and tcp.flags.ack == 1", "ctrl+t", "ctrl+t", "ctrl+t")
        await go(driver, "n")
        assert "no other packet has" in driver.text()
        assert driver.main.packet_list.row == 1


# the bar


async def test_what_makes_no_sense_is_told_with_its_place_at_once() -> None:
    async with opened() as driver:
        await write(driver, "a(b", "ctrl+t")
        assert "✗ no regular expression: missing )" in driver.text()
        line = bar(driver)._input.render_line(0)
        assert "".join(part.text for part in line if part.style and part.style.underline) == "("
        await driver.press("enter")
        assert isinstance(driver.screen(), SearchBar)
        await driver.press("ctrl+u", *"0dx", "ctrl+t")
        assert "✗ 'x' is no hex digit" in driver.text()
        assert bar(driver)._input.has_class("-bad")
        await driver.press("ctrl+u", *"0d0a")
        assert "✓ bytes" in driver.text()
        assert bar(driver)._input.has_class("-good")


async def test_the_choices_are_shown_with_their_keys_and_kept_for_the_next_time() -> None:
    async with opened(size=(80, 24)) as driver:
        await driver.press("ctrl+f")
        assert "ctrl-t: [text] regex hex filter   Tab: [list] tree bytes   ctrl-l: any case" in driver.text()
        await driver.press("tab", "tab", "ctrl+l", *"ACK", "enter")
        assert driver.main.searching.recent == (Query("ACK", What.TEXT, Where.BYTES, exact=True),)
        await driver.until(lambda: not driver.main.searching.running)
        await driver.press("ctrl+f")
        assert "list tree [bytes]   ctrl-l: exact" in driver.text()
        await driver.press("x")  # in place of what stands there
        assert bar(driver)._input.value == "x"


async def test_recent_searches_come_back_with_their_choices() -> None:
    async with opened() as driver:
        await search(driver, "syn")
        await search(driver, "76ea", "ctrl+t", "ctrl+t")
        await driver.press("ctrl+f", "up", "up")
        assert (bar(driver)._input.value, bar(driver)._query.what) == ("syn", What.TEXT)


async def test_escape_leaves_the_bar() -> None:
    async with opened() as driver:
        await write(driver, "syn")
        await driver.press("escape")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.searching.recent == ()


async def test_the_bar_is_ascii_without_utf8() -> None:
    async with opened(environment={"TERM": "xterm", "LANG": "C"}) as driver:
        await write(driver, "syn")
        assert bar(driver).query_one(".dialog").styles.border.top[0] == "ascii"
        assert to_ascii(driver.text()).isascii()


# searches that take long


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Packets are asked one at a time, and each but the first waits until this is set."""
    opening = threading.Event()

    def first(self: object, chunk: Chunk, order: Ints) -> Hit | None:
        if chunk.rows[0]:
            opening.wait(5)
        return None

    monkeypatch.setattr("tui.filter.search.hunt._AT_FIRST", 1)
    monkeypatch.setattr("tui.filter.search.hunt.at_once", lambda needle: (1, 1 << 20))
    monkeypatch.setattr("tui.filter.search.needles.CellsNeedle.first", first)
    yield opening
    opening.set()


async def test_a_long_search_tells_how_far_it_is_and_keys_work_meanwhile(gate: threading.Event) -> None:
    async with opened() as driver:
        await write(driver, "xyz")
        await driver.press("enter")
        await driver.until(lambda: "searching 10 % · “xyz” (Esc: stop)" in driver.text())
        await driver.press("j")
        assert driver.main.packet_list.row == 1
        gate.set()
        await driver.until(lambda: "not found" in driver.text())
        assert "searching" not in driver.text()


async def test_escape_stops_a_long_search(gate: threading.Event) -> None:
    async with opened() as driver:
        await write(driver, "xyz")
        await driver.press("enter", "escape")
        gate.set()
        await driver.until(lambda: "the search was stopped" in driver.text())
        assert not driver.main.searching.running


async def test_escape_stops_a_regular_expression_without_end() -> None:
    async with opened() as driver:
        await write(driver, "(.+)+xyz", "ctrl+t", "tab", "tab")
        await driver.press("enter")
        await driver.pilot.pause(0.3)
        await driver.press("j")  # the screen is alive
        assert driver.main.searching.running
        await driver.press("escape")
        await driver.until(lambda: "the search was stopped" in driver.text())


async def test_there_is_nothing_to_search_before_there_are_packets(tmp_path) -> None:  # type: ignore[no-untyped-def]
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(CAPTURE.read_bytes()[:24])
    async with opened(empty) as driver:
        await search(driver, "syn")
        assert "there are no packets to search" in driver.text()


async def test_another_search_takes_the_place_of_a_long_one(gate: threading.Event) -> None:
    async with opened() as driver:
        await write(driver, "xyz")
        await driver.press("enter")
        await search(driver, "tcp.len > 0", "ctrl+t", "ctrl+t", "ctrl+t")
        assert driver.main.packet_list.row == 3
        gate.set()
        await driver.pilot.pause(0.2)
        assert "stopped" not in driver.text()


async def test_the_command_line_searches_as_was_searched_last() -> None:
    async with opened() as driver:
        await search(driver, "76 ea", "ctrl+t", "ctrl+t")
        await driver.press("colon", *"search", "space", *"0xz")
        assert "✗ 'x' is no hex digit" in driver.text()
        await driver.press("ctrl+u", *"search", "space", *"ea60")
        assert "search for “ea60”: bytes" in driver.text()
        await driver.press("enter")
        await driver.until(lambda: driver.main.view.selected_bits == range(36 * 8, 38 * 8))


async def test_leaving_the_program_stops_the_search(gate: threading.Event) -> None:
    async with opened() as driver:
        await write(driver, "xyz")
        await driver.press("enter")
        hunt = driver.main.searching._hunt
        assert hunt is not None
        await driver.press("q")
    gate.set()
    assert hunt.stopped


async def test_a_field_that_was_found_is_left_when_the_user_moves_on() -> None:
    async with opened() as driver:
        await search(driver, "urgent pointer", "tab")
        driver.main.arrangement.focus(Slot.TREE)
        await driver.press("g", "g", "numbersign")  # shown anew, in another form
        field = driver.main.header_tree.selected
        assert field is not None
        assert field.name == "frame"
