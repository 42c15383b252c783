"""A RST as somebody else on the path would forge it: like a segment that passed, with a number of choice."""

from __future__ import annotations

import struct

_FIN, _SYN, _RST = 1, 2, 4
_IP, _TCP, _PROTOCOL_TCP = 20, 20, 6


def forge_reset(segment: bytes, ahead: int) -> bytes:
    """A RST, `ahead` of the number that follows an IPv4 segment without IP options."""
    ports, seq, bits = struct.unpack_from(">II4xH", segment, _IP)
    payload = len(segment) - _IP - (bits >> 12) * 4
    behind = seq + payload + bool(bits & _SYN) + bool(bits & _FIN)
    header = struct.pack(">IIIHHHH", ports, (behind + ahead) % 2**32, 0, _TCP // 4 << 12 | _RST, 0, 0, 0)
    addresses = segment[12:20]
    pseudo = addresses + struct.pack(">HH", _PROTOCOL_TCP, _TCP)
    tcp = header[:16] + struct.pack(">H", _checksum(pseudo + header)) + header[18:]
    start = struct.pack(">BBHHHBBH", 0x45, 0, _IP + _TCP, 0, 0, 64, _PROTOCOL_TCP, 0)
    return start[:10] + struct.pack(">H", _checksum(start + addresses)) + addresses + tcp


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
