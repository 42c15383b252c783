"""Bodies of HTTP messages as they were before they were coded for the way (RFC 9110 §8.4, RFC 9112 §7.1).

Invariant: what comes out is bounded, however little goes in; whatever the bytes are, nothing is raised.
"""

from __future__ import annotations

import importlib
import io
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST = 4 * 1024 * 1024
"""Bytes that are decoded of a body."""
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_HEX = frozenset(b"0123456789abcdefABCDEF")
_LONGEST_SIZE = 16  # digits of a chunk's size
_CHUNK_LINE = 4096


class Decoded(NamedTuple):
    """What a body was; `problem` says why that is not all of it, "" if it is."""

    data: bytes
    problem: str = ""


class Chunked(NamedTuple):
    """A chunked body: its bytes, where it ends in what it was read from, whether its end was there."""

    data: bytes
    end: int
    whole: bool


def unchunk(data: bytes, start: int) -> Chunked:
    """The body that begins at byte `start` as chunks (RFC 9112 §7.1), as far as it is well-formed."""
    parts: list[bytes] = []
    at = start
    while (feed := data.find(b"\n", at, at + _CHUNK_LINE)) >= 0:
        digits = data[at:feed].split(b";")[0].strip()
        if not digits or len(digits) > _LONGEST_SIZE or not _HEX.issuperset(digits):
            break
        size, at = int(digits, 16), feed + 1
        if size == 0:
            return _trailer(b"".join(parts), data, at)
        parts.append(data[at : at + size])
        if at + size > len(data):
            return Chunked(b"".join(parts), len(data), False)
        at += size
        at += 2 if data.startswith(b"\r\n", at) else 1 if data.startswith(b"\n", at) else 0
    return Chunked(b"".join(parts), len(data), False)


def _trailer(body: bytes, data: bytes, at: int) -> Chunked:
    """The lines behind the last chunk, up to the empty one."""
    while (feed := data.find(b"\n", at)) >= 0:
        line, at = data[at:feed].rstrip(b"\r"), feed + 1
        if not line:
            return Chunked(body, at, True)
    return Chunked(body, len(data), False)


def decode(data: bytes, codings: str) -> Decoded:
    """A body without its content codings, such as "gzip" or "deflate, br"; at most MOST bytes of it."""
    names = [name.strip().lower() for name in codings.split(",")]
    for name in reversed([name for name in names if name and name != "identity"]):
        decoder = _DECODERS.get(name)
        if decoder is None:
            return Decoded(data, f"the content coding {name} is unknown")
        decoded = decoder(data)
        if decoded.problem:
            return decoded
        data = decoded.data
    return Decoded(data)


def _inflate(data: bytes, *forms: int) -> Decoded:
    for form in forms:
        inflater = zlib.decompressobj(form)
        try:
            found = inflater.decompress(data, MOST)
        except zlib.error:
            continue
        if len(found) == MOST:
            return Decoded(found, f"only the first {MOST:,} bytes are decoded")
        return Decoded(found, "" if inflater.eof else "the compressed bytes end too soon")
    return Decoded(data, "the bytes are not compressed as the header says")


def _by_module(name: str, extra: str, run: Callable[[object, bytes], bytes]) -> Callable[[bytes], Decoded]:
    def decoder(data: bytes) -> Decoded:
        try:
            module = importlib.import_module(name)
        except ImportError:
            return Decoded(data, f"to decode it, install {extra}")
        try:
            found = run(module, data)
        except TypeError:
            return Decoded(data, f"to decode it, install {extra}")
        except Exception as error:  # noqa: BLE001 each library has exceptions of its own
            return Decoded(data, f"the bytes are not compressed as the header says ({type(error).__name__})")
        return Decoded(found, f"only the first {MOST:,} bytes are decoded" if len(found) >= MOST else "")

    return decoder


def _brotli(module: object, data: bytes) -> bytes:
    decompressor = module.Decompressor()  # type: ignore[attr-defined]  # imported by its name
    found: bytes = decompressor.process(data, output_buffer_limit=MOST)  # older ones have no limit
    return found[:MOST]


def _zstd(module: object, data: bytes) -> bytes:
    reader = module.ZstdDecompressor().stream_reader(io.BytesIO(data))  # type: ignore[attr-defined]
    found: bytes = reader.read(MOST)
    return found


_DECODERS: Mapping[str, Callable[[bytes], Decoded]] = {
    "gzip": lambda data: _inflate(data, _GZIP),
    "x-gzip": lambda data: _inflate(data, _GZIP),
    "deflate": lambda data: _inflate(data, _ZLIB, _RAW),  # many send it without zlib's header
    "br": _by_module("brotli", "brotli 1.2 or newer, a Python package", _brotli),
    "zstd": _by_module("zstandard", "tcpscope[compressed]", _zstd),
}
