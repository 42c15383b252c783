"""Protocols that are lines of text: HTTP and its relatives, and the command protocols of mail and files.

Invariant: a line's node spans the line with its end; no line of a hostile payload is shown unprintable or
without bound.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.decode.nodes import Node
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_LINES = 500
MAX_SHOWN = 300
# RFC 9112 2.1, RFC 2326, RFC 3261, UPnP: a request line, or a status line that names the version.
_START_LINE = re.compile(
    rb"(?:[A-Z-]{3,16} [^ \r\n]{1,4096} (?:HTTP|RTSP|SIP)/\d|(HTTP|RTSP|SIP)/\d\.\d \d{3})"
)
_TITLES: Mapping[bytes, tuple[str, str]] = {
    b"HTTP": ("Hypertext Transfer Protocol", "http"),
    b"RTSP": ("Real Time Streaming Protocol", "rtsp"),
    b"SIP": ("Session Initiation Protocol", "sip"),
}
# By port of the server: protocols of which each line stands for itself.
LINE_PORTS: Mapping[int, tuple[str, str]] = {
    21: ("File Transfer Protocol (FTP)", "ftp"),
    25: ("Simple Mail Transfer Protocol", "smtp"),
    110: ("Post Office Protocol", "pop"),
    143: ("Internet Message Access Protocol", "imap"),
    587: ("Simple Mail Transfer Protocol", "smtp"),
    6667: ("Internet Relay Chat", "irc"),
}
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e\x80-\xff]*")


def message(frame: bytes, start: int, end: int) -> tuple[str, Node] | None:
    """A message of HTTP or a relative that begins at byte `start`: its short name and its node; None if none
    begins there.
    """
    match = _START_LINE.match(frame, start, end)
    if match is None:
        return None
    kind = next(word for word in _TITLES if word + b"/" in match[0])
    title, name = _TITLES[kind]
    nodes = []
    body = end
    for first, last in _lines(frame, start, end):
        nodes.append(_line(frame, first, last))
        if frame[first:last] in (b"\r\n", b"\n"):
            body = last
            break
    if body < end:
        text = f"File Data: {end - body} bytes"
        nodes.append(Node("", text, body * 8, end * 8, (), frame[body:end]))
    return name, Node(name, title, start * 8, end * 8, tuple(nodes))


def lines(frame: bytes, start: int, end: int, port: int) -> tuple[str, Node] | None:
    """The lines of a command protocol that `port` stands for; None if it stands for none, or the payload is
    no text.
    """
    row = LINE_PORTS.get(port)
    if row is None or not _TEXT.fullmatch(frame, start, end):
        return None
    title, name = row
    nodes = tuple(_line(frame, first, last) for first, last in _lines(frame, start, end))
    return name, Node(name, title, start * 8, end * 8, nodes)


def _lines(frame: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    for _ in range(MAX_LINES):
        if start >= end:
            return
        feed = frame.find(b"\n", start, end)
        stop = end if feed < 0 else feed + 1
        yield start, stop
        start = stop


def _line(frame: bytes, start: int, end: int) -> Node:
    """Wireshark shows a line's end as it would be written in C."""
    text = frame[start:end][:MAX_SHOWN].decode("utf-8", "replace")
    shown = text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    if end - start > MAX_SHOWN:
        shown += "…"
    return Node(
        "",
        printable(shown),
        start * 8,
        end * 8,
        (),
        frame[start:end].rstrip(b"\r\n").decode("utf-8", "replace"),
    )
