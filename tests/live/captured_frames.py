"""The frames of a capture file as another program's reader has them: scapy's."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

from scapy.utils import RawPcapNgReader, RawPcapReader

if TYPE_CHECKING:
    from pathlib import Path


class Frame(NamedTuple):
    """One frame: its time in ns, its length on the wire, its captured bytes."""

    time: int
    length: int
    data: bytes


def frames_of(path: Path) -> list[Frame]:
    """All frames of a pcap file with nanoseconds, or of a pcapng file."""
    with RawPcapReader(str(path)) as reader:
        ticks = _ticks_of_pcapng if isinstance(reader, RawPcapNgReader) else _ticks_of_pcap
        return [Frame(ticks(about), about.wirelen, data) for data, about in reader]


def _ticks_of_pcapng(about: Any) -> int:
    ticks: int = about.tshigh << 32 | about.tslow
    return ticks


def _ticks_of_pcap(about: Any) -> int:
    ticks: int = about.sec * 10**9 + about.usec  # in such a file, usec is ns
    return ticks


_CUT_SHORT = 2  # tshark's exit code for a file that ends amid a packet


def tshark_reads(path: Path, *, cut: bool = False) -> int:
    """How many packets tshark finds in a file that it reads to its end; its only complaint may be a `cut`."""
    done = subprocess.run(
        ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", "frame.number"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    complaints = [line for line in done.stderr.splitlines() if "Running as user" not in line]
    if cut:
        complaints = [line for line in complaints if "cut short in the middle of a packet" not in line]
    assert done.returncode == 0 or (cut and done.returncode == _CUT_SHORT), path
    assert complaints == [], path
    return len(done.stdout.splitlines())
