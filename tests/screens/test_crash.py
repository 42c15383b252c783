"""A mistake of the program's own ends it with one line, and a file that holds all of it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from screen_driver import opened

from tui import cli, crash
from tui.errors import ExitCode
from tui.report.listing import Listing
from tui.screens.help import HelpScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.application import Application


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _fails(*_: object) -> None:
    raise LookupError("a \x1b[31mwrong\x1b[0m turn")


def _caught(function: Callable[[], None]) -> LookupError:
    with pytest.raises(LookupError) as caught:
        function()
    return caught.value


def test_the_line_names_a_file_with_the_traceback() -> None:
    line = crash.tell(_caught(_fails))
    assert "\x1b" not in line
    found = re.search(r"LookupError: .*; please report it with (\S+)$", line)
    assert found
    text = Path(found[1]).read_text("utf-8")
    assert "Traceback" in text
    assert "in _fails" in text


def test_where_no_file_can_be_written_all_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert "in _fails" in crash.tell(_caught(_fails))


def test_the_command_ends_with_that_line(
    captures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Listing, "rows", _fails)
    assert cli.main(["-r", str(captures / "refused.pcap"), "-T", "text"]) == ExitCode.MISTAKE
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tcpscope: an error of tcpscope itself ended it: LookupError")


async def test_the_screen_prints_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    async def make_it_fail() -> Application[Any]:
        async with opened() as driver:
            driver.app.call_later(_fails)
            await driver.pilot.pause(0.2)
            return driver.app

    with pytest.raises(LookupError):
        await make_it_fail()
    assert "Traceback" not in "".join(capsys.readouterr())


async def test_help_takes_keys_before_it_is_shown() -> None:
    async with opened() as driver:
        driver.main.action_press("?")
        help_screen = driver.screen()
        assert isinstance(help_screen, HelpScreen)
        help_screen.action_press("up")
        help_screen.action_press("G")
        await driver.pilot.pause(0.1)
        assert "Signs" in driver.text()
