"""Without arguments the start screen asks; its choice is taken as if it had been given as arguments."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tui import cli, start
from tui.cli import main
from tui.screens.start import Capture

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path("/captures/three-way-close.pcap")


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the command line goes on with, once it knows what to open."""
    seen: list[Any] = []

    def note(wanted: Any, options: Any) -> int:
        seen.append((wanted, vars(options) | {"files": None, "read": None}))
        return 0

    monkeypatch.setattr(cli, "_show", note)
    monkeypatch.setattr(cli, "_capture", note)
    return seen


def choosing(choice: object) -> Callable[[object], object]:
    return lambda config: choice


@pytest.mark.parametrize(
    ("choice", "arguments"),
    [
        (Capture("lo", "tcp port 80"), ["-i", "lo", "-f", "tcp port 80"]),
        (Capture("any", ""), ["-i", "any", "-f", ""]),
        (FILE, ["-r", str(FILE)]),
    ],
    ids=["an interface and a filter", "an interface", "a file"],
)
def test_a_choice_is_the_same_as_arguments(
    choice: object,
    arguments: list[str],
    opened: list[Any],
    at_a_terminal: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(start, "choose", choosing(choice))
    assert main([]) == 0
    assert main(arguments) == 0
    chosen, given = opened
    assert chosen == given


def test_leaving_the_start_screen_ends_the_program(
    opened: list[Any], at_a_terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "choose", choosing(None))
    assert main([]) == 0
    assert opened == []


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_nothing_is_asked(
    stream: str,
    at_a_terminal: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: False)
    monkeypatch.setattr(start, "choose", choosing(FILE))
    assert main([]) == 2
    assert "no capture is named (tcpscope FILE opens one" in capsys.readouterr().err


def test_what_is_only_printed_is_not_asked_for(
    at_a_terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-q"]) == 2
    assert "no capture is named" in capsys.readouterr().err
