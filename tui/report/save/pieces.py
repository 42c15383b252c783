"""The bytes of many packets, read from the recordings in few large pieces.

Invariant: where something could not be read, zeros stand, which no packet block has at its end; a record of
which bytes are missing is a CaptureError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui.capture.formats import Format
from tui.capture.save.packets import Origin
from tui.errors import CaptureError
from tui.index.schema import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.capture.recording import Recording
    from tui.index.reader import Reader
    from tui.session import Snapshot

Numbers = NDArray[np.int64]

MOST_ROWS = 4096
_ROOM = 2 << 20  # bytes read for one piece, more only for a packet that is larger
_GAP = 2048  # bytes between packets that are read with them, for that is quicker than to read twice
_OPTIONS = 256  # bytes of options behind a packet; what has more is read alone
BEFORE, BEFORE_SIMPLE = 28, 12  # bytes of a packet block before its packet
_RECORDINGS_APART = 1 << 48  # more bytes than a recording has


class Piece(Struct, frozen=True):
    """Packets whose bytes stand in `source`, at `places`."""

    source: NDArray[np.uint8]
    rows: Numbers
    places: Numbers
    caplens: Numbers
    lengths: Numbers
    interfaces: Numbers
    times: Numbers
    origins: NDArray[np.uint8]  # packets.Origin


class Pieces:
    """Reads pieces of one session; the latest is valid until the next."""

    def __init__(self, readers: Sequence[Reader], snapshot: Snapshot, *, blocks: bool) -> None:
        """`blocks`: with what stands around packets in a pcapng file."""
        self._recordings: list[Recording] = [reader.recording for reader in readers]
        self._packets = snapshot.packets
        self._recording_of = np.array([each.recording for each in snapshot.interfaces], np.int64)
        formats = [blocks and reader.format is Format.PCAPNG for reader in readers]
        self._in_blocks = np.array(formats, bool)
        self._buffer = np.empty(_ROOM, np.uint8)

    def read(self, rows: Numbers) -> Piece:
        """The first ones of `rows`, at least one; CaptureError if their bytes are not there any more."""
        rows = rows[:MOST_ROWS]
        packets = self._packets
        offsets, caplens = packets.offset[rows].astype(np.int64), packets.caplen[rows].astype(np.int64)
        interfaces, marks = packets.interface[rows].astype(np.int64), packets.marks[rows]
        recordings = self._recording_of[interfaces]
        in_block, untimed = self._in_blocks[recordings], marks & Mark.UNTIMED != 0
        before = np.where(in_block, np.where(untimed, BEFORE_SIMPLE, BEFORE), 0)
        behind = np.where(in_block, 4 + (-caplens & 3) + _OPTIONS * (marks & Mark.COMMENT != 0), 0)
        starts = offsets - before
        ends = offsets + caplens + behind
        count = _fitting(starts, ends)
        source, places = self._load(starts[:count], ends[:count], recordings[:count])
        origins = np.where(in_block, np.where(untimed, Origin.OTHER, Origin.BLOCK), Origin.RECORD)
        return Piece(
            source=source,
            rows=rows[:count],
            places=places + before[:count],
            caplens=caplens[:count],
            lengths=packets.length[rows[:count]].astype(np.int64),
            interfaces=interfaces[:count],
            times=packets.time[rows[:count]].astype(np.int64),
            origins=origins[:count].astype(np.uint8),
        )

    def _load(self, starts: Numbers, ends: Numbers, recordings: Numbers) -> tuple[NDArray[np.uint8], Numbers]:
        """Read all from `starts` to `ends`; the bytes, and where among them each start is."""
        apart = recordings * _RECORDINGS_APART
        order = np.argsort(starts + apart, kind="stable")
        begins = (starts + apart)[order]
        reaches = np.maximum.accumulate((ends + apart)[order])
        first = np.concatenate(([0], np.flatnonzero(begins[1:] > reaches[:-1] + _GAP) + 1))
        last = np.concatenate((first[1:], [len(begins)])) - 1
        sizes = reaches[last] - begins[first]
        into = np.concatenate(([0], np.cumsum(sizes)))
        if into[-1] > len(self._buffer):
            self._buffer = np.empty(int(into[-1]), np.uint8)
        view = self._buffer.data
        firsts = zip(recordings[order[first]].tolist(), starts[order[first]].tolist(), strict=True)
        for (recording, start), begin, end in zip(firsts, into[:-1].tolist(), into[1:].tolist(), strict=True):
            self._fill(recording, view[begin:end], start)
        which = np.searchsorted(begins[first], starts + apart, "right") - 1
        return self._buffer[: max(into[-1], 1)], starts + apart - begins[first][which] + into[which]

    def _fill(self, recording: int, room: memoryview, start: int) -> None:
        source, done = self._recordings[recording], 0
        while done < len(room):
            got = source.read_into(room[done:], start + done)
            if not got:
                break
            done += got
        missing = len(room) - done
        if missing and not self._in_blocks[recording]:
            message = f"{source.name}: {len(room):,} bytes expected at byte {start:,}, {done:,} are there"
            raise CaptureError(message)
        room[done:] = bytes(missing)


def _fitting(starts: Numbers, ends: Numbers) -> int:
    """How many of what lies from `starts` to `ends` have room in one piece, with what lies between them."""
    sizes = ends - starts
    steps = np.diff(starts, append=ends[-1])
    sums = np.cumsum(np.where((steps > 0) & (steps <= sizes + _GAP), steps, sizes))
    return max(1, int(np.searchsorted(sums, _ROOM, "right")))
