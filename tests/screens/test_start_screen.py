"""The start screen shows what there is to open, and ends with what the command line then takes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from screen_driver import CAPTURE, UTF8
from textual.command import CommandPalette

from tui.actions import BY_ID, Place, at
from tui.capture.live import station as live_station
from tui.capture.live.interfaces import Device
from tui.capture.live.privileges import grants
from tui.config.config import DEFAULT, Config
from tui.errors import UsageError
from tui.panes.choices import ChoicePane
from tui.report import start as report
from tui.screens import start as start_screen
from tui.screens.capture_filter import CaptureFilterScreen
from tui.screens.file_dialog import NamePane
from tui.screens.help import HelpScreen
from tui.screens.motions import MOTIONS
from tui.screens.open_file import OpenFileScreen
from tui.screens.palette import palette_actions
from tui.screens.start import Capture
from tui.screens.themes import LIGHT
from tui.start import StartApp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from tui.capture.live.spec import LiveSpec

ETHERNET = Device("eth0", 2, 1, up=True, loopback=False, addresses=("192.0.2.2",), mac=b"\x02" * 6)
LOOPBACK = Device("lo", 1, 772, up=True, loopback=True, addresses=("127.0.0.1",), mac=bytes(6))


class System:
    """The system that the screen looks at: what its counters say, and what it is asked to try."""

    def __init__(self) -> None:
        self.devices: tuple[Device, ...] = (ETHERNET, LOOPBACK)
        self.counted = True
        self.looks = 0
        self.tried: list[LiveSpec] = []
        self.refusal: Callable[[LiveSpec], Exception | None] = lambda spec: None

    def look(self) -> report.Interfaces:
        """Each second 70 more packets on eth0, and none on lo."""
        counts = {"eth0": 70 * self.looks, "lo": 0, "any": 70 * self.looks} if self.counted else {}
        self.looks += 1
        return report.Interfaces(self.devices, float(self.looks), counts)

    def try_out(self, spec: LiveSpec) -> None:
        """Note it, and refuse what is to be refused."""
        self.tried.append(spec)
        if refusal := self.refusal(spec):
            raise refusal


class Screen:
    """Presses keys and looks at the start screen."""

    def __init__(self, app: StartApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause(0.05)

    async def type(self, text: str) -> None:
        await self.press(*({"/": "slash", " ": "space", ".": "full_stop"}.get(char, char) for char in text))

    async def until(self, done: Callable[[], bool]) -> None:
        for _ in range(100):
            if done():
                return
            await self.pilot.pause(0.05)
        raise AssertionError(f"it did not come about:\n{self.text()}")

    async def until_said(self, text: str) -> None:
        await self.until(lambda: text in self.text())

    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    def line(self, beginning: str) -> str:
        """The line of the screen that has this in front."""
        return next(line for line in self.text().splitlines() if line[1:].strip().startswith(beginning))


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    faked = System()
    monkeypatch.setattr(report, "look_at_interfaces", faked.look)
    monkeypatch.setattr(live_station, "try_out", faked.try_out)
    monkeypatch.setattr(start_screen, "LOOK_SECONDS", 0.05)
    return faked


@asynccontextmanager
async def shown(
    files: Sequence[Path] = (),
    size: tuple[int, int] = (80, 24),
    environment: dict[str, str] = UTF8,
    config: Config = DEFAULT,
) -> AsyncIterator[Screen]:
    """The start screen, once it has looked at the system."""
    app = StartApp(environment, config, files=files)
    async with app.run_test(size=size) as pilot:
        screen = Screen(app, pilot)
        await screen.until_said("Open another file")
        await screen.until_said("eth0")
        yield screen


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_interfaces_are_listed_with_state_addresses_and_traffic(
    system: System, size: tuple[int, int]
) -> None:
    async with shown(size=size) as screen:
        await screen.until_said("███")
        assert {"eth0", "up", "70", "192.0.2.2"} <= set(screen.line("eth0").split())
        assert {"lo", "up", "0", "127.0.0.1"} <= set(screen.line("lo").split())
        assert "▁" in screen.line("lo")
        assert "█" not in screen.line("lo")
        assert "all interfaces" in screen.line("any")


async def test_where_nobody_counts_packets_there_is_no_column_for_them(system: System) -> None:
    system.counted = False
    async with shown() as screen:
        assert "Packets/s" not in screen.text()
        assert "192.0.2.2" in screen.line("eth0")


async def test_traffic_is_drawn_in_ascii_where_the_terminal_has_no_utf_8(system: System) -> None:
    async with shown(environment={"TERM": "xterm"}) as screen:
        await screen.until_said("@@@")
        assert screen.text().isascii()


async def test_an_interface_that_comes_leaves_the_cursor_where_it_was(system: System) -> None:
    async with shown() as screen:
        pane = screen.app.screen.query_one("#interfaces", ChoicePane)
        await screen.press("down")
        system.devices = (Device("wlan0", 3, 1, True, False, (), b""), *system.devices)
        await screen.until_said("wlan0")
        assert pane.cursor == 2


async def test_control_characters_of_names_never_reach_the_terminal(system: System, tmp_path: Path) -> None:
    system.devices = (ETHERNET, Device("e\x1b[2J", 3, 1, True, False, ("1.2.3.4\x07",), b""))
    hostile = tmp_path / "a\x1b[31m.pcap"
    hostile.write_bytes(b"")
    async with shown([hostile]) as screen:
        assert "e·[2J" in screen.text()
        assert "a·[31m.pcap" in screen.text()
        assert "\x1b" not in screen.text()


async def test_an_interface_and_its_filter_are_what_the_screen_ends_with(system: System) -> None:
    async with shown() as screen:
        await screen.press("down", "enter")
        await screen.until(lambda: isinstance(screen.app.screen, CaptureFilterScreen))
        await screen.type("tcp port 80")
        await screen.press("enter")
        await screen.until(lambda: screen.app.return_value is not None)
    assert screen.app.return_value == Capture("lo", "tcp port 80")
    assert [(spec.interfaces, spec.filter) for spec in system.tried] == [
        (("lo",), ""),
        (("lo",), "tcp port 80"),
    ]


async def test_a_capture_filter_may_be_left_empty(system: System) -> None:
    async with shown() as screen:
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, CaptureFilterScreen))
        await screen.press("enter")
        await screen.until(lambda: screen.app.return_value is not None)
    assert screen.app.return_value == Capture("eth0", "")


async def test_a_bad_capture_filter_is_told_in_libpcaps_words_and_can_be_mended(system: System) -> None:
    wrong = UsageError("capture filter 'x': can't parse filter expression", "man pcap-filter")
    system.refusal = lambda spec: wrong if spec.filter == "x" else None
    async with shown() as screen:
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, CaptureFilterScreen))
        await screen.press("x", "enter")
        await screen.until_said("can't parse filter expression")
        await screen.press("backspace", "enter")
        await screen.until(lambda: screen.app.return_value is not None)
    assert screen.app.return_value == Capture("eth0", "")


async def test_escape_leaves_the_filter_and_starts_nothing(system: System) -> None:
    async with shown() as screen:
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, CaptureFilterScreen))
        await screen.press("escape")
        assert screen.app.screen.query("#interfaces")
        assert screen.app.is_running
        assert screen.app.return_value is None


async def test_without_privileges_the_commands_that_grant_them_are_shown(system: System) -> None:
    system.refusal = lambda spec: grants(spec.name)
    async with shown(size=(160, 48)) as screen:
        await screen.press("enter")
        await screen.until_said("no permission to capture on eth0")
        assert "sudo " in screen.line("this time")
        assert not isinstance(screen.app.screen, CaptureFilterScreen)
        await screen.press("down")
        assert "no permission" not in screen.text()


async def test_recent_files_come_in_their_order_with_size_and_age(system: System, tmp_path: Path) -> None:
    other = tmp_path / "b.pcap"
    other.write_bytes(bytes(9600))
    async with shown([other, CAPTURE]) as screen:
        text = screen.text()
        assert text.index("b.pcap") < text.index(CAPTURE.name)
        assert "9.6 kB" in screen.line("b.pcap")
        assert "s ago" in screen.line("b.pcap")


async def test_a_chosen_file_is_what_the_screen_ends_with(system: System) -> None:
    async with shown([CAPTURE]) as screen:
        await screen.press("tab", "enter")
    assert screen.app.return_value == CAPTURE


async def test_a_file_that_is_gone_is_marked_and_not_opened(system: System, tmp_path: Path) -> None:
    gone, going = tmp_path / "gone.pcap", tmp_path / "going.pcap"
    going.touch()
    async with shown([gone, going]) as screen:
        assert "gone" in screen.line("gone.pcap").replace("gone.pcap", "")
        going.unlink()
        for name in ("gone.pcap", "going.pcap"):
            await screen.press("tab" if name == "gone.pcap" else "down", "enter")
            assert screen.app.return_value is None
            assert f"{name} is gone" in screen.text()


async def test_a_click_selects_and_another_one_opens(system: System, tmp_path: Path) -> None:
    async with shown([tmp_path / "gone.pcap", CAPTURE]) as screen:
        await screen.pilot.click("#files", offset=(4, 3))
        await screen.pilot.pause(0.05)
        assert screen.app.return_value is None
        await screen.pilot.click("#files", offset=(4, 3))
        await screen.pilot.pause(0.05)
    assert screen.app.return_value == CAPTURE


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c"])
async def test_leaving_ends_with_nothing(system: System, key: str) -> None:
    async with shown([CAPTURE]) as screen:
        await screen.press(key)
        assert not screen.app.is_running
    assert screen.app.return_value is None


async def test_help_theme_and_palette_are_there(system: System) -> None:
    async with shown() as screen:
        await screen.press("T")
        assert screen.app.theme == LIGHT.name
        await screen.press("question_mark")
        assert isinstance(screen.app.screen, HelpScreen)
        await screen.press("escape", "ctrl+p")
        assert isinstance(screen.app.screen, CommandPalette)
    assert BY_ID["open_file"] in palette_actions(Place.START)


async def test_every_action_of_the_screen_does_something(system: System) -> None:
    async with shown() as screen:
        start = screen.app.screen
        assert isinstance(start, start_screen.StartScreen)
        known = {*start._commands, *MOTIONS}
        assert {action.id for action in at(Place.START)} == known


# the dialog


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Some files, a folder with one file, and names that no terminal should see."""
    (tmp_path / "logs").mkdir()
    for name in ("trace-1.pcap", "trace-2.pcap", ".hidden", "evil\x1b[2J.pcap", "logs/inside.pcap"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@asynccontextmanager
async def asking(names: str = "trace-1.pcap") -> AsyncIterator[Screen]:
    async with shown() as screen:
        await screen.press("o")
        await screen.until(lambda: isinstance(screen.app.screen, OpenFileScreen))
        await screen.until_said(names)
        yield screen


def typed(screen: Screen) -> str:
    """What the field holds."""
    return str(screen.app.screen.query_one("Input").value)  # type: ignore[attr-defined]  # it is an Input


async def test_tab_completes_as_far_as_the_names_agree(system: System, folder: Path) -> None:
    async with asking() as screen:
        await screen.press("t", "tab")
        assert typed(screen) == "trace-"
        await screen.press("2", "tab")
        assert typed(screen) == "trace-2.pcap"
        await screen.press("enter")
    assert screen.app.return_value == folder / "trace-2.pcap"


async def test_tab_and_enter_go_into_folders(system: System, folder: Path) -> None:
    async with asking() as screen:
        await screen.press("l", "tab")
        assert typed(screen) == "logs/"
        await screen.until_said("inside.pcap")
        await screen.press("tab", "enter")
    assert screen.app.return_value == folder / "logs" / "inside.pcap"


async def test_arrows_choose_from_the_names(system: System, folder: Path) -> None:
    async with asking() as screen:
        await screen.press("down")
        assert typed(screen) == "logs/"
        await screen.press("down", "down", "up")
        assert typed(screen) == "trace-1.pcap"
        await screen.press("up", "enter")
        await screen.until_said("inside.pcap")
        await screen.press("down", "enter")
    assert screen.app.return_value == folder / "logs" / "inside.pcap"


async def test_a_click_on_a_name_chooses_it(system: System, folder: Path) -> None:
    async with asking() as screen:
        for _ in range(2):
            await screen.pilot.click(NamePane, offset=(3, 1))
            await screen.pilot.pause(0.05)
    assert screen.app.return_value == folder / "trace-1.pcap"


async def test_hidden_names_are_shown_when_asked_for(system: System, folder: Path) -> None:
    async with asking() as screen:
        assert ".hidden" not in screen.text()
        await screen.type(".")
        await screen.until_said(".hidden")


async def test_names_that_could_steer_the_terminal_are_left_out_and_counted(
    system: System, folder: Path
) -> None:
    async with asking() as screen:
        await screen.until_said("1 that cannot be shown")
        assert "evil" not in screen.text()


async def test_what_is_not_there_is_said_and_not_opened(system: System, folder: Path) -> None:
    async with asking() as screen:
        await screen.type("nothing.pcap")
        await screen.press("enter")
        await screen.until_said("there is no nothing.pcap")
        await screen.type("/x/")
        await screen.until_said("No such file or directory")
        assert screen.app.return_value is None


async def test_enter_in_an_empty_field_opens_nothing(system: System, folder: Path) -> None:
    async with asking() as screen:
        await screen.press("enter")
        assert typed(screen) == ""
        assert screen.app.return_value is None
