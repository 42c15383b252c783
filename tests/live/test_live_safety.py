"""Whatever happens to a capture, what was captured stays readable, and root's privileges are gone."""

from __future__ import annotations

import mmap
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from captured_frames import frames_of, tshark_reads
from hosts import ROOT, TCPSCOPE, TRAFFIC, capturing, settle, two_hosts, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hosts import Capture, Host

pytestmark = pytest.mark.slow

FILTER = "udp and port 9"
NOBODY = pwd.getpwnam("nobody")
CALLER = pwd.getpwnam("daemon")  # stands for somebody who calls sudo
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where everybody may write."""
    path = Path(f"/tmp/tcpscope-test-{os.getpid()}")
    path.mkdir(mode=0o777)
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


def _threads(capture: Capture) -> list[dict[str, str]]:
    """/proc/PID/status of each thread."""
    tasks = Path(f"/proc/{capture.process.pid}/task").iterdir()
    texts = [(task / "status").read_text() for task in tasks]
    return [dict(line.split(":", 1) for line in text.splitlines()) for text in texts]


@pytest.mark.parametrize("called", [False, True], ids=["by root", "through sudo"])
def test_privileges_are_gone_for_good_while_it_captures(
    hosts: tuple[Host, Host], folder: Path, called: bool
) -> None:
    near, far = hosts
    user = CALLER if called else NOBODY
    environment = {"SUDO_UID": str(CALLER.pw_uid), "SUDO_GID": str(CALLER.pw_gid)} if called else {}
    written = ("-w", str(folder / "x.pcapng"), "-T", "text")
    with capturing(far, "-i", "far0", *written, FILTER, environment=environment) as capture:
        near.datagrams(far.address, 1)
        assert capture.process.stdout is not None
        assert "UDP" in capture.process.stdout.readline()
        threads = _threads(capture)
        near.datagrams(far.address, 1)
        assert "UDP" in capture.process.stdout.readline()  # and it still captures
        assert capture.end(signal.SIGTERM) == 0
    assert len(threads) > 1
    for thread in threads:
        assert thread["Uid"].split() == [str(user.pw_uid)] * 4
        assert thread["Gid"].split() == [str(user.pw_gid)] * 4
        assert set(thread["Groups"].split()) == {
            str(group) for group in os.getgrouplist(user.pw_name, user.pw_gid)
        }
        assert [int(thread[name], 16) for name in CAPABILITIES] == [0] * 5
        assert thread["NoNewPrivs"].strip() == "1"
    assert tshark_reads(folder / "x.pcapng") == 2


def test_files_belong_to_the_user_who_called_sudo(hosts: tuple[Host, Host], folder: Path) -> None:
    near, far = hosts
    environment = {"SUDO_UID": str(CALLER.pw_uid)}
    with capturing(far, "-i", "far0", *_ring(folder), FILTER, environment=environment) as capture:
        near.datagrams(far.address, 8, pause=0.02)
        assert capture.end() == 0
    made = [path.stat() for path in folder.iterdir()]
    assert [(each.st_uid, each.st_gid) for each in made] == [(CALLER.pw_uid, CALLER.pw_gid)] * 2
    assert {stat.S_IMODE(each.st_mode) for each in made} == {0o600}


def _ring(folder: Path) -> tuple[str, ...]:
    return ("-b", "packets:2", "-b", "files:2", "-c", "7", "-w", str(folder / "x.pcapng"))


@pytest.mark.parametrize("called", [False, True], ids=["by root", "through sudo"])
def test_a_ring_is_kept_small_where_everybody_deletes_only_what_is_theirs(
    hosts: tuple[Host, Host], folder: Path, called: bool
) -> None:
    near, far = hosts
    folder.chmod(0o1777)  # as /tmp is
    environment = {"SUDO_UID": str(CALLER.pw_uid)} if called else {}
    with capturing(far, "-i", "far0", *_ring(folder), "-q", FILTER, environment=environment) as capture:
        near.datagrams(far.address, 8, pause=0.02)
        assert capture.end() == 0
    made = sorted(folder.iterdir())
    assert [each.name[:7] for each in made] == ["x_00003", "x_00004"]
    assert {each.stat().st_uid for each in made} == {(CALLER if called else NOBODY).pw_uid}


def test_a_ring_that_could_not_go_on_is_refused_at_once(hosts: tuple[Host, Host], folder: Path) -> None:
    near, far = hosts
    folder.chmod(0o700)
    status, _, said = far.outcome(*TCPSCOPE, "-i", "far0", *_ring(folder), FILTER)
    assert status == 3
    assert f"cannot be written by the user {NOBODY.pw_name}: Permission denied" in said
    assert "--no-drop" in said
    assert not list(folder.iterdir())
    with capturing(far, "-i", "far0", "--no-drop", *_ring(folder), "-q", FILTER) as capture:
        near.datagrams(far.address, 8, pause=0.02)
        assert capture.end() == 0
    assert {each.stat().st_uid for each in folder.iterdir()} == {0}


def test_root_does_not_write_where_the_user_who_called_sudo_may_not(
    hosts: tuple[Host, Host], tmp_path: Path
) -> None:
    path = tmp_path / "roots-own"
    path.write_text("kept")
    command = (*TCPSCOPE, "-i", "far0", "-w", str(path))
    status, _, said = hosts[1].outcome(*command, environment={"SUDO_UID": str(CALLER.pw_uid)})
    assert status == 3
    assert f"cannot be written by the user {CALLER.pw_name}: Permission denied" in said
    assert "--no-drop" not in said  # that would not help
    assert path.read_text() == "kept"


def test_no_drop_keeps_privileges(hosts: tuple[Host, Host]) -> None:
    with capturing(hosts[1], "-i", "far0", "--no-drop", "-q") as capture:
        assert {thread["Uid"].split()[1] for thread in _threads(capture)} == {"0"}


def test_without_permission_the_commands_that_grant_it_are_told(
    hosts: tuple[Host, Host], python: tuple[str, ...]
) -> None:
    status, _, said = hosts[1].outcome(*python, "-m", "tui", "-i", "far0", "tcp port 80")
    assert status == 3
    assert f"sudo {python[-1]} -m tui -i far0 'tcp port 80'" in said
    assert f"sudo setcap cap_net_raw+eip {python[-1]}" in said
    assert "no permission to capture on far0" in said


@pytest.fixture
def python(folder: Path) -> tuple[str, ...]:
    """A Python of its own that others can use, with what starts the program as somebody without rights."""
    system = shutil.which("python3", path="/usr/bin")
    if system is None or shutil.which("setcap") is None or shutil.which("setpriv") is None:
        pytest.skip("needs a Python in /usr/bin, setcap and setpriv")
    own = folder / "python3"
    shutil.copy(Path(system).resolve(), own)
    packages = next(each for each in sys.path if each.endswith("site-packages"))
    environment = ("env", f"PYTHONPATH={ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE=1")
    somebody = ("setpriv", f"--reuid={CALLER.pw_uid}", f"--regid={CALLER.pw_gid}", "--clear-groups")
    command = (*somebody, *environment, str(own))
    if subprocess.run([*command, "-c", "import numpy, scapy, textual"], capture_output=True).returncode:
        pytest.skip("the Python in /usr/bin cannot use the packages installed here")
    return command


def test_one_capability_of_python_suffices_and_is_gone_while_it_captures(
    hosts: tuple[Host, Host], python: tuple[str, ...]
) -> None:
    near, far = hosts
    subprocess.run(["setcap", "cap_net_raw+eip", python[-1]], check=True)
    with capturing(far, "-i", "far0", "-T", "text", FILTER, command=(*python, "-m", "tui")) as capture:
        near.datagrams(far.address, 1)
        assert capture.process.stdout is not None
        assert "UDP" in capture.process.stdout.readline()
        threads = _threads(capture)
        assert capture.end(signal.SIGTERM) == 0
    given_up = [name for name in CAPABILITIES if name != "CapBnd"]  # to change that one needs another
    assert {int(thread[name], 16) for thread in threads for name in given_up} == {0}
    assert {thread["NoNewPrivs"].strip() for thread in threads} == {"1"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_closes_the_file_whole(hosts: tuple[Host, Host], tmp_path: Path, number: int) -> None:
    near, far = hosts
    path = tmp_path / "x.pcapng"
    with capturing(far, "-i", "far0", "--no-drop", "-w", str(path), FILTER) as capture:
        near.datagrams(far.address, 20)
        assert capture.end(number) == 0
    assert tshark_reads(path) == 20
    assert "20 packets captured" in capture.said


def test_a_signal_ends_printing_after_what_came(hosts: tuple[Host, Host]) -> None:
    near, far = hosts
    with capturing(far, "-i", "far0", "-q", FILTER) as capture:
        near.datagrams(far.address, 5)
        assert capture.end(signal.SIGTERM) == 0
    assert "Packets:     5" in capture.out


@pytest.mark.parametrize("after", [0.0, 0.013, 0.031, 0.057, 0.089])
def test_a_killed_capture_leaves_whole_blocks(hosts: tuple[Host, Host], tmp_path: Path, after: float) -> None:
    near, far = hosts
    path = tmp_path / "x.pcapng"
    with (
        capturing(far, "-i", "far0", "--no-drop", "-w", str(path), FILTER) as capture,
        near.start(sys.executable, TRAFFIC, "datagrams", far.address, "3000", "1000", "0") as traffic,
    ):
        wait_for(lambda: path.stat().st_size > 10_000, "packets are written")
        time.sleep(after)
        assert capture.end(signal.SIGKILL) == -signal.SIGKILL
        traffic.communicate(timeout=20)
    # Linux ends the one write that is under way between two pages (generic_perform_write).
    assert tshark_reads(path, cut=path.stat().st_size % mmap.PAGESIZE == 0) > 5


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True
    )
    if done.returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_ends_the_capture_and_keeps_what_is_whole(
    hosts: tuple[Host, Host], tmp_path: Path
) -> None:
    near, far = hosts
    disk = tmp_path / "disk"
    with _small_disk(disk):
        path = disk / "x.pcapng"
        with capturing(far, "-i", "far0", "--no-drop", "-w", str(path), FILTER) as capture:
            near.datagrams(far.address, 200, size=1000)
            assert capture.end() == 1
        assert "the disk is full: capturing has ended" in capture.said
        kept = tshark_reads(path)
        assert 50 < kept < 64
        assert f"{kept} packets captured" in capture.said
        assert re.search(r"\d+ not written", capture.said)


def test_a_full_disk_does_not_take_away_what_was_printed(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    disk = tmp_path / "disk"
    with _small_disk(disk):
        environment = {"TMPDIR": str(disk)}
        options = ("--no-drop", "-T", "fields", "-e", "frame.number")
        with capturing(far, "-i", "far0", *options, FILTER, environment=environment) as capture:
            near.datagrams(far.address, 200, size=1000)
            assert capture.end() == 1
    assert 50 < len(capture.out.splitlines()) < 64
    assert "the disk is full" in capture.said


def test_an_interface_that_goes_down_and_up_is_captured_on(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "x.pcapng"
    with capturing(far, "-i", "far0", "--no-drop", "-w", str(path), "-q", FILTER) as capture:
        near.datagrams(far.address, 3)
        settle(path)
        far.ip("link", "set", "far0", "down")
        time.sleep(1.5)
        far.ip("link", "set", "far0", "up")
        time.sleep(1.5)
        near.datagrams(far.address, 3)
        assert capture.end(signal.SIGTERM) == 0
    assert "far0 is down" in capture.said
    assert "far0 is up again" in capture.said
    assert len(frames_of(path)) == 6


def test_an_interface_that_is_taken_away_ends_the_capture(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "x.pcapng"
    with capturing(far, "-i", "far0", "--no-drop", "-w", str(path), FILTER) as capture:
        near.datagrams(far.address, 3)
        settle(path)
        far.ip("link", "delete", "far0")
        assert capture.end() == 1
    assert "far0: capturing has ended, no interface is left" in capture.said
    assert tshark_reads(path) == 3


def test_an_interface_that_is_down_can_be_waited_for(hosts: tuple[Host, Host]) -> None:
    near, far = hosts
    far.ip("link", "set", "far0", "down")
    with capturing(far, "-i", "far0", "-q", "-c", "2", FILTER) as capture:
        far.ip("link", "set", "far0", "up")
        near.datagrams(far.address, 3)
        assert capture.end() == 0
    assert "Packets:     2" in capture.out
