"""The header of a pcap file, which says how every record after it is laid out.

Source: draft-ietf-opsawg-pcap, section 4; versions and old record layouts as libpcap reads them (sf-pcap.c).
"""

from __future__ import annotations

import struct
from typing import ClassVar, Literal

from msgspec import Struct

from tui.capture.interface import MICROSECOND_TICKS, NANOSECOND_TICKS, Interface
from tui.errors import CaptureError


class Magic(Struct, frozen=True):
    """What a pcap file's first four bytes, read as one number, say of its records."""

    number: int
    nanoseconds: bool  # the fraction of a record's time is ns, not µs
    modified: bool  # a record's header is 24 bytes, not 16 (A. Kuznetzov's variant)


MAGICS = (
    Magic(0xA1B2C3D4, nanoseconds=False, modified=False),
    Magic(0xA1B23C4D, nanoseconds=True, modified=False),
    Magic(0xA1B2CD34, nanoseconds=False, modified=True),
)

BYTE_ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")

LEADS = {magic.number.to_bytes(4, order): (magic, order) for magic in MAGICS for order in BYTE_ORDERS}

_RESERVED = 0x03FF0000
_FCS_PRESENT = 0x04000000
_DG_UX = (543, 0)  # what DG/UX's tcpdump wrote
_VERSION = (2, 4)


class PcapHeader(Struct, frozen=True):
    """A pcap file's header.

    A record's header is seconds, fraction, captured length, length (each 32 bits), and 8 bytes more if
    `modified`. `lengths_unordered`: the file's version is from before the two lengths had a fixed order; the
    smaller one is the captured length.
    """

    size: ClassVar[int] = 24  # bytes

    big_endian: bool
    nanoseconds: bool
    modified: bool
    lengths_unordered: bool
    link_type: int  # see link_types
    snap_length: int
    fcs_length: int  # bytes; 0 if none or unknown

    def interface(self, recording: int) -> Interface:
        """The one interface that all packets of the file came from."""
        return Interface(
            recording=recording,
            link_type=self.link_type,
            snap_length=self.snap_length,
            resolution=NANOSECOND_TICKS if self.nanoseconds else MICROSECOND_TICKS,
            fcs_length=self.fcs_length,
            numbered=False,
        )


def parse_header(data: bytes) -> PcapHeader:
    """Read the file header that `data` begins with; CaptureError if it is cut short or makes no sense."""
    if len(data) < PcapHeader.size:
        raise CaptureError(f"pcap header cut short: {PcapHeader.size} bytes expected, {len(data)} found")
    if data[:4] not in LEADS:
        raise CaptureError(f"pcap header expected, found {data[:4].hex(' ')}")
    magic, order = LEADS[data[:4]]
    fields = struct.Struct(">HH8xII" if order == "big" else "<HH8xII")
    major, minor, snap_length, network = fields.unpack_from(data, 4)
    if major != 2 and (major, minor) != _DG_UX:
        raise CaptureError(f"pcap version {major}.{minor} is not supported: version 2 expected")
    if network & _RESERVED:
        raise CaptureError(f"pcap header damaged: reserved bits of the link type are set (0x{network:08x})")
    return PcapHeader(
        big_endian=order == "big",
        nanoseconds=magic.nanoseconds,
        modified=magic.modified,
        lengths_unordered=minor < 4,
        link_type=network & 0xFFFF,
        snap_length=snap_length,
        fcs_length=(network >> 28) * 2 if network & _FCS_PRESENT else 0,
    )


def written_header(header: PcapHeader) -> bytes:
    """The header of a file, as bytes; one of modified records, or of lengths in no order, is not written."""
    magic = next(each for each in MAGICS if each.nanoseconds == header.nanoseconds and not each.modified)
    network = header.link_type
    if header.fcs_length:
        network |= _FCS_PRESENT | header.fcs_length // 2 << 28
    order = ">" if header.big_endian else "<"
    return struct.pack(f"{order}IHHIIII", magic.number, *_VERSION, 0, 0, header.snap_length, network)
