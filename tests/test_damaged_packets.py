"""Packets that are cut, contradict themselves or quote others: every field and Info text is tshark's."""

from __future__ import annotations

import struct
import subprocess
from io import StringIO
from typing import TYPE_CHECKING

import pytest
import wire
from tshark import needs_tshark

from tui.report.fields import FieldsPrinter, parse_style
from tui.report.printer import print_packets
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = [pytest.mark.slow, needs_tshark]

FIELDS = """
    frame.len frame.cap_len frame.interface_id eth.dst eth.src eth.type eth.padding vlan.id vlan.etype
    ip.version ip.hdr_len ip.dsfield ip.len ip.id ip.flags ip.frag_offset ip.ttl ip.proto ip.checksum ip.src
    ip.dst ipv6.version ipv6.nxt ipv6.hlim ipv6.src ipv6.dst udp.srcport udp.dstport udp.length udp.checksum
    tcp.srcport tcp.dstport tcp.stream tcp.seq tcp.seq_raw tcp.ack tcp.ack_raw tcp.len tcp.nxtseq
    tcp.hdr_len tcp.flags tcp.flags.str tcp.window_size_value tcp.window_size tcp.window_size_scalefactor
    tcp.checksum tcp.urgent_pointer tcp.time_relative tcp.time_delta tcp.payload tcp.options tcp.option_kind
    tcp.option_len tcp.options.mss_val tcp.options.wscale.shift tcp.options.timestamp.tsval
    tcp.options.timestamp.tsecr tcp.options.sack_le tcp.options.sack_re tcp.options.sack.count
    tcp.options.tfo.cookie tcp.analysis tcp.analysis.flags tcp.analysis.retransmission
    tcp.analysis.bytes_in_flight tcp.analysis.initial_rtt tcp.analysis.acks_frame icmp.type icmp.code
    icmp.unused icmp.mtu icmp.pointer icmp.redir_gw icmp.originate_timestamp icmp.address_mask icmpv6.type
    icmpv6.code icmpv6.mtu arp.opcode arp.src.hw_mac arp.src.proto_ipv4 arp.dst.hw_mac arp.dst.proto_ipv4
    wlan.addr null.family
"""
TIMESTAMPS = bytes.fromhex("0101080a 11111111 22222222")
PORT = 40000
OPENING = bytes.fromhex("020405b4 0402 0303 07 00")


def talk() -> list[bytes]:
    """IP packets of a conversation with every common option, of which a segment is sent again."""
    both, sack = wire.SYN | wire.ACK, bytes.fromhex("0101 0512 00000070 00000078 00000080 00000085")
    syn = wire.tcp(PORT, 9999, 100, 0, wire.SYN, 8192, OPENING)
    answer = wire.tcp(9999, PORT, 500, 101, both, 8192, OPENING)
    data = wire.tcp(PORT, 9999, 101, 501, wire.PSH | wire.ACK, 512, TIMESTAMPS, b"x" * 40)
    got = wire.tcp(9999, PORT, 501, 141, wire.ACK, 512, sack)
    return [
        wire.ip4(syn),
        wire.ip4(answer, src=wire.B, dst=wire.A),
        wire.ip4(data),
        wire.ip4(data),
        wire.ip4(got, src=wire.B, dst=wire.A),
    ]


def cut(size: int) -> list[tuple[bytes, int]]:
    """The conversation as it is captured with that snap length."""
    frames = [wire.ethernet(packet) for packet in talk()]
    return [(frame[:size], len(frame)) for frame in frames]


def changed(frame: bytes, at: int, value: bytes) -> bytes:
    return frame[:at] + value + frame[at + len(value) :]


def whole(frames: Sequence[bytes]) -> list[tuple[bytes, int]]:
    return [(frame, len(frame)) for frame in frames]


def contradictions() -> list[bytes]:
    """Lengths and versions that cannot be, each in a connection of its own."""
    frame = wire.ethernet(
        wire.ip4(wire.tcp(flags=wire.ACK, seq=7, ack=9, options=b"\2\4\5\xb4", data=b"0123456789"))
    )
    ports = iter(range(1000, 9000))
    frames = [changed(frame, 16, struct.pack(">H", total)) for total in (0, 1, 19, *range(24, 42), 60, 65535)]
    frames += [changed(frame, 46, bytes([offset << 4])) for offset in range(15)]
    frames += [changed(frame, 14, bytes([first])) for first in (0x15, 0x41, 0x44)]
    frames = [changed(each, 34, struct.pack(">H", next(ports))) for each in frames]
    datagram = wire.ethernet(wire.ip4(wire.udp(b"0123456789", 7777), 17))
    frames += [changed(datagram, 38, struct.pack(">H", length)) for length in (0, 1, 7, 8, 9, 18, 19, 65535)]
    return frames


def options() -> list[bytes]:
    """Options of wrong lengths."""
    values = (
        "0203 05",
        "0205 05b4 00",
        "0303",
        "0800",
        "0801",
        "08",
        "080a 01",
        "05",
        "0022",
        "1312 00",
        "2203 ff 02",
    )
    packed = [bytes.fromhex(value) for value in values]
    return [
        wire.ethernet(wire.ip4(wire.tcp(srcport=1000 + number, options=value + bytes(-len(value) % 4))))
        for number, value in enumerate(packed)
    ]


def errors() -> list[bytes]:
    """ICMP errors that quote a segment of a connection whose window is scaled: 8 bytes of it, 16, all."""
    packets = talk()
    frames = [wire.ethernet(packet) for packet in packets[:3]]
    for size in (8, 12, 16, 20, 72):
        quote = packets[2][: 20 + size]
        for kind in (0x0303, 0x0304, 0x0400, 0x0501, 0x0B00, 0x0C00):
            head = struct.pack(">HHI", kind, 0, 0)
            frames.append(wire.ethernet(wire.ip4(head + quote, 1, src="192.0.2.1")))
    said = struct.pack(">HHBBH", 0x0B00, 0, 0, 8, 0) + packets[2][:28] + bytes(104)  # RFC 4884
    fragment = struct.pack(">HHI", 0x0303, 0, 0) + changed(packets[2], 6, b"\x20\0")
    times = struct.pack(">HHHHIII", 0x0D00, 0, 1, 2, 3, 4, 5)
    mask = struct.pack(">HHHH", 0x1200, 0, 1, 2) + b"\xff\xff\0\0"
    return frames + [
        wire.ethernet(wire.ip4(each, 1, src="192.0.2.1")) for each in (said, fragment, times, mask)
    ]


def errors6() -> list[bytes]:
    quote = wire.ip6(wire.tcp(seq=7, ack=9, flags=wire.ACK, data=b"abc"))
    heads = [struct.pack(">HHI", kind, 0, 1280) for kind in (0x0104, 0x0200, 0x0300)]
    return [
        wire.ethernet(wire.ip6(head + quote[: 40 + size], 58), 0x86DD)
        for head in heads
        for size in (8, 16, 23)
    ]


def trailers() -> list[bytes]:
    """Padding, with and without something behind it; and what is too short or too long for any."""
    frame = wire.ethernet(wire.ip4(wire.tcp(flags=wire.ACK)))
    tails = (b"\0", bytes(6), bytes(5) + b"\1", bytes(6) + b"FCS!", bytes(20))
    arp = [
        struct.pack(">HHBBH", *kinds) + bytes(range(1, 53))
        for kinds in ((1, 0x800, 6, 4, 1), (6, 0x800, 6, 6, 2), (24, 0x800, 8, 4, 1), (1, 0x86DD, 6, 16, 1))
    ]
    return [frame + tail for tail in tails] + [wire.ethernet(each, 0x0806) for each in arp]


def tags() -> list[bytes]:
    """802.1ad's tag is no vlan of Wireshark's; type 0 is no length, and what lies between both is neither."""
    inner = struct.pack(">H", 0x0800) + wire.ip4(wire.tcp())
    stacked = wire.ethernet(b"\0\5\x81\0\0\6" + inner, 0x88A8)
    plain = wire.ethernet(b"\0\5" + inner, 0x8100)
    return [
        stacked,
        plain,
        wire.ethernet(bytes(46), 0),
        wire.ethernet(bytes(46), 1510),
        wire.ethernet(bytes(46), 46),
    ]


def detours() -> list[bytes]:
    """Segments that routing headers send over another host: TCP's end is the last one."""
    segment, final = wire.tcp(flags=wire.ACK), bytes.fromhex("20010db8") + bytes(11) + b"\2"
    packets = [wire.ip6(segment, dst="2001:db8::2")]
    for kind in (0, 2, 4):
        head = bytes((6, 2, kind, 1)) + bytes(4)
        packets.append(wire.ip6(head + final + segment, 43, dst="2001:db8::9"))
    return [wire.ethernet(packet, 0x86DD) for packet in packets]


def others() -> list[bytes]:
    """A reset that says why; IPv4 addresses in IPv6's."""
    reset = wire.ip4(wire.tcp(flags=wire.RST | wire.ACK, data=b"no such port"))
    pairs = (("::1.2.3.4", "::ffff:1.2.3.4"), ("::1", "::ffff:0:1.2.3.4"), ("::0.0.1.2", "::"))
    inside = [
        wire.ip6(wire.tcp(srcport=number), src=one, dst=two) for number, (one, two) in enumerate(pairs, 1)
    ]
    return [wire.ethernet(reset), *(wire.ethernet(packet, 0x86DD) for packet in inside)]


CAPTURES = {
    **{
        f"snap length {size}": cut(size)
        for size in (20, 35, 37, 40, 48, 50, 52, 53, 54, 56, 59, 60, 64, 66, 70, 74)
    },
    "contradictions": whole(contradictions()),
    "options": whole(options()),
    "errors": whole(errors()),
    "errors of IPv6": whole(errors6()),
    "trailers": whole(trailers()),
    "tags": whole(tags()),
    "detours": whole(detours()),
    "others": whole(others()),
}


@pytest.mark.parametrize("name", CAPTURES)
def test_every_field_of_a_damaged_packet_is_tsharks(name: str, tmp_path: Path) -> None:
    path = tmp_path / "damaged.pcap"
    records = [
        wire.record(frame, number * 1_000_000, length=size)
        for number, (frame, size) in enumerate(CAPTURES[name])
    ]
    path.write_bytes(wire.header() + b"".join(records))
    assert _differences(path, FIELDS.split()) == []


def test_a_list_says_of_a_damaged_header_what_tsharks_does(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pcap"
    packets = [
        each for name in ("snap length 52", "snap length 54", "snap length 60") for each in CAPTURES[name]
    ]
    records = [
        wire.record(frame, number * 1_000_000, length=size) for number, (frame, size) in enumerate(packets)
    ]
    path.write_bytes(wire.header() + b"".join(records))
    assert _differences(path, ["_ws.col.Info"]) == []


def test_the_frame_that_completes_a_datagram_is_listed_as_its_segment(tmp_path: Path) -> None:
    path = tmp_path / "fragments.pcap"
    segment = wire.tcp(data=bytes(40))
    pieces = [
        wire.fragment6(segment[:32], offset=0, more=True),
        wire.fragment6(segment[32:], offset=32, more=False),
    ]
    path.write_bytes(wire.pcap([wire.ethernet(piece, 0x86DD) for piece in pieces]))
    assert _ours(path, ["_ws.col.Info"])[1] == _tsharks(path, ["_ws.col.Info"])[1] != ""


def _differences(path: Path, names: Sequence[str]) -> list[str]:
    return [
        f"#{number} {name}: {own!r}, tshark {theirs!r}"
        for number, (ours, wanted) in enumerate(
            zip(_ours(path, names), _tsharks(path, names), strict=True), 1
        )
        for name, own, theirs in zip(names, ours.split("\t"), wanted.split("\t"), strict=True)
        if own != theirs
    ]


def _ours(path: Path, names: Sequence[str]) -> list[str]:
    session, out = Session([str(path)]), StringIO()
    print_packets(session, FieldsPrinter(session, names, parse_style([]), out), out, live=False)
    session.close()
    return out.getvalue().split("\n")[:-1]


def _tsharks(path: Path, names: Sequence[str]) -> list[str]:
    fields = [part for name in names for part in ("-e", name)]
    command = ["tshark", "-2", "-n", "-r", str(path), "-T", "fields", *fields]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
