"""The programs behind the captures, captured live by tcpscope, are told as their captures are."""

from __future__ import annotations

import json
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hosts import capturing, two_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hosts import Host

pytestmark = pytest.mark.slow

PORT = 7000
SERVERS = str(Path(__file__).with_name("programs.py"))
# What a client does: says something, hears an answer, and, if it waits for the server's end, that too.
CLIENT = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
    connection.sendall(sys.argv[3].encode())
    connection.recv(1024)
    while sys.argv[4] == "server" and connection.recv(1024):
        pass
"""
GET = "GET / HTTP/1.1\r\nHost: far\r\n\r\n"


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


@contextmanager
def serving(host: Host, program: str) -> Iterator[None]:
    with host.start(sys.executable, SERVERS, program, str(PORT)) as server:
        try:
            while str(PORT) not in host.run("ss", "-Htln", f"sport = :{PORT}"):
                assert server.poll() is None, "the server ended"
                time.sleep(0.05)
            yield
        finally:
            server.kill()


@pytest.mark.parametrize(
    ("program", "text", "closes_first"),
    [
        ("echo", "hello", "client"),
        ("fork", "hello", "client"),
        ("daytime", "", "server"),
        ("reply", "get", "server"),
        ("reply-and-pause", "get", "server"),
        ("http", GET, "client"),
    ],
)
def test_a_programs_conversation_is_told_as_it_was(
    hosts: tuple[Host, Host], program: str, text: str, closes_first: str
) -> None:
    near, far = hosts
    options = ("-i", far.device, "-f", f"tcp port {PORT}", "--connections", "-T", "json")
    with serving(far, program), capturing(far, *options) as capture:
        near.run(sys.executable, "-c", CLIENT, far.address, str(PORT), text, closes_first)
        time.sleep(0.5)  # for what the ends say last
        assert capture.end(signal.SIGTERM) == 0
    (told,) = json.loads(capture.out)
    assert (told["opening"], told["closed_first"]) == ("three-way", closes_first)
    assert told["closing"] in ("three-way", "four-way")
    assert told["server"]["address"] == f"{far.address}:{PORT}"
    first, second = ("client", "server") if closes_first == "client" else ("server", "client")
    assert (told[first]["state"], told[second]["state"]) == ("TIME_WAIT", "CLOSED")
    assert told["client"]["bytes"] == len(text)
    assert told["server"]["bytes"] > 0
    assert not told["reason"]
