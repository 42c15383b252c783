"""The Internet checksum (RFC 1071) of TCP, UDP, ICMP and IPv4, and what a wrong one means.

Invariant: a checksum is judged only if every byte that it covers is in the frame.
"""

from __future__ import annotations

import sys
from array import array
from enum import Enum


class Verdict(Enum):
    """What a checksum turned out to be."""

    UNVERIFIED = "unverified"
    CORRECT = "correct"
    WRONG = "incorrect"
    OFFLOADED = "incorrect, likely checksum offload"  # the pseudo-header's sum: the card was to do the rest


def partial_sum(data: bytes) -> int:
    """The one's complement sum of `data` in words of 16 bits, folded, not inverted."""
    words = array("H", data + b"\0" * (len(data) % 2))
    if sys.byteorder == "little":
        words.byteswap()
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo_header(source: bytes, destination: bytes, length: int, protocol: int) -> bytes:
    """What the checksum of an upper layer covers of IP: RFC 9293 3.1 for four-byte addresses, RFC 8200 8.1
    for sixteen.
    """
    if len(source) == 4:
        return source + destination + bytes((0, protocol)) + length.to_bytes(2)
    return source + destination + length.to_bytes(4) + bytes((0, 0, 0, protocol))


def judge(segment: bytes, at: int, pseudo: bytes) -> tuple[Verdict, int]:
    """The checksum at byte `at` of `segment`: the verdict, and what it should be."""
    found = int.from_bytes(segment[at : at + 2])
    should = ~partial_sum(pseudo + segment[:at] + b"\0\0" + segment[at + 2 :]) & 0xFFFF
    if found == should or (found, should) == (0xFFFF, 0):
        return Verdict.CORRECT, should
    if pseudo and found == partial_sum(pseudo):
        return Verdict.OFFLOADED, should
    return Verdict.WRONG, should
