"""Bytes that were decoded or decrypted, as lines: text as text, the beginning of anything else in hex.

Invariant: a line says where in the stream it comes from, as well as that is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.report.stream.lines import StreamLine, hex_line
from tui.report.stream.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.report.stream.data import Place

    Where = Callable[[int], Place]
    """Where a byte of a text stands in the stream."""

_SHOWN = 256 * 1024  # bytes of a body
_SAMPLE = 4096  # bytes that tell whether it is text
_BINARY = 0.3  # what has a greater part of control characters is no text
_CONTROLS = bytes(range(9)) + bytes(range(14, 32)) + b"\x0b\x0c\x7f"
_HEX_BYTES = 16
_HEX_LINES = 8


def anywhere(place: Place) -> Where:
    """All bytes at one place: nobody knows of which piece each was made."""
    return lambda _: place


def content_lines(end: int, data: bytes, where: Where, width: int) -> Iterator[StreamLine]:
    """Text as text, the beginning of anything else in hex."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    is_text = b"\0" not in sample and controls <= _BINARY * len(sample)
    shown = data[: _SHOWN if is_text else _HEX_BYTES * _HEX_LINES]
    if is_text:
        yield from text_lines(end, shown, where, width)
    else:
        for at in range(0, len(shown), _HEX_BYTES):
            yield StreamLine(end, hex_line(at, shown[at : at + _HEX_BYTES], _HEX_BYTES), where(at))
    if len(data) > len(shown):
        text = f"[{len(data) - len(shown):,} more bytes]"
        yield StreamLine(end, text, where(len(shown)), remark=True)


def text_lines(end: int, data: bytes, where: Where, width: int) -> Iterator[StreamLine]:
    """The lines of a text."""
    for start, text in wrapped(data, width):
        yield StreamLine(end, text, where(start))
