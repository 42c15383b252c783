"""-N prints names in the columns, of the kinds that tshark's letters mean; without it nothing has a name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from test_names import with_recorded

from tui.cli import main
from tui.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def capture(tmp_path: Path) -> str:
    path = tmp_path / "recorded.pcapng"
    path.write_bytes(with_recorded(b"web.example.com"))
    return str(path)


@pytest.mark.parametrize("option", [(), ("-n",)])
def test_nothing_has_a_name_unless_it_is_asked_for(
    capture: str, option: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-r", capture, "-T", "text", *option]) == ExitCode.OK
    out = capsys.readouterr().out
    assert "10.4.5.6" in out
    assert "40000 → 80 [SYN]" in out


def test_names_are_printed_as_text_and_as_json(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-r", capture, "-T", "text", "-N", "nt"]) == ExitCode.OK
    out = capsys.readouterr().out
    assert "web.example.com" in out
    assert "40000 → http(80) [SYN]" in out
    assert main(["-r", capture, "-T", "json", "-N", "n"]) == ExitCode.OK
    (packet,) = json.loads(capsys.readouterr().out)
    assert packet["destination"] == "web.example.com"


def test_a_field_is_printed_as_it_stands_in_the_packet(
    capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = ["-T", "fields", "-e", "ip.dst", "-e", "tcp.dstport"]
    assert main(["-r", capture, *fields, "-N", "nt"]) == ExitCode.OK
    assert capsys.readouterr().out == "10.4.5.6\t80\n"


@pytest.mark.parametrize(("letters", "words"), [("x", "no names 'x'"), ("d", "of the screen")])
def test_other_letters_are_refused(
    capture: str, letters: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-r", capture, "-T", "text", "-N", letters]) == ExitCode.USAGE
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""
