"""The scan kernel against hostile bytes, and however its input is cut."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
import pytest
import wire
from examples import share
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui.index.addresses import AddressBook
from tui.index.scan import FIRST_HEADERS, Scanner, Stop, layers, layers_of_datagram
from tui.index.schema import LINK, NOWHERE, PACKET, Layer, Mark

Rows = NDArray[np.void]

LINK_TYPES = st.one_of(st.sampled_from(sorted(FIRST_HEADERS)), st.integers(-1, 70000))
# Frames that lead the walk far in before they go wrong.
LEADS = [
    b"",
    wire.ethernet(b""),
    wire.ethernet(b"\x45\0\0\x40", 0x0800),
    wire.ethernet(bytes.fromhex("aaaa03 000000 0800"), 100),
    wire.ethernet(b"", 0x8847),
    wire.ip4(b"", 47, length=200),
    wire.ip4(b"", 1, length=200) + b"\3\1\0\0\0\0\0\0",
    wire.ip4(wire.udp(b"", 2152), 17, length=200),
    wire.ip6(b"", 0),
    wire.ip6(b"", 43),
    wire.ip4(wire.tcp(options=bytes(40))),
    bytes.fromhex("0000 0900 01000000"),
    bytes.fromhex("02000000"),
]
FRAMES = st.builds(bytes.__add__, st.sampled_from(LEADS), st.binary(max_size=120))


@given(frame=FRAMES, link_type=LINK_TYPES, more=st.integers(-1, 3000))
@settings(deadline=None, max_examples=share(600))
def test_any_bytes_are_walked_in_spans_inside_the_frame(frame: bytes, link_type: int, more: int) -> None:
    found = layers(frame, link_type, len(frame) + more)
    for layer, start, end in found:
        assert Layer(layer)
        assert 0 <= start <= end <= len(frame)
    whole = [(start, end) for layer, start, end in found if layer in (Layer.PAYLOAD, Layer.TRAILER)]
    assert all(start < end for start, end in whole)


@given(data=st.binary(max_size=200), protocol=st.integers(0, 255))
@settings(deadline=None, max_examples=share(200))
def test_any_datagram_is_walked_in_spans_inside_it(data: bytes, protocol: int) -> None:
    for _, start, end in layers_of_datagram(data, protocol):
        assert 0 <= start <= end <= len(data)


@given(frame=FRAMES, link_type=LINK_TYPES)
@settings(deadline=None, max_examples=share(200))
def test_the_spans_cover_the_frame_without_overlap(frame: bytes, link_type: int) -> None:
    """What is no header is payload or trailer; a header that lies about its length may hide what follows."""
    end = 0
    for _, start, stop in layers(frame, link_type):
        assert start >= end
        end = stop


def test_a_packet_that_nests_without_end_is_given_up() -> None:
    frame = wire.ethernet(b"".join(struct.pack(">HH", 1, 0x8100) for _ in range(1000)), 0x8100)
    assert len(layers(frame, 1)) < 60


@dataclass
class Capture:
    """A capture's bytes, and how a scanner comes to know of its interfaces."""

    data: bytes
    pcapng: bool
    interfaces: list[int] = field(default_factory=lambda: [1])

    def scanner(self) -> Scanner:
        scanner = Scanner(pcapng=self.pcapng)
        links = [(link_type, 0, 1000, 1, 0, number) for number, link_type in enumerate(self.interfaces)]
        scanner.describe(np.array(links, LINK), False)
        return scanner

    def rows(self, sizes: list[int], cuts: list[int]) -> tuple[list[bytes], Stop, int]:
        """The rows, why the scan stopped at last, and where; the data comes in pieces that end at `cuts`."""
        scanner, book = self.scanner(), AddressBook()
        rows: list[bytes] = []
        position, turn = 0, 0
        for end in [*sorted(cut for cut in cuts if cut <= len(self.data)), len(self.data)]:
            while True:
                block = np.zeros(sizes[turn % len(sizes)], PACKET)
                chunk = self.data[position:end]
                stop = scanner.scan(chunk, 0, position, block, book)
                turn += 1
                _check(block[: scanner.filled], position, end)
                rows += [row.tobytes() for row in block[: scanner.filled]]
                position += scanner.pos
                if stop is Stop.BLOCK:
                    assert position + scanner.needed <= end
                    position += scanner.needed
                elif stop is not Stop.FULL:
                    break
            if stop is not Stop.MORE:
                return rows, stop, position
        return rows, stop, position


def _check(rows: Rows, start: int, end: int) -> None:
    assert (rows["offset"] >= start).all()
    assert (rows["offset"] + rows["caplen"] <= end).all()
    for name in ("ip_at", "tcp_at"):
        assert ((rows[name] == NOWHERE) | (rows[name] <= rows["caplen"])).all()


PACKETS = [
    wire.ethernet(wire.ip4(wire.tcp())),
    wire.ethernet(wire.ip6(wire.tcp(data=b"data")), 0x86DD),
    wire.ethernet(wire.ip4(wire.udp(b"question", 53), 17)),
    b"",
    b"?",
]
PCAP_RECORDS = st.lists(st.sampled_from([wire.record(frame) for frame in PACKETS]), max_size=6)
PCAPNG_BLOCKS = st.lists(
    st.sampled_from(
        [
            *(wire.enhanced(frame) for frame in PACKETS),
            *(wire.simple(frame) for frame in PACKETS),
            wire.enhanced(PACKETS[0], 5, 0, "<", (1, b"a comment")),
            wire.obsolete(PACKETS[1], 5, 0),
            wire.section(),
            wire.interface(),
            wire.block(0xBAD, bytes(20)),
        ]
    ),
    max_size=6,
)
# A capture, a few of its bytes changed, and something behind it.
CAPTURES = st.builds(
    lambda pieces, flips, tail, pcapng: Capture(_flip(b"".join(pieces), flips) + tail, pcapng),
    st.one_of(PCAP_RECORDS, PCAPNG_BLOCKS),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=2),
    st.binary(max_size=40),
    st.booleans(),
)


def _flip(data: bytes, flips: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, value in flips:
        if place < len(changed):
            changed[place] = value
    return bytes(changed)


@given(capture=CAPTURES, sizes=st.lists(st.integers(1, 5), min_size=1), cuts=st.lists(st.integers(0, 600)))
@settings(deadline=None, max_examples=share(400))
@example(Capture(bytes(12), True), [1], [])
@example(Capture(struct.pack("<II", 3, 0xFFFFFFFF), True), [1], [])
def test_rows_are_the_same_however_the_capture_is_cut(
    capture: Capture, sizes: list[int], cuts: list[int]
) -> None:
    assert capture.rows(sizes, cuts) == capture.rows([1000], [])


@given(
    data=st.binary(max_size=300),
    pcapng=st.booleans(),
    interfaces=st.lists(LINK_TYPES, min_size=1, max_size=3),
)
@settings(deadline=None, max_examples=share(300))
def test_any_bytes_stop_the_scan_for_a_reason(data: bytes, pcapng: bool, interfaces: list[int]) -> None:
    _, stop, position = Capture(data, pcapng, interfaces).rows([3], [])
    assert isinstance(stop, Stop)
    assert 0 <= position <= len(data)


def test_a_scanner_without_an_interface_refuses_pcap_records() -> None:
    with pytest.raises(ValueError, match="not described"):
        Scanner(pcapng=False).scan(wire.record(b""), 0, 0, np.zeros(1, PACKET), AddressBook())


def test_a_start_outside_the_chunk_is_refused() -> None:
    for start in (-1, 3):
        with pytest.raises(ValueError, match="outside"):
            Capture(b"", True).scanner().scan(b"ab", start, 0, np.zeros(1, PACKET), AddressBook())


def test_padding_behind_a_segment_too_short_is_not_taken_for_its_header() -> None:
    """The IP header tells where a segment ends, however many bytes Ethernet adds."""
    data = wire.record(wire.ethernet(wire.ip4(wire.tcp()[:12]) + b"\xff" * 14))
    rows = np.zeros(1, PACKET)
    Capture(data, False).scanner().scan(data, 0, 0, rows, AddressBook())
    assert rows[0]["marks"] & Mark.PARTIAL
    assert rows[0]["bits"] == 0


@pytest.mark.parametrize("size", range(len(PACKETS[1])))
def test_a_frame_cut_anywhere_keeps_what_is_there(size: int) -> None:
    """Cut by the snap length: never a byte of the next record."""
    frame = PACKETS[1]
    data = wire.record(frame[:size], length=len(frame)) + wire.record(b"\xff" * 100)
    rows = np.zeros(2, PACKET)
    Capture(data, False).scanner().scan(data, 0, 0, rows, AddressBook())
    row = rows[0]
    assert (row["caplen"], row["length"]) == (size, len(frame))
    there = size - 14 - 40
    assert (row["srcport"], row["dstport"]) == ((40000, 80) if there >= 4 else (0, 0))
    assert row["seq"] == (1000 if there >= 8 else 0)
    assert row["seglen"] == (4 if there >= 16 else 0)
    assert bool(row["marks"] & Mark.TCP) == (there >= 4)
    assert bool(row["marks"] & Mark.PARTIAL) == (4 <= there < 16)
    assert bool(row["marks"] & Mark.CUT_HEADER) == (4 <= there < 20)
