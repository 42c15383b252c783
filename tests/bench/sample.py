"""The capture that is measured: 1,000,000 packets of 18,000 interleaved connections, about 600 MB.

Invariant: it is made from the numbers in this file and a fixed seed, so it is the same everywhere; its name
carries a digest of this file, so it is made anew when the recipe changes. It is kept outside the repository.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

PACKETS = 1_000_000
CONNECTIONS = 18_000
SECONDS = 600  # in which connections begin

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
CLIENT, SERVER = 0, 1

# The packets that end a connection, each as (who, flags); the connection takes one of these ways.
CLOSES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((CLIENT, FIN | ACK), (SERVER, FIN | ACK), (CLIENT, ACK)),
    ((SERVER, FIN | ACK), (CLIENT, ACK), (CLIENT, FIN | ACK), (SERVER, ACK)),
    ((CLIENT, RST | ACK),),
    (),
)
OPENING = ((CLIENT, SYN), (SERVER, SYN | ACK), (CLIENT, ACK))
REQUEST = (
    3  # index of the packet with which the client asks; then the server sends and the client acknowledges
)

RECORD = [("seconds", "<u4"), ("micros", "<u4"), ("caplen", "<u4"), ("length", "<u4")]
ETHERNET = [("eth_dst", ">u2", 3), ("eth_src", ">u2", 3), ("eth_type", ">u2")]
IP = [
    ("version", "u1"),
    ("tos", "u1"),
    ("ip_length", ">u2"),
    ("id", ">u2"),
    ("fragment", ">u2"),
    ("ttl", "u1"),
    ("protocol", "u1"),
    ("ip_checksum", ">u2"),
    ("source", ">u4"),
    ("target", ">u4"),
]
TCP = [
    ("sport", ">u2"),
    ("dport", ">u2"),
    ("seq", ">u4"),
    ("ack", ">u4"),
    ("offset", "u1"),
    ("flags", "u1"),
    ("window", ">u2"),
    ("checksum", ">u2"),
    ("urgent", ">u2"),
]
TIMES = [("tsval", ">u4"), ("tsecr", ">u4")]
PLAIN = np.dtype([*RECORD, *ETHERNET, *IP, *TCP, ("ts", ">u4"), *TIMES])
OPENER = np.dtype(
    [*RECORD, *ETHERNET, *IP, *TCP, ("mss", ">u4"), ("sack_ts", ">u4"), *TIMES, ("scale", ">u4")]
)
BLOCK = 50_000  # packets written in one go

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments, one row each, in the order of time."""

    connection: Ints
    sender: Ints
    flags: Ints
    seq: Ints
    ack: Ints
    length: Ints  # bytes of payload
    time: Ints  # µs


def sample() -> Path:
    """The capture's path; it is made if it is not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tcpscope"
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    path = cache / f"bench-{digest}.pcap"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        for old in cache.glob("bench-*.pcap*"):
            old.unlink()
        part = path.with_suffix(".pcap.part")
        with part.open("wb") as file:
            _write(file, _segments(np.random.default_rng(9293)))
        part.rename(path)
    return path


def _segments(random: np.random.Generator) -> Segments:
    """Lay out every connection by itself, then order all by time."""
    counts = random.integers(20, 2 * PACKETS // CONNECTIONS - 20, CONNECTIONS)
    counts[: abs(PACKETS - counts.sum())] += np.sign(PACKETS - counts.sum())
    starts = np.cumsum(counts) - counts
    connection = np.repeat(np.arange(CONNECTIONS), counts)
    place = np.arange(PACKETS) - np.repeat(starts, counts)
    sender, flags = _roles(random, counts, starts, place)
    length = _lengths(random, place, flags)
    again = (place % 8 == 7) & (length > 0) & (random.random(PACKETS) < 0.1)  # sent twice
    length[again] = length[np.flatnonzero(again) - 2]
    takes = np.where(again, 0, length + (flags & SYN != 0) + (flags & FIN != 0))
    sent = [_counted(np.where(sender == end, takes, 0), starts, counts) for end in (CLIENT, SERVER)]
    isn = random.integers(0, 1 << 32, (2, CONNECTIONS))[:, connection]
    own = np.where(sender == CLIENT, sent[CLIENT] + isn[CLIENT], sent[SERVER] + isn[SERVER])
    other = np.where(sender == CLIENT, sent[SERVER] + isn[SERVER], sent[CLIENT] + isn[CLIENT])
    seq = own - np.where(again, length, 0)
    ack = np.where(flags & ACK != 0, other, 0)
    begin = random.integers(0, SECONDS * 1_000_000, CONNECTIONS)
    gap = random.integers(200, 200_000, CONNECTIONS)
    time = begin[connection] + place * gap[connection] + random.integers(0, 150, PACKETS)
    order = np.argsort(time, kind="stable")
    columns = (connection, sender, flags, seq % (1 << 32), ack % (1 << 32), length, time)
    return Segments(*(column[order] for column in columns))


def _roles(random: np.random.Generator, counts: Ints, starts: Ints, place: Ints) -> tuple[Ints, Ints]:
    """Who sends each packet, and its flags."""
    sender = np.where(place > REQUEST, place % 2, CLIENT)  # odd places are the server's data
    flags = np.where(place % 2 == 1, PSH | ACK, ACK)
    for index, (who, flag) in enumerate(OPENING):
        sender[starts + index], flags[starts + index] = who, flag
    sender[starts + REQUEST + 1] = SERVER
    ways = random.choice(len(CLOSES), CONNECTIONS, p=(0.5, 0.3, 0.1, 0.1))
    for way, close in enumerate(CLOSES):
        ends = (starts + counts)[ways == way]
        for index, (who, flag) in enumerate(close):
            sender[ends - len(close) + index], flags[ends - len(close) + index] = who, flag
    return sender, flags


def _lengths(random: np.random.Generator, place: Ints, flags: Ints) -> Ints:
    full = random.random(PACKETS) < 0.65
    length = np.where(full, 1448, random.integers(1, 1448, PACKETS))
    length[place == REQUEST] = 180
    length[flags & PSH == 0] = 0
    return length


def _counted(takes: Ints, starts: Ints, counts: Ints) -> Ints:
    """What was sent before each packet, counted from the connection's beginning."""
    before = np.cumsum(takes) - takes
    return before - np.repeat(before[starts], counts)


def _write(file: BinaryIO, segments: Segments) -> None:
    file.write(np.array([0xA1B2C3D4, 4 << 16 | 2, 0, 0, 65535, 1], "<u4").tobytes())
    noise = np.random.default_rng(793).integers(0, 256, 1 << 20, np.uint8)
    for start in range(0, PACKETS, BLOCK):
        rows = slice(start, start + BLOCK)
        file.write(_records(Segments(*(getattr(segments, name)[rows] for name in Segments.__slots__)), noise))


def _records(segments: Segments, noise: NDArray[np.uint8]) -> bytes:
    opener = segments.flags & SYN != 0
    sizes = np.where(opener, OPENER.itemsize, PLAIN.itemsize) + segments.length
    places = np.cumsum(sizes) - sizes
    data = np.resize(noise, sizes.sum())
    for form, mask in ((PLAIN, ~opener), (OPENER, opener)):
        chosen = Segments(*(getattr(segments, name)[mask] for name in Segments.__slots__))
        headers = make_headers(chosen, form).view(np.uint8).reshape(-1, form.itemsize)
        data[places[mask][:, None] + np.arange(form.itemsize)] = headers
    return data.tobytes()


def make_headers(segments: Segments, form: np.dtype[np.void]) -> NDArray[np.void]:
    """Records and headers of segments, which are PLAIN or OPENER; without payload."""
    headers = np.zeros(len(segments.time), form)
    wire = form.itemsize - 16 + segments.length
    client = 0x0A000000 + segments.connection // 50
    server = 0xC0A80000 + segments.connection % 97
    ports = (20_000 + segments.connection, 443 - 363 * (segments.connection % 2))
    forward = segments.sender == CLIENT
    values = {
        "seconds": 1_700_000_000 + segments.time // 1_000_000,
        "micros": segments.time % 1_000_000,
        "caplen": wire,
        "length": wire,
        "eth_dst": (0x0200, 0, 1),
        "eth_src": (0x0200, 0, 2),
        "eth_type": 0x0800,
        "version": 0x45,
        "ip_length": wire - 14,
        "id": segments.time & 0xFFFF,
        "fragment": 0x4000,
        "ttl": 64,
        "protocol": 6,
        "source": np.where(forward, client, server),
        "target": np.where(forward, server, client),
        "sport": np.where(forward, *ports),
        "dport": np.where(forward, *reversed(ports)),
        "seq": segments.seq,
        "ack": segments.ack,
        "offset": (form.itemsize - 16 - 34) // 4 << 4,
        "flags": segments.flags,
        "window": 501,
        "mss": 0x020405B4,
        "sack_ts": 0x0402080A,
        "ts": 0x0101080A,
        "tsval": segments.time // 1000,
        "tsecr": np.where(segments.flags & ACK != 0, segments.time // 1000 - 1, 0),
        "scale": 0x01030307,
    }
    for name in headers.dtype.names or ():
        if name in values:
            headers[name] = values[name]
    return headers


if __name__ == "__main__":
    print(sample())
