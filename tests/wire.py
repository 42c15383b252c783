"""Packets and capture files in bytes, built header by header, for the tests of the index and the session."""

from __future__ import annotations

import ipaddress
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
A, B = "10.1.2.3", "10.4.5.6"
A6, B6 = "2001:db8::1", "2001:db8::2"


def tcp(
    srcport: int = 40000,
    dstport: int = 80,
    seq: int = 1000,
    ack: int = 0,
    flags: int = SYN,
    window: int = 8192,
    options: bytes = b"",
    data: bytes = b"",
) -> bytes:
    options += bytes(-len(options) % 4)
    bits = (5 + len(options) // 4) << 12 | flags
    return struct.pack(">HHIIHHHH", srcport, dstport, seq, ack, bits, window, 0, 0) + options + data


def udp(payload: bytes, dstport: int, srcport: int = 50000) -> bytes:
    return struct.pack(">HHHH", srcport, dstport, 8 + len(payload), 0) + payload


def ip4(
    payload: bytes,
    protocol: int = 6,
    src: str = A,
    dst: str = B,
    *,
    identification: int = 1,
    offset: int = 0,
    more: bool = False,
    options: bytes = b"",
    length: int | None = None,
) -> bytes:
    """`offset` in bytes; `length` is what the header says, if not the truth."""
    header = 20 + len(options)
    total = header + len(payload) if length is None else length
    ends = ipaddress.IPv4Address(src).packed + ipaddress.IPv4Address(dst).packed
    field = offset // 8 | (0x2000 if more else 0)
    fixed = struct.pack(">BBHHHBBH", 0x40 | header // 4, 0, total, identification, field, 64, protocol, 0)
    return fixed + ends + options + payload


def ip6(payload: bytes, following: int = 6, src: str = A6, dst: str = B6) -> bytes:
    ends = ipaddress.IPv6Address(src).packed + ipaddress.IPv6Address(dst).packed
    return struct.pack(">IHBB", 0x60000000, len(payload), following, 64) + ends + payload


def fragment6(
    payload: bytes, following: int = 6, *, offset: int, more: bool, identification: int = 7
) -> bytes:
    return ip6(struct.pack(">BBHI", following, 0, offset | more, identification) + payload, 44)


def ethernet(payload: bytes, ethertype: int = 0x0800) -> bytes:
    return bytes.fromhex("020000000002 020000000001") + struct.pack(">H", ethertype) + payload


def record(
    frame: bytes, time: int = 0, *, order: str = "<", length: int | None = None, tick: int = 1000
) -> bytes:
    """A pcap record; `time` and `tick`, the unit of the file's clock, in ns."""
    seconds, rest = divmod(time, 10**9)
    wire = len(frame) if length is None else length
    return struct.pack(f"{order}IIII", seconds, rest // tick, len(frame), wire) + frame


def header(
    link_type: int = 1, *, order: str = "<", magic: int = 0xA1B2C3D4, snap_length: int = 262144
) -> bytes:
    return struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, snap_length, link_type)


def pcap(frames: Iterable[bytes], link_type: int = 1, *, start: int = 0, step: int = 1_000_000) -> bytes:
    """A pcap file: the first frame at `start`, the others `step` ns one after the other."""
    records = (record(frame, start + number * step) for number, frame in enumerate(frames))
    return header(link_type) + b"".join(records)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + length + body + length


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def options(values: Sequence[tuple[int, bytes]], order: str = "<") -> bytes:
    return b"".join(option(code, value, order) for code, value in values) + bytes(4) if values else b""


def section(order: str = "<", *values: tuple[int, bytes]) -> bytes:
    body = struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1)
    return block(0x0A0D0D0A, body + options(values, order), order)


def interface(
    order: str = "<", link_type: int = 1, *values: tuple[int, bytes], snap_length: int = 0
) -> bytes:
    body = struct.pack(f"{order}HHI", link_type, 0, snap_length)
    return block(1, body + options(values, order), order)


def enhanced(
    frame: bytes,
    ticks: int = 0,
    number: int = 0,
    order: str = "<",
    *values: tuple[int, bytes],
    length: int | None = None,
) -> bytes:
    wire = len(frame) if length is None else length
    fixed = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), wire)
    return block(6, fixed + frame + bytes(-len(frame) % 4) + options(values, order), order)


def simple(frame: bytes, order: str = "<", length: int | None = None) -> bytes:
    return block(3, struct.pack(f"{order}I", len(frame) if length is None else length) + frame, order)


def obsolete(frame: bytes, ticks: int, number: int, order: str = "<", *values: tuple[int, bytes]) -> bytes:
    fixed = struct.pack(f"{order}HHIIII", number, 3, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
    return block(2, fixed + frame + bytes(-len(frame) % 4) + options(values, order), order)
