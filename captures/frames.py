"""Segments to bytes: TCP in IPv4 in Ethernet in a pcap file.

Invariant: lengths and checksums are right (RFC 791, RFC 9293 section 3.1), unless the segment asks for
another TCP checksum.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from conversation import Checksum, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

_IP_HEADER_LENGTH = 20
_TCP_HEADER_LENGTH = 20
_DONT_FRAGMENT = 0x4000
_PROTOCOL_TCP = 6
_ETHERTYPE_IPV4 = 0x0800
_LINKTYPE_ETHERNET = 1
_SNAP_LENGTH = 262_144


def pcap(segments: Iterable[Segment]) -> bytes:
    """A pcap file: little-endian, µs, Ethernet."""
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, _SNAP_LENGTH, _LINKTYPE_ETHERNET)
    return header + b"".join(_record(segment.time, frame(segment)) for segment in segments)


def _record(time: int, captured: bytes) -> bytes:
    seconds, microseconds = divmod(time, 1_000_000)
    return struct.pack("<IIII", seconds, microseconds, len(captured), len(captured)) + captured


def frame(segment: Segment) -> bytes:
    """The segment's Ethernet frame, without padding, as its sender hands it to the network card."""
    return segment.receiver.mac + segment.sender.mac + struct.pack(">H", _ETHERTYPE_IPV4) + _datagram(segment)


def _datagram(segment: Segment) -> bytes:
    tcp = _tcp(segment)

    def header(checksum: int) -> bytes:
        return struct.pack(
            ">BBHHHBBH4s4s",
            0x40 | _IP_HEADER_LENGTH // 4,
            0,
            _IP_HEADER_LENGTH + len(tcp),
            segment.identification,
            _DONT_FRAGMENT,
            segment.sender.ttl,
            _PROTOCOL_TCP,
            checksum,
            segment.sender.address.packed,
            segment.receiver.address.packed,
        )

    return header(0xFFFF - _sum(header(0))) + tcp


def _tcp(segment: Segment) -> bytes:
    def header(checksum: int) -> bytes:
        fixed = struct.pack(
            ">HHIIBBHHH",
            segment.sender.port,
            segment.receiver.port,
            segment.seq,
            segment.ack,
            (_TCP_HEADER_LENGTH + len(segment.options)) // 4 << 4,
            segment.flags,
            segment.window,
            checksum,
            0,
        )
        return fixed + segment.options

    return header(_checksum(segment, header(0) + segment.payload)) + segment.payload


def _checksum(segment: Segment, tcp: bytes) -> int:
    """The checksum that goes out; `tcp` is the whole segment with 0 in the checksum's place."""
    if isinstance(segment.checksum, int):
        return segment.checksum
    addresses = segment.sender.address.packed + segment.receiver.address.packed
    pseudo_header = addresses + struct.pack(">HH", _PROTOCOL_TCP, len(tcp))
    if segment.checksum is Checksum.PARTIAL:
        return _sum(pseudo_header)
    return 0xFFFF - _sum(pseudo_header + tcp)


def _sum(data: bytes) -> int:
    """The ones' complement sum of `data` in 16-bit words, an odd end filled up with zero (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total
