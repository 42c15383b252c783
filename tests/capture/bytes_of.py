"""Captures in bytes, as small as can be, for the tests of this folder."""

from __future__ import annotations

import struct


def pcap(
    magic: int = 0xA1B2C3D4,
    order: str = "<",
    version: tuple[int, int] = (2, 4),
    snap_length: int = 65535,
    network: int = 1,
) -> bytes:
    return struct.pack(f"{order}IHHIIII", magic, *version, 0, 0, snap_length, network)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(
    *options: bytes, order: str = "<", version: tuple[int, int] = (1, 0), length: int = 2**64 - 1
) -> bytes:
    return struct.pack(f"{order}IHHQ", 0x1A2B3C4D, *version, length) + b"".join(options)


def interface(*options: bytes, order: str = "<", link_type: int = 1, snap_length: int = 262144) -> bytes:
    return struct.pack(f"{order}HHI", link_type, 0, snap_length) + b"".join(options)
