"""Packets whose block cannot be copied as it is: other kinds of blocks, and comments that were changed.

Invariant: what is made is a little-endian enhanced packet block; of the options that the packet had, all stay
but the comments that others replace. Source: draft-ietf-opsawg-pcapng, sections 4.3, 4.4 and A.
"""

from __future__ import annotations

import struct
from enum import IntEnum

from tui.capture.options import COMMENT, walk
from tui.capture.pcapng import ENHANCED_PACKET, OBSOLETE_PACKET, SIMPLE_PACKET, block_name
from tui.capture.pcapng_writer import block, halves, option_list
from tui.capture.save.little_endian import swapped
from tui.errors import CaptureError

_BODY = 8  # where it begins
_DATA = 28  # where a packet begins in its block, if that is no simple one
_DROP_COUNT = 4  # epb_dropcount
_NOBODY_COUNTED = 0xFFFF  # what an obsolete packet block has then for its drops


class Origin(IntEnum):
    """What a packet is copied from; the copying kernel takes the latter two."""

    OTHER = 0  # it is made here
    BLOCK = 1  # a block of a pcapng file
    RECORD = 2  # a record of a pcap file


def is_big_endian(header: bytes) -> bool:
    """Whether a packet block that begins so is of a big-endian section: its type, 2, 3 or 6, tells it."""
    return header[0] == 0


def packet_block(found: bytes, interface: int, caplen: int, comments: tuple[str, ...] | None) -> bytes:
    """The whole packet block `found` of a pcapng file as it is saved.

    `interface` is its number there, `caplen` how many bytes of the packet there are; `comments` replace those
    that it has, if they are not None. CaptureError if it is no packet block.
    """
    data = swapped(found) if is_big_endian(found) else found
    kind = int.from_bytes(data[:4], "little")
    pairs: list[tuple[int, bytes]] = []
    if kind == SIMPLE_PACKET:
        length, start, upper, lower = struct.unpack_from("<I", data, _BODY)[0], _BODY + 4, 0, 0
    elif kind in (ENHANCED_PACKET, OBSOLETE_PACKET):
        upper, lower, length, start = *struct.unpack_from("<II4xI", data, _BODY + 4), _DATA
        pairs = [(code, value) for code, value, _ in walk(data[_end(start, caplen) : -4], "little") if code]
        drops = int.from_bytes(data[_BODY + 2 : _BODY + 4], "little")
        if kind == OBSOLETE_PACKET and drops != _NOBODY_COUNTED:
            pairs.append((_DROP_COUNT, struct.pack("<Q", drops)))
    else:
        raise CaptureError(f"a packet expected, found a {block_name(kind)}: the file was changed")
    if comments is not None:
        pairs = [(COMMENT, text.encode()) for text in comments] + [
            pair for pair in pairs if pair[0] != COMMENT
        ]
    header = struct.pack("<5I", interface, upper, lower, caplen, length)
    packet = data[start : start + caplen] + bytes(-caplen % 4)
    return block(ENHANCED_PACKET, header + packet + option_list(pairs))


def record_block(packet: bytes, interface: int, ticks: int, length: int, comments: tuple[str, ...]) -> bytes:
    """A packet of a pcap file, with comments."""
    header = struct.pack("<5I", interface, *halves(ticks), len(packet), length)
    options = option_list([(COMMENT, text.encode()) for text in comments])
    return block(ENHANCED_PACKET, header + packet + bytes(-len(packet) % 4) + options)


def _end(start: int, caplen: int) -> int:
    """Where a packet's padding ends."""
    return start + caplen + -caplen % 4
