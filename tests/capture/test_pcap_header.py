"""The header of pcap files: magics in both byte orders, versions, link type and FCS length, any bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bytes_of import pcap
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.capture.pcap import LEADS, PcapHeader, parse_header
from tui.errors import CaptureError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "nanoseconds", "modified"),
    [(0xA1B2C3D4, False, False), (0xA1B23C4D, True, False), (0xA1B2CD34, False, True)],
)
def test_the_magic_tells_byte_order_clock_and_record_layout(
    magic: int, nanoseconds: bool, modified: bool, order: str
) -> None:
    assert parse_header(pcap(magic, order, snap_length=96, network=113)) == PcapHeader(
        big_endian=order == ">",
        nanoseconds=nanoseconds,
        modified=modified,
        lengths_unordered=False,
        link_type=113,
        snap_length=96,
        fcs_length=0,
    )


@pytest.mark.parametrize("version", [(1, 4), (0, 0), (3, 0), (543, 1)])
def test_a_version_that_nobody_writes_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(CaptureError, match=rf"version {version[0]}\.{version[1]} is not supported"):
        parse_header(pcap(version=version))


@pytest.mark.parametrize(
    ("version", "unordered"), [((2, 2), True), ((2, 3), True), ((2, 4), False), ((543, 0), True)]
)
def test_before_version_2_4_the_two_lengths_have_no_order(version: tuple[int, int], unordered: bool) -> None:
    assert parse_header(pcap(version=version)).lengths_unordered is unordered


@pytest.mark.parametrize(
    ("network", "fcs_length"), [(0x24000001, 4), (0xF4000001, 30), (0x20000001, 0), (0x04000001, 0)]
)
def test_the_fcs_length_counts_only_if_it_is_said_to_be_present(network: int, fcs_length: int) -> None:
    header = parse_header(pcap(network=network))
    assert (header.link_type, header.fcs_length) == (1, fcs_length)


def test_reserved_bits_of_the_link_type_are_damage() -> None:
    with pytest.raises(CaptureError, match="0x00010001"):
        parse_header(pcap(network=0x00010001))


def test_a_header_cut_short_says_how_much_is_there() -> None:
    with pytest.raises(CaptureError, match="24 bytes expected, 23 found"):
        parse_header(pcap()[:23])


def test_the_interface_has_the_clock_of_the_header() -> None:
    header = parse_header(pcap(0xA1B23C4D, snap_length=96, network=0x24000001))
    interface = header.interface(recording=3)
    assert (interface.recording, interface.resolution, interface.fcs_length) == (3, (1, 1), 4)
    assert parse_header(pcap()).interface(0).resolution == (1000, 1)


def test_the_invalid_version_among_libpcaps_own_tests_is_refused(shared_captures: Path) -> None:
    path = shared_captures / "the-tcpdump-group+libpcap/tests/pcap-invalid-version-1.pcap"
    with pytest.raises(CaptureError, match=r"version 1\.4 is not supported: version 2 expected"):
        parse_header(path.read_bytes())


@settings(deadline=None, max_examples=300)
@given(lead=st.sampled_from([b"", *LEADS]), rest=st.binary(max_size=40))
def test_any_bytes_give_a_header_or_a_capture_error(lead: bytes, rest: bytes) -> None:
    try:
        header = parse_header(lead + rest)
    except CaptureError:
        return
    assert 0 <= header.link_type < 2**16
    assert header.fcs_length <= 30
