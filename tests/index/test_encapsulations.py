"""TCP is found under every link type and in every tunnel: one segment, wrapped in each way there is."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
import tshark
import wire
from wire import A6, B6, ethernet, ip4, ip6, udp

from tui.index.scan import layers
from tui.index.schema import Layer, Mark, Protocol
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = bytes.fromhex("020405b4 01030307")
DATA = b"segment"
TCP = wire.tcp(1234, 8080, 0x11223344, 0x55667788, wire.PSH | wire.ACK, 513, OPTIONS, DATA)
IP = ip4(TCP)
IP6 = ip6(TCP)
ETHERNET = ethernet(IP)
ETHERNET6 = ethernet(IP6, 0x86DD)
MACS = bytes(12)
SNAP = bytes.fromhex("aaaa03 000000 0800")
ETHERTYPE = b"\x08\0"


def _extensions(*headers: tuple[int, bytes]) -> bytes:
    """IPv6 with extension headers, each without its first byte."""
    payload = TCP
    following = 6
    for kind, rest in reversed(headers):
        payload, following = bytes([following]) + rest + payload, kind
    return ip6(payload, following)


def _radiotap(present: int, fields: bytes) -> bytes:
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), present) + fields


def _wlan(control: str, *rest: bytes) -> bytes:
    addresses = bytes.fromhex("020000000002 020000000001 020000000003")
    return bytes.fromhex(control) + b"\0\0" + addresses + b"\x10\0" + b"".join(rest) + SNAP + IP


def _nflog(order: str) -> bytes:
    prefix = struct.pack(f"{order}HH", 5, 10) + b"\0" + bytes(3)
    return struct.pack(">BBH", 2, 0, 0) + prefix + struct.pack(f"{order}HH", 4 + len(IP), 9) + IP


def _gre(flags: int, *rest: bytes, ethertype: int = 0x0800, payload: bytes = IP) -> bytes:
    return ethernet(ip4(struct.pack(">HH", flags, ethertype) + b"".join(rest) + payload, 47))


def _label(number: int, bottom: bool) -> bytes:
    return struct.pack(">I", number << 12 | bottom << 8 | 64)


PPP_IP = b"\x00\x21" + IP
L2TP_SESSION = struct.pack(">HH", 5, 6)

CASES: dict[str, tuple[int, bytes]] = {
    "Ethernet": (1, ETHERNET),
    "Ethernet, IPv6": (1, ETHERNET6),
    "Ethernet with padding and FCS": (1, ETHERNET + bytes(10)),
    "802.3 with LLC and SNAP": (1, MACS + struct.pack(">H", len(SNAP + IP)) + SNAP + IP),
    "NULL, little-endian": (0, struct.pack("<I", 2) + IP),
    "NULL, big-endian": (0, struct.pack(">I", 2) + IP),
    "NULL, IPv6 of FreeBSD": (0, struct.pack("<I", 28) + IP6),
    "NULL, IPv6 of macOS": (0, struct.pack("<I", 30) + IP6),
    "NULL, IPv6 of OpenBSD": (0, struct.pack("<I", 24) + IP6),
    "LOOP": (108, struct.pack(">I", 2) + IP),
    "LOOP, IPv6": (108, struct.pack(">I", 24) + IP6),
    "RAW 12": (12, IP),
    "RAW 14": (14, IP),
    "RAW 101": (101, IP),
    "RAW 101, IPv6": (101, IP6),
    "IPv4": (228, IP),
    "IPv6": (229, IP6),
    "SLL": (113, struct.pack(">HHH8sH", 0, 1, 6, b"\2\0\0\0\0\1\0\0", 0x0800) + IP),
    "SLL, IPv6": (113, struct.pack(">HHH8sH", 4, 772, 6, bytes(8), 0x86DD) + IP6),
    "SLL2": (276, struct.pack(">HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, bytes(8)) + IP),
    "PPP": (9, PPP_IP),
    "PPP with address and control": (9, b"\xff\x03" + PPP_IP),
    "PPP, protocol compressed": (9, b"\x21" + IP),
    "PPP, IPv6": (9, b"\x00\x57" + IP6),
    "PPP in HDLC": (50, b"\xff\x03" + PPP_IP),
    "Cisco HDLC": (104, bytes.fromhex("0f000800") + IP),
    "PPPoE": (51, struct.pack(">BBHH", 0x11, 0, 9, len(PPP_IP)) + PPP_IP),
    "802.11, from a distribution system": (105, _wlan("0802")),
    "802.11, to a distribution system": (105, _wlan("0801")),
    "802.11, QoS": (105, _wlan("8802", b"\0\0")),
    "802.11, four addresses": (105, _wlan("0803", bytes(6))),
    "802.11, QoS with HT control": (105, _wlan("8882", b"\0\0", bytes(4))),
    "radiotap": (127, _radiotap(0, b"") + _wlan("0802")),
    "radiotap with FCS": (127, _radiotap(2, b"\x10") + _wlan("0802") + bytes(4)),
    "radiotap with TSFT and FCS": (127, _radiotap(3, bytes(8) + b"\x10") + _wlan("0802") + bytes(4)),
    "radiotap with data padding": (127, _radiotap(2, b"\x20") + _wlan("8802", b"\0\0", b"\0\0")),
    "radiotap with two presence words": (
        127,
        _radiotap(0x80000002, struct.pack("<I", 0) + b"\0") + _wlan("0802"),
    ),
    "NFLOG, little-endian": (239, _nflog("<")),
    "NFLOG, big-endian": (239, _nflog(">")),
    "ENC": (109, struct.pack("<III", 2, 1, 0) + IP),
    "ENC, IPv6": (109, struct.pack("<III", 24, 1, 0) + IP6),
    "802.1Q": (1, ethernet(struct.pack(">HH", 5, 0x0800) + IP, 0x8100)),
    "QinQ": (1, ethernet(struct.pack(">HHHH", 5, 0x8100, 6, 0x0800) + IP, 0x88A8)),
    "802.1Q with LLC": (
        1,
        ethernet(struct.pack(">HH", 5, len(SNAP + IP)) + SNAP + IP, 0x8100),
    ),
    "MPLS": (1, ethernet(_label(20, True) + IP, 0x8847)),
    "MPLS, two labels": (1, ethernet(_label(20, False) + _label(21, True) + IP6, 0x8847)),
    "MPLS, Ethernet pseudowire": (1, ethernet(_label(20, True) + bytes(4) + ETHERNET, 0x8847)),
    "PPPoE in Ethernet": (
        1,
        ethernet(struct.pack(">BBHH", 0x11, 0, 9, len(PPP_IP)) + PPP_IP + bytes(6), 0x8864),
    ),
    "IP options": (1, ethernet(ip4(TCP, options=bytes.fromhex("94040000 01010100")))),
    "IP length 0 (segmentation offload)": (1, ethernet(ip4(TCP, length=0))),
    "GRE": (1, _gre(0)),
    "GRE with checksum, key, sequence number": (1, _gre(0xB000, bytes(4), bytes(4), bytes(4))),
    "GRE, IPv6": (1, _gre(0, ethertype=0x86DD, payload=IP6)),
    "GRE, Ethernet": (1, _gre(0, ethertype=0x6558, payload=ETHERNET)),
    "GRE, PPTP": (
        1,
        _gre(0x3081, struct.pack(">HHII", len(PPP_IP), 1, 1, 1), ethertype=0x880B, payload=PPP_IP),
    ),
    "ERSPAN I": (1, _gre(0, ethertype=0x88BE, payload=ETHERNET)),
    "ERSPAN II": (
        1,
        _gre(0x1000, bytes(4), bytes.fromhex("1000000000000000"), ethertype=0x88BE, payload=ETHERNET),
    ),
    "ERSPAN III": (1, _gre(0x1000, bytes(4), b"\x20" + bytes(11), ethertype=0x22EB, payload=ETHERNET)),
    "IPv4 in IPv4": (1, ethernet(ip4(IP, 4, "1.1.1.1", "2.2.2.2"))),
    "IPv6 in IPv4": (1, ethernet(ip4(IP6, 41))),
    "IPv4 in IPv6": (1, ethernet(ip6(IP, 4), 0x86DD)),
    "IPv6 in IPv6": (1, ethernet(ip6(IP6, 41, B6, A6), 0x86DD)),
    "VXLAN": (1, ethernet(ip4(udp(bytes.fromhex("0800000000000100") + ETHERNET, 4789), 17))),
    "GENEVE": (1, ethernet(ip4(udp(bytes.fromhex("0000655800000100") + ETHERNET, 6081), 17))),
    "GENEVE with options, IPv6": (
        1,
        ethernet(ip4(udp(bytes.fromhex("010086dd00000100 00000000") + IP6, 6081), 17)),
    ),
    "GTP-U": (1, ethernet(ip4(udp(struct.pack(">BBHI", 0x30, 255, len(IP), 77) + IP, 2152), 17))),
    "L2TP": (1, ethernet(ip4(udp(b"\x00\x02" + L2TP_SESSION + b"\xff\x03" + PPP_IP, 1701), 17))),
    "L2TP with length and Ns": (
        1,
        ethernet(
            ip4(
                udp(
                    struct.pack(">HH", 0x4802, 12 + 4 + len(PPP_IP) - 2)
                    + L2TP_SESSION
                    + bytes(4)
                    + b"\xff\x03"
                    + PPP_IP,
                    1701,
                ),
                17,
            )
        ),
    ),
    "AH": (1, ethernet(ip4(bytes([6, 4]) + bytes(22) + TCP, 51))),
    "hop-by-hop": (1, ethernet(_extensions((0, b"\0\1\4" + bytes(4))), 0x86DD)),
    "destination options, twice as long": (1, ethernet(_extensions((60, b"\1\1\x0c" + bytes(12))), 0x86DD)),
    "routing": (1, ethernet(_extensions((43, b"\0\0\0" + bytes(4))), 0x86DD)),
    "mobility": (1, ethernet(_extensions((135, b"\0" + bytes(6))), 0x86DD)),
    "atomic fragment": (1, ethernet(_extensions((44, b"\0\0\0" + bytes(4))), 0x86DD)),
    "AH in IPv6": (1, ethernet(_extensions((51, b"\4" + bytes(22))), 0x86DD)),
    "all extension headers": (
        1,
        ethernet(
            _extensions(
                (0, b"\0\1\4" + bytes(4)),
                (60, b"\0\1\4" + bytes(4)),
                (43, b"\0\0\0" + bytes(4)),
                (44, b"\0\0\0" + bytes(4)),
                (51, b"\4" + bytes(22)),
                (60, b"\0\1\4" + bytes(4)),
            ),
            0x86DD,
        ),
    ),
}
CASES["GTP-U with sequence number"] = (
    1,
    ethernet(ip4(udp(struct.pack(">BBHIHBB", 0x32, 255, 4 + len(IP), 77, 1, 0, 0) + IP, 2152), 17)),
)
CASES["GTP-U with extension header"] = (
    1,
    ethernet(
        ip4(udp(struct.pack(">BBHIHBB", 0x34, 255, 8 + len(IP), 77, 0, 0, 0x85) + b"\1\0\1\0" + IP, 2152), 17)
    ),
)
CASES |= {
    "VN-Tag": (1, ethernet(bytes(4) + ETHERTYPE + IP, 0x8926)),
    "802.1BR": (1, ethernet(bytes(6) + ETHERTYPE + IP, 0x893F)),
    "Cisco MetaData": (1, ethernet(bytes.fromhex("010100010009") + ETHERTYPE + IP, 0x8909)),
    "MACsec, not encrypted": (1, ethernet(bytes(2) + b"\0\0\0\1" + ETHERTYPE + IP + bytes(16), 0x88E5)),
    "MACsec with its channel": (1, ethernet(b"\x20\0" + bytes(12) + ETHERTYPE + IP + bytes(16), 0x88E5)),
    "802.1ah": (1, ethernet(b"\0\0\0\5" + ETHERNET, 0x88E7)),
    "NSH": (1, ethernet(bytes.fromhex("0fc60101 00000104") + bytes(16) + IP, 0x894F)),
    "IPv6 announced as IPv4": (1, ethernet(IP6, 0x0800)),
    "EtherIP": (1, ethernet(ip4(b"\x30\0" + ETHERNET, 97))),
    "VXLAN-GPE": (1, ethernet(ip4(udp(b"\x0c\0\0\1" + bytes(4) + IP, 4790), 17))),
    "MPLS in UDP": (1, ethernet(ip4(udp(_label(100, bottom=True) + IP, 6635), 17))),
    "Teredo": (1, ethernet(ip4(udp(IP6, 3544), 17))),
    "Teredo with authentication and origin": (
        1,
        ethernet(ip4(udp(b"\0\1\0\0" + bytes(9) + bytes(8) + IP6, 3544), 17)),
    ),
    "AYIYA": (1, ethernet(ip4(udp(bytes.fromhex("41521129 00000000") + bytes(36) + IP6, 5072, 5072), 17))),
    "LISP": (1, ethernet(ip4(udp(bytes(8) + IP, 4341), 17))),
    "ATM with LLC": (100, SNAP + IP),
    "Frame Relay": (107, bytes.fromhex("184103cc") + IP),
    "pflog": (117, bytes((61, 2)) + bytes(62) + IP),
    "Prism": (119, struct.pack("<II", 0x44, 144) + bytes(136) + _wlan("0801")),
    "Prism, in truth AVS": (119, struct.pack(">II", 0x80211001, 64) + bytes(56) + _wlan("0801")),
    "AVS": (163, struct.pack(">II", 0x80211001, 64) + bytes(56) + _wlan("0801")),
    "IP over Fibre Channel": (122, bytes(16) + SNAP + IP),
    "Token Ring": (6, b"\x10\x40" + bytes(6) + b"\2" + bytes(5) + SNAP + IP),
    "PPI, Ethernet": (192, struct.pack("<BBHI", 0, 0, 8, 1) + ETHERNET),
    "PPP with its direction": (204, b"\1\xff\3\0\x21" + IP),
}

# What tshark 4.0 does not follow to the segment, and why.
NOT_IN_TSHARK = {
    "NFLOG, big-endian": "takes the byte order of the machine that reads for that of the one that captured",
    "MPLS, Ethernet pseudowire": "guesses by the vendors of addresses whether there is a control word",
    "mobility": "ends there: RFC 6275 forbids that anything follows, but a kernel delivers it",
}


@pytest.mark.parametrize("name", CASES)
def test_the_segment_is_found(name: str, tmp_path: Path) -> None:
    link_type, frame = CASES[name]
    path = tmp_path / "one.pcap"
    path.write_bytes(wire.pcap([frame], link_type))
    session = Session([str(path)])
    snapshot = session.wait()
    session.close()
    packets = snapshot.packets
    assert (packets.srcport[0], packets.dstport[0]) == (1234, 8080)
    assert (packets.seq[0], packets.ack[0]) == (0x11223344, 0x55667788)
    assert (packets.seglen[0], packets.window[0], packets.bits[0]) == (len(DATA), 513, 0x7018)
    ends = (snapshot.addresses.text(packets.src[0]), snapshot.addresses.text(packets.dst[0]))
    assert ends in ((wire.A, wire.B), (A6, B6))
    assert packets.stream[0] == 0
    assert packets.marks[0] == Mark.TCP
    at = int(packets.tcp_at[0])
    assert frame[at : at + len(TCP)] == TCP


@pytest.mark.parametrize("name", CASES)
def test_the_layers_lie_in_the_frame_one_behind_the_other(name: str) -> None:
    link_type, frame = CASES[name]
    found = layers(frame, link_type)
    starts = [start for _, start, _ in found]
    assert starts == sorted(starts)
    at = frame.index(TCP)
    assert (Layer.TCP, at, at + 28) in found
    assert (Layer.PAYLOAD, at + 28, at + len(TCP)) in found


FIELDS = (
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.len",
    "tcp.flags",
    "tcp.window_size_value",
)


@tshark.needs_tshark
def test_tshark_finds_the_same(tmp_path: Path) -> None:
    names = [name for name in CASES if name not in NOT_IN_TSHARK]
    path = tmp_path / "all.pcapng"
    described = [wire.interface("<", CASES[name][0]) for name in names]
    packets = [wire.enhanced(CASES[name][1], 0, number) for number, name in enumerate(names)]
    path.write_bytes(wire.section() + b"".join(described) + b"".join(packets))
    expected = dict(
        zip(FIELDS, ("1234", "8080", "287454020", "1432778632", "7", "0x0018", "513"), strict=True)
    )
    found = tshark.fields(path, *FIELDS)
    assert {name: row for name, row in zip(names, found, strict=True) if row != expected} == {}


QUESTION = bytes.fromhex("1234010000010000000000000161000001 0001")


@pytest.mark.parametrize(
    ("ports", "protocol"),
    [
        ((50000, 53), Protocol.DNS),
        ((53, 50000), Protocol.DNS),
        ((53, 6081), Protocol.DNS),
        ((4789, 53), Protocol.DNS),
        ((137, 5353), Protocol.NBNS),
        ((60000, 60001), Protocol.UDP),
    ],
)
def test_the_lower_port_names_what_udp_carries(
    ports: tuple[int, int], protocol: Protocol, tmp_path: Path
) -> None:
    path = tmp_path / "one.pcap"
    path.write_bytes(wire.pcap([ethernet(ip4(udp(QUESTION, ports[1], ports[0]), 17))]))
    session = Session([str(path)])
    packets = session.wait().packets
    session.close()
    assert packets.protocol[0] == protocol
    assert (packets.srcport[0], packets.dstport[0]) == ports
