"""What Wireshark says of real packets: all captures of the shared folder, merged into one, dissected by
tshark once.

Dissectors of what TCP and UDP carry are switched off, so that the Info column is theirs.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tui.capture.interface import Interface
from tui.decode.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Dissectors on top of TCP and UDP whose words would take the place of theirs in the Info column.
FOREIGN = (
    "tls",
    "http",
    "smtp",
    "mqtt",
    "bgp",
    "gquic",
    "quic",
    "pptp",
    "ssh",
    "telnet",
    "db-lsp-disc",
    "mysql",
    "ymsg",
    "nbdgm",
    "pgsql",
    "ftp",
    "f5ethtrailer",
    "ntp",
    "dhcp",
    "lcp",
    "json",
)
# mergecap refuses what is cut short or no capture; the last one has records that are no packets.
DAMAGED = ("v6.pcap", "pcap-invalid-version-1.pcap", "test202.pcapng")
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """A field of PDML: bytes [start, start + size) of the frame."""

    name: str
    start: int
    size: int
    show: str


@dataclass(frozen=True, slots=True)
class Packet:
    """A frame, what tshark says of it, and a context made of what tshark says."""

    frame: bytes
    link_type: int
    fields: tuple[Field, ...]
    info: str
    protocol: str

    def number(self, name: str) -> int | None:
        """The value of the last field of that name."""
        found = [field.show for field in self.fields if field.name == name]
        return int(found[-1], 0) if found else None

    def context(self) -> Context:
        """What the index would know of the packet."""
        scale = self.number("tcp.window_size_scalefactor")
        seq, seq_raw = self.number("tcp.seq"), self.number("tcp.seq_raw")
        ack, ack_raw = self.number("tcp.ack"), self.number("tcp.ack_raw")
        flags = self.number("tcp.flags") or 0
        return Context(
            number=self.number("frame.number") or 0,
            time=self.time("frame.time_epoch") or 0,
            caplen=len(self.frame),
            length=self.number("frame.len") or 0,
            interface=Interface(0, self.link_type),
            stream=self.number("tcp.stream"),
            base_seq=None if seq is None or seq_raw is None else (seq_raw - seq) % 2**32,
            base_ack=None if not flags & 16 or ack is None or ack_raw is None else (ack_raw - ack) % 2**32,
            scale=None if scale in (None, -1) else -1 if scale == -2 else scale.bit_length() - 1,
            seglen=self.number("tcp.len"),
            completeness=self.number("tcp.completeness"),
            time_relative=self.time("tcp.time_relative"),
            time_delta=self.time("tcp.time_delta"),
        )

    def time(self, name: str) -> int | None:
        """A time in ns."""
        found = [field.show for field in self.fields if field.name == name]
        if not found:
            return None
        return nanoseconds(found[-1])


def nanoseconds(seconds: str) -> int:
    """Of "-0.000030000"."""
    whole, _, rest = seconds.partition(".")
    return (-1 if whole.startswith("-") else 1) * (
        abs(int(whole)) * _NANOSECONDS + int(rest.ljust(9, "0")[:9] or 0)
    )


def packets(folder: Path, scratch: Path) -> list[Packet]:
    """All packets of the captures in `folder`'s list; skips where tshark is absent."""
    if not shutil.which("tshark") or not shutil.which("mergecap"):
        pytest.skip("tshark and mergecap are not installed")
    names = [
        line.split("\t")[0]
        for line in (folder / "dev.list").read_text().splitlines()
        if line and line[0] != "#"
    ]
    files = [str(folder / name) for name in names if not name.endswith(DAMAGED)]
    merged = scratch / "merged.pcapng"
    subprocess.run(
        ["mergecap", "-a", "-F", "pcapng", "-w", str(merged), *files], check=True, capture_output=True
    )
    return dissected(merged)


def dissected(capture: Path) -> list[Packet]:
    """The packets of a little-endian pcapng file, with what tshark says of each."""
    frames = list(_frames(capture.read_bytes()))
    trees = ElementTree.fromstring(_tshark(capture, "-T", "pdml")).findall("packet")
    columns = (
        _tshark(capture, "-T", "fields", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info").decode().splitlines()
    )
    rows = [line.partition("\t") for line in columns]
    return [
        Packet(frame, link_type, tuple(_fields(tree)), info.strip(), protocol)
        for (frame, link_type), tree, (protocol, _, info) in zip(frames, trees, rows, strict=True)
    ]


def _tshark(capture: Path, *options: str) -> bytes:
    switches = [word for name in FOREIGN for word in ("--disable-protocol", name)]
    command = ["tshark", "-n", "-2", "-r", str(capture), *switches, *options]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _fields(tree: ElementTree.Element) -> Iterator[Field]:
    for element in tree.iter("field"):
        if element.get("pos") is not None and element.get("hide") != "yes":
            size = int(element.get("size") or 0)
            yield Field(
                element.get("name") or "", int(element.get("pos") or 0), size, element.get("show") or ""
            )


def _frames(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The captured bytes and the link type of each enhanced packet block."""
    links: list[int] = []
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 1:
            links.append(struct.unpack_from("<H", data, at + 8)[0])
        elif kind == 6:
            number, _, _, captured = struct.unpack_from("<IIII", data, at + 8)
            yield data[at + 28 : at + 28 + captured], links[number]
        at += length
