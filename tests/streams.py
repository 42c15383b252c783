"""Streams for tests: of segments given in a few words, written to a capture and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import wire

from tui.report.stream.data import StreamData
from tui.session import Session
from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
PORTS = (40000, 80)
ENDS = (wire.A, wire.B)
MODULUS = 1 << 32


class Sent(NamedTuple):
    """A segment: its end, position (0 is the SYN's), data, flags, the position that it acknowledges."""

    end: int
    at: int
    data: bytes = b""
    flags: int = ACK
    ack: int = 1


OPENING = (Sent(0, 0, flags=SYN, ack=0), Sent(1, 0, flags=SYN | ACK), Sent(0, 1))


def frame(sent: Sent, bases: tuple[int, int] = (1000, 5000)) -> bytes:
    """A segment on the wire, of ends whose SYNs have the numbers `bases`."""
    end, other = sent.end, 1 - sent.end
    segment = wire.tcp(
        PORTS[end],
        PORTS[other],
        (bases[end] + sent.at) % MODULUS,
        (bases[other] + sent.ack) % MODULUS if sent.flags & ACK else 0,
        sent.flags,
        data=sent.data,
    )
    return wire.ethernet(wire.ip4(segment, src=ENDS[end], dst=ENDS[other]))


def opened(folder: Path, frames: Iterable[bytes]) -> Session:
    """A session over a capture of frames, 10 ms apart, read to its end."""
    path = folder / "stream.pcap"
    path.write_bytes(wire.pcap(frames, step=10_000_000))
    session = Session([str(path)])
    session.wait()
    return session


def stream_of(
    folder: Path, sent: Iterable[Sent], bases: tuple[int, int] = (1000, 5000)
) -> tuple[Session, StreamData]:
    """The stream of a connection that is opened, and then has these segments."""
    session = opened(folder, [frame(each, bases) for each in (*OPENING, *sent)])
    return session, StreamData(session, session.snapshot(), 0)


def told(data: StreamData) -> list[tuple[int, bytes | int]]:
    """The pieces in the order of delivery: the end, and its bytes or how many are missing."""
    pieces = data.pieces
    return [
        (
            int(pieces.ends[each]),
            data.piece(each) if pieces.skips[each] != HOLE else int(pieces.lengths[each]),
        )
        for each in range(len(pieces))
    ]
