"""Which ICMP errors quote a segment of which connection.

An error that quotes 16 bytes of a TCP header or more has its connection's tcp.stream. Where it quotes 8 bytes
only, its ports, the number that it quotes and whom it is sent to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui.index.schema import Mark

if TYPE_CHECKING:
    from tui.index.table import Packets

Ints = NDArray[np.int64]

_NONE = np.iinfo(np.int64).max


def quoting_rows(packets: Packets, connection: np.void, stream: int, marks: Mark = Mark.QUOTED) -> Ints:
    """The rows, ascending, of the ICMP errors with all of `marks` that quote a segment of one connection."""
    rows = _marked(packets, marks)
    rows = rows[rows >= int(connection["first"])]
    found = packets.stream[rows] == stream
    partial = packets.marks[rows] & Mark.PARTIAL != 0
    for end, mark in ((0, 0), (1, Mark.FROM_B)):
        fits = partial & (packets.dst[rows] == connection["addr"][end])
        fits &= packets.srcport[rows] == connection["port"][end]
        fits &= packets.dstport[rows] == connection["port"][1 - end]
        if fits.any():
            own = packets.rows_of(stream, int(connection["first"]))
            own = own[packets.marks[own] & (Mark.FROM_B | Mark.QUOTED | Mark.SHORT) == mark]
            found |= fits & np.isin(packets.seq[rows], packets.seq[own])
    quoting: Ints = rows[found]
    return quoting


def first_quotes(packets: Packets, connections: NDArray[np.void], marks: Mark = Mark.QUOTED) -> Ints:
    """For each connection the first of its `quoting_rows` with all of `marks`; -1 if there is none."""
    firsts = np.full(len(connections), _NONE)
    rows = _marked(packets, marks)
    whole = rows[packets.stream[rows] >= 0]
    np.minimum.at(firsts, packets.stream[whole], whole)
    partial = rows[packets.marks[rows] & Mark.PARTIAL != 0]
    if len(partial):
        _find_partial(packets, connections, partial, firsts)
    firsts[firsts == _NONE] = -1
    return firsts


def first_hard_errors(packets: Packets, connections: NDArray[np.void]) -> Ints:
    """For each connection and its ends A, B the first hard error, if it quotes that end's SYN; else -1."""
    firsts = first_quotes(packets, connections, Mark.HARD)
    errors = np.full((len(connections), 2), -1)
    found = np.flatnonzero(firsts >= 0)
    errors[found] = np.where(
        _quotes_syn(packets, connections[found], firsts[found, None]), firsts[found, None], -1
    )
    return errors


def hard_error(packets: Packets, connection: np.void, stream: int) -> tuple[int, int]:
    """The row of `first_hard_errors` of one connection."""
    rows = quoting_rows(packets, connection, stream, Mark.HARD)[:1]
    found = np.where(_quotes_syn(packets, connection, rows), rows, -1) if len(rows) else (-1, -1)
    return int(found[0]), int(found[1])


def _marked(packets: Packets, marks: Mark) -> Ints:
    found: Ints = packets.quoting[packets.marks[packets.quoting] & marks == marks]
    return found


def _quotes_syn(packets: Packets, connections: NDArray[np.void] | np.void, rows: Ints) -> NDArray[np.bool_]:
    """Whether the errors `rows` quote the SYNs of ends A, B, whose numbers are the bases."""
    found: NDArray[np.bool_] = packets.dst[rows] == connections["addr"]
    found &= packets.srcport[rows] == connections["port"]
    found &= packets.seq[rows] == connections["base"]
    return found


def _find_partial(packets: Packets, connections: NDArray[np.void], rows: Ints, firsts: Ints) -> None:
    """Enter in `firsts` the errors `rows` that quote 8 bytes.

    Errors and segments meet in sorted keys, so that many of both take no longer than to sort them.
    """
    ends = _key(packets.dst[rows], packets.srcport[rows], packets.dstport[rows])
    places = np.unique(ends)
    sent, at = _segments_at(packets, connections, places)
    quoted = np.searchsorted(places, ends) << 32 | packets.seq[rows].astype(np.int64)
    numbers = np.unique(quoted)
    errors = np.sort(np.searchsorted(numbers, quoted) << 32 | rows)  # by number, then by row
    numbered = at << 32 | packets.seq[sent].astype(np.int64)
    number = np.searchsorted(numbers, numbered)
    streams = packets.stream[sent]
    place = np.searchsorted(errors, number << 32 | connections["first"][streams])
    found = np.flatnonzero(place < len(errors))
    found = found[numbers[number[found]] == numbered[found]]
    found = found[errors[place[found]] >> 32 == number[found]]
    np.minimum.at(firsts, streams[found], errors[place[found]] - (number[found] << 32))


def _segments_at(
    packets: Packets, connections: NDArray[np.void], places: NDArray[np.uint64]
) -> tuple[Ints, Ints]:
    """The rows of the segments that were sent at one of `places` (see _key), and at which."""
    addresses, ports = connections["addr"], connections["port"]
    keys = np.stack(
        [_key(addresses[:, end], ports[:, end], ports[:, 1 - end]) for end in (0, 1)], axis=1
    ).ravel()
    near = np.minimum(np.searchsorted(places, keys), len(places) - 1)
    near[places[near] != keys] = -1
    own = np.flatnonzero((packets.stream >= 0) & (packets.marks & (Mark.QUOTED | Mark.SHORT) == 0))
    at = near[2 * packets.stream[own] + (packets.marks[own] & Mark.FROM_B)]
    return own[at >= 0], at[at >= 0]


def _key(address: Ints, port: Ints, other_port: Ints) -> NDArray[np.uint64]:
    """An end's address and port, and the port that it sends to, as one number."""
    wide = [part.astype(np.uint64) for part in (address, port, other_port)]
    key: NDArray[np.uint64] = wide[0] << np.uint64(32) | wide[1] << np.uint64(16) | wide[2]
    return key
