"""The program in a real terminal (tmux): each pane shows what it must, and keys reach it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from in_tmux import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


@pytest.fixture
def terminal(tmp_path: Path, captures: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path, "160x48", captures / "three-way-close.pcap")
    yield opened
    opened.close()


def test_the_packet_list_moves_by_keys(terminal: Terminal) -> None:
    terminal.wait_for("41334 → 60000 [SYN] Seq=0", "packet 1 of 10")
    terminal.type("9", "G")
    terminal.wait_for("packet 9 of 10")


def test_the_header_tree_opens_a_branch(terminal: Terminal) -> None:
    terminal.wait_for("Source Port: 41334 (a176)")
    terminal.type("Tab", "g", "g", "Enter")
    terminal.wait_for("Frame Number: 1", "Frame Length: 74 bytes (592 bits)")


def test_the_hex_dump_follows_the_field(terminal: Terminal) -> None:
    terminal.wait_for("Source Port: 41334 (a176)")
    terminal.type("Tab", "Down")
    terminal.wait_for("a1 76 ea 60", "offset 0x22  2 bytes")


def test_the_diagram_takes_the_place_of_the_tree(terminal: Terminal) -> None:
    terminal.wait_for("Source Port: 41334 (a176)")
    terminal.type("d")
    terminal.wait_for("+-+-+-+-+-+-+-+-+", "|   Source Port: 41334 (a176)   |")


def test_the_handshake_is_explained_and_leads_to_its_packets(terminal: Terminal) -> None:
    terminal.wait_for("Three", "segments, not four", "ack 8 = FIN 7 + 1 ✓")
    terminal.type("#")
    terminal.wait_for("ack 4195434206 = FIN 4195434205 + 1 ✓")
    terminal.type("BTab", "G", "Enter")
    terminal.wait_for("packet 10 of 10")


def test_a_small_terminal_shows_the_panes_in_turn(tmp_path: Path, captures: Path) -> None:
    terminal = Terminal(tmp_path, "80x24", captures / "http-get.pcap")
    try:
        screen = terminal.wait_for("packet 1 of 10", "Transmission Control Protocol")
        assert max(map(len, screen.splitlines())) <= 80
        assert "Opened in" not in screen
        terminal.type("BTab")
        terminal.wait_for("Opened in 0.15 ms")
        terminal.type("q")
        terminal.wait_for("ended 0")
    finally:
        terminal.close()


def test_without_utf8_and_colour_the_same_is_shown_in_ascii(tmp_path: Path, captures: Path) -> None:
    terminal = Terminal(
        tmp_path, "160x48", captures / "three-way-close.pcap", environment="NO_COLOR=1 LC_ALL=C"
    )
    try:
        screen = terminal.wait_for("41334 > 60000 [SYN]", "ack 8 = FIN 7 + 1 +")
        assert screen.isascii()
    finally:
        terminal.close()


def test_a_cut_capture_says_so_on_the_screen(tmp_path: Path, captures: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes((captures / "http-get.pcap").read_bytes()[:600])
    terminal = Terminal(tmp_path, "160x48", cut)
    try:
        terminal.wait_for("packet 1 of 5", "cut short after packet 5 at byte 592")
    finally:
        terminal.close()
