"""A capture is changed and begun anew on the screen, after root's privileges were given up."""

from __future__ import annotations

import shutil
import time
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

OWN = "'192.0.2.1 50000 192.0.2.2 22'"


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


@pytest.fixture
def terminal(hosts: tuple[Host, Host], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A capture in the far host on a terminal; the test's parameters are further options."""
    options = ("-i", hosts[1].device, *getattr(request, "param", ()), "udp port 9")
    within = f"env SSH_CONNECTION={OWN} ip netns exec {hosts[1].name}"
    terminal = Terminal(tmp_path, "100x24", *options, within=within, place=tmp_path)
    terminal.wait_for("● live", "own SSH left out")
    yield terminal
    terminal.close()


def _privileges(folder: Path) -> set[str]:
    status = (folder / "pid").read_text().strip()
    lines = Path(f"/proc/{status}/status").read_text().splitlines()
    return {line.split()[1] for line in lines if line.startswith(("CapEff", "CapPrm", "CapBnd"))}


def fill(terminal: Terminal, text: str, *, interfaces: bool = False) -> None:
    """Type `text` in place of what stands in a field of the dialog, and Enter."""
    if interfaces:
        terminal.type("BTab")
        time.sleep(0.3)
    terminal.type("C-u")
    terminal.wait_for("none" if interfaces else "all packets")  # it overtakes no text, but is overtaken
    terminal.type("-l", text)
    terminal.type("Enter")


def test_another_filter_is_in_force_at_once(
    hosts: tuple[Host, Host], terminal: Terminal, tmp_path: Path
) -> None:
    near, far = hosts
    assert _privileges(tmp_path) == {"0" * 16}
    near.datagrams(far.address, 5)
    terminal.wait_for("packet 5 of 5")
    terminal.type("I")
    terminal.wait_for("Interfaces, of", "any")
    fill(terminal, "udp port 9 and greater 500")
    terminal.wait_for("from now on: far0, udp port 9 and greater 500")
    near.datagrams(far.address, 3, size=20)
    near.datagrams(far.address, 4, size=900)
    terminal.wait_for("packet 9 of 9")


def test_another_interface_is_captured_at_once(hosts: tuple[Host, Host], terminal: Terminal) -> None:
    near, far = hosts
    terminal.type("I")
    terminal.wait_for("Interfaces, of")
    fill(terminal, "lo", interfaces=True)
    terminal.wait_for("from now on: lo, udp port 9")
    near.datagrams(far.address, 3)
    far.datagrams("127.0.0.1", 6)
    terminal.wait_for("packet 6 of 6", "127.0.0.1")
    terminal.type("I")
    terminal.wait_for("Interfaces, of")
    fill(terminal, "any", interfaces=True)
    terminal.wait_for("from now on: any, udp port 9")
    near.datagrams(far.address, 2)
    far.datagrams("127.0.0.1", 2)
    terminal.wait_for("packet 10 of 10", near.address)


def test_what_is_wrong_is_said_in_the_dialog_and_the_capture_goes_on(
    hosts: tuple[Host, Host], terminal: Terminal
) -> None:
    near, far = hosts
    terminal.type("I")
    terminal.wait_for("Interfaces, of")
    fill(terminal, "udp prot 9")
    terminal.wait_for("syntax error")
    fill(terminal, "udp and vlan")
    terminal.wait_for("leave tcpscope, and start it with this filter")
    fill(terminal, "nosuch0", interfaces=True)
    terminal.wait_for("nosuch0", "Interfaces, of")
    terminal.type("Escape")
    near.datagrams(far.address, 5)
    terminal.wait_for("packet 5 of 5")


def test_the_own_connection_is_captured_after_one_key(hosts: tuple[Host, Host], terminal: Terminal) -> None:
    terminal.type("E")
    terminal.wait_for("with your own SSH connection", "B   udp port 9")
    terminal.type("E")
    terminal.wait_for("own SSH left out")


def test_a_capture_begins_anew_with_an_empty_list(
    hosts: tuple[Host, Host], terminal: Terminal, tmp_path: Path
) -> None:
    near, far = hosts
    near.datagrams(far.address, 5)
    terminal.wait_for("packet 5 of 5", " 5 packets")
    terminal.type("C-r")
    terminal.wait_for("Begin anew", "delete it", "go on")
    terminal.type("Escape")
    near.datagrams(far.address, 2)
    terminal.wait_for("packet 7 of 7")
    terminal.type("C-r")
    terminal.wait_for("Begin anew")
    terminal.type("d")
    terminal.wait_for("● live", " 0 packets")
    near.datagrams(far.address, 3)
    terminal.wait_for("packet 3 of 3")
    assert _privileges(tmp_path) == {"0" * 16}


@pytest.mark.parametrize("terminal", [("--no-drop", "-w", "x.pcapng")], indirect=True)
def test_a_file_that_has_packets_is_not_written_anew(
    hosts: tuple[Host, Host], terminal: Terminal, tmp_path: Path
) -> None:
    near, far = hosts
    near.datagrams(far.address, 5)
    terminal.wait_for("packet 5 of 5", " 5 packets")
    terminal.type("C-r")
    terminal.wait_for("● live", " 0 packets")
    near.datagrams(far.address, 3)
    terminal.wait_for("packet 3 of 3")
    terminal.type("q")
    terminal.wait_for("ended 0")
    assert len(frames_of(tmp_path / "x.pcapng")) == 5
    assert len(frames_of(tmp_path / "x-2.pcapng")) == 3
