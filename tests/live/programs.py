"""The servers behind the captures, a few lines each; started as `programs.py NAME PORT`.

Where the originals sleep, these wait for a line on stdin: whoever runs them says when it goes on.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def echo(port: int) -> None:
    """Send back what comes, one client after the other."""
    with socket.create_server(("", port)) as listener:
        while True:
            _echo(listener.accept()[0])


def fork(port: int) -> None:
    """Send back what comes, a process for each client."""
    with socket.create_server(("", port)) as listener:
        while True:
            connection = listener.accept()[0]
            if os.fork() == 0:
                listener.close()
                _echo(connection)
                os._exit(0)
            connection.close()


def daytime(port: int) -> None:
    """Tell each client the time, after a sleep, and close after another."""
    with socket.create_server(("", port)) as listener:
        while True:
            with listener.accept()[0] as connection:
                _sleep()
                connection.sendall(time.ctime().encode() + b"\r\n")
                _sleep()


def reply(port: int) -> None:
    """Answer 200 ok, and close at once."""
    with socket.create_server(("", port)) as listener:
        while True:
            with listener.accept()[0] as connection:
                connection.recv(1024)
                connection.sendall(b"200 ok")


def reply_and_pause(port: int) -> None:
    """Answer 200 ok, and close after a pause."""
    with socket.create_server(("", port)) as listener:
        while True:
            with listener.accept()[0] as connection:
                connection.recv(1024)
                connection.sendall(b"200 ok")
                _sleep()


class Page(BaseHTTPRequestHandler):
    """An HTTP endpoint that keeps the connection alive."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body in one segment

    def do_GET(self) -> None:
        """Answer with a short text."""
        body = b"This is a page\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Say nothing."""


def http(port: int) -> None:
    """Serve pages."""
    HTTPServer(("", port), Page).serve_forever()


def _echo(connection: socket.socket) -> None:
    connection.settimeout(60)
    with connection:
        while data := connection.recv(1024):
            connection.sendall(data)


def _sleep() -> None:
    sys.stdin.readline()


PROGRAMS: dict[str, Callable[[int], None]] = {
    "echo": echo,
    "fork": fork,
    "daytime": daytime,
    "reply": reply,
    "reply-and-pause": reply_and_pause,
    "http": http,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](int(sys.argv[2]))
