"""Text reaches the clipboard through tmux and screen too, and where it cannot that is said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from base64 import b64decode
from pathlib import Path

import pytest
from in_tmux import Terminal

from tui.clipboard import MOST_BYTES, Clipboard, sequence
from tui.driver import _HARMLESS

XTERM = {"TERM": "xterm-256color"}
PATIENCE = 10.0


def taken(data: str) -> str:
    """What a terminal without tmux or screen would have in its clipboard."""
    match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\a", data)
    assert match is not None
    return b64decode(match[1]).decode()


async def copied(environment: dict[str, str], text: str) -> tuple[str, list[str]]:
    """What was said, and what was written."""
    written: list[str] = []
    return await Clipboard(environment).copy(text, written.append), written


async def test_a_terminal_gets_the_text_and_nothing_is_said() -> None:
    said, (data,) = await copied(XTERM, "Grüße\n→")
    assert (said, taken(data)) == ("", "Grüße\n→")


async def test_what_has_no_bytes_does_no_harm() -> None:
    assert taken((await copied(XTERM, "a\udc80"))[1][0]) == "a?"


async def test_screen_gets_it_in_pieces_that_it_hands_on() -> None:
    text = "x" * 5000
    said, (data,) = await copied({**XTERM, "STY": "1.pts", "TERM": "screen"}, text)
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", data, re.DOTALL)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == data
    assert max(map(len, pieces)) <= 256
    assert (said, taken("".join(pieces))) == ("", text)


@pytest.mark.parametrize("in_screen", [False, True])
def test_what_is_sent_leaves_the_picture_as_it_is(in_screen: bool) -> None:
    assert _HARMLESS.fullmatch(sequence("text " * 200, in_screen=in_screen))


async def test_more_than_terminals_take_is_not_sent_and_said() -> None:
    said, written = await copied(XTERM, "x" * (MOST_BYTES + 1))
    assert written == []
    assert "74,994 bytes at most and not 74,995: write it to a file" in said
    said, (data,) = await copied(XTERM, "x" * MOST_BYTES)
    assert (said, len(data)) == ("", 100_000)


@pytest.mark.parametrize("term", ["linux", "dumb"])
async def test_a_console_has_no_clipboard_and_that_is_said(term: str) -> None:
    said, written = await copied({"TERM": term}, "x")
    assert written == []
    assert "this terminal has no clipboard: write it to a file" in said


async def test_within_a_tmux_that_cannot_be_asked_its_option_is_named() -> None:
    said, written = await copied({"TERM": "tmux-256color"}, "x")
    assert len(written) == 1
    assert "set -g set-clipboard on" in said


async def test_without_an_answer_of_tmux_the_terminal_is_tried_and_that_is_said(tmp_path: Path) -> None:
    within = {**XTERM, "TMUX": f"{tmp_path}/none,1,0"}
    said, (data,) = await copied({**within, "PATH": os.environ["PATH"]}, "x")
    assert taken(data) == "x"
    assert said.startswith("sent past tmux, which may not let it through (")
    said, (data,) = await copied({**within, "PATH": str(tmp_path)}, "x")
    assert taken(data) == "x"
    assert "there is no command tmux" in said


@pytest.mark.slow
def test_tmux_takes_it_and_hands_it_to_the_terminal_around_it(tmp_path: Path) -> None:
    """As it comes: its own option, set-clipboard, is `external`, and an application's sequence is ignored.

    The terminal around it is another tmux, whose buffer is the clipboard.
    """
    outer, inner = (["tmux", "-S", str(tmp_path / name), "-f", os.devnull] for name in ("outer", "inner"))
    script = "from tui.clipboard import *; import asyncio, os, sys; "
    script += "print(asyncio.run(Clipboard(os.environ).copy('through both', sys.stdout.write)) or 'done')"
    program = f'cd {Path(__file__).parents[1]}; {sys.executable} -c "{script}"; sleep 60'
    attach = " ".join([*inner, "new-session", "-s", "inner", "bash"])
    clean = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE", "STY")}

    def run(command: list[str]) -> str:
        return subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=PATIENCE, env=clean
        ).stdout

    def until(command: list[str], words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE, env=clean
            ).stdout
            if words in found:
                return
            time.sleep(0.05)
        raise AssertionError(f"{words} not in {found}")

    try:
        run([*outer, "new-session", "-d", "-x", "80", "-y", "24", f"env -u TMUX {attach}"])
        run([*outer, "set", "-s", "set-clipboard", "on"])
        until([*inner, "list-clients"], "inner")
        run([*inner, "send-keys", "-t", "inner", program, "Enter"])
        until([*inner, "show-buffer"], "through both")
        until([*outer, "show-buffer"], "through both")
        until([*inner, "capture-pane", "-p", "-t", "inner"], "done")
    finally:
        for command in (inner, outer):
            subprocess.run([*command, "kill-server"], capture_output=True, env=clean)


@pytest.mark.slow
def test_the_program_copies_a_whole_explanation_into_the_buffer_of_tmux(
    tmp_path: Path, captures: Path
) -> None:
    terminal = Terminal(tmp_path, "100x30", captures / "three-way-close.pcap")
    try:
        terminal.wait_for("Flags: 0x002 (SYN)")
        terminal.type("Y")
        terminal.wait_for("Copy as")
        terminal.type("G")
        terminal.type("Enter")
        terminal.wait_for("copied: explanation of the connection")
        deadline = time.monotonic() + PATIENCE
        while "Connection 0" not in (buffer := terminal._tmux("list-buffers")):
            assert time.monotonic() < deadline, buffer
            time.sleep(0.05)
        assert "The server closed first" in terminal._tmux("show-buffer")
    finally:
        terminal.close()
