"""--config and --print-config, and what the configuration does not touch."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui.app import TcpscopeApp, run
from tui.capture.live.options import Sources
from tui.capture.live.spec import LiveSpec, RemoteSpec
from tui.cli import main
from tui.config.config import DEFAULT, Choices
from tui.config.options import filtered
from tui.config.reader import load
from tui.config.recent import Recent
from tui.decode.context import Numbers
from tui.report.listing import TimeForm
from tui.session import Session

if TYPE_CHECKING:
    from textual.pilot import Pilot

ROOT = Path(__file__).parents[2]
CAPTURE = ROOT / "captures" / "three-way-close.pcap"
PRINT = [sys.executable, "-m", "tui", "--print-config"]


@pytest.fixture
def file(home: Path) -> Path:
    """A file with one setting that is right, and one that is not."""
    path = home / "mine.toml"
    path.write_text("theme = 'light'\ntime = 5\ncapture_filter = 'tcp port 80'\n")
    return path


def printed(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PRINT, *arguments], capture_output=True, env={**os.environ, **environment}, cwd=ROOT, timeout=60
    )


def test_the_configuration_in_force_is_printed_and_what_is_wrong_is_narrated(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--print-config", "--config", str(file)]) == 0
    out, err = capsys.readouterr()
    assert {"theme", "capture_filter"} == {
        key for key in tomllib.loads(out) if key not in ("keys", "colours")
    }
    assert err.startswith(f"tcpscope: {file}: time: expected ")
    assert err.count("\n") == 1


def test_without_a_file_the_defaults_are_printed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-config"]) == 0
    out, err = capsys.readouterr()
    assert '\n#theme = "last"\n' in out
    assert f"{home}/config/tcpscope/config.toml" in out.replace("\n# ", "")  # wherever the line breaks
    assert err == ""


def test_a_named_file_that_is_not_there_is_wrong_usage(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--print-config", "--config", str(home / "none.toml")]) == 2
    assert "none.toml: No such file or directory" in capsys.readouterr().err


def test_printing_loads_no_screen(home: Path) -> None:
    code = (
        "import sys; from tui.cli import main; assert main(['--print-config']) == 0; "
        "assert not {'textual', 'rich', 'scapy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT, timeout=60)


def test_toml_is_utf8_whatever_the_locale(home: Path) -> None:
    file = home / "mine.toml"
    file.write_text("capture_filter = 'café'", encoding="utf-8")
    done = printed("--config", file, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert tomllib.loads(done.stdout.decode())["capture_filter"] == "café"


def test_what_is_printed_of_packets_does_not_depend_on_the_configuration(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "mine.toml"
    file.write_text("columns = ['info']\ntime = 'utc'")
    assert main(["-T", "text", str(CAPTURE)]) == 0
    usual = capsys.readouterr().out
    assert main(["-T", "text", "--config", str(file), str(CAPTURE)]) == 0
    assert capsys.readouterr().out == usual


def test_the_capture_filter_is_for_those_who_give_none(file: Path) -> None:
    config = load(file)
    remotes = (RemoteSpec("web1"), RemoteSpec("web2", filter="udp"))
    got = filtered(Sources(LiveSpec(("eth0",)), remotes, ()), config)
    assert got.live is not None
    assert (got.live.filter, *(each.filter for each in got.remotes)) == ("tcp port 80", "tcp port 80", "udp")
    assert filtered(Sources(None, (), ("a.pcap",)), config) == Sources(None, (), ("a.pcap",))


def test_a_run_is_remembered_by_the_next_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def leave_in_light(pilot: Pilot[object]) -> None:
        await pilot.press("T", "t", "q")

    whole_run = TcpscopeApp.run

    def run_without_terminal(app: TcpscopeApp) -> None:
        whole_run(app, headless=True, auto_pilot=leave_in_light)

    monkeypatch.setattr(TcpscopeApp, "run", run_without_terminal)
    session = Session([str(CAPTURE)])
    try:
        assert run(session, DEFAULT, [str(CAPTURE), "-", os.devnull], print) == 0
    finally:
        session.close()
    recent = Recent.of_user()
    assert recent.files() == (CAPTURE,)
    assert recent.choices() == Choices("light", TimeForm.DELTA, Numbers.RELATIVE)
