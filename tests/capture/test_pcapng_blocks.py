"""Every block of pcapng that is not a packet, in both byte orders, whole and damaged."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from bytes_of import interface, option, section
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.capture.interface import Interface
from tui.capture.pcapng import (
    BLOCK_KINDS,
    INTERFACE_OPTIONS,
    PACKET_OPTIONS,
    SECTION_OPTIONS,
    STATISTICS_OPTIONS,
    Block,
    InterfaceStatistics,
    NameResolution,
    Secrets,
    SectionHeader,
    block_name,
    packet_comments,
    packet_flags,
    parse_block,
)
from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHB, IDB, NRB, ISB, DSB = 0x0A0D0D0A, 1, 4, 5, 10
END = option(0, b"")

both_orders = pytest.mark.parametrize("order", ["<", ">"])


def parse_interface(body: bytes, order: str = "<") -> Interface:
    block = parse_block(IDB, body, order == ">", recording=2)
    assert isinstance(block, Interface)
    return block


@both_orders
def test_a_section_tells_its_own_byte_order(order: str) -> None:
    body = section(
        option(2, b"x86", order),
        option(3, b"Linux 6.1\0\0", order),
        option(4, "Dumpcap ✓".encode(), order),
        option(1, b"first", order),
        option(1, b"second", order),
        order=order,
        length=1234,
    )
    assert parse_block(SHB, body, big_endian=order == "<") == SectionHeader(
        big_endian=order == ">",
        length=1234,
        hardware="x86",
        os="Linux 6.1",
        application="Dumpcap ✓",
        comments=("first", "second"),
    )


def test_a_section_of_unknown_length_has_none() -> None:
    assert parse_block(SHB, section(), False) == SectionHeader(big_endian=False, length=None)


@pytest.mark.parametrize("version", [(0, 9), (1, 1), (2, 0)])
def test_a_section_of_another_version_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(
        CaptureError, match=rf"Section Header Block: version {version[0]}\.{version[1]} is not"
    ):
        parse_block(SHB, section(version=version), False)


def test_version_1_2_is_read_as_1_0() -> None:
    assert isinstance(parse_block(SHB, section(version=(1, 2)), False), SectionHeader)


def test_a_section_without_the_byte_order_magic_is_refused() -> None:
    with pytest.raises(CaptureError, match=r"byte-order magic expected .* found 00 00 00 00"):
        parse_block(SHB, bytes(16), False)


@both_orders
def test_an_interface_has_all_that_its_options_say(order: str) -> None:
    body = interface(
        option(2, b"eth0", order),
        option(3, b"uplink", order),
        option(6, bytes(range(6)), order),
        option(8, struct.pack(f"{order}Q", 10**10), order),
        option(9, b"\x09", order),
        option(11, b"\0tcp port 80", order),
        option(12, b"Linux", order),
        option(13, b"\x04", order),
        option(14, struct.pack(f"{order}q", -3600), order),
        option(15, b"e1000", order),
        option(1, b"noisy", order),
        option(0, b"", order),
        b"behind the end",
        order=order,
        link_type=113,
        snap_length=96,
    )
    assert parse_interface(body, order) == Interface(
        recording=2,
        link_type=113,
        snap_length=96,
        resolution=(1, 1),
        time_offset=-3600,
        fcs_length=4,
        speed=10**10,
        mac=bytes(range(6)),
        name="eth0",
        description="uplink",
        filter="tcp port 80",
        os="Linux",
        hardware="e1000",
        comments=("noisy",),
    )


def test_an_interface_without_options_counts_microseconds() -> None:
    assert parse_interface(interface()) == Interface(
        recording=2, link_type=1, snap_length=262144, resolution=(1000, 1)
    )


def test_a_filter_that_is_a_bpf_program_is_said_to_be_one() -> None:
    assert parse_interface(interface(option(11, b"\x01\x28\0\0\0"))).filter == "(BPF program)"


def test_text_that_could_steer_a_terminal_is_made_harmless() -> None:
    assert (
        parse_interface(interface(option(2, b"\x1b[2Jeth0\xff"))).name == "·[2Jeth0\N{REPLACEMENT CHARACTER}"
    )


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        (b"\x03\x00", "options cut short: 4 bytes expected, 2 left"),
        (struct.pack("<HH", 3, 500) + b"abcd", "option 3 too long: 500 bytes, 4 left"),
        (option(8, b"abc"), "option if_speed: 8 bytes expected, found 3"),
    ],
)
def test_damaged_options_lose_nothing_that_stood_before_them(flaw: bytes, words: str) -> None:
    damaged = parse_interface(interface(option(2, b"eth0"), flaw))
    assert (damaged.name, damaged.damage) == ("eth0", words)


def test_an_option_of_the_wrong_size_loses_nothing_that_stands_behind_it() -> None:
    assert parse_interface(interface(option(9, b""), option(2, b"eth0"))).name == "eth0"


def test_a_value_without_its_padding_at_the_very_end_is_read() -> None:
    assert parse_interface(interface(struct.pack("<HH", 2, 3) + b"lo0")).name == "lo0"


@both_orders
def test_names_of_addresses_of_all_kinds_are_read(order: str) -> None:
    body = (
        option(1, bytes([10, 0, 0, 1]) + b"gate\0gate.example\0", order)
        + option(2, bytes(15) + b"\x01" + b"localhost\0", order)
        + option(77, b"of a kind to come", order)
        + option(3, bytes(6) + b"card", order)
        + option(0, b"", order)
    )
    assert parse_block(NRB, body, order == ">") == NameResolution(
        (
            (bytes([10, 0, 0, 1]), ("gate", "gate.example")),
            (bytes(15) + b"\x01", ("localhost",)),
            (bytes(6), ("card",)),
        )
    )


def test_a_name_record_that_is_too_long_loses_none_before_it() -> None:
    body = option(1, b"\x0a\0\0\x01gate\0") + struct.pack("<HH", 1, 99) + b"\x0a"
    assert parse_block(NRB, body, False) == NameResolution(
        ((b"\x0a\0\0\x01", ("gate",)),), "name record too long: 99 bytes, 1 left"
    )


@both_orders
def test_statistics_give_the_counts_that_were_written_and_no_others(order: str) -> None:
    body = (
        struct.pack(f"{order}III", 1, 2, 3)
        + option(2, struct.pack(f"{order}II", 4, 5), order)
        + option(4, struct.pack(f"{order}Q", 1000), order)
        + option(5, struct.pack(f"{order}Q", 7), order)
        + option(7, struct.pack(f"{order}Q", 2**40), order)
    )
    assert parse_block(ISB, body, order == ">") == InterfaceStatistics(
        interface=1, time=2 << 32 | 3, start=4 << 32 | 5, received=1000, dropped=7, os_dropped=2**40
    )


def test_secrets_are_kept_as_they_are_without_their_padding() -> None:
    body = struct.pack("<II", 0x544C534B, 5) + b"KEYS\n\0\0\0"
    assert parse_block(DSB, body, False) == Secrets(0x544C534B, b"KEYS\n")


def test_secrets_longer_than_their_block_are_refused() -> None:
    with pytest.raises(
        CaptureError, match="Decryption Secrets Block: secrets of 500 bytes expected, 4 found"
    ):
        parse_block(DSB, struct.pack("<II", 0, 500) + b"KEYS", False)


@pytest.mark.parametrize("kind", [9, 0xBAD, 0x40000BAD, 0x12345678, 6])
def test_other_blocks_are_passed_over(kind: int) -> None:
    assert parse_block(kind, b"anything", False) is None


@pytest.mark.parametrize("kind", [SHB, IDB, ISB, DSB])
def test_fixed_fields_cut_short_are_an_error_that_names_the_block(kind: int) -> None:
    with pytest.raises(CaptureError, match=f"{block_name(kind)} cut short: .* 3 found"):
        parse_block(kind, b"abc", False)


@pytest.mark.parametrize(
    ("name", "interfaces"),
    [
        ("seladb+PcapPlusPlus/Tests/Pcap++Test/PcapExamples/many_interfaces-1.pcapng", 11),
        ("gopacket+gopacket/pcapgo/tests/be/test202.pcapng", 5),
    ],
)
def test_every_block_of_real_files_is_read_without_damage(
    name: str, interfaces: int, shared_captures: Path
) -> None:
    blocks = list(blocks_of((shared_captures / name).read_bytes()))
    assert [block for block in blocks if getattr(block, "damage", "")] == []
    assert len([block for block in blocks if isinstance(block, Interface)]) == interfaces


def blocks_of(data: bytes) -> Iterator[Block | None]:
    """The blocks of a whole and undamaged pcapng file."""
    order, position = "", 0
    while position < len(data):
        if data[position : position + 4] == b"\x0a\x0d\x0d\x0a":
            order = ">" if data[position + 8] == 0x1A else "<"
        kind, size = struct.unpack_from(f"{order}II", data, position)
        yield parse_block(kind, data[position + 8 : position + size - 4], order == ">")
        position += size


def test_every_block_has_a_name() -> None:
    assert block_name(IDB) == "Interface Description Block"
    assert block_name(0x1234) == "block of type 0x00001234"


@both_orders
def test_comments_and_flags_of_a_packet_are_found_among_its_options(order: str) -> None:
    options = (
        option(2, struct.pack(f"{order}I", 0x21), order)
        + option(3, b"\x02abcd", order)
        + option(1, "naïve\n".encode(), order)
        + option(1, b"second\x1b\r\nline", order)
    )
    assert packet_comments(options, order == ">") == ("naïve\n", "second·\nline")
    assert packet_flags(options, order == ">") == 0x21


def test_a_packet_without_options_has_neither_comments_nor_flags() -> None:
    assert packet_comments(b"", False) == ()
    assert packet_flags(END, False) is None


@pytest.mark.parametrize(
    "table", [SECTION_OPTIONS, INTERFACE_OPTIONS, STATISTICS_OPTIONS, PACKET_OPTIONS], ids=len
)
def test_no_table_has_a_code_twice(table: tuple[object, ...]) -> None:
    codes = [getattr(row, "code") for row in table]  # noqa: B009
    assert len(codes) == len(set(codes))


@settings(deadline=None, max_examples=share(500))
@given(kind=st.sampled_from(sorted(BLOCK_KINDS)), body=st.binary(max_size=200), big_endian=st.booleans())
def test_any_body_gives_a_block_or_a_capture_error(kind: int, body: bytes, big_endian: bool) -> None:
    with suppress(CaptureError):
        block = parse_block(kind, body, big_endian)
        assert (block is None) == (BLOCK_KINDS[kind].parse is None)


fields = st.tuples(st.integers(0, 20), st.integers(0, 12), st.binary(max_size=12)).map(
    lambda field: struct.pack("<HH", *field[:2]) + field[2]
)


@settings(deadline=None, max_examples=share(500))
@given(options=st.lists(fields, max_size=8).map(b"".join))
def test_any_options_give_a_block_with_printable_texts(options: bytes) -> None:
    found = parse_interface(interface(options))
    texts = (found.name, found.description, found.filter, found.os, found.hardware, found.damage)
    comments = (*found.comments, *packet_comments(options, False))
    lines = [line for comment in comments for line in comment.split("\n")]
    assert all(text.isprintable() for text in (*texts, *lines))
    assert isinstance(parse_block(SHB, section(options), False), SectionHeader)
    assert isinstance(parse_block(ISB, bytes(12) + options, False), InterfaceStatistics)
    assert isinstance(parse_block(NRB, options, False), NameResolution)
