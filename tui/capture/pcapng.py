"""The blocks of a pcapng file that are not packets: sections, interfaces, names, statistics, secrets.

A body is what stands between a block's two length fields. Any bytes give a result or a CaptureError; a
damaged option list gives the block with a note (`damage`). Source: draft-ietf-opsawg-pcapng, section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.capture.interface import Interface, decode_resolution
from tui.capture.options import (
    BYTE,
    FILTER,
    INT64,
    MAC,
    TEXT,
    TICKS,
    UINT32,
    UINT64,
    Form,
    Option,
    byte_order,
    decode_text,
    read_options,
)
from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable

SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
OBSOLETE_PACKET = 2
SIMPLE_PACKET = 3
NAMERESOLUTION = 4
INTERFACE_STATISTICS = 5
ENHANCED_PACKET = 6
JOURNAL_ENTRY = 9
DECRYPTION_SECRETS = 10
CUSTOM = 0x00000BAD
CUSTOM_NOT_TO_BE_COPIED = 0x40000BAD

BYTE_ORDER_MAGIC = 0x1A2B3C4D


class SectionHeader(Struct, frozen=True):
    """Where a section begins: what follows is in its byte order and counts interfaces from 0 again."""

    big_endian: bool
    length: int | None  # bytes of the section after this block; None if the writer did not know
    hardware: str = ""
    os: str = ""
    application: str = ""
    comments: tuple[str, ...] = ()
    damage: str = ""


class NameResolution(Struct, frozen=True):
    """Names of addresses: (4 bytes of IPv4, 16 of IPv6, 6 of EUI-48 or 8 of EUI-64; its names)."""

    names: tuple[tuple[bytes, tuple[str, ...]], ...]
    damage: str = ""


class InterfaceStatistics(Struct, frozen=True):
    """Counts that the capturing program gave for an interface of the section; None where it gave none."""

    interface: int  # within the section
    time: int  # ticks of the interface's clock
    start: int | None = None  # ticks: when the capture started, and ended
    end: int | None = None
    received: int | None = None
    dropped: int | None = None  # by the interface, for want of resources
    accepted: int | None = None  # by the filter
    os_dropped: int | None = None
    delivered: int | None = None  # to the user
    comments: tuple[str, ...] = ()
    damage: str = ""


class Secrets(Struct, frozen=True):
    """Keys that decrypt packets of the section, as they are; `kind` is a number of :data:`SECRETS_KINDS`."""

    kind: int
    data: bytes


Block = SectionHeader | Interface | NameResolution | InterfaceStatistics | Secrets

RESOLUTION = Form(1, lambda value, _order: decode_resolution(value[0]))

SECTION_OPTIONS = (
    Option(2, "shb_hardware", "hardware", TEXT),
    Option(3, "shb_os", "os", TEXT),
    Option(4, "shb_userappl", "application", TEXT),
)
INTERFACE_OPTIONS = (
    Option(2, "if_name", "name", TEXT),
    Option(3, "if_description", "description", TEXT),
    Option(6, "if_MACaddr", "mac", MAC),
    Option(8, "if_speed", "speed", UINT64),
    Option(9, "if_tsresol", "resolution", RESOLUTION),
    Option(11, "if_filter", "filter", FILTER),
    Option(12, "if_os", "os", TEXT),
    Option(13, "if_fcslen", "fcs_length", BYTE),
    Option(14, "if_tsoffset", "time_offset", INT64),
    Option(15, "if_hardware", "hardware", TEXT),
)
STATISTICS_OPTIONS = (
    Option(2, "isb_starttime", "start", TICKS),
    Option(3, "isb_endtime", "end", TICKS),
    Option(4, "isb_ifrecv", "received", UINT64),
    Option(5, "isb_ifdrop", "dropped", UINT64),
    Option(6, "isb_filteraccept", "accepted", UINT64),
    Option(7, "isb_osdrop", "os_dropped", UINT64),
    Option(8, "isb_usrdeliv", "delivered", UINT64),
)
PACKET_OPTIONS = (
    Option(2, "epb_flags", "flags", UINT32),
    Option(4, "epb_dropcount", "dropped", UINT64),
)

# The lowest two bits of a packet's flags word.
DIRECTIONS = {1: "inbound", 2: "outbound"}

SECRETS_KINDS = {
    0x544C534B: "TLS Key Log",
    0x5353484B: "SSH Key Log",
    0x57474B4C: "WireGuard Key Log",
    0x5A4E574B: "ZigBee NWK Key",
    0x5A415053: "ZigBee APS Key",
}

# Type of a record in a Name Resolution Block -> bytes of its address.
_ADDRESS_SIZES = {1: 4, 2: 16, 3: 6, 4: 8}
_END_OF_RECORDS = 0

_NO_LENGTH = 2**64 - 1
_VERSIONS = ((1, 0), (1, 2))  # the draft: 1.2 is to be read as 1.0


class _Body(Struct, frozen=True):
    """A block's body with the byte order and the place that it is read for."""

    data: bytes
    big_endian: bool
    recording: int

    def integer(self, start: int, size: int) -> int:
        return int.from_bytes(self.data[start : start + size], byte_order(self.big_endian))


def _parse_section(body: _Body) -> SectionHeader:
    magic = body.data[:4]
    big_endian = int.from_bytes(magic, "big") == BYTE_ORDER_MAGIC
    if not big_endian and int.from_bytes(magic, "little") != BYTE_ORDER_MAGIC:
        raise CaptureError(f"byte-order magic expected (4d 3c 2b 1a or 1a 2b 3c 4d), found {magic.hex(' ')}")
    section = _Body(body.data, big_endian, body.recording)
    version = (section.integer(4, 2), section.integer(6, 2))
    if version not in _VERSIONS:
        raise CaptureError(f"version {version[0]}.{version[1]} is not supported: version 1.0 expected")
    length = section.integer(8, 8)
    options = read_options(body.data[16:], big_endian, SECTION_OPTIONS)
    return SectionHeader(
        big_endian=big_endian,
        length=None if length == _NO_LENGTH else length,
        **options.values,
        comments=options.comments,
        damage=options.damage,
    )


def _parse_interface(body: _Body) -> Interface:
    options = read_options(body.data[8:], body.big_endian, INTERFACE_OPTIONS)
    return Interface(
        recording=body.recording,
        link_type=body.integer(0, 2),
        snap_length=body.integer(4, 4),
        **options.values,
        comments=options.comments,
        damage=options.damage,
    )


def _parse_names(body: _Body) -> NameResolution:
    names: list[tuple[bytes, tuple[str, ...]]] = []
    position = 0
    while position + 4 <= len(body.data):
        kind, size = body.integer(position, 2), body.integer(position + 2, 2)
        position += 4
        if kind == _END_OF_RECORDS:
            break
        if size > len(body.data) - position:
            damage = f"name record too long: {size} bytes, {len(body.data) - position} left"
            return NameResolution(tuple(names), damage)
        record = body.data[position : position + size]
        address_size = _ADDRESS_SIZES.get(kind)
        if address_size is not None and size > address_size:
            texts = tuple(decode_text(text) for text in record[address_size:].split(b"\0") if text)
            names.append((record[:address_size], texts))
        position += size + -size % 4
    return NameResolution(tuple(names))


def _parse_statistics(body: _Body) -> InterfaceStatistics:
    options = read_options(body.data[12:], body.big_endian, STATISTICS_OPTIONS)
    return InterfaceStatistics(
        interface=body.integer(0, 4),
        time=body.integer(4, 4) << 32 | body.integer(8, 4),
        **options.values,
        comments=options.comments,
        damage=options.damage,
    )


def _parse_secrets(body: _Body) -> Secrets:
    kind, size = body.integer(0, 4), body.integer(4, 4)
    if size > len(body.data) - 8:
        raise CaptureError(f"secrets of {size} bytes expected, {len(body.data) - 8} found")
    return Secrets(kind, body.data[8 : 8 + size])


class BlockKind(Struct, frozen=True):
    """One kind of block: its name, bytes of its fixed fields, what reads it (None: nothing of it is kept)."""

    name: str
    size: int = 0
    parse: Callable[[_Body], Block] | None = None


BLOCK_KINDS = {
    SECTION_HEADER: BlockKind("Section Header Block", 16, _parse_section),
    INTERFACE_DESCRIPTION: BlockKind("Interface Description Block", 8, _parse_interface),
    OBSOLETE_PACKET: BlockKind("Packet Block (obsolete)"),
    SIMPLE_PACKET: BlockKind("Simple Packet Block"),
    NAMERESOLUTION: BlockKind("Name Resolution Block", 0, _parse_names),
    INTERFACE_STATISTICS: BlockKind("Interface Statistics Block", 12, _parse_statistics),
    ENHANCED_PACKET: BlockKind("Enhanced Packet Block"),
    JOURNAL_ENTRY: BlockKind("systemd Journal Export Block"),
    DECRYPTION_SECRETS: BlockKind("Decryption Secrets Block", 8, _parse_secrets),
    CUSTOM: BlockKind("Custom Block"),
    CUSTOM_NOT_TO_BE_COPIED: BlockKind("Custom Block (not to be copied)"),
}


def block_name(kind: int) -> str:
    """What a block of this type is called: "Interface Description Block", "block of type 0x00001234"."""
    known = BLOCK_KINDS.get(kind)
    return known.name if known else f"block of type 0x{kind:08x}"


def parse_block(kind: int, body: bytes, big_endian: bool, recording: int = 0) -> Block | None:
    """Read the block of type `kind`; None if nothing of its kind is kept (custom, unknown, packets).

    A Section Header Block tells its byte order itself, `big_endian` counts for all others. An Interface comes
    with the number `recording`. CaptureError if the block's fixed fields are cut short or make no sense.
    """
    known = BLOCK_KINDS.get(kind)
    if known is None or known.parse is None:
        return None
    if len(body) < known.size:
        raise CaptureError(f"{known.name} cut short: {known.size} bytes expected, {len(body)} found")
    try:
        return known.parse(_Body(body, big_endian, recording))
    except CaptureError as error:
        raise CaptureError(f"{known.name}: {error.message}") from error


def packet_comments(options: bytes, big_endian: bool) -> tuple[str, ...]:
    """The comments in a packet block's options, printable."""
    return read_options(options, big_endian, PACKET_OPTIONS).comments


def packet_flags(options: bytes, big_endian: bool) -> int | None:
    """The flags word (epb_flags) in a packet block's options, see :data:`DIRECTIONS`; None if absent."""
    flags: int | None = read_options(options, big_endian, PACKET_OPTIONS).values.get("flags")
    return flags
