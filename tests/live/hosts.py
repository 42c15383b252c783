"""Two hosts for tests of live capture: network namespaces at the ends of a virtual Ethernet cable.

Nothing in them reaches anything outside; both are removed whatever happens.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 15.0  # what is waited for comes long before
POLL_SECONDS = 0.02
SETTLED = 10  # looks at a file that find it as it was
TCPSCOPE = (sys.executable, "-m", "tui")
TRAFFIC = str(Path(__file__).with_name("traffic.py"))


@dataclass(frozen=True)
class Host:
    """A network namespace with loopback and the interface `device`."""

    name: str
    device: str
    address: str
    address6: str

    def ip(self, *words: str) -> None:
        """Run `ip` on it."""
        subprocess.run(["ip", "-n", self.name, *words], check=True, capture_output=True, timeout=SECONDS)

    def start(self, *command: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a program there; what it says on stdout and stderr can be read."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SSH_", "SUDO_"))}
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name, *command],
            text=True,
            env=clean | dict(environment or {}),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *command: str) -> str:
        """What a program there prints; AssertionError if it fails."""
        status, out, said = self.outcome(*command)
        assert status == 0, said
        return out

    def outcome(self, *command: str, environment: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """The exit status, stdout and stderr of a program that ends by itself, killed if it does not."""
        with self.start(*command, environment=environment) as process:
            try:
                out, said = process.communicate(timeout=SECONDS)
            finally:
                process.kill()
        return process.returncode, out, said

    def datagrams(self, address: str, count: int, size: int = 100, pause: float = 0.0) -> None:
        """Send `count` UDP datagrams to port 9, each with its number in it."""
        self.run(sys.executable, TRAFFIC, "datagrams", address, str(count), str(size), str(pause))

    def conversation(self, server: Host, address: str) -> None:
        """Have a TCP conversation of a few segments with a server there."""
        with server.start(sys.executable, TRAFFIC, "serve", address) as serving:
            assert serving.stdout is not None
            try:
                port = serving.stdout.readline().strip()
                self.run(sys.executable, TRAFFIC, "talk", address, port)
                assert serving.wait(SECONDS) == 0
            finally:
                serving.kill()


@dataclass
class Capture:
    """A tcpscope that captures."""

    process: subprocess.Popen[str]
    said: str = ""
    out: str = ""

    def end(self, number: int | None = None) -> int:
        """Send a signal, if one is given, and wait for the end; the exit status.

        `out` and `said` are then what it wrote on stdout (but for what was read before) and on stderr.
        """
        if number is not None:
            self.process.send_signal(number)
        self.out, rest = self.process.communicate(timeout=SECONDS)
        self.said += rest
        return self.process.returncode


@contextmanager
def capturing(
    host: Host,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    command: Sequence[str] = TCPSCOPE,
) -> Iterator[Capture]:
    """A tcpscope in the host that has begun to capture, killed at the end.

    Signals do what they do by default, even if whoever runs the tests ignores some, as nohup does.
    """
    process = host.start("env", "--default-signal", *command, *arguments, environment=environment)
    capture = Capture(process)
    try:
        assert process.stderr is not None
        while "capturing on" not in capture.said:
            line = process.stderr.readline()
            assert line, f"tcpscope ended: {capture.said}"
            capture.said += line
        yield capture
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Two hosts that reach each other through IPv4 and IPv6; skips where they cannot be made."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("needs root, for network namespaces")
    if shutil.which("ip") is None:
        pytest.skip("needs iproute2")
    near, far = (
        Host(f"tcpscope-{os.getpid()}-{name}", f"{name}0", f"10.97.0.{number}", f"fd97::{number}")
        for number, name in enumerate(("near", "far"), 1)
    )
    with ExitStack() as stack:
        for host in (near, far):
            done = subprocess.run(["ip", "netns", "add", host.name], capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"network namespaces cannot be made here: {done.stderr.strip()}")
            stack.callback(subprocess.run, ["ip", "netns", "delete", host.name], capture_output=True)
        near.ip("link", "add", near.device, "type", "veth", "peer", far.device, "netns", far.name)
        for host in (near, far):
            host.ip("address", "add", f"{host.address}/24", "dev", host.device)
            host.ip("-6", "address", "add", f"{host.address6}/64", "dev", host.device, "nodad")
            host.ip("link", "set", host.device, "up")
            host.ip("link", "set", "lo", "up")
        yield near, far


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until it holds; AssertionError if it never does."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(POLL_SECONDS)


def settle(path: Path) -> None:
    """Wait until a file has not grown for a while."""
    sizes = [-1]
    while len(sizes) < SETTLED or len(set(sizes[-SETTLED:])) > 1:
        time.sleep(POLL_SECONDS)
        sizes.append(path.stat().st_size)
