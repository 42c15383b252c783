"""Conversations that nobody had, as rows of the packet table: tracked like any other, but without bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from tui.index.schema import PACKET, SCALE_UNKNOWN, Mark
from tui.index.table import PacketTable
from tui.tcp.track import Tracker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tui.index.table import Packets

FIN, SYN, RST, ACK = 1, 2, 4, 16
WRAP = 1 << 32
SENDER, ROUTER = 1, 99  # numbers in the address book: of connection n's ends, SENDER + 2n and the one behind

Move = tuple[int, int, str, int, int, int]
"""Connection, end, what it does (of KINDS or REPEATS), slips of seq and ack, ns since the packet before."""

KINDS = {  # flags, payload bytes
    "syn": (SYN, 0),
    "syn with data": (SYN, 10),
    "syn-ack": (SYN | ACK, 0),
    "ack": (ACK, 0),
    "data": (ACK, 10),
    "fin": (FIN | ACK, 0),
    "fin with data": (FIN | ACK, 10),
    "bare fin": (FIN, 0),
    "rst": (RST, 0),
    "rst-ack": (RST | ACK, 0),
    "syn-fin": (SYN | FIN, 0),
    "syn-rst": (SYN | RST, 0),
    "fin-rst": (FIN | RST | ACK, 0),
    "syn-fin-ack": (SYN | FIN | ACK, 0),
    "nothing": (0, 0),
}
REPEATS = {  # of the sender's segments: which one, and the marks that the packet gets instead
    "its first again": (0, 0),
    "its last again": (-1, 0),
    "the one before again": (-2, 0),
    "its first, captured twice": (0, 0),
    "its last, captured twice": (-1, 0),
    "its last, cut short": (-1, Mark.SHORT),
    "its first, quoted": (0, Mark.QUOTED),
    "its last, quoted": (-1, Mark.QUOTED),
    "its first, quoted by 8 bytes": (0, Mark.QUOTED | Mark.PARTIAL),
    "its last, quoted by 8 bytes": (-1, Mark.QUOTED | Mark.PARTIAL),
    "its first, quoted by a hard error": (0, Mark.QUOTED | Mark.HARD),
    "its last, quoted by a hard error": (-1, Mark.QUOTED | Mark.HARD),
    "its first, quoted by a hard error of 8 bytes": (0, Mark.QUOTED | Mark.PARTIAL | Mark.HARD),
}
SLIPS = (0, 0, 0, 0, 0, 0, 0, 0, 1, -1, 5, 10, -10, 3000, -3000, 1 << 31, -(1 << 30))
DELAYS = (0, 1_000, 900_000, 20_000_000, 70_000_000, 1_000_000_000)

MOVES = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.sampled_from((*KINDS, "ack", "data", "ack", "fin", "data", *REPEATS)),
    st.sampled_from(SLIPS),
    st.sampled_from(SLIPS),
    st.sampled_from(DELAYS),
)
OPENED: tuple[Move, ...] = (
    (0, 0, "syn", 0, 0, 0),
    (0, 1, "syn-ack", 0, 0, 1000),
    (0, 0, "ack", 0, 0, 1000),
)


def _dull(count: int, ack_slip: int = 0) -> tuple[Move, ...]:
    """Data both ways."""
    return tuple((0, number % 2, "data", 0, ack_slip, 1000) for number in range(count))


CORNERS: dict[str, tuple[Move, ...]] = {  # what chance seldom makes
    "a FIN that came before its data crosses the other one": (
        *OPENED,
        (0, 0, "fin", 10, 0, 1000),
        (0, 1, "fin", 0, 0, 1000),
        (0, 0, "data", 0, 0, 1000),
        (0, 1, "ack", 0, 11, 1000),
    ),
    "a second FIN with another number does not cross": (
        *OPENED,
        (0, 0, "fin", 0, 0, 1000),
        (0, 0, "fin", 5, 0, 1000),
        (0, 1, "fin", 0, -1, 1000),
        (0, 0, "ack", 0, 0, 1000),
    ),
    "long after a RST both ends went on, and then sent one each": (
        *OPENED,
        *_dull(20),
        (0, 0, "rst", 0, 0, 1000),
        *_dull(200),
        (0, 0, "rst", 0, 0, 1000),
        (0, 1, "rst", 0, 0, 1000),
    ),
    "a FIN that was sent twice is acknowledged late": (
        *OPENED,
        (0, 1, "fin", 0, 0, 1000),
        (0, 0, "ack", 0, 0, 1000),
        (0, 0, "fin", 0, 0, 1000),
        (0, 1, "its first again", 0, 0, 1000),
        (0, 1, "fin", -1, 0, 1000),
        *_dull(100, -3000),
        (0, 0, "fin", -1, -3000, 1000),
        *_dull(100, -3000),
        (0, 0, "ack", 0, 0, 1000),
        *_dull(2, -3000),
    ),
    "a SYN's first answer is that of another SYN": (
        (0, 0, "syn", 0, 0, 0),
        (0, 1, "syn-ack", 0, -10, 1000),
        (0, 0, "rst", -10, 0, 1000),
        (0, 1, "syn-ack", 100, 0, 1000),
        (0, 0, "ack", 0, 100, 1000),
    ),
    "a SYN with FIN that was not answered first crosses a FIN": (
        (0, 0, "syn-fin", 0, 0, 0),
        (0, 1, "syn-ack", 0, -10, 1000),
        (0, 1, "syn-fin-ack", 100, 0, 1000),
        (0, 1, "fin", 0, -1, 1000),
        (0, 0, "ack", 0, 100, 1000),
    ),
    "a hard error ends a SYN, and data comes all the same": (
        (0, 0, "syn", 0, 0, 0),
        (0, 0, "its first, quoted by a hard error", 0, 0, 1000),
        *_dull(2),
    ),
    "a hard error ends a SYN, whose answer comes too late": (
        (0, 0, "syn", 0, 0, 0),
        (0, 0, "its first, quoted by a hard error of 8 bytes", 0, 0, 1000),
        (0, 1, "syn-ack", 0, 0, 1000),
        (0, 0, "rst", 0, 0, 1000),
    ),
    "a hard error ends none of two SYNs": (
        (0, 0, "syn", 0, 0, 0),
        (0, 0, "its first, quoted by a hard error", 0, 0, 1000),
        (0, 0, "its first again", 0, 0, 70_000_000),
        (0, 1, "syn-ack", 0, 0, 1000),
    ),
}


@dataclass
class _End:
    next: int  # position
    first: int  # the sequence number at position 0
    sent: list[NDArray[np.void]] = field(default_factory=list)


def packets_of(moves: Iterable[Move]) -> tuple[Packets, NDArray[np.void]]:
    """The packets of these moves, and their connections."""
    ends = {
        (connection, end): _End(0, (WRAP - 3, 1000, WRAP // 2)[connection] + 7 * end)
        for connection in range(3)
        for end in (0, 1)
    }
    rows, time = [], 10**18
    for number, move in enumerate(moves):
        time += move[5]
        row = _packet(move, ends[move[0], move[1]], ends[move[0], 1 - move[1]], number)
        row["time"] = time
        rows.append(row)
    packets, tracker, table = np.concatenate(rows), Tracker(), PacketTable()
    tracker.track(packets, 0)
    table.append(packets)
    return table.view(), tracker.connections[: tracker.count]


def _packet(move: Move, own: _End, other: _End, number: int) -> NDArray[np.void]:
    connection, end, what, seq_slip, ack_slip, _ = move
    if what in REPEATS and own.sent:
        return _again(what, own, number)
    flags, length = KINDS.get(what, (ACK, 0))
    row = np.zeros(1, PACKET)
    addresses = SENDER + 2 * connection + end, SENDER + 2 * connection + 1 - end
    row["src"], row["dst"] = row["key_src"], row["key_dst"] = addresses
    row["srcport"], row["dstport"] = (40000, 80)[end], (40000, 80)[1 - end]
    position = seq_slip if flags & SYN else own.next + seq_slip
    row["seq"] = (own.first + position) % WRAP
    row["ack"] = (other.first + other.next + ack_slip) % WRAP if flags & ACK else 0
    row["bits"], row["seglen"], row["window"] = 5 << 12 | flags, length, 500
    row["wscale"] = 2 if flags & SYN and connection else SCALE_UNKNOWN
    row["ip_id"] = number + 1 if connection else 0
    row["marks"], row["stream"] = Mark.TCP, -1
    if not flags & RST:
        stop = position + length + bool(flags & SYN) + bool(flags & FIN)
        own.next = stop if stop > own.next and not seq_slip else own.next
    own.sent.append(row)
    return row


def _again(what: str, own: _End, number: int) -> NDArray[np.void]:
    place, marks = REPEATS[what]
    row = own.sent[max(place, -len(own.sent))].copy()
    row["marks"] |= np.uint16(marks)
    if marks & Mark.QUOTED:
        row["dst"], row["src"] = row["src"], ROUTER
    elif "twice" not in what and row["ip_id"]:
        row["ip_id"] = number + 1
    return row
