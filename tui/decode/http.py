"""HTTP/1 messages in a stream of bytes: where each begins, its head, and its body (RFC 9112).

Invariant: every byte belongs to one message, or to the rest that is none; no message is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui.decode.bodies import unchunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_HEAD = 64 * 1024
"""Bytes of a head that are looked at for its end."""
_START = re.compile(rb"(?:([A-Z-]{3,16}) [^ \r\n]{1,8192} HTTP/1\.[01]|HTTP/1\.[01] (\d{3})[^\r\n]*)\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_WITHOUT_BODY = frozenset({204, 304})


class Message(NamedTuple):
    """A message: bytes [start, end) of the stream; its head's lines; its body without chunks.

    `method` of a request, `status` of a response; the body's bytes begin at `body_at`. `whole`: its end was
    there.
    """

    start: int
    body_at: int
    end: int
    head: tuple[bytes, ...]
    body: bytes
    chunked: bool
    whole: bool
    method: str = ""
    status: int = 0

    def header(self, name: str) -> str:
        """The values of a header field, joined by commas; "" if it is not there."""
        wanted = name.lower().encode() + b":"
        values = (line[len(wanted) :].strip() for line in self.head[1:] if line.lower().startswith(wanted))
        return b", ".join(values).decode("latin-1")


def messages(data: bytes, asked: Iterable[str] = ()) -> Iterator[Message]:
    """The messages one after the other; `asked` are the methods that responses answer.

    Where no message begins nothing more is given: what follows is no HTTP, or of another protocol.
    """
    at, methods = 0, iter(asked)
    while (start := _START.match(data, at)) is not None:
        method = (start[1] or b"").decode("ascii")
        status = int(start[2] or 0)
        blank = _HEAD_END.search(data, start.end() - 2, at + MOST_HEAD)
        if blank is None:
            yield Message(at, len(data), len(data), _lines(data[at:]), b"", False, False, method, status)
            return
        lines, behind = _lines(data[at : blank.start()]), blank.end()
        head = Message(at, behind, behind, lines, b"", False, True, method, status)
        answered = next(methods, "") if status >= 200 else ""
        message = _with_body(head, data, answered)
        yield message
        if (answered == "CONNECT" and status < 300) or status == 101:  # RFC 9110 §9.3.6, §15.2.2
            return
        at = message.end


def _with_body(head: Message, data: bytes, answered: str) -> Message:
    """The message with its body, whose length RFC 9112 §6.3 tells."""
    at = head.body_at
    bodiless = head.status and (head.status < 200 or head.status in _WITHOUT_BODY or answered == "HEAD")
    if bodiless or (answered == "CONNECT" and head.status < 300):
        return head
    if "chunked" in head.header("transfer-encoding").lower():
        body, end, whole = unchunk(data, at)
        return head._replace(end=end, body=body, chunked=True, whole=whole)
    length = head.header("content-length").split(",")[0].strip()
    if length.isascii() and length.isdecimal() and len(length) < 19:
        end = min(at + int(length), len(data))
        return head._replace(end=end, body=data[at:end], whole=at + int(length) <= len(data))
    if head.method:
        return head
    return head._replace(end=len(data), body=data[at:])  # to the end of the connection


def _lines(head: bytes) -> tuple[bytes, ...]:
    return tuple(line.rstrip(b"\r") for line in head[:MOST_HEAD].split(b"\n"))
