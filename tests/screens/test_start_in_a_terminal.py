"""The start screen in a real terminal (tmux): a choice opens the main screen in the same process."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from in_tmux import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]
HINTS = "q quit"


@contextmanager
def terminal(folder: Path, size: str = "80x24", within: str = "") -> Iterator[Terminal]:
    opened = Terminal(folder, size, within=within)
    try:
        opened.wait_for("Interfaces", "all interfaces", "Open another file", HINTS)
        yield opened
    finally:
        opened.close()


@pytest.mark.parametrize("size", ["80x24", "160x48"])
def test_a_file_is_opened_and_remembered(tmp_path: Path, captures: Path, size: str) -> None:
    with terminal(tmp_path, size) as screen:
        screen.type("o")
        screen.wait_for("Open a file")
        screen.type("-l", str(captures / "three-way-cl"))
        screen.wait_for("│ 1 names")
        screen.type("Tab")
        screen.wait_for("three-way-close.pcap")
        screen.type("Enter")
        screen.wait_for("packet 1 of 10")
        screen.type("q")
        screen.wait_for("ended 0")
    with terminal(tmp_path, size) as screen:
        screen.wait_for("three-way-close.pcap", "869 B")


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="capturing needs root, and lo is Linux'"
)
def test_an_interface_is_captured_without_privileges_from_then_on(tmp_path: Path) -> None:
    with terminal(tmp_path) as screen:
        listed = re.findall(r"^│ (\S+) +(?:up|down) ", screen.screen(), re.MULTILINE)
        screen.type(*["Down"] * listed.index("lo"), "Enter")
        screen.wait_for("Capture on lo")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            screen.type("-l", f"tcp prt {port}")
            screen.type("Enter")
            screen.wait_for("parse filter expression")
            screen.type("C-u")
            screen.type("-l", f"tcp port {port}")
            screen.type("Enter")
            screen.wait_for("Packets", "no packets")
            socket.create_connection(server.getsockname()).close()
            screen.wait_for("[SYN]", "[SYN, ACK]")
        status = Path("/proc", (tmp_path / "pid").read_text().strip(), "status").read_text()
        assert "CapEff:\t0000000000000000" in status
        assert "NoNewPrivs:\t1" in status
        screen.type("q")
        screen.wait_for("Leave", "delete it")
        screen.type("d")
        screen.wait_for("ended 0")


@pytest.mark.skipif(
    shutil.which("setpriv") is None or os.geteuid() != 0, reason="only root can do without one privilege"
)
def test_without_privileges_the_command_is_shown_and_the_screen_stays(tmp_path: Path) -> None:
    with terminal(tmp_path, within="setpriv --bounding-set=-net_raw") as screen:
        screen.type("Enter")
        screen.wait_for("no permission to capture on", "sudo ", "setcap cap_net_raw+eip", "Interfaces")
        screen.type("q")
        screen.wait_for("ended 0")
