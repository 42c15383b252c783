"""A live capture in a real terminal: followed, left, ended by signals; and the terminal is as before."""

from __future__ import annotations

import shutil
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from captured_frames import frames_of
from hosts import two_hosts
from in_tmux import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hosts import Host

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]

AS_BEFORE = {"alternate_on": False, "cursor_flag": True, "mouse_any_flag": False}


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


@contextmanager
def shown(host: Host, folder: Path, *options: object) -> Iterator[Terminal]:
    """A capture in `host` on a small terminal; what is kept comes into `folder`."""
    arguments = ("-i", host.device, "--no-drop", *options, "udp port 9")
    within = f"ip netns exec {host.name}"
    terminal = Terminal(folder, "80x24", *arguments, within=within, place=folder)
    try:
        terminal.wait_for("● live", "0 dropped", "udp port 9")
        yield terminal
    finally:
        terminal.close()


def test_it_follows_and_what_it_has_is_kept(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    with shown(far, tmp_path) as terminal:
        near.datagrams(far.address, 40)
        terminal.wait_for("packet 40 of 40", "following")
        terminal.type("k", "k")
        terminal.wait_for("packet 38 of 40", "f: follow")
        near.datagrams(far.address, 10)
        terminal.wait_for("packet 38 of 50")
        terminal.type("G")
        terminal.wait_for("packet 50 of 50", "following")
        terminal.type("q")
        terminal.wait_for("Leave", "keep it", "delete it")
        terminal.type("w")
        terminal.wait_for("the packets are kept in", "50 packets captured", "ended 0")
        (file,) = tmp_path.glob("tcpscope-*.pcapng")
    assert len(frames_of(file)) == 50


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_file_and_restores_the_terminal(
    hosts: tuple[Host, Host], tmp_path: Path, number: signal.Signals
) -> None:
    near, far = hosts
    file = tmp_path / "x.pcapng"
    with shown(far, tmp_path, "-w", file) as terminal:
        assert terminal.modes() == {mode: not on for mode, on in AS_BEFORE.items()}
        near.datagrams(far.address, 40)
        terminal.wait_for("packet 40 of 40")
        terminal.send_signal(number)
        screen = terminal.wait_for(f"ended {128 + number}", "40 packets captured in", "icanon", "echoke")
        assert terminal.modes() == AS_BEFORE
        assert " icanon" in screen
        assert " echo " in screen
    assert len(frames_of(file)) == 40


def test_when_the_line_breaks_what_was_captured_is_kept(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    with shown(far, tmp_path) as terminal:
        near.datagrams(far.address, 40)
        terminal.wait_for("packet 40 of 40")
        pid = int((tmp_path / "pid").read_text())
        terminal.hang_up()
        _await_end(pid)
    (file,) = tmp_path.glob("tcpscope-*.pcapng")
    assert len(frames_of(file)) == 40


def _await_end(pid: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, "it goes on"
        time.sleep(0.05)
