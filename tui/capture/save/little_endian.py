"""Blocks of a big-endian section of a pcapng file, as a little-endian one has them.

Invariant: a block keeps its length and every value its meaning; what is opaque (texts, packets, secrets,
data of custom blocks) stays as it is. Source: draft-ietf-opsawg-pcapng, section 4.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct, field

from tui.capture import pcapng

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TYPE_AND_LENGTH = 8
_CUSTOM_OPTIONS = frozenset({2988, 2989, 19372, 19373})  # 4 bytes say whose they are, the rest only they know
_END_OF_RECORDS = 0


class _Layout(Struct, frozen=True):
    """A body: numbers of these sizes; data, whose bytes one of them counts (None: there is none); options.

    `numbers` are those options whose values are numbers, with the size of each; `opaque`: no options, and the
    rest as it is.
    """

    sizes: tuple[int, ...]
    data: int | None = None
    numbers: Mapping[int, int] = field(default_factory=dict)
    opaque: bool = False


_OF_A_PACKET = {2: 4, 4: 8, 5: 8, 6: 4}
_LAYOUTS: Mapping[int, _Layout] = {
    pcapng.SECTION_HEADER: _Layout((4, 2, 2, 8)),
    pcapng.INTERFACE_DESCRIPTION: _Layout((2, 2, 4), numbers={8: 8, 10: 4, 14: 8, 16: 8, 17: 8}),
    pcapng.OBSOLETE_PACKET: _Layout((2, 2, 4, 4, 4, 4), data=4, numbers={2: 4}),
    pcapng.SIMPLE_PACKET: _Layout((4,), opaque=True),
    pcapng.INTERFACE_STATISTICS: _Layout((4, 4, 4), numbers={2: 4, 3: 4, 4: 8, 5: 8, 6: 8, 7: 8, 8: 8}),
    pcapng.ENHANCED_PACKET: _Layout((4, 4, 4, 4, 4), data=3, numbers=_OF_A_PACKET),
    pcapng.DECRYPTION_SECRETS: _Layout((4, 4), data=1),
    pcapng.CUSTOM: _Layout((4,), opaque=True),
}
_OPAQUE = _Layout((), opaque=True)


def swapped(block: bytes) -> bytes:
    """The whole big-endian block `block` in little-endian order; what is damaged in it stays damaged."""
    kind = int.from_bytes(block[:4], "big")
    body = block[_TYPE_AND_LENGTH:-4]
    if kind == pcapng.NAMERESOLUTION:
        parts = b"".join(_swapped_names(body))
    else:
        parts = b"".join(_swapped_body(body, _LAYOUTS.get(kind, _OPAQUE)))
    length = struct.pack("<I", len(block))
    return struct.pack("<I", kind) + length + parts + length


def _swapped_body(body: bytes, layout: _Layout) -> Iterator[bytes]:
    position, numbers = 0, []
    for size in layout.sizes:
        value = body[position : position + size]
        numbers.append(int.from_bytes(value, "big"))
        yield value[::-1]
        position += size
    if layout.data is not None:
        end = position + numbers[layout.data] + -numbers[layout.data] % 4
        yield body[position:end]
        position = end
    if layout.opaque:
        yield body[position:]
    else:
        yield from _swapped_options(body, position, layout.numbers)


def _swapped_options(body: bytes, position: int, numbers: Mapping[int, int]) -> Iterator[bytes]:
    while position + 4 <= len(body):
        code, size = struct.unpack_from(">HH", body, position)
        yield struct.pack("<HH", code, size)
        end = position + 4 + size + -size % 4
        value = body[position + 4 : end]
        if code in _CUSTOM_OPTIONS:
            yield value[:4][::-1] + value[4:]
        elif code in numbers:
            yield _swapped_numbers(value, numbers[code])
        else:
            yield value
        position = end
    yield body[position:]


def _swapped_numbers(value: bytes, size: int) -> bytes:
    return b"".join(value[start : start + size][::-1] for start in range(0, len(value), size))


def _swapped_names(body: bytes) -> Iterator[bytes]:
    """Records, of which the one with type 0 is the last, and options."""
    position = 0
    while position + 4 <= len(body):
        kind, size = struct.unpack_from(">HH", body, position)
        end = position + 4 + size + -size % 4
        yield struct.pack("<HH", kind, size) + body[position + 4 : end]
        position = end
        if kind == _END_OF_RECORDS:
            break
    yield from _swapped_options(body, position, {})
