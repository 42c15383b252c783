"""The bytes of a connection's two streams, read from the capture where they are wanted and nowhere else.

Invariant: memory holds the index of the pieces, never the stream.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.index.scan import layers_of_datagram
from tui.index.schema import NOWHERE, Layer
from tui.tcp.reassembly import HOLE, Pieces, Streams, reassemble
from tui.tcp.story import end_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.session import Session, Snapshot


_PAYLOADS_KEPT = 64
_GAPS = 2  # so many times as many bytes are read rather than piece by piece


class Place(Struct, frozen=True, order=True):
    """A place in the stream: a piece by its number in Pieces, and a byte of it.

    `line` tells lines apart that stand for the same byte.
    """

    piece: int
    byte: int = 0
    line: int = 0


class StreamData:
    """What was said on connection `stream` of a snapshot, in the order of delivery."""

    def __init__(self, session: Session, snapshot: Snapshot, stream: int) -> None:
        """Takes about a second for a million segments. CaptureError if the file cannot be read any more."""
        self._session = session
        self._packets = snapshot.packets
        self._recordings = [interface.recording for interface in snapshot.interfaces]
        self.payload = lru_cache(_PAYLOADS_KEPT)(self._read)  # what is shown is asked for line by line
        self.stream = stream
        connection = snapshot.connections[stream]
        streams = reassemble(session.flow(snapshot, stream), snapshot.packets)
        self.streams: Streams = streams
        story = session.story_of(snapshot, stream)
        self.client = story.client or 0 if story else 0
        """Which end is the client; the sender of the first packet where nothing tells."""
        self.names = tuple(
            end_text(snapshot.addresses.text(int(address)), port)
            for address, port in zip(connection["addr"], connection["port"], strict=True)
        )

    @property
    def pieces(self) -> Pieces:
        """All pieces, of both sides."""
        return self.streams.pieces

    def chosen(self, end: int | None) -> NDArray[np.int64]:
        """The numbers of the pieces of one end, or of both."""
        if end is None:
            return np.arange(len(self.pieces))
        return np.flatnonzero(self.pieces.ends == end)

    def piece(self, number: int) -> bytes:
        """The bytes of a piece; none of a hole. CaptureError if the file does not have them any more."""
        pieces = self.pieces
        skip = int(pieces.skips[number])
        if skip == HOLE:
            return b""
        return self.payload(int(pieces.rows[number]))[skip : skip + int(pieces.lengths[number])]

    def at_row(self, row: int, end: int | None = None) -> Place:
        """Where a packet's bytes begin; of a packet without any where those begin that came next."""
        numbers = self.chosen(end)
        found = np.flatnonzero(self.pieces.rows[numbers] == row)
        if not len(found):
            found = np.flatnonzero(self.pieces.rows[numbers] > row)
        return Place(int(numbers[found[0]]) if len(found) else int(numbers[-1]) if len(numbers) else 0)

    def _read(self, row: int) -> bytes:
        """What the TCP header of a packet carries, as far as it was captured."""
        packets = self._packets
        header = (int(packets.bits[row]) >> 12) * 4
        at, data = int(packets.tcp_at[row]), b""
        if at == NOWHERE:
            protocol, data = self._session.datagram(row) or (0, b"")
            headers = [start for layer, start, _ in layers_of_datagram(data, protocol) if layer == Layer.TCP]
            at = headers[-1] if headers else len(data)
        else:
            data = self._session.frame(row)
        return data[at + header : at + header + int(packets.seglen[row])]

    def join(self, numbers: NDArray[np.int64]) -> bytes:
        """The bytes of some pieces, none of them a hole; read at once where they stand near each other."""
        pieces, packets = self.pieces, self._packets
        rows, lengths = pieces.rows[numbers], pieces.lengths[numbers]
        at = packets.tcp_at[rows].astype(np.int64)
        header = (packets.bits[rows].astype(np.int64) >> 12) * 4
        starts = packets.offset[rows] + at + header + pieces.skips[numbers]
        begin, stop = int(starts.min()), int((starts + lengths).max())
        recordings = {self._recordings[each] for each in set(packets.interface[rows].tolist())}
        near = len(recordings) == 1 and stop - begin <= _GAPS * int(lengths.sum())
        if not near or bool((at == NOWHERE).any()):
            return b"".join(map(self.piece, numbers.tolist()))
        span = self._session.readers[recordings.pop()].recording.read(begin, stop - begin)
        places = zip((starts - begin).tolist(), lengths.tolist(), strict=True)
        return b"".join([span[start : start + length] for start, length in places])
