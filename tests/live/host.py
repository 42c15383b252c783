"""One end of a conversation: a real socket in its namespace, or a program that serves there."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cable import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from namespaces import Namespace

    from tui.tcp.states import State

NOWHERE = "10.99.1.1"  # where no host is
SECONDS = 8.0  # what is waited for comes long before: SYNs are sent again after 1 s
POLL_SECONDS = 0.005


@dataclass
class Host:
    """An end with its one connection, or none yet; `stack` closes what it opens."""

    stack: ExitStack
    namespace: Namespace
    peer: Namespace
    port: int
    peer_port: int
    text: bytes  # what it sends
    _socket: socket.socket | None = field(default=None, init=False)
    _listener: socket.socket | None = field(default=None, init=False)
    _program: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def state(self) -> State:
        """What the kernel says of its connection."""
        return self.namespace.state(self.port, self.peer_port)

    def listen(self) -> None:
        """Wait for a connection, which is accepted when it is first needed."""
        self._listener = self._make_socket()
        self._listener.settimeout(SECONDS)
        self._listener.listen()

    def run(self, program: str) -> None:
        """Have a program of programs.py wait for connections."""
        file = Path(__file__).with_name("programs.py")
        self._program = self.namespace.start(sys.executable, str(file), program, str(self.port))
        self.stack.enter_context(self._program)
        self.stack.callback(self._program.kill)
        wait_for(lambda: self.namespace.listens(self.port), f"{program} listens")

    def connect(self, host: str = "") -> None:
        """Connect without waiting."""
        self._socket = self._make_socket()
        self._socket.setblocking(False)
        self._socket.connect_ex((host or self.peer.address, self.peer_port))

    def connect_nowhere(self) -> None:
        """Connect to a host that is not there, with the other end as the router."""
        self.namespace.route_to_peer(NOWHERE)
        self.peer.route_nowhere(NOWHERE)
        self.connect(NOWHERE)

    def send(self) -> None:
        """Send a little."""
        self._connected().send(self.text)

    def shut(self) -> None:
        """Close this direction only."""
        self._connected().shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Read what has come, and close."""
        own = self._connected()
        with suppress(BlockingIOError, ConnectionError):
            while own.recv(4096):
                pass
        own.close()

    def send_and_close(self) -> None:
        """Send a little and close, so that the FIN goes with the data."""
        own = self._connected()
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        own.send(self.text)
        own.close()

    def abort(self) -> None:
        """Close with SO_LINGER 0."""
        own = self._connected()
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        own.close()

    def die(self) -> None:
        """Be killed: the program, or a process that has nothing but the socket."""
        if self._program:
            self._program.kill()
            return
        own = self._connected()
        with subprocess.Popen(["sleep", "60"], pass_fds=[own.fileno()]) as holder:
            own.close()
            holder.kill()

    def go_on(self) -> None:
        """Wake the program from its sleep."""
        assert self._program
        assert self._program.stdin
        self._program.stdin.write(b"\n")
        self._program.stdin.flush()

    def drop(self, kind: str) -> None:
        """Have the firewall drop segments of this kind as they come in, behind the observer."""
        self.namespace.drop(*KINDS[kind])

    def admit(self) -> None:
        """Have the firewall admit everything again."""
        self.namespace.admit()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            assert self._listener
            self._socket = self.stack.enter_context(self._listener.accept()[0])
            self._socket.setblocking(False)
        return self._socket

    def _make_socket(self) -> socket.socket:
        made = self.namespace.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        self.stack.enter_context(made)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("", self.port))
        return made


def wait_for(done: Callable[[], bool], what: str) -> None:
    """Wait until `done`; AssertionError if that takes too long."""
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, f"it never came: {what}"
        time.sleep(POLL_SECONDS)
