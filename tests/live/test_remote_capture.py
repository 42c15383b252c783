"""An interface of another host, over a real sshd: what happens there is captured, what fails is named."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from captured_frames import frames_of
from hosts import TCPSCOPE, capturing, two_hosts, wait_for

from tui.capture.live.spec import ANY, RemoteSpec
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hosts import Host

PORT = 2022
SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
PRIVILEGE_SEPARATION = Path("/run/sshd")
PASSAGE_SECONDS = 0.5  # that packets need from there to here
FILTER = "udp and port 9"

_SERVER = """
Port {port}
ListenAddress {address}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PermitRootLogin yes
PasswordAuthentication no
StrictModes no
UsePAM no
PidFile none
"""
_CLIENT = """
IdentityFile {folder}/user
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile {folder}/known
BatchMode yes
LogLevel ERROR
"""


class Site(NamedTuple):
    """The operator's host, the other one with its sshd, and the operator's environment."""

    near: Host
    far: Host
    url: str
    environment: dict[str, str]
    folder: Path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if not Path(SSHD).exists() or shutil.which("ssh") is None:
        pytest.skip("needs ssh and sshd (openssh-server)")
    with two_hosts() as (near, far), _sshd(far, tmp_path):
        programs = tmp_path / "bin"
        programs.mkdir()
        (tmp_path / "client").write_text(_CLIENT.format(folder=tmp_path))
        (programs / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path}/client "$@"\n')
        (programs / "ssh").chmod(0o755)
        environment = {"PATH": f"{programs}:{os.environ['PATH']}"}
        yield Site(near, far, f"ssh://root@{far.address}:{PORT}/far0", environment, tmp_path)


@contextmanager
def _sshd(host: Host, folder: Path) -> Iterator[None]:
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    (folder / "server").write_text(_SERVER.format(port=PORT, address=host.address, folder=folder))
    made = not PRIVILEGE_SEPARATION.exists()
    PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    try:
        with host.start(SSHD, "-D", "-e", "-f", str(folder / "server")) as server:
            try:
                assert server.stderr is not None
                while "listening" not in (line := server.stderr.readline()):
                    assert line, "sshd ended"
                yield
            finally:
                server.kill()
    finally:
        if made:
            PRIVILEGE_SEPARATION.rmdir()


def _run(site: Site, *arguments: str) -> tuple[int, str]:
    """The exit status and stderr of a tcpscope that ends by itself."""
    status, _, said = site.near.outcome(*TCPSCOPE, *arguments, environment=site.environment)
    assert "Traceback" not in said
    return status, said


@pytest.mark.slow
def test_what_happens_there_is_captured(site: Site) -> None:
    printed = ("-T", "fields", "-e", "udp.length", "-c", "3")
    with capturing(site.near, site.url, *printed, FILTER, environment=site.environment) as capture:
        site.near.datagrams(site.far.address, 3)
        assert capture.end() == 0
    assert capture.out.split() == ["108"] * 3


@pytest.mark.slow
def test_the_connection_to_there_is_not_captured_and_others_are(site: Site) -> None:
    printed = ("-T", "fields", "-e", "tcp.port", "tcp")
    with capturing(site.near, site.url, *printed, environment=site.environment) as capture:
        site.near.conversation(site.far, site.far.address)
        assert capture.process.stdout is not None
        lines = [capture.process.stdout.readline() for _ in range(5)]
        assert capture.end(signal.SIGTERM) == 0
    assert not [line for line in [*lines, *capture.out.splitlines()] if str(PORT) in line.split(",")]


@pytest.mark.slow
def test_nothing_is_left_running_there(site: Site) -> None:
    with capturing(site.near, site.url, "-q", FILTER, environment=site.environment) as capture:
        wait_for(lambda: "tcpdump" in _programs(site.far), "tcpdump runs there")
        assert capture.end(signal.SIGTERM) == 0
        wait_for(lambda: "tcpdump" not in _programs(site.far), "tcpdump ends there")


@pytest.mark.slow
def test_nothing_is_left_running_there_when_we_are_killed(site: Site) -> None:
    with capturing(site.near, site.url, "-q", FILTER, environment=site.environment) as capture:
        wait_for(lambda: "tcpdump" in _programs(site.far), "tcpdump runs there")
        capture.end(signal.SIGKILL)
        wait_for(lambda: "tcpdump" not in _programs(site.far), "tcpdump ends there")


@pytest.mark.slow
def test_it_can_be_kept_in_a_file(site: Site) -> None:
    path = site.folder / "kept.pcap"
    with capturing(site.near, site.url, "-w", str(path), FILTER, environment=site.environment) as capture:
        site.near.datagrams(site.far.address, 4)
        wait_for(lambda: path.stat().st_size > 600, "packets come")
        assert capture.end(signal.SIGTERM) == 0
    assert len(frames_of(path)) == 4


@pytest.mark.slow
def test_here_and_there_at_once(site: Site) -> None:
    printed = ("-T", "fields", "-e", "frame.interface_id", "-c", "6")
    sources = ("-i", "near0", site.url, "--no-drop")
    with capturing(site.near, *sources, *printed, FILTER, environment=site.environment) as capture:
        site.near.datagrams(site.far.address, 3, pause=0.05)
        assert capture.end() == 0
    assert sorted(capture.out.split()) == ["0"] * 3 + ["1"] * 3


@pytest.mark.slow
def test_what_came_before_the_connection_broke_is_kept(site: Site) -> None:
    with capturing(site.near, site.url, "-q", FILTER, environment=site.environment) as capture:
        site.near.datagrams(site.far.address, 3)
        time.sleep(PASSAGE_SECONDS)
        _kill(site.far, "sshd", below="sshd")
        assert capture.end() == 1
    assert "Packets:     3" in capture.out
    assert f"ssh to {site.far.address}" in capture.said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "arguments", "status", "words"),
    [
        ("ssh://root@10.97.0.2:2022/nosuch0", (), 3, "on 10.97.0.2: tcpdump: nosuch0"),
        ("ssh://root@10.97.0.2:2022/far0", ("tcp prt 80",), 2, "on 10.97.0.2: tcpdump: "),
        (
            "ssh://root@10.97.0.2:2023/far0",
            (),
            1,
            "ssh to 10.97.0.2: ssh: connect to host 10.97.0.2 port 2023",
        ),
        ("ssh://nobody@10.97.0.2:2022/far0", (), 1, "ssh to 10.97.0.2: nobody@10.97.0.2: Permission denied"),
        (
            "ssh://root@no.such.host.invalid/far0",
            (),
            1,
            "ssh to no.such.host.invalid: ssh: Could not resolve",
        ),
    ],
)
def test_what_fails_there_is_said_with_its_side(
    site: Site, url: str, arguments: tuple[str, ...], status: int, words: str
) -> None:
    returned, said = _run(site, url, "-q", *arguments)
    assert (returned, words in said) == (status, True), said


@pytest.mark.slow
def test_without_a_program_to_capture_with_there_it_says_so(site: Site) -> None:
    allowed = site.folder / "user.pub"
    allowed.write_text(f'command="PATH=/nowhere /bin/sh -s" {allowed.read_text()}')
    returned, said = _run(site, site.url, "-q")
    assert returned == 3
    assert f"on {site.far.address}: neither tcpdump nor dumpcap is installed" in said


def test_without_ssh_here_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tui.capture.live.remote import open_remote
    from tui.errors import AccessError

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AccessError, match="web1/any: ssh cannot be started: No such file"):
        open_remote(RemoteSpec("web1"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ssh://web1/eth0", RemoteSpec("web1", interface="eth0")),
        ("ssh://Web1", RemoteSpec("Web1", interface=ANY)),
        ("ssh://me@web1:2222/any", RemoteSpec("web1", user="me", port=2222)),
        ("ssh://[fd00::1]:22/eth0.5", RemoteSpec("fd00::1", port=22, interface="eth0.5")),
    ],
)
def test_a_source_is_read(url: str, expected: RemoteSpec) -> None:
    assert RemoteSpec.parse(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "ssh://",
        "ssh:///eth0",
        "ssh://-oProxyCommand=x/eth0",
        "ssh://web1:port/eth0",
        "ssh://web 1/eth0",
        "ssh://web1/a/b",
    ],
)
def test_what_names_no_interface_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="names no interface"):
        RemoteSpec.parse(url)


def _programs(host: Host) -> list[str]:
    """The names of the programs that run on it."""
    return [name for _, name, _ in _processes(host)]


def _kill(host: Host, name: str, below: str) -> None:
    """The processes there whose name begins so, and their parent's."""
    for pid, own, parent in _processes(host):
        if own.startswith(name) and parent.startswith(below):
            os.kill(pid, signal.SIGKILL)


def _processes(host: Host) -> list[tuple[int, str, str]]:
    """The numbers of the processes there, their names, and their parents' names."""
    pids = subprocess.run(["ip", "netns", "pids", host.name], capture_output=True, text=True).stdout.split()
    found = []
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            status = Path(f"/proc/{pid}/status").read_text()
            parent = re.findall(r"^PPid:\t(\d+)$", status, re.MULTILINE)[0]
            names = [Path(f"/proc/{each}/comm").read_text().strip() for each in (pid, parent)]
            found.append((int(pid), names[0], names[1]))
    return found
