"""The kernel's own sockets are found one by one, with the state that `ss` shows and whose they are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from tui import sockets
from tui.sockets import Kernel, Socket, Timer
from tui.tcp.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sock_diag is Linux's")

NOBODY = 65534
SECONDS = 5.0
# What `ss` calls the states.
NAMES = {
    "ESTAB": State.ESTABLISHED,
    "SYN-SENT": State.SYN_SENT,
    "SYN-RECV": State.SYN_RCVD,
    "FIN-WAIT-1": State.FIN_WAIT_1,
    "FIN-WAIT-2": State.FIN_WAIT_2,
    "CLOSE-WAIT": State.CLOSE_WAIT,
    "CLOSING": State.CLOSING,
    "LAST-ACK": State.LAST_ACK,
    "TIME-WAIT": State.TIME_WAIT,
}


class Pair:
    """A connection over the loopback: a client, and a server unless nobody accepts."""

    def __init__(self, stack: ExitStack, listener: socket.socket, accept: bool = True) -> None:
        self.client = stack.enter_context(socket.socket(listener.family))
        self.client.setblocking(False)
        self.client.connect_ex(listener.getsockname())
        self.names = written(self.client.getsockname()), written(listener.getsockname())
        if accept:
            self.server = stack.enter_context(listener.accept()[0])
            self.server.setblocking(False)

    def ask(self, kernel: Kernel | None = None) -> tuple[Socket | None, Socket | None]:
        """What the kernel says of the client's socket and of the server's."""
        kernel = kernel or Kernel()
        return kernel.socket(*self.names), kernel.socket(*self.names[::-1])

    def states(self) -> tuple[State, State]:
        """CLOSED is an end without a socket."""
        client, server = self.ask()
        return client.state if client else State.CLOSED, server.state if server else State.CLOSED

    def states_of_ss(self) -> tuple[State, State]:
        """The same by `ss`."""
        ports = [name.rpartition(":")[2] for name in self.names]
        return state_of_ss(*ports), state_of_ss(*ports[::-1])


def written(name: tuple[str, int] | tuple[str, int, int, int]) -> str:
    host = name[0].partition("%")[0]
    return f"[{host}]:{name[1]}" if ":" in host else f"{host}:{name[1]}"


def state_of_ss(port: str, peer_port: str) -> State:
    chosen = f"sport = :{port} and dport = :{peer_port}"
    lines = subprocess.run(
        ["ss", "-tanH", chosen], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return NAMES[lines[0].split()[0]] if lines else State.CLOSED


def fill(end: socket.socket) -> None:
    """Send until nothing more goes, so that a FIN has to wait."""
    with suppress(BlockingIOError):
        while True:
            end.send(bytes(65536))


def listen(stack: ExitStack, host: str = "127.0.0.1", backlog: int = 8) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = stack.enter_context(socket.socket(family))
    listener.bind((host, 0))
    listener.listen(backlog)
    return listener


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def established(stack: ExitStack) -> Pair:
    return Pair(stack, listen(stack))


def syn_sent(stack: ExitStack) -> Pair:
    """A listener whose queue is full drops SYNs."""
    listener = listen(stack, backlog=0)
    return [Pair(stack, listener, accept=False) for _ in range(3)][-1]


def syn_received(stack: ExitStack) -> Pair:
    """A listener that waits for data takes no notice of the third ACK."""
    listener = listen(stack)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 5)
    return Pair(stack, listener, accept=False)


def client_shut(stack: ExitStack) -> Pair:
    pair = established(stack)
    pair.client.shutdown(socket.SHUT_WR)
    return pair


def client_fin_waits(stack: ExitStack) -> Pair:
    pair = established(stack)
    fill(pair.client)
    pair.client.shutdown(socket.SHUT_WR)
    return pair


def closing(stack: ExitStack) -> Pair:
    pair = client_fin_waits(stack)
    pair.server.shutdown(socket.SHUT_WR)
    return pair


def last_ack(stack: ExitStack) -> Pair:
    pair = client_shut(stack)
    fill(pair.server)
    pair.server.shutdown(socket.SHUT_WR)
    return pair


def closed(stack: ExitStack) -> Pair:
    pair = client_shut(stack)
    pair.server.close()
    pair.client.close()
    return pair


SITUATIONS: dict[Callable[[ExitStack], Pair], tuple[State, State]] = {
    established: (State.ESTABLISHED, State.ESTABLISHED),
    syn_sent: (State.SYN_SENT, State.CLOSED),
    syn_received: (State.ESTABLISHED, State.SYN_RCVD),
    client_shut: (State.FIN_WAIT_2, State.CLOSE_WAIT),
    client_fin_waits: (State.FIN_WAIT_1, State.ESTABLISHED),
    closing: (State.CLOSING, State.FIN_WAIT_2),
    last_ack: (State.FIN_WAIT_2, State.LAST_ACK),
    closed: (State.TIME_WAIT, State.CLOSED),
}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda made: made.__name__)
def test_each_state_is_found_and_is_what_ss_says(
    stack: ExitStack, situation: Callable[[ExitStack], Pair]
) -> None:
    pair = situation(stack)
    deadline = time.monotonic() + SECONDS
    while pair.states() != SITUATIONS[situation] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pair.states() == SITUATIONS[situation]
    if shutil.which("ss") is None:
        pytest.skip("needs iproute2, for ss")
    assert pair.states_of_ss() == SITUATIONS[situation]


def test_a_timer_says_what_comes_next(stack: ExitStack) -> None:
    (waiting, _), (sending, _) = closed(stack).ask(), syn_sent(stack).ask()
    assert waiting
    assert waiting.timer is Timer.END
    assert 50 * 10**9 < waiting.expires <= 60 * 10**9
    assert sending
    assert sending.timer is Timer.RETRANSMISSION
    assert 0 < sending.expires <= 2 * 10**9


def test_ipv6_is_found(stack: ExitStack) -> None:
    _skip_without_ipv6()
    assert Pair(stack, listen(stack, "::1")).states() == (State.ESTABLISHED, State.ESTABLISHED)


def test_a_link_local_address_is_found_whatever_its_interface(stack: ExitStack) -> None:
    lines = Path("/proc/net/if_inet6").read_text().splitlines() if socket.has_ipv6 else []
    own = next((line.split() for line in lines if line.startswith("fe80")), None)
    if own is None:
        pytest.skip("no interface has a link-local address")
    listener = stack.enter_context(socket.socket(socket.AF_INET6))
    host = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(own[0]))
    listener.bind((host, 0, 0, int(own[1], 16)))
    listener.listen()
    assert Pair(stack, listener).states() == (State.ESTABLISHED, State.ESTABLISHED)


def test_ipv4_packets_of_an_ipv6_socket_are_found(stack: ExitStack) -> None:
    _skip_without_ipv6()
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        client = stack.enter_context(socket.create_connection(("127.0.0.1", listener.getsockname()[1])))
        server = stack.enter_context(listener.accept()[0])
        assert server.family is socket.AF_INET6
        found = Kernel().socket(written(client.getpeername()), written(client.getsockname()))
        assert found
        assert found.state is State.ESTABLISHED


def test_no_socket_is_found_for_ends_of_other_hosts() -> None:
    assert Kernel().socket("192.0.2.1:80", "198.51.100.1:50000") is None
    assert Kernel().socket("[2001:db8::1]:80", "[2001:db8::2]:50000") is None


def test_a_listener_is_not_taken_for_a_connection(stack: ExitStack) -> None:
    listener = listen(stack)
    assert Kernel().socket(written(listener.getsockname()), "127.0.0.1:9") is None


def test_a_process_is_found_with_its_pid(stack: ExitStack) -> None:
    pair = established(stack)
    for found in pair.ask():
        assert found
        assert found.process
        assert found.process.pid == os.getpid()


def test_a_socket_that_goes_to_another_process_is_found_there(stack: ExitStack) -> None:
    pair, kernel = established(stack), Kernel()
    assert pair.ask(kernel)[0]
    with subprocess.Popen(["sleep", "60"], pass_fds=[pair.client.fileno()]) as holder:
        stack.callback(holder.kill)
        pair.client.close()
        found, _ = pair.ask(kernel)
        assert found
        assert found.process
        assert (found.process.pid, found.process.name) == (holder.pid, "sleep")
        holder.kill()


def test_the_name_that_a_process_gives_itself_is_made_printable(stack: ExitStack) -> None:
    name = Path(f"/proc/self/task/{os.getpid()}/comm")
    before = name.read_text()
    name.write_text("a\x1b[31m\n")
    try:
        found, _ = established(stack).ask()
    finally:
        name.write_text(before)
    assert found
    assert found.process
    assert found.process.name.isprintable()
    assert found.process.name.startswith("a")


def test_no_process_has_a_socket_in_time_wait(stack: ExitStack) -> None:
    found, _ = closed(stack).ask()
    assert found
    assert (found.process, found.user) == (None, "")


def test_of_a_process_that_we_may_not_look_into_the_user_is_known(stack: ExitStack) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to ask as somebody else")
    pair = established(stack)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            pair.client.close()
            pair.server.close()
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            found, _ = pair.ask()
            os.write(writer, repr((found and found.process, found and found.user)).encode())
        finally:
            os._exit(0)  # never back into the tests
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as said:
        assert said.read() == repr((None, "root"))


def test_whom_a_socket_belongs_to_is_not_looked_for_again_and_again(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = Mock(wraps=sockets._links)
    monkeypatch.setattr(sockets, "_links", links)
    pair, found, hidden = established(stack), Kernel(), Kernel()
    for _ in range(3):
        pair.ask(found)
    assert links.call_count == 2
    links.side_effect = lambda: iter(())
    for _ in range(3):
        pair.ask(hidden)
    assert links.call_count == 4


def test_where_sock_diag_may_not_be_used_no_socket_is_found(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = established(stack)

    monkeypatch.setattr(socket, "socket", Mock(side_effect=PermissionError))
    assert pair.ask() == (None, None)


def _skip_without_ipv6() -> None:
    if not Path("/proc/net/if_inet6").exists():
        pytest.skip("no IPv6 here")
