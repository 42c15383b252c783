"""TLS records (RFC 8446 5.1): what can be read without keys, the record headers and the first byte of a
handshake message.

Invariant: records are walked by their own lengths and no further than the payload; a record that goes on in
the next segment says so.
"""

from __future__ import annotations

from tui.decode.headers.field import Field, Form, read_all
from tui.decode.nodes import Node

_TYPES = {20: "Change Cipher Spec", 21: "Alert", 22: "Handshake", 23: "Application Data", 24: "Heartbeat"}
_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
_MESSAGES = {
    0: "Hello Request",
    1: "Client Hello",
    2: "Server Hello",
    4: "New Session Ticket",
    8: "Encrypted Extensions",
    11: "Certificate",
    12: "Server Key Exchange",
    13: "Certificate Request",
    14: "Server Hello Done",
    15: "Certificate Verify",
    16: "Client Key Exchange",
    20: "Finished",
    22: "Certificate Status",
}
_HEADER = (
    Field("tls.record.content_type", "Content Type", 0, 8, Form.NAMED, _TYPES),
    Field("tls.record.version", "Version", 8, 16, Form.NAMED_HEX, _VERSIONS),
    Field("tls.record.length", "Length", 24, 16),
)
_MESSAGE = (
    Field("tls.handshake.type", "Handshake Type", 40, 8, Form.NAMED, _MESSAGES),
    Field("tls.handshake.length", "Length", 48, 24),
)
_HANDSHAKE = 22
_LONGEST = 0x4000 + 2048  # RFC 5246 6.2.3


def records(frame: bytes, start: int, end: int) -> Node | None:
    """The TLS node of bytes [start, end); None if no record begins there."""
    nodes = []
    at = start
    while (row := _record(frame, at, end)) is not None:
        nodes.append(row)
        at = row.end // 8
    return Node("tls", "Transport Layer Security", start * 8, at * 8, tuple(nodes)) if nodes else None


def _record(frame: bytes, at: int, end: int) -> Node | None:
    if at + 5 > end or frame[at] not in _TYPES or frame[at + 1] != 3:
        return None
    length = int.from_bytes(frame[at + 3 : at + 5])
    if length > _LONGEST:
        return None
    stop = min(at + 5 + length, end)
    fields = read_all(_HEADER, frame[:stop], at)
    title = _TYPES[frame[at]]
    if frame[at] == _HANDSHAKE and stop >= at + 9:
        message = _MESSAGES.get(frame[at + 5])
        plain = message is not None and int.from_bytes(frame[at + 6 : at + 9]) + 4 <= length
        title = f"Handshake: {message}" if plain else "Handshake: Encrypted Handshake Message"
        fields += read_all(_MESSAGE, frame[:stop], at) if plain else ()
    if stop < at + 5 + length:
        title += " (goes on in another segment)"
    version = _VERSIONS.get(int.from_bytes(frame[at + 1 : at + 3]), "TLS")
    return Node("tls.record", f"{version} Record Layer: {title}", at * 8, stop * 8, fields)
