"""A second reader of the captures, which shares nothing with what made them, and prints as tcpdump does.

Invariant: every number comes from the file's bytes; the layout (Ethernet, IPv4, TCP) is asserted.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ETHERNET = 1
FLAG_LETTERS = ((0x01, "F"), (0x02, "S"), (0x04, "R"), (0x08, "P"), (0x10, "."))


@dataclass(frozen=True)
class Packet:
    time: datetime
    frame: bytes

    @property
    def ip(self) -> bytes:
        return self.frame[14:34]

    @property
    def tcp(self) -> bytes:
        return self.frame[34:]

    @property
    def header_length(self) -> int:
        return (self.tcp[12] >> 4) * 4

    @property
    def options(self) -> bytes:
        return self.tcp[20 : self.header_length]

    @property
    def payload(self) -> bytes:
        return self.tcp[self.header_length :]

    @property
    def source(self) -> str:
        return f"{IPv4Address(self.ip[12:16])}.{self.number(0, '>H')}"

    @property
    def destination(self) -> str:
        return f"{IPv4Address(self.ip[16:20])}.{self.number(2, '>H')}"

    @property
    def seq(self) -> int:
        return self.number(4, ">I")

    @property
    def ack(self) -> int:
        return self.number(8, ">I")

    @property
    def flags(self) -> str:
        return "".join(letter for bit, letter in FLAG_LETTERS if self.tcp[13] & bit)

    @property
    def checksum(self) -> int:
        return self.number(16, ">H")

    @property
    def right_checksum(self) -> int:
        pseudo_header = self.ip[12:20] + struct.pack(">BBH", 0, 6, len(self.tcp))
        return ~words_sum(pseudo_header + self.tcp[:16] + bytes(2) + self.tcp[18:]) & 0xFFFF

    def number(self, offset: int, form: str) -> int:
        """One number of the TCP header."""
        value: int = struct.unpack_from(form, self.tcp, offset)[0]
        return value


def words_sum(data: bytes) -> int:
    """RFC 1071's sum, by way of arithmetic modulo 65535."""
    total = int.from_bytes(data + bytes(len(data) % 2), "big")
    return total % 0xFFFF or (0xFFFF if total else 0)


def read_pcap(path: Path) -> list[Packet]:
    content = path.read_bytes()
    assert struct.unpack("<IHHiII", content[:20]) == (0xA1B2C3D4, 2, 4, 0, 0, 262144)
    assert struct.unpack("<I", content[20:24]) == (ETHERNET,)
    packets, position = [], 24
    while position < len(content):
        seconds, micros, captured, length = struct.unpack_from("<IIII", content, position)
        assert captured == length
        frame = content[position + 16 : position + 16 + captured]
        assert len(frame) == captured
        assert frame[12:15] == b"\x08\x00\x45"
        assert frame[23] == 6
        assert struct.unpack_from(">H", frame, 16)[0] == length - 14
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micros)
        packets.append(Packet(moment, frame))
        position += 16 + captured
    return packets


def tcpdump_lines(packets: list[Packet], form: str) -> list[str]:
    """What `tcpdump -nn` prints with `form` (-S, -vv or -vvS), each packet on one line, without the payload.

    Without S numbers are relative, tcpdump's way: the SYNs have absolute ones, the others count from theirs.
    """
    verbose = "vv" in form
    isns = {} if "S" in form else {packet.source: packet.seq for packet in packets if "S" in packet.flags}
    return [_tcpdump_line(packet, verbose, {} if "S" in packet.flags else isns) for packet in packets]


def _tcpdump_line(packet: Packet, verbose: bool, isns: dict[str, int]) -> str:
    return (
        f"{packet.time:%H:%M:%S.%f} IP {_ip_words(packet) if verbose else ''}"
        f"{packet.source} > {packet.destination}: {', '.join(_tcp_words(packet, verbose, isns))}"
    )


def _ip_words(packet: Packet) -> str:
    tos, length, identification, fragment, ttl = struct.unpack(">xBHHHB11x", packet.ip)
    assert fragment == 0x4000
    identity = f"id {identification}, offset 0, flags [DF], proto TCP (6)"
    return f"(tos 0x{tos:x}, ttl {ttl}, {identity}, length {length}) "


def _tcp_words(packet: Packet, verbose: bool, isns: dict[str, int]) -> list[str]:
    words = [f"Flags [{packet.flags}]"]
    if verbose:
        right = packet.checksum == packet.right_checksum
        verdict = "correct" if right else f"incorrect -> 0x{packet.right_checksum:04x}"
        words.append(f"cksum 0x{packet.checksum:04x} ({verdict})")
    first = packet.seq - isns.get(packet.source, 0)
    if packet.payload:
        words.append(f"seq {first}:{(first + len(packet.payload)) % 2**32}")
    elif verbose or packet.flags != ".":
        words.append(f"seq {first}")
    if "." in packet.flags:
        words.append(f"ack {packet.ack - isns.get(packet.destination, 0)}")
    words.append(f"win {packet.number(14, '>H')}")
    if packet.options:
        words.append(f"options [{','.join(_option_words(packet.options))}]")
    return [*words, f"length {len(packet.payload)}"]


def _option_words(options: bytes) -> list[str]:
    words = []
    while options:
        kind, length = options[0], 1 if options[0] == 1 else options[1]
        value, options = options[2:length], options[length:]
        number = int.from_bytes(value, "big")
        words.append(
            {
                1: "nop",
                2: f"mss {number}",
                3: f"wscale {number}",
                4: "sackOK",
                5: f"sack {len(value) // 8} {_sack_blocks(value)}",
                8: f"TS val {number >> 32} ecr {number & 0xFFFFFFFF}",
                34: f"tfo  cookie {value.hex()}",
            }[kind]
        )
    return words


def _sack_blocks(value: bytes) -> str:
    return "".join(
        f"{{{first}:{end}}}" for first, end in struct.iter_unpack(">II", value[: len(value) // 8 * 8])
    )
