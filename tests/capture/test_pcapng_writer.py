"""What is written is what our reader, scapy's and tshark find; whole blocks are told from cut ones."""

from __future__ import annotations

import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.capture.interface import NANOSECOND_TICKS, Interface
from tui.capture.pcapng import ENHANCED_PACKET, InterfaceStatistics, SectionHeader, packet_flags, parse_block
from tui.capture.pcapng_writer import (
    enhanced_packet,
    interface_description,
    interface_statistics,
    section_header,
    whole_blocks,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tui.capture.pcapng import Block

ETHERNET = 1
TIME = 1_700_000_000_123_456_789
INTERFACE = Interface(
    recording=0,
    link_type=ETHERNET,
    snap_length=262144,
    resolution=NANOSECOND_TICKS,
    mac=b"\x02\0\0\0\0\x01",
    name="eth0",
    description="the first",
    filter="tcp port 80",
    os="Linux 6",
    speed=10**9,
)


def _parsed(block: bytes) -> Block | None:
    kind, length = struct.unpack_from("<II", block)
    assert length == len(block) == struct.unpack_from("<I", block, length - 4)[0]
    assert length % 4 == 0
    return parse_block(kind, block[8:-4], big_endian=False)


def test_a_section_says_who_wrote_it() -> None:
    assert _parsed(section_header("tcpscope", "x86_64", "Linux 6")) == SectionHeader(
        big_endian=False, length=None, hardware="x86_64", os="Linux 6", application="tcpscope"
    )


def test_an_interface_is_read_back_as_it_was() -> None:
    assert _parsed(interface_description(INTERFACE)) == INTERFACE


def test_an_interface_without_anything_has_a_resolution_only() -> None:
    bare = Interface(recording=0, link_type=101, resolution=NANOSECOND_TICKS)
    assert _parsed(interface_description(bare)) == bare


def test_statistics_keep_noughts_and_leave_out_what_is_unknown() -> None:
    statistics = InterfaceStatistics(
        interface=1, time=TIME, start=TIME - 5, end=TIME, os_dropped=0, comments=("why",)
    )
    assert _parsed(interface_statistics(statistics)) == statistics


@settings(deadline=None, max_examples=100)
@given(
    interface=st.integers(0, 65535),
    time=st.integers(0, 2**64 - 1),
    length=st.integers(0, 2**32 - 1),
    data=st.binary(max_size=200),
    flags=st.sampled_from([0, 1, 2, 0x11]),
)
def test_a_packet_is_a_whole_block_with_all_of_it(
    interface: int, time: int, length: int, data: bytes, flags: int
) -> None:
    block = enhanced_packet(interface, time, length, data, flags)
    kind, total, number, high, low, caplen, wire = struct.unpack_from("<7I", block)
    assert (kind, total, number) == (ENHANCED_PACKET, len(block), interface)
    assert (high << 32 | low, caplen, wire) == (time, len(data), length)
    assert block[28 : 28 + caplen] == data
    assert struct.unpack_from("<I", block, total - 4) == (total,)
    options = block[28 + caplen + -caplen % 4 : -4]
    assert packet_flags(options, big_endian=False) == (flags or None)


@settings(deadline=None, max_examples=100)
@given(sizes=st.lists(st.integers(0, 50), max_size=6), cut=st.integers(0, 500))
def test_whole_blocks_are_told_from_a_cut_one(sizes: list[int], cut: int) -> None:
    blocks = [enhanced_packet(0, TIME, size, bytes(size)) for size in sizes]
    data = b"".join(blocks)
    ends = [sum(map(len, blocks[:count])) for count in range(len(blocks) + 1)]
    assert whole_blocks(data[:cut]) == max(end for end in ends if end <= min(cut, len(data)))


def test_tshark_reads_what_is_written(tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("needs tshark")
    path = tmp_path / "written.pcapng"
    path.write_bytes(
        section_header("tcpscope")
        + interface_description(INTERFACE)
        + enhanced_packet(0, TIME, 1000, bytes(61), flags=2)
        + interface_statistics(InterfaceStatistics(interface=0, time=TIME, os_dropped=3))
    )
    fields = ("frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name", "frame.packet_flags")
    command = ["tshark", "-r", str(path), "-T", "fields", *(word for name in fields for word in ("-e", name))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1700000000.123456789", "1000", "61", "eth0", "0x00000002"]
