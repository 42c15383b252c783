"""Packets to bytes: TCP or ICMP in IPv4 or IPv6 in Ethernet in a pcap file.

Invariant: lengths and checksums are right (RFC 791, RFC 8200 section 8.1, RFC 9293 section 3.1), unless the
segment asks for another TCP checksum.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from packets import Checksum, End, IcmpError, Packet, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

_TCP_HEADER_LENGTH = 20
_DONT_FRAGMENT = 0x4000
_TCP = 6
_LINKTYPE_ETHERNET = 1
_SNAP_LENGTH = 262_144

# By IP version.
_ETHERTYPE = {4: 0x0800, 6: 0x86DD}
_IP_HEADER_LENGTH = {4: 20, 6: 40}
_ICMP = {4: 1, 6: 58}
# How long an ICMP error may be, with its headers (RFC 1812 section 4.3.2.3, RFC 4443 section 2.4).
_ICMP_LIMIT = {4: 576, 6: 1280}
_ICMP_HEADER_LENGTH = 8


def pcap(packets: Iterable[Packet]) -> bytes:
    """A pcap file: little-endian, µs, Ethernet."""
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, _SNAP_LENGTH, _LINKTYPE_ETHERNET)
    return header + b"".join(_record(packet.time, frame(packet)) for packet in packets)


def _record(time: int, captured: bytes) -> bytes:
    seconds, microseconds = divmod(time, 1_000_000)
    return struct.pack("<IIII", seconds, microseconds, len(captured), len(captured)) + captured


def frame(packet: Packet) -> bytes:
    """The packet's Ethernet frame, without padding, as its sender hands it to the network card."""
    ether_type = _ETHERTYPE[packet.sender.address.version]
    return packet.receiver.mac + packet.sender.mac + struct.pack(">H", ether_type) + _datagram(packet)


def _datagram(packet: Packet) -> bytes:
    if isinstance(packet, Segment):
        protocol, ttl, payload = _TCP, packet.ttl, _tcp(packet)
    else:
        protocol, ttl, payload = _ICMP[packet.sender.address.version], packet.sender.ttl, _icmp(packet)
    addresses = packet.sender.address.packed + packet.receiver.address.packed
    if packet.sender.address.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, ttl) + addresses + payload

    def header(checksum: int) -> bytes:
        length = _IP_HEADER_LENGTH[4] + len(payload)
        fields = 0x45, 0, length, packet.identification, _DONT_FRAGMENT, ttl, protocol, checksum
        return struct.pack(">BBHHHBBH", *fields) + addresses

    return header(0xFFFF - _sum(header(0))) + payload


def _tcp(segment: Segment) -> bytes:
    def header(checksum: int) -> bytes:
        fixed = struct.pack(
            ">HHIIHHHH",
            segment.sender.port,
            segment.receiver.port,
            segment.seq,
            segment.ack,
            (_TCP_HEADER_LENGTH + len(segment.options)) // 4 << 12 | segment.flags,
            segment.window,
            checksum,
            segment.urgent,
        )
        return fixed + segment.options

    return header(_checksum(segment, header(0) + segment.payload)) + segment.payload


def _checksum(segment: Segment, tcp: bytes) -> int:
    """The checksum that goes out; `tcp` is the whole segment with 0 in the checksum's place."""
    if isinstance(segment.checksum, int):
        return segment.checksum
    pseudo_header = _pseudo_header(segment.sender, segment.receiver, _TCP, len(tcp))
    if segment.checksum is Checksum.PARTIAL:
        return _sum(pseudo_header)
    return 0xFFFF - _sum(pseudo_header + tcp)


def _icmp(error: IcmpError) -> bytes:
    """The error with as much of what it quotes as it asks for, or as there may be."""
    version = error.quoted.sender.address.version
    limit = _ICMP_LIMIT[version] - _IP_HEADER_LENGTH[version] - _ICMP_HEADER_LENGTH
    if error.length is not None:
        limit = _IP_HEADER_LENGTH[version] + error.length
    quote = _datagram(error.quoted)[:limit]

    def message(checksum: int) -> bytes:
        return struct.pack(">BBHI", *error.kind, checksum, error.mtu) + quote

    zero = message(0)
    covered = _pseudo_header(error.sender, error.receiver, _ICMP[6], len(zero)) if version == 6 else b""
    return message(0xFFFF - _sum(covered + zero))


def _pseudo_header(sender: End, receiver: End, protocol: int, length: int) -> bytes:
    """What a checksum covers of the IP header.

    In its sum it makes no difference that IPv6 has the numbers in 32 bits (RFC 8200 section 8.1).
    """
    return sender.address.packed + receiver.address.packed + struct.pack(">HH", protocol, length)


def _sum(data: bytes) -> int:
    """The ones' complement sum of `data` in 16-bit words, an odd end filled up with zero (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total
