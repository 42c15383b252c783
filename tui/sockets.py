"""What this host's own kernel says of a TCP connection: its state, its timer, and whose socket it is.

Linux only: the one socket is asked for by sock_diag(7), which is `ss`'s source too and answers in
microseconds however many sockets there are. On other systems no socket is ever found. Connections of other
network namespaces (containers) are not found either: they are other kernels' in all but name.

Invariant: nothing here waits for anything but the kernel, and nothing raises for what a kernel or a process
may not tell.
"""

from __future__ import annotations

import errno
import os
import pwd
import socket
import struct
import sys
from enum import Enum, auto
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import printable
from tui.tcp.states import State

if TYPE_CHECKING:
    from collections.abc import Iterator

# include/net/tcp_states.h; 12 is a SYN_RECV that has no socket of its own yet.
KERNEL_STATES = {
    1: State.ESTABLISHED,
    2: State.SYN_SENT,
    3: State.SYN_RCVD,
    4: State.FIN_WAIT_1,
    5: State.FIN_WAIT_2,
    6: State.TIME_WAIT,
    7: State.CLOSED,
    8: State.CLOSE_WAIT,
    9: State.LAST_ACK,
    10: State.LISTEN,
    11: State.CLOSING,
    12: State.SYN_RCVD,
}

# linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST = 1
_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_REQUEST = struct.Struct("=BBBxi")  # inet_diag_req_v2 up to its id: family, protocol, extensions, states
_PORTS = struct.Struct(">HH")  # inet_diag_sockid: ports, two addresses of 16 bytes each, and
_WHICH = struct.Struct("=Iii")  # the interface and the cookie, which nobody need know
_FOUND = struct.Struct("=BBBB")  # inet_diag_msg: family, state, timer, retransmissions, id, and
_NUMBERS = struct.Struct("=IIIII")  # expires (ms), rqueue, wqueue, uid, inode
_ID_SIZE = _PORTS.size + 2 * 16 + _WHICH.size
_ALL_STATES = _ANY_COOKIE = -1  # every bit
_ANSWER_SIZE = 8192  # an answer has some 200 bytes

_BELIEVED_SECONDS = 10.0  # how long nobody is asked again whose a socket is that nobody was seen to have
_MOST_KNOWN = 64


class Timer(Enum):
    """What the kernel will do with a socket when its timer runs out."""

    RETRANSMISSION = auto()
    KEEP_ALIVE = auto()
    END = auto()  # of TIME_WAIT, or of a FIN_WAIT_2 that no process has any more
    WINDOW_PROBE = auto()


KERNEL_TIMERS = {1: Timer.RETRANSMISSION, 2: Timer.KEEP_ALIVE, 3: Timer.END, 4: Timer.WINDOW_PROBE}


class Process(Struct, frozen=True):
    """A process that has a socket open."""

    pid: int
    name: str  # printable


class Socket(Struct, frozen=True):
    """A connection's socket as the kernel has it."""

    state: State
    timer: Timer | None = None
    expires: int = 0  # ns until the timer runs out
    process: Process | None = None  # None: no process has it any more (or yet), or we may not know
    user: str = ""  # of whom it is, if a process has it


class Kernel:
    """Asks for sockets; remembers which processes have those that were asked for before."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[float, str | None]] = {}  # by inode: since when, link in /proc

    def socket(self, own: str, peer: str) -> Socket | None:
        """The socket of the connection from `own` ("192.0.2.1:80", "[2001:db8::1]:80") to `peer`.

        None if this host has none, or its kernel does not tell.
        """
        found = _ask(own, peer) if sys.platform == "linux" else None
        if found is None:
            return None
        _, state, timer, _ = _FOUND.unpack_from(found)
        expires, _, _, uid, inode = _NUMBERS.unpack_from(found, _FOUND.size + _ID_SIZE)
        return Socket(
            KERNEL_STATES[state],
            KERNEL_TIMERS.get(timer),
            expires * 1_000_000,
            self._process(inode) if inode else None,
            _user(uid) if inode else "",
        )

    def _process(self, inode: int) -> Process | None:
        """Whose the socket is, from what was known before if that still holds."""
        since, link = self._known.get(inode, (-_BELIEVED_SECONDS, None))
        holds = monotonic() - since < _BELIEVED_SECONDS if link is None else _leads_to(link, inode)
        if not holds:
            link = next((each for each in _links() if _leads_to(each, inode)), None)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[inode] = (monotonic(), link)
        return None if link is None else _process_of(link)


def _ask(own: str, peer: str) -> bytes | None:
    """The kernel's inet_diag_msg of one socket."""
    (address, port), (peer_address, peer_port) = _end(own), _end(peer)
    ports = _PORTS.pack(port, peer_port)
    ends = ports + address.ljust(16, b"\0") + peer_address.ljust(16, b"\0")
    family = socket.AF_INET if len(address) == 4 else socket.AF_INET6
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as netlink:
            # One that is bound to an interface, as those of link-local addresses are, is found there only.
            for interface in (0, *(index for index, _ in socket.if_nameindex())):
                netlink.send(_request(family, ends, interface))
                found = _answer(netlink.recv(_ANSWER_SIZE))
                # Where there is no connection, the kernel gives the listener.
                if found is not None and found.startswith(ports, _FOUND.size):
                    return found
    except OSError:  # a kernel without sock_diag, or a sandbox that forbids it: the same as no socket
        return None
    return None


def _request(family: int, ends: bytes, interface: int) -> bytes:
    body = _REQUEST.pack(family, socket.IPPROTO_TCP, 0, _ALL_STATES) + ends
    body += _WHICH.pack(interface, _ANY_COOKIE, _ANY_COOKIE)
    return _HEADER.pack(_HEADER.size + len(body), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 0, 0) + body


def _answer(message: bytes) -> bytes | None:
    """The socket in a netlink message; None if that says that there is none. OSError for any other error."""
    _, kind, *_ = _HEADER.unpack_from(message)
    body = message[_HEADER.size :]
    if kind == _SOCK_DIAG_BY_FAMILY:
        return body
    failure = -int.from_bytes(body[:4], sys.byteorder, signed=True)
    if failure != errno.ENOENT:
        raise OSError(failure, os.strerror(failure))
    return None


def _end(text: str) -> tuple[bytes, int]:
    host, _, port = text.rpartition(":")
    return ip_address(host.strip("[]")).packed, int(port)


def _links() -> Iterator[str]:
    """The links in /proc to all that processes have open, as far as we may know."""
    with os.scandir("/proc") as processes:
        for process in processes:
            if process.name.isdecimal():
                try:
                    with os.scandir(f"{process.path}/fd") as links:
                        yield from (link.path for link in links)
                except OSError:  # another user's, or gone
                    continue


def _leads_to(link: str, inode: int) -> bool:
    try:
        return os.readlink(link) == f"socket:[{inode}]"  # noqa: PTH115 three times as fast for ten thousands
    except OSError:  # closed meanwhile
        return False


def _process_of(link: str) -> Process | None:
    process = Path(link).parents[1]
    try:
        name = (process / "comm").read_text("utf-8", "replace").rstrip("\n")
    except OSError:  # gone
        return None
    return Process(int(process.name), printable(name))


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
