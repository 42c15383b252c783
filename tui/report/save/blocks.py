"""Packets as blocks of a pcapng file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.capture.formats import Format
from tui.capture.save.copying import copy_blocks
from tui.capture.save.packets import Origin, is_big_endian, packet_block, record_block
from tui.errors import CaptureError
from tui.index.schema import Mark
from tui.report.save.pieces import BEFORE, BEFORE_SIMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tui.index.reader import Reader
    from tui.report.save.pieces import Piece
    from tui.session import Snapshot

_ROOM = 4 << 20  # bytes made at once
_LARGEST_BLOCK = 1 << 24  # bytes; the reader takes none that is larger


class Blocks:
    """Makes them: those of a pcapng file are copied, unless their comments were changed."""

    def __init__(
        self, readers: Sequence[Reader], snapshot: Snapshot, comments: Mapping[int, tuple[str, ...]]
    ) -> None:
        """`comments` replace those that packets have, by row."""
        self._readers = readers
        self._snapshot = snapshot
        self._comments = comments
        self._commented = np.array(sorted(comments), np.int64)
        self._room = np.empty(_ROOM, np.uint8)
        # ns of a tick, for packets of pcap files, which have µs or ns; others keep their times as they are.
        self._ticks = np.array([each.resolution[0] for each in snapshot.interfaces], np.int64)

    def made(self, piece: Piece) -> Iterator[bytes | memoryview]:
        """The piece's packets, one after the other; each part is valid until the next.

        CaptureError if bytes are not there any more.
        """
        origins = piece.origins.copy()
        if len(self._commented):
            origins[np.isin(piece.rows, self._commented)] = Origin.OTHER
        ticks = (piece.times // self._ticks[piece.interfaces]).astype(np.uint64)
        row = 0
        while row < len(piece.rows):
            copied, size = copy_blocks(
                piece.source,
                origins,
                piece.places,
                piece.caplens,
                piece.lengths,
                piece.interfaces,
                ticks,
                row,
                self._room,
            )
            yield self._room.data[:size]
            row += copied
            if not copied:
                yield self._alone(piece, row, int(ticks[row]))
                row += 1

    def _alone(self, piece: Piece, index: int, ticks: int) -> bytes:
        """The block of a packet that cannot be copied as it is."""
        row, caplen, interface = (int(each[index]) for each in (piece.rows, piece.caplens, piece.interfaces))
        reader = self._readers[self._snapshot.interfaces[interface].recording]
        offset = int(self._snapshot.packets.offset[row])
        comments = self._comments.get(row)
        if reader.format is Format.PCAP:
            packet = reader.recording.read(offset, caplen)
            return record_block(packet, interface, ticks, int(piece.lengths[index]), comments or ())
        is_simple = self._snapshot.packets.marks[row] & Mark.UNTIMED
        place = offset - (BEFORE_SIMPLE if is_simple else BEFORE)
        head = reader.recording.read(place, 8)
        length = int.from_bytes(head[4:], "big" if is_big_endian(head) else "little")
        if length > _LARGEST_BLOCK:
            raise CaptureError(f"{reader.recording.name} was changed at byte {place:,} while it was open")
        return packet_block(reader.recording.read(place, length), interface, caplen, comments)
