"""Which capture format a file is in, by its first bytes; for what is none, what it is instead.

Messages of this module, of `pcap` and of `pcapng` do not know whose bytes they speak of: whoever reads a file
puts "name: " before them.
"""

from __future__ import annotations

import string
from enum import Enum

from msgspec import Struct

from tui.capture import pcap
from tui.errors import CaptureError

HEAD_SIZE = 64  # bytes that are enough to tell


class Format(Enum):
    """A capture format that can be read."""

    PCAP = "pcap"
    PCAPNG = "pcapng"


PCAPNG_LEAD = bytes.fromhex("0a0d0d0a")  # a palindrome: the same in both byte orders

_CONVERT = "convert it: editcap FILE NEW.pcapng"
_DECOMPRESS = "decompress it first; gzip, zstd and lz4 are read as they are"


class Stranger(Struct, frozen=True):
    """A kind of file that people take for a capture: how it begins, what it is, what to do."""

    lead: bytes
    name: str
    hint: str = ""


STRANGERS = (
    Stranger(b"snoop\0\0\0", "a snoop capture", _CONVERT),
    Stranger(b"btsnoop\0", "a Bluetooth snoop capture"),
    Stranger(b"TRSNIFF data", "a Sniffer capture", _CONVERT),
    Stranger(b"XCP\0", "a NetXray or Sniffer capture", _CONVERT),
    Stranger(b"RTSS", "a Network Monitor 1 capture", _CONVERT),
    Stranger(b"GMBU", "a Network Monitor 2 capture", _CONVERT),
    Stranger(b"iptrace ", "an AIX iptrace capture", _CONVERT),
    Stranger(b"\x54\x52\x00\x64", "a nettl capture", _CONVERT),
    Stranger(b"BZh", "bzip2 data", _DECOMPRESS),
    Stranger(b"\xfd7zXZ\0", "xz data", _DECOMPRESS),
    Stranger(b"\x1f\x8b", "gzip data inside compressed data", _DECOMPRESS),
    Stranger(b"\x28\xb5\x2f\xfd", "zstd data inside compressed data", _DECOMPRESS),
    Stranger(b"\x04\x22\x4d\x18", "lz4 data inside compressed data", _DECOMPRESS),
    Stranger(b"\x02\x21\x4c\x18", "lz4 data of the legacy format", _DECOMPRESS),
    Stranger(b"\x1f\x9d", "data of Unix compress", _DECOMPRESS),
    Stranger(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    Stranger(b"PK\x03\x04", "a zip archive", "unpack it first"),
    Stranger(b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    Stranger(b"\x7fELF", "an ELF program"),
    Stranger(b"MZ", "a Windows program"),
    Stranger(b"%PDF", "a PDF document"),
    Stranger(b"\x89PNG", "a PNG picture"),
    Stranger(b"\xff\xd8\xff", "a JPEG picture"),
    Stranger(b"SQLite format 3\0", "a SQLite database"),
    Stranger(b"#!", "a script"),
    Stranger(b"<?xml", "XML text"),
    Stranger(b"<!DOCTYPE", "HTML text", "a download page instead of the capture?"),
    Stranger(b"<!doctype", "HTML text", "a download page instead of the capture?"),
    Stranger(b"<html", "HTML text", "a download page instead of the capture?"),
)
_TEXT = Stranger(b"", "text", "what tcpdump prints cannot be read back; capture with tcpdump -w FILE")
_UNKNOWN = Stranger(b"", "unknown data")
_TEXT_BYTES = frozenset(string.printable.encode())


def detect(head: bytes) -> Format:
    """The format of the capture whose first bytes (:data:`HEAD_SIZE` are enough) are `head`.

    CaptureError if it is none that can be read: what was found instead, and its first bytes.
    """
    if head[:4] in pcap.LEADS:
        return Format.PCAP
    if head[:4] == PCAPNG_LEAD:
        return Format.PCAPNG
    if not head:
        raise CaptureError("the file is empty: 0 bytes, expected a pcap or pcapng header")
    shown = head[:8].hex(" ")
    if len(head) < len(PCAPNG_LEAD):
        raise CaptureError(f"too short for a capture: expected a pcap or pcapng header, found only {shown}")
    stranger = _stranger(head)
    raise CaptureError(
        f"not a capture: expected pcap or pcapng, found {stranger.name} ({shown})", stranger.hint
    )


def _stranger(head: bytes) -> Stranger:
    for stranger in STRANGERS:
        if head.startswith(stranger.lead):
            return stranger
    return _TEXT if _TEXT_BYTES.issuperset(head) else _UNKNOWN
