"""Packets as records of a pcap file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.capture.interface import MICROSECOND_TICKS, NANOSECONDS
from tui.capture.link_types import link_type_name
from tui.capture.pcap import PcapHeader, written_header
from tui.capture.save.copying import copy_records
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.capture.interface import Interface
    from tui.report.save.pieces import Piece

_ROOM = 4 << 20  # bytes made at once
_NO_LIMIT = 262144  # as tcpdump writes it
_LAST_SECOND = np.iinfo(np.uint32).max  # of the format
_ETHERNET = 1
_CHOOSE_PCAPNG = "save it as pcapng"


class Records:
    """Makes them, and the header that they need."""

    def __init__(self, interfaces: Sequence[Interface]) -> None:
        """`interfaces` are those that the packets are of; UsageError if they have several link types."""
        links = {each.link_type: None for each in interfaces}
        if len(links) > 1:
            names = " and ".join(map(link_type_name, links))
            raise UsageError(f"pcap has room for one link type, these packets have {names}", _CHOOSE_PCAPNG)
        fcs = {each.fcs_length for each in interfaces}
        limits = [each.snap_length for each in interfaces]
        self._header = PcapHeader(
            big_endian=False,
            nanoseconds=any(map(_is_finer, interfaces)),
            modified=False,
            lengths_unordered=False,
            link_type=next(iter(links), _ETHERNET),
            snap_length=max(limits) if limits and all(limits) else _NO_LIMIT,
            fcs_length=fcs.pop() if len(fcs) == 1 else 0,
        )
        self._unit = 1 if self._header.nanoseconds else MICROSECOND_TICKS[0]
        self._room = np.empty(_ROOM, np.uint8)

    def header(self) -> bytes:
        """The file's header."""
        return written_header(self._header)

    def made(self, piece: Piece) -> Iterator[memoryview]:
        """The piece's packets, one after the other; each part is valid until the next.

        UsageError if a time cannot be written.
        """
        seconds, rest = np.divmod(piece.times, NANOSECONDS)
        outside = np.flatnonzero((seconds < 0) | (seconds > _LAST_SECOND))
        if len(outside):
            number = int(piece.rows[outside[0]]) + 1
            raise UsageError(f"the time of packet {number:,} has no place in pcap", _CHOOSE_PCAPNG)
        fractions, row = rest // self._unit, 0
        while row < len(piece.rows):
            copied, size = copy_records(
                piece.source,
                piece.places,
                piece.caplens,
                piece.lengths,
                seconds,
                fractions,
                row,
                self._room,
            )
            assert copied, "every packet has room"
            yield self._room.data[:size]
            row += copied


def _is_finer(interface: Interface) -> bool:
    """Whether its clock has parts of a µs."""
    multiplier, divisor = interface.resolution
    return multiplier < MICROSECOND_TICKS[0] * divisor
