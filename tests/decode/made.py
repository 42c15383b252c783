"""Frames made by hand, and contexts for them."""

from __future__ import annotations

import struct

from tui.capture.interface import Interface
from tui.decode.context import Context, Numbers
from tui.decode.nodes import Node, walk
from tui.decode.packet import decode

CLIENT, SERVER = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
ETHERNET, RAW = 1, 101


def tcp(
    options: bytes = b"", flags: int = 2, data: bytes = b"", seq: int = 1000, ack: int = 0, checksum: int = 0
) -> bytes:
    """A segment; options are filled up with end-of-list."""
    options += bytes(-len(options) % 4)
    bits = (5 + len(options) // 4) << 12 | flags
    return struct.pack(">HHIIHHHH", 1234, 80, seq, ack, bits, 8192, checksum, 0) + options + data


def udp(data: bytes, source: int = 1000, destination: int = 2000) -> bytes:
    """A datagram without a checksum."""
    return struct.pack(">HHHH", source, destination, 8 + len(data), 0) + data


def ip(payload: bytes, protocol: int = 6, options: bytes = b"", fragment: int = 0) -> bytes:
    """An IPv4 packet; its header's checksum is 0."""
    options += bytes(-len(options) % 4)
    size = 20 + len(options)
    start = struct.pack(">BBHHHBBH", 0x40 + size // 4, 0, size + len(payload), 1, fragment, 64, protocol, 0)
    return start + CLIENT + SERVER + options + payload


def ip6(payload: bytes, protocol: int) -> bytes:
    """An IPv6 packet from fe80::1 to fe80::2."""
    addresses = (b"\xfe\x80" + bytes(13) + bytes((last,)) for last in (1, 2))
    return struct.pack(">IHBB", 0x60000000, len(payload), protocol, 64) + b"".join(addresses) + payload


def ethernet(payload: bytes, kind: int = 0x0800) -> bytes:
    """A frame from 02:00:00:00:00:01 to everybody."""
    return b"\xff" * 6 + bytes.fromhex("020000000001") + kind.to_bytes(2) + payload


def context(frame: bytes, link_type: int = RAW, **known: int | None) -> Context:
    """A context that knows no more than it is told."""
    return Context(1, 0, len(frame), len(frame), Interface(0, link_type), **known)  # type: ignore[arg-type]  # a mix of members


def tree(frame: bytes, link_type: int = RAW, verify: bool = False, **known: int | None) -> tuple[Node, ...]:
    """The decoded frame."""
    return decode(frame, context(frame, link_type, **known), Numbers.RELATIVE, verify)


def texts(nodes: tuple[Node, ...], name: str) -> list[str]:
    """What the nodes of that name say."""
    return [node.text for node in walk(nodes) if node.name == name]
