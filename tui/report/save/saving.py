"""Saves packets of a session as a capture file: pcapng or pcap.

Invariant: a packet's bytes, lengths and time are those of the recording; in pcapng so are its options, and
its interface with all that was said of it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.capture.formats import Format
from tui.errors import CaptureError
from tui.report.save.blocks import Blocks
from tui.report.save.metadata import Metadata
from tui.report.save.pieces import Pieces
from tui.report.save.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui.capture.save.target import Output
    from tui.report.save.metadata import Block
    from tui.report.save.pieces import Numbers
    from tui.session import Session, Snapshot

_NO_COMMENTS: Mapping[int, tuple[str, ...]] = {}


class Cancelled(Exception):  # noqa: N818 nothing went wrong
    """Whoever wanted it does not want it any more."""


class Saved(Struct, frozen=True):
    """What became of it: packets written, and those that had left a ring of files before they could be."""

    packets: int
    gone: int


class Saving:
    """Writes `rows` of a snapshot, ascending, in the format `form`. `done` rises to `total` meanwhile."""

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        rows: Numbers,
        form: Format,
        comments: Mapping[int, tuple[str, ...]] = _NO_COMMENTS,
    ) -> None:
        """`comments` replace those that packets have, by row.

        UsageError if the format cannot hold these packets, with what to do instead.
        """
        self.total = len(rows)
        self.done = 0
        self._session = session
        self._snapshot = snapshot
        self._rows = rows[np.searchsorted(rows, snapshot.gone) :]
        self._stopped = threading.Event()
        self._pieces = Pieces(session.readers, snapshot, blocks=form is Format.PCAPNG)
        self._made: Blocks | Records
        if form is Format.PCAP:
            used = np.unique(snapshot.packets.interface[self._rows]).tolist() or range(1)
            self._made = Records([snapshot.interfaces[number] for number in used if snapshot.interfaces])
        else:
            self._made = Blocks(session.readers, snapshot, comments)

    def stop(self) -> None:
        """Give up: `write` raises Cancelled soon."""
        self._stopped.set()

    def write(self, output: Output) -> Saved:
        """Write the file. CaptureError if bytes are not there any more, OSError if it cannot be written."""
        written = 0
        if isinstance(self._made, Records):
            output.write(self._made.header())
            written = self._copy(self._rows, output)
        else:
            metadata = Metadata(self._session.readers, self._snapshot)
            output.write(metadata.head())
            start = 0
            for stop, recording, block in self._between(metadata):
                written += self._copy(self._rows[start:stop], output)
                output.write(metadata.written(recording, block))
                start = stop
            written += self._copy(self._rows[start:], output)
        return Saved(written, self.total - written)

    def _between(self, metadata: Metadata) -> Iterator[tuple[int, int, Block]]:
        """The blocks that are saved among the packets: before which of them, of which recording."""
        every = len(self._rows) == len(self._snapshot.packets)
        blocks = list(metadata.between(all_packets=every))
        if not blocks:
            return
        packets = self._snapshot.packets
        recordings = np.array([each.recording for each in self._snapshot.interfaces], np.int64)
        recording_of = recordings[packets.interface[self._rows]]
        found: list[tuple[int, int, Block]] = []
        for recording in sorted({recording for recording, _ in blocks}):
            own = np.flatnonzero(recording_of == recording)
            offsets = packets.offset[self._rows[own]]
            before = np.append(own, len(self._rows))
            theirs = [block for number, block in blocks if number == recording]
            after = np.searchsorted(offsets, [block.place for block in theirs])
            found += zip(before[after].tolist(), [recording] * len(theirs), theirs, strict=True)
        yield from sorted(found, key=lambda each: each[0])

    def _copy(self, rows: Numbers, output: Output) -> int:
        """Write these packets, those left out that leave a ring meanwhile; how many were written."""
        written = 0
        while len(rows):
            if self._stopped.is_set():
                raise Cancelled
            try:
                piece = self._pieces.read(rows)
            except CaptureError:
                there = rows[np.searchsorted(rows, self._session.snapshot().gone) :]
                if len(there) == len(rows):
                    raise
                rows = there
                continue
            for part in self._made.made(piece):
                output.write(part)
            rows = rows[len(piece.rows) :]
            written += len(piece.rows)
            self.done += len(piece.rows)
        return written
