"""The driver sends what is new in a frame, and all else as it is."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, cast

import pytest
from emulated import shown
from rich.color import ColorSystem
from rich.style import Style
from textual import constants
from textual.app import App
from textual.color import Color
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver

from tui.app import TcpscopeApp
from tui.canvas import Filters, PlacedLine
from tui.driver import FrugalDriver
from tui.panes.glyphs import AsciiFilter
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

STYLED = "\x1b[1;38;2;1;2;3;48;2;4;5;6m"
FRAME = f"\x1b[3;4H{STYLED}SYN\x1b[0m\n\x1b[4;4H{STYLED}ACK\x1b[0m\x1b[1;1H"
MODES = [
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[2J",
    "\x1b[?25l",
    "\x1b[?2048h",
    "\x1b]8;;https://a.example\x1b\\a",
]
HARMLESS = ["\x1b[?2026h", "\x1b[?2026l", "\x1b]52;c;YQ==\a", "\x1b]22;pointer\x1b\\", "\a"]


class Terminal:
    """Takes the place of Textual's thread that writes."""

    def __init__(self) -> None:
        self.size = os.terminal_size((80, 24))
        self.data: list[str] = []

    def write(self, data: str) -> None:
        self.data.append(data)

    def take(self) -> str:
        data = "".join(self.data)
        self.data.clear()
        return data


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
async def driver(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> FrugalDriver:
    monkeypatch.setattr("textual.drivers.linux_driver.signal.signal", lambda *_: None)
    monkeypatch.setattr("tui.driver.os.get_terminal_size", lambda _: terminal.size)
    app = App[None]()
    app.console._color_system = ColorSystem.TRUECOLOR
    driver = FrugalDriver(app)
    driver._writer_thread = terminal  # type: ignore[assignment]  # it needs no more than `write`
    return driver


async def test_a_frame_is_sent_in_fewer_bytes_and_once(driver: FrugalDriver, terminal: Terminal) -> None:
    driver.write(FRAME)
    sent = terminal.take()
    assert sent.count("38;2;1;2;3") == 1
    assert "SYN" in sent
    assert "ACK" in sent
    driver.write(FRAME)
    assert terminal.data == []


@pytest.mark.parametrize("data", MODES)
async def test_what_is_no_frame_goes_out_as_it_is_and_nothing_is_known_after_it(
    driver: FrugalDriver, terminal: Terminal, data: str
) -> None:
    driver.write(FRAME)
    sent = terminal.take()
    driver.write(data)
    assert terminal.take() == "\x1b[0m" + data
    driver.write(FRAME)
    assert terminal.take() == sent


@pytest.mark.parametrize("data", HARMLESS)
async def test_what_changes_no_cell_leaves_the_picture(
    driver: FrugalDriver, terminal: Terminal, data: str
) -> None:
    driver.write(FRAME)
    terminal.take()
    driver.write(data)
    driver.write(FRAME)
    assert terminal.take() == data


async def test_a_terminal_of_another_size_is_painted_anew(driver: FrugalDriver, terminal: Terminal) -> None:
    driver.write(FRAME)
    sent = terminal.take()
    terminal.size = os.terminal_size((81, 24))
    driver.write(FRAME)
    assert terminal.take() == sent


async def test_a_frame_for_a_larger_terminal_goes_out_as_it_is(
    driver: FrugalDriver, terminal: Terminal
) -> None:
    terminal.size = os.terminal_size((5, 3))
    driver.write(FRAME)
    assert terminal.take() == "\x1b[0m" + FRAME


BOLD = Style(bold=True, color="#010203", bgcolor="#040506")
PLAIN_FILTERS = Filters((), Color(0, 0, 0))


def line(*pieces: tuple[str, Style], x: int = 3, y: int = 2) -> PlacedLine:
    return PlacedLine(x, y, pieces)


async def test_a_line_painted_at_once_is_sent_after_the_event_and_shows_what_its_frame_shows(
    driver: FrugalDriver, terminal: Terminal
) -> None:
    driver.write(FRAME)
    before = terminal.take()
    assert driver.paint([line(("SYN,", BOLD), (" A→", Style()))], PLAIN_FILTERS)
    assert terminal.data == []
    await asyncio.sleep(0)
    painted = terminal.take()
    assert "SYN" not in painted  # it stands there already
    frame = f"\x1b[3;4H{STYLED}SYN,\x1b[0m A→\x1b[1;1H"
    assert shown([before, painted], 80, 24)[0] == shown([before, frame], 80, 24)[0]
    driver.write(frame)
    assert terminal.take() == "\x1b[H"  # only the cursor has to move


async def test_a_frame_that_comes_first_does_not_swallow_a_line_painted_at_once(
    driver: FrugalDriver, terminal: Terminal
) -> None:
    driver.write(FRAME)
    terminal.take()
    assert driver.paint([line(("RST", BOLD))], PLAIN_FILTERS)
    driver.write(f"\x1b[3;4H{STYLED}RST\x1b[0m\x1b[1;1H")
    assert terminal.take().count("RST") == 1
    await asyncio.sleep(0)
    assert terminal.data == []


async def test_a_line_painted_at_once_passes_the_filters(driver: FrugalDriver, terminal: Terminal) -> None:
    driver.write(FRAME)
    terminal.take()
    assert driver.paint([line(("a→b", BOLD))], Filters((AsciiFilter(),), Color(0, 0, 0)))
    await asyncio.sleep(0)
    assert "a>b" in terminal.take()


@pytest.mark.parametrize(
    "placed", [line(("x" * 80, BOLD)), line(("x", BOLD), y=24), line(("\u200d", BOLD))], ids=ascii
)
async def test_what_does_not_surely_fit_is_left_to_textual(
    driver: FrugalDriver, terminal: Terminal, placed: PlacedLine
) -> None:
    driver.write(FRAME)
    terminal.take()
    assert not driver.paint([line(("ok", BOLD)), placed], PLAIN_FILTERS)
    await asyncio.sleep(0)
    assert terminal.data == []


async def test_nothing_is_painted_at_once_on_an_unknown_screen(
    driver: FrugalDriver, terminal: Terminal
) -> None:
    assert not driver.paint([line(("SYN", BOLD))], PLAIN_FILTERS)
    driver.write(FRAME)
    terminal.size = os.terminal_size((81, 24))
    assert not driver.paint([line(("SYN", BOLD))], PLAIN_FILTERS)


@pytest.mark.parametrize(
    ("chosen", "driver_class"), [(None, FrugalDriver), ("textual.drivers.web_driver:WebDriver", WebDriver)]
)
def test_the_program_has_it_in_place_of_textuals_but_of_no_other(
    monkeypatch: pytest.MonkeyPatch, chosen: str | None, driver_class: type[Driver]
) -> None:
    monkeypatch.setattr(constants, "DRIVER", chosen)
    assert TcpscopeApp(cast("Session", None)).get_driver_class() is driver_class


async def test_after_a_stop_all_is_painted_anew(monkeypatch: pytest.MonkeyPatch, captures: Path) -> None:
    session = Session([str(captures / "three-way-close.pcap")])
    try:
        app = TcpscopeApp(session)
        async with app.run_test() as pilot:
            await pilot.pause()
            asked: list[str] = []
            monkeypatch.setattr(app, "refresh", lambda: asked.append("all"))
            app.post_message(Driver.SignalResume())
            await pilot.pause()
            assert asked == ["all"]
    finally:
        session.close()
