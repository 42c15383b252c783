"""The blocks of a pcapng file, as bytes: sections, interfaces, packets, statistics.

Every function gives one whole block in little-endian order: a file that consists of whole blocks can be read
at any moment. Source: draft-ietf-opsawg-pcapng, section 4.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from tui.capture.interface import NANOSECOND_TICKS, decode_resolution
from tui.capture.options import BYTE, COMMENT, FILTER, INT64, MAC, TEXT, TICKS, UINT64, Form, Option
from tui.capture.pcapng import (
    BYTE_ORDER_MAGIC,
    ENHANCED_PACKET,
    INTERFACE_DESCRIPTION,
    INTERFACE_OPTIONS,
    INTERFACE_STATISTICS,
    RESOLUTION,
    SECTION_HEADER,
    SECTION_OPTIONS,
    STATISTICS_OPTIONS,
    InterfaceStatistics,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.capture.interface import Interface

_VERSION = (1, 0)
_NO_LENGTH = 2**64 - 1
_AROUND_BODY = 12  # bytes of a block beside its body: type, length, length again
LONGEST_VALUE = 65532  # bytes of an option: 16 bits count them, and they are padded to a multiple of 4
_END = bytes(4)  # opt_endofopt

_HEADER = struct.Struct("<7I")  # type, length, interface, time (two halves), captured length, length
# What follows a packet's bytes: padding and the block's length, with epb_flags and opt_endofopt between.
_PLAIN_ENDS = tuple(struct.Struct(f"<{pad}xI") for pad in range(4))
_FLAGGED_ENDS = tuple(struct.Struct(f"<{pad}xHHIII") for pad in range(4))
_FLAGS = (2, 4)  # code and size of epb_flags

_WRITERS: Mapping[Form, Callable[[Any], bytes]] = {
    TEXT: str.encode,
    FILTER: lambda text: b"\0" + text.encode(),  # 0: libpcap's filter language
    BYTE: lambda value: bytes([value]),
    UINT64: lambda value: struct.pack("<Q", value),
    INT64: lambda value: struct.pack("<q", value),
    TICKS: lambda value: struct.pack("<II", *halves(value)),
    MAC: bytes,
    RESOLUTION: lambda ticks: bytes([next(byte for byte in range(256) if decode_resolution(byte) == ticks)]),
}


def section_header(application: str, hardware: str = "", system: str = "") -> bytes:
    """A Section Header Block of unknown length; `system` is the operating system."""
    texts = {"application": application, "hardware": hardware, "os": system}
    return section(_options(SECTION_OPTIONS, texts))


def section(options: bytes) -> bytes:
    """A Section Header Block of unknown length with this list of options."""
    body = struct.pack("<IHHQ", BYTE_ORDER_MAGIC, *_VERSION, _NO_LENGTH)
    return block(SECTION_HEADER, body + options)


def interface_description(interface: Interface, resolution: tuple[int, int] = NANOSECOND_TICKS) -> bytes:
    """An Interface Description Block; `resolution` is that of its packets' times, see Interface."""
    body = struct.pack("<HHI", interface.link_type, 0, interface.snap_length)
    values = {option.field: getattr(interface, option.field) or None for option in INTERFACE_OPTIONS}
    values["resolution"] = resolution
    return block(INTERFACE_DESCRIPTION, body + _options(INTERFACE_OPTIONS, values, interface.comments))


def enhanced_packet(interface: int, time: int, length: int, data: bytes, flags: int = 0) -> bytes:
    """An Enhanced Packet Block: `time` in ns, `length` on the wire, `flags` as epb_flags (0: left out)."""
    size = len(data)
    pad = -size & 3
    if flags:
        total = 44 + size + pad
        end = _FLAGGED_ENDS[pad].pack(*_FLAGS, flags, 0, total)
    else:
        total = 32 + size + pad
        end = _PLAIN_ENDS[pad].pack(total)
    upper = time >> 32  # as halves has it, which would cost a call for each packet
    lower = time - (upper << 32)
    return _HEADER.pack(ENHANCED_PACKET, total, interface, upper, lower, size, length) + data + end


def interface_statistics(statistics: InterfaceStatistics) -> bytes:
    """An Interface Statistics Block; its times are ns, what is None is left out."""
    body = struct.pack("<III", statistics.interface, *halves(statistics.time))
    values = {option.field: getattr(statistics, option.field) for option in STATISTICS_OPTIONS}
    return block(INTERFACE_STATISTICS, body + _options(STATISTICS_OPTIONS, values, statistics.comments))


def whole_blocks(data: bytes) -> int:
    """How many bytes of `data`, which begins with a block, are whole blocks."""
    position = 0
    while position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if length < _AROUND_BODY or position + length > len(data):
            break
        position += length
    return position


def halves(time: int) -> tuple[int, int]:
    """64 bits as a block has them: the upper ones first, whatever its byte order."""
    upper = time >> 32
    return upper, time - (upper << 32)


def block(kind: int, body: bytes) -> bytes:
    """`body`, whose length is a multiple of 4, as a block."""
    length = struct.pack("<I", _AROUND_BODY + len(body))
    return struct.pack("<I", kind) + length + body + length


def _options(table: tuple[Option, ...], values: Mapping[str, Any], comments: tuple[str, ...] = ()) -> bytes:
    """The options of `table` that have a value (neither None nor ""), as a list with its end; b"" if none."""
    pairs = [(COMMENT, text.encode()) for text in comments]
    pairs += [
        (option.code, _WRITERS[option.form](value))
        for option in table
        if (value := values[option.field]) not in (None, "")
    ]
    return option_list(pairs)


def option_list(pairs: Sequence[tuple[int, bytes]]) -> bytes:
    """Options, each a code and a value (cut to what one can have), with their end; b"" if there are none."""
    written = [
        struct.pack("<HH", code, len(value)) + value + bytes(-len(value) & 3)
        for code, value in ((code, value[:LONGEST_VALUE]) for code, value in pairs)
    ]
    return b"".join([*written, _END]) if written else b""
