"""Compressed captures: recognised by their first bytes, decompressed as they come.

Memory stays bounded whatever the data claims: a decompressor is fed so little at once that its output is at
most a few tens of MiB. What was decompressed before a damage is given out before the CaptureError.
"""

from __future__ import annotations

import importlib
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC_SIZE = 4  # bytes that are enough for `recognise`


class Decompressor(Protocol):
    """What zlib, zstandard and lz4 have in common: decompresses one member (gzip) or frame (zstd, lz4)."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes | None: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class Codec(Struct, frozen=True):
    """One kind of compression; `make` and `errors` take the module once it is imported."""

    name: str
    lead: bytes
    module: str
    make: Callable[[Any], Decompressor]
    errors: Callable[[Any], type[Exception]]
    feed: int  # bytes decompressed at once


CODECS = (
    # At most 1032 times as much comes out: 16 MiB.
    Codec("gzip", b"\x1f\x8b\x08", "zlib", lambda m: m.decompressobj(wbits=31), lambda m: m.error, 16 * 1024),
    # A block of 4 bytes can stand for 128 KiB: 32 MiB.
    Codec(
        "zstd",
        b"\x28\xb5\x2f\xfd",
        "zstandard",
        lambda m: m.ZstdDecompressor().decompressobj(),
        lambda m: m.ZstdError,
        1024,
    ),
    # At most 255 times as much comes out: 4 MiB, and one block of 4 MiB.
    Codec(
        "lz4",
        b"\x04\x22\x4d\x18",
        "lz4.frame",
        lambda m: m.LZ4FrameDecompressor(),
        lambda _m: RuntimeError,
        16 * 1024,
    ),
)


def recognise(head: bytes) -> Codec | None:
    """The codec whose data begins with `head`; None if it is not compressed."""
    return next((codec for codec in CODECS if head.startswith(codec.lead)), None)


def load(codec: Codec) -> Any:
    """The codec's module; CaptureError if it is not installed."""
    try:
        return importlib.import_module(codec.module)
    except ImportError as error:
        message = f"reading {codec.name} data needs the Python module {codec.module.partition('.')[0]}"
        raise CaptureError(message, "pip install 'tcpscope[compressed]'") from error


def decompressed(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """`pieces`, decompressed if they are compressed, else as they are.

    CaptureError if the data is damaged or cut short, or its module is not installed.
    """
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= MAGIC_SIZE:
            break
    codec = recognise(head)
    whole = chain((head,), pieces)
    yield from _decompress(name, codec, whole) if codec else whole


def _decompress(name: str, codec: Codec, pieces: Iterator[bytes]) -> Iterator[bytes]:
    module = load(codec)
    errors = codec.errors(module)
    decompressor: Decompressor | None = None
    position = 0
    for data in _slices(pieces, codec.feed):
        rest = data
        # Zeros between members and after the last one are padding.
        while decompressor is not None or (rest := rest.lstrip(b"\0")):
            decompressor = decompressor or codec.make(module)
            try:
                output = decompressor.decompress(rest)
            except errors as error:
                message = f"{name}: the {codec.name} data is damaged near byte {position:,}: {error}"
                raise CaptureError(message) from error
            if output:
                yield output
            if not decompressor.eof:
                break
            rest = decompressor.unused_data or b""
            decompressor = None
        position += len(data)
    if decompressor is not None:
        raise CaptureError(f"{name}: the {codec.name} data is cut short after byte {position:,}")


def _slices(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]
