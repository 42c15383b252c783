"""Capture files of both formats, in all their variants, give the packets that are in them."""

from __future__ import annotations

import struct
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tshark
import wire

from tui.index.schema import Mark
from tui.session import Session, Snapshot

if TYPE_CHECKING:
    from pathlib import Path

FRAME = wire.ethernet(wire.ip4(wire.tcp()))
SHORT = wire.ethernet(wire.ip4(wire.tcp(2, 1)))[:50]
IP = wire.ip4(wire.tcp(2, 1))


def read(path: Path, data: bytes) -> Snapshot:
    path.write_bytes(data)
    session = Session([str(path)])
    snapshot = session.wait()
    session.close()
    return snapshot


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "tick"), [(0xA1B2C3D4, 1000), (0xA1B23C4D, 1)])
def test_pcap_of_both_byte_orders_and_clocks(tmp_path: Path, order: str, magic: int, tick: int) -> None:
    data = wire.header(order=order, magic=magic)
    data += wire.record(FRAME, 1700000000_250000000, order=order, tick=tick)
    data += wire.record(SHORT, 1700000001_500000000, order=order, tick=tick, length=54)
    packets = read(tmp_path / "f", data).packets
    assert list(packets.time) == [1700000000250000000, 1700000001500000000]
    assert list(packets.caplen) == [54, 50]
    assert list(packets.length) == [54, 54]
    assert list(packets.srcport) == [40000, 2]


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcap_with_records_of_24_bytes(tmp_path: Path, order: str) -> None:
    record = wire.record(FRAME, order=order)
    modified = record[:16] + struct.pack(f"{order}IHBB", 3, 0x0800, 0, 0) + record[16:]
    packets = read(tmp_path / "f", wire.header(order=order, magic=0xA1B2CD34) + modified * 3).packets
    assert list(packets.srcport) == [40000] * 3
    assert list(packets.offset) == [48 + n * len(modified) for n in range(3)]


def test_pcap_from_before_the_lengths_had_an_order(tmp_path: Path) -> None:
    header = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 3, 0, 0, 65535, 1)
    record = struct.pack("<IIII", 1, 0, 1000, len(FRAME)) + FRAME
    packets = read(tmp_path / "f", header + record).packets
    assert (packets.caplen[0], packets.length[0]) == (len(FRAME), 1000)


def test_an_unknown_link_type_gives_rows(tmp_path: Path) -> None:
    snapshot = read(tmp_path / "f", wire.pcap([FRAME, b"", b"?"], 147))
    assert list(snapshot.packets.caplen) == [len(FRAME), 0, 1]
    assert snapshot.interfaces[0].link_type == 147
    assert list(snapshot.packets.protocol) == [0, 0, 0]


def test_a_capture_without_packets_is_finished_and_empty(tmp_path: Path) -> None:
    for data in (wire.header(), wire.section(), wire.section() + wire.interface()):
        snapshot = read(tmp_path / "f", data)
        assert (len(snapshot.packets), snapshot.finished, snapshot.notices) == (0, True, ())


@pytest.mark.parametrize("order", ["<", ">"])
def test_all_packet_blocks_of_pcapng(tmp_path: Path, order: str) -> None:
    data = wire.section(order) + wire.interface(order)
    data += wire.enhanced(FRAME, 5_000_000, 0, order, length=1000)
    data += wire.obsolete(FRAME, 6_000_000, 0, order) + wire.simple(FRAME, order)
    snapshot = read(tmp_path / "f", data)
    packets = snapshot.packets
    assert list(packets.time) == [5_000_000_000, 6_000_000_000, 0]
    assert list(packets.length) == [1000, len(FRAME), len(FRAME)]
    assert list(packets.srcport) == [40000] * 3
    assert [bool(marks & Mark.UNTIMED) for marks in packets.marks] == [False, False, True]
    assert snapshot.notices == ()


def test_a_simple_packet_is_cut_by_the_snap_length_of_the_first_interface(tmp_path: Path) -> None:
    data = wire.section() + wire.interface(snap_length=60) + wire.interface(snap_length=20)
    packets = read(tmp_path / "f", data + wire.simple(FRAME + bytes(6), length=500)).packets
    assert (packets.caplen[0], packets.length[0], packets.interface[0]) == (60, 500, 0)


@pytest.mark.parametrize(
    ("values", "ticks", "time"),
    [
        ((), 1, 1000),
        (((9, b"\x00"),), 3, 3_000_000_000),
        (((9, b"\x03"),), 1500, 1_500_000_000),
        (((9, b"\x09"),), 12345, 12345),
        (((9, b"\x0c"),), 12345, 12),
        (((9, b"\x8a"),), 512, 500_000_000),
        (((9, b"\x80"),), 7, 7_000_000_000),
        (((9, b"\xa0"),), 7 << 32 | 1 << 31, 7_500_000_000),
        (((14, struct.pack("<q", 1000)),), 5, 1_000_000_005_000),
        (((9, b"\x09"), (14, struct.pack("<q", -1))), 3, -999_999_997),
    ],
)
def test_times_by_resolution_and_offset(
    tmp_path: Path, values: tuple[tuple[int, bytes], ...], ticks: int, time: int
) -> None:
    data = wire.section() + wire.interface("<", 1, *values) + wire.enhanced(FRAME, ticks)
    assert list(read(tmp_path / "f", data).packets.time) == [time]


def _many_sections() -> bytes:
    """Both byte orders, and interfaces that are described between the packets."""
    data = wire.section("<") + wire.interface("<") + wire.enhanced(FRAME, 1, 0, "<")
    data += (
        wire.interface("<", 101) + wire.enhanced(IP, 2, 1, "<", (1, b"little")) + wire.enhanced(FRAME, 3, 0)
    )
    data += wire.section(">") + wire.interface(">", 101, (2, b"second"), (9, b"\x03"))
    data += wire.enhanced(IP, 4, 0, ">", (1, b"big"), (1, b"endian")) + wire.interface(">", 1)
    data += wire.obsolete(FRAME, 5, 1, ">", (1, b"old"))
    data += wire.section("<") + wire.interface("<", 228) + wire.enhanced(IP, 6, 0, "<")
    return data


def test_sections_number_their_interfaces_anew(tmp_path: Path) -> None:
    snapshot = read(tmp_path / "f", _many_sections())
    packets = snapshot.packets
    assert list(packets.interface) == [0, 1, 0, 2, 3, 4]
    assert [interface.link_type for interface in snapshot.interfaces] == [1, 101, 101, 1, 228]
    assert snapshot.interfaces[2].name == "second"
    assert list(packets.time) == [1000, 2000, 3000, 4_000_000, 5000, 6000]
    assert list(packets.srcport) == [40000, 2, 40000, 2, 40000, 2]


def test_comments_are_read_in_the_byte_order_of_their_section(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(_many_sections())
    session = Session([str(path)])
    snapshot = session.wait()
    comments = [session.context(snapshot, row).comments for row in range(6)]
    session.close()
    assert comments == [(), ("little",), (), ("big", "endian"), ("old",), ()]


def test_what_a_capture_says_beside_packets_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "f"
    data = wire.section("<", (1, b"of the section"), (4, b"dumpcap")) + wire.interface()
    data += wire.block(4, struct.pack("<HH", 1, 8) + bytes([10, 1, 2, 3]) + b"abc\0" + bytes(4))
    data += wire.block(0xBAD, bytes(32)) + wire.block(0x77777777, b"unknown ") + wire.enhanced(FRAME)
    data += wire.block(5, struct.pack("<III", 0, 0, 9) + wire.options([(5, struct.pack("<Q", 42))]))
    path.write_bytes(data)
    session = Session([str(path)])
    snapshot = session.wait()
    session.close()
    reader = session.readers[0]
    assert len(snapshot.packets) == 1
    assert reader.comments == ["of the section"]
    assert reader.names == {bytes([10, 1, 2, 3]): ("abc",)}
    assert [statistics.dropped for statistics in reader.statistics] == [42]


def test_a_thousand_interfaces_are_told_apart(tmp_path: Path) -> None:
    data = wire.section() + b"".join(wire.interface("<", 101 if n % 2 else 1) for n in range(1000))
    frames = [wire.enhanced(IP if n % 2 else FRAME, n, n) for n in range(1000)]
    packets = read(tmp_path / "f", data + b"".join(frames)).packets
    assert (packets.interface == np.arange(1000)).all()
    assert set(packets.srcport[::2]) == {40000}
    assert set(packets.srcport[1::2]) == {2}


@pytest.mark.slow
def test_too_many_interfaces_are_damage(tmp_path: Path) -> None:
    snapshot = read(tmp_path / "f", wire.section() + wire.interface() * 65600)
    assert len(snapshot.interfaces) == 65535
    assert "more than 65,535 interfaces" in snapshot.notices[0]


BASICS = ("frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_id")


def _ours(snapshot: Snapshot) -> list[tuple[str, ...]]:
    packets = snapshot.packets
    return [
        (f"{int(time) // 10**9}.{int(time) % 10**9:09}", str(length), str(caplen))
        for time, length, caplen in zip(packets.time, packets.length, packets.caplen, strict=True)
    ]


def _theirs(path: Path) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in BASICS[:3]) for row in tshark.fields(path, *BASICS)]


EDITS = {
    "pcap": ["editcap", "-F", "pcap"],
    "nanosecond pcap": ["editcap", "-F", "nsecpcap"],
    "modified pcap": ["editcap", "-F", "modpcap"],
    "pcapng": ["editcap", "-F", "pcapng"],
    "cut by a snap length": ["editcap", "-s", "60", "-F", "pcapng"],
    "moved in time": ["editcap", "-t", "-100.000001", "-F", "nsecpcap"],
}


@tshark.needs_tshark
@pytest.mark.parametrize("name", EDITS)
def test_what_editcap_writes_is_read_as_tshark_reads_it(name: str, tmp_path: Path, captures: Path) -> None:
    path = tmp_path / "edited"
    source = captures / "three-way-close.pcap"
    subprocess.run([*EDITS[name], str(source), str(path)], check=True)
    session = Session([str(path)])
    snapshot = session.wait()
    session.close()
    assert len(snapshot.packets) > 5
    assert _ours(snapshot) == _theirs(path)


@tshark.needs_tshark
def test_sections_are_read_as_tshark_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "f"
    snapshot = read(path, _many_sections())
    rows = tshark.fields(path, *BASICS)
    in_section = [(0, 1, 0, 1, 0)[number] for number in snapshot.packets.interface]
    assert [str(number) for number in in_section] == [row["frame.interface_id"] for row in rows]
    assert _ours(snapshot) == [tuple(row[name] for name in BASICS[:3]) for row in rows]


REAL = (
    "the-tcpdump-group+tcpdump/tests/tcp-handshake-nano.pcap",
    "the-tcpdump-group+tcpdump/tests/pptp.pcap",
    "OISF+suricata-verify/tests/decode-sll2-01/input.pcap",
    "seladb+PcapPlusPlus/Tests/Pcap++Test/PcapExamples/nanosecs_big_endian.pcap",
    "seladb+PcapPlusPlus/Tests/Pcap++Test/PcapExamples/many_interfaces-1.pcapng",
    "m-lab+packet-headers/testdata/v6.pcap",
    "m-lab+etl/parser/testdata/PCAP/ndt-nnwk2_1611335823_00000000000C2DFE.pcap.gz",
)


@tshark.needs_tshark
@pytest.mark.parametrize("name", REAL)
def test_real_captures_have_the_packets_that_tshark_sees(name: str, shared_captures: Path) -> None:
    path = shared_captures / name
    session = Session([str(path)])
    snapshot = session.wait()
    session.close()
    assert _ours(snapshot) == _theirs(path)
