"""A network namespace with one end of a cable, and what its kernel says of a connection there.

Nothing in it can reach anything but the other end of the cable.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.tcp.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

TUN = Path("/dev/net/tun")
COMMAND_SECONDS = 10.0

_CLONE_NEWNET = 0x40000000  # linux/sched.h
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
_DEVICE = "cable"
_LIBC = ctypes.CDLL(None, use_errno=True)  # for setns, which Python has from 3.12 on

# What `ss` calls the states. A connection that it does not show is CLOSED.
_STATES = {
    "SYN-SENT": State.SYN_SENT,
    "SYN-RECV": State.SYN_RCVD,
    "ESTAB": State.ESTABLISHED,
    "FIN-WAIT-1": State.FIN_WAIT_1,
    "FIN-WAIT-2": State.FIN_WAIT_2,
    "CLOSE-WAIT": State.CLOSE_WAIT,
    "CLOSING": State.CLOSING,
    "LAST-ACK": State.LAST_ACK,
    "TIME-WAIT": State.TIME_WAIT,
}

# An nftables chain that drops TCP segments with these flags as they come in.
_FILTER = """
table ip live {{
    chain input {{
        type filter hook input priority 0
        tcp flags & {mask} == {value} drop
    }}
}}
"""


class Namespace:
    """A network namespace; `address` is its own, `peer` the one at the other end of the cable."""

    def __init__(self, name: str, address: str, peer: str) -> None:
        """OSError or CalledProcessError if the kernel does not let us make one."""
        self.name, self.address = name, address
        run("ip", "netns", "add", name)
        try:
            self.cable = self.inside(_open_cable)
            # Without a way between the ends, a tail loss probe would come before a test can do anything.
            self._set("tcp_early_retrans", "0")
            self._ip("address", "add", address, "peer", peer, "dev", _DEVICE)
            self._ip("link", "set", _DEVICE, "up")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove it, with all that is in it."""
        if hasattr(self, "cable"):
            os.close(self.cable)
        run("ip", "netns", "delete", self.name)

    def inside(self, make: Callable[[], T]) -> T:
        """What `make` gives when it runs in the namespace; a socket or file stays there."""
        with ThreadPoolExecutor(1) as pool:  # only this thread enters, and ends there
            return pool.submit(self._enter, make).result()

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program in the namespace."""
        return subprocess.Popen(["ip", "netns", "exec", self.name, *command], stdin=subprocess.PIPE)

    def listens(self, port: int) -> bool:
        """Whether a program waits for connections at the port."""
        return bool(run("ss", "-tlnH", "-N", self.name, f"sport = :{port}"))

    def state(self, port: int, peer_port: int) -> State:
        """What the kernel says of the connection between these ports."""
        chosen = f"sport = :{port} and dport = :{peer_port}"
        lines = run("ss", "-tanH", "-N", self.name, chosen).splitlines()
        assert len(lines) <= 1, lines
        return _STATES[lines[0].split()[0]] if lines else State.CLOSED

    def drop(self, mask: int, value: int) -> None:
        """Have nftables drop what comes in with these flags."""
        run("ip", "netns", "exec", self.name, "nft", "-f", "-", text=_FILTER.format(mask=mask, value=value))

    def admit(self) -> None:
        """Let everything come in again."""
        run("ip", "netns", "exec", self.name, "nft", "flush", "ruleset")

    def route_nowhere(self, host: str) -> None:
        """Be a router that answers what is for `host` with ICMP: host unreachable."""
        self._set("ip_forward", "1")
        self._ip("route", "add", "unreachable", host)

    def route_to_peer(self, host: str) -> None:
        """Send what is for `host` through the cable."""
        self._ip("route", "add", host, "dev", _DEVICE)

    def _set(self, name: str, value: str) -> None:
        self.inside(lambda: Path("/proc/sys/net/ipv4", name).write_text(value, "ascii"))

    def _ip(self, *words: str) -> None:
        run("ip", "-n", self.name, *words)

    def _enter(self, make: Callable[[], T]) -> T:
        with Path("/run/netns", self.name).open("rb") as file:
            if _LIBC.setns(file.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"cannot enter the namespace {self.name}")
        return make()


def run(*command: str, text: str = "") -> str:
    """The output of a command; CalledProcessError if it fails."""
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=True, timeout=COMMAND_SECONDS
    )
    return done.stdout


def _open_cable() -> int:
    """A TUN device: what the namespace sends is read from it, what is written to it comes in there."""
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", _DEVICE.encode(), _IFF_TUN | _IFF_NO_PI))
    return device
