"""What a file's name says of what is in it: trace.pcap.gz is pcap, compressed with gzip.

Invariant: what `named` gives is read by `format_of` and `compression_of` as it was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.capture.formats import Format
from tui.capture.save.compression import COMPRESSIONS, compression_of

if TYPE_CHECKING:
    from tui.capture.save.compression import Compression

_ENDINGS = {
    ".pcapng": Format.PCAPNG,
    ".ntar": Format.PCAPNG,
    ".pcap": Format.PCAP,
    ".cap": Format.PCAP,
    ".dmp": Format.PCAP,
}
_COMPRESSED = [each.ending for each in COMPRESSIONS]


def format_of(name: str) -> Format:
    """The format that a file of this name has: pcapng, unless its ending says pcap."""
    bare = _without(name, _COMPRESSED)
    return next((form for ending, form in _ENDINGS.items() if bare.lower().endswith(ending)), Format.PCAPNG)


def named(name: str, form: Format, compression: Compression | None) -> str:
    """The name with other endings, where it has not the right ones already."""
    bare = _without(name, _COMPRESSED)
    ending = name[len(bare) :]
    if compression is not compression_of(name):
        ending = compression.ending if compression else ""
    if form is not format_of(bare):
        bare = _without(bare, list(_ENDINGS)) + f".{form.value}"
    return bare + ending


def stem_of(name: str) -> str:
    """The name without the endings that say what is in the file."""
    return _without(_without(name, _COMPRESSED), list(_ENDINGS))


def _without(name: str, endings: list[str]) -> str:
    """The name without the one of these endings that it has."""
    return next((name[: -len(each)] for each in endings if name.lower().endswith(each)), name)
