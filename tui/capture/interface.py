"""Interfaces: what a capture says about where its packets were seen, in one form for every file format.

A packet carries the number of its interface; link type, clock and FCS length are looked up there, never
guessed from the packet.
"""

from __future__ import annotations

from math import gcd

from msgspec import Struct

NANOSECONDS = 10**9  # in a second

# (multiplier, divisor): ns = ticks * multiplier // divisor
MICROSECOND_TICKS = (1000, 1)
NANOSECOND_TICKS = (1, 1)

_MOST_TICKS = 2**64 - 1  # in a second


class Interface(Struct, frozen=True):
    """One interface of a capture; a pcap file has exactly one, a section of a pcapng file any number.

    `resolution` is (multiplier, divisor), exact: ns = ticks * multiplier // divisor, 1 <= multiplier <=
    10**9, 1 <= divisor < 2**64. `time_offset` (any signed 64-bit number) is seconds to add to every time.
    `fcs_length` is how many bytes of frame check sequence end each frame; 0 if none or unknown. Texts are
    printable, "" if absent.
    """

    recording: int  # number of the recording it belongs to
    link_type: int  # see link_types
    snap_length: int = 0  # most bytes captured of a packet; 0 is no limit
    resolution: tuple[int, int] = MICROSECOND_TICKS
    time_offset: int = 0
    fcs_length: int = 0
    speed: int = 0  # bits/s; 0 is unknown
    mac: bytes = b""
    name: str = ""
    description: str = ""
    filter: str = ""  # what the capture was restricted to
    os: str = ""
    hardware: str = ""
    comments: tuple[str, ...] = ()
    damage: str = ""  # what could not be read of its options
    numbered: bool = True  # as pcapng's are


def decode_resolution(value: int) -> tuple[int, int]:
    """The resolution that the byte if_tsresol stands for.

    A tick is 10**-value s, or 2**-(value & 127) s if the top bit is set: pcapng draft, section 4.2. More
    ticks in a second than 64 bits can count are taken as 2**64 - 1, as Wireshark does.
    """
    base = 2 if value & 0x80 else 10
    ticks = min(base ** (value & 0x7F), _MOST_TICKS)
    common = gcd(NANOSECONDS, ticks)
    return NANOSECONDS // common, ticks // common
