"""What all headers of a capture's packets come to: who talks to whom, and which headers follow which.

Invariant: every frame is read once, some at a time; memory goes with what there is to be told, not with the
number of packets. While the capture grows, only the new packets are looked at, until some leave a ring: what
is counted is what is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.index import scan
from tui.index.schema import Layer, Mark, Protocol
from tui.index.tally import FRAME_COLUMNS, Tally
from tui.report.filtered import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from tui.filter.chunk import Chunk, View
    from tui.session import Session, Snapshot

    Rows = NDArray[np.int64]

_PACKETS = 16_384  # looked at at once, and
_BYTES = 2 << 20  # bytes of them: what the processor's cache holds
_PROTOCOLS = 64  # more than there are members of Protocol
_MOST_PATHS = 4096  # as tally.py

assert max(Protocol) < _PROTOCOLS


class Stopped(Exception):  # noqa: N818 nothing went wrong
    """Nobody wants the result any more."""


class Counted:
    """Counts the packets of a session, or those of them that are displayed.

    `packets` is how many were counted, `tally` who talks to whom; `first_time` (ns) is the capture's first
    packet's, and stands for the time of packets that have none.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.packets = 0
        self.first_time = 0
        self._frames = np.zeros(_MOST_PATHS * _PROTOCOLS, np.int64)
        self._bytes = np.zeros(_MOST_PATHS * _PROTOCOLS, np.int64)
        self._gone = 0  # packets that had left a ring when counting began
        self._rows: Rows | None = None  # that were counted; None: all of the capture, one after the other
        self._done = 0  # how many of them

    def goes_on(self, rows: Rows | None, gone: int) -> bool:
        """Whether what is displayed, `rows`, begins with what was counted; then only the rest is new.

        `gone` packets have left a ring: those of them that were counted cannot be taken away again.
        """
        if self.packets and gone != self._gone:
            return False
        if rows is None or self._rows is None:
            return rows is self._rows
        return np.array_equal(rows[: len(self._rows)], self._rows)

    def advance(
        self,
        session: Session,
        snapshot: Snapshot,
        rows: Rows | None,
        progress: Callable[[int], None] = lambda packets: None,
    ) -> None:
        """Count those packets of the snapshot (of `rows`, ascending, if given) that are not counted yet.

        `progress` is told how many of them are counted, and may raise Stopped: the rest is counted next time.
        CaptureError if the file lost packets.
        """
        view = view_of(session, snapshot)
        if not self.packets:
            self._gone = snapshot.gone
        self.first_time = int(snapshot.packets.time[0]) if len(snapshot.packets) else 0
        if rows is None:
            first, stop = max(self._done, snapshot.gone), len(snapshot.packets)
        else:
            first, stop = max(self._done, int(np.searchsorted(rows, snapshot.gone))), len(rows)
        for start, end in _spans(snapshot.packets.caplen, first, stop, rows):
            self._count(view, view.chunk(start, end) if rows is None else view.pick(rows[start:end]))
            self._done, self._rows = end, None if rows is None else rows[:end]
            progress(self.packets)
        self._done, self._rows = stop, rows

    def hierarchy(self) -> list[tuple[tuple[Layer, ...], Protocol, int, int]]:
        """For each sequence of headers and innermost protocol: how many packets, and their bytes."""
        paths = self.tally.paths()
        found = []
        for key in np.flatnonzero(self._frames).tolist():
            path, protocol = divmod(key, _PROTOCOLS)
            found.append((paths[path], Protocol(protocol), int(self._frames[key]), int(self._bytes[key])))
        return found

    def _count(self, view: View, chunk: Chunk) -> None:
        links = np.array([interface.link_type for interface in view.capture.interfaces], np.int64)
        frames = np.zeros((len(chunk), FRAME_COLUMNS), np.int64)
        length = chunk.column("length")
        frames[:, 0], frames[:, 1] = chunk.frames.starts, chunk.frames.lengths
        frames[:, 2] = frames[:, 3] = length
        frames[:, 4] = np.where(chunk.marked(Mark.UNTIMED), self.first_time, chunk.column("time"))
        frames[:, 5] = links[chunk.raw("interface")]
        frames[:, 6] = chunk.stream
        data = _with_datagrams(view, chunk, frames)
        keys = self.tally.add(data, frames).astype(np.int64) * _PROTOCOLS + chunk.raw("protocol")
        known, places = np.unique(keys, return_inverse=True)
        self._frames[known] += np.bincount(places)
        self._bytes[known] += np.bincount(places, length).astype(np.int64)
        self.packets += len(chunk)


def _spans(sizes: Rows, first: int, stop: int, rows: Rows | None) -> Iterator[tuple[int, int]]:
    """[first, stop) in pieces: of the packets, or of `rows`; `sizes` are all packets'."""
    while first < stop:
        end = min(first + _PACKETS, stop)
        own = sizes[first:end] if rows is None else sizes[rows[first:end]]
        end = first + max(int(np.searchsorted(np.cumsum(own, dtype=np.int64), _BYTES, "right")), 1)
        yield first, end
        first = end


def _with_datagrams(view: View, chunk: Chunk, frames: NDArray[np.int64]) -> bytes | bytearray:
    """The frames' bytes; those that complete a datagram become frames that hold all of it."""
    data = chunk.frames.data
    completing = np.flatnonzero(chunk.marked(Mark.REASSEMBLED)).tolist()
    if completing:
        data = bytearray(data)
    for index in completing:
        whole = view.means.datagram(chunk.rows[index])
        if whole is not None:
            frame = _whole_frame(chunk.frames.frame(index), int(frames[index, 5]), whole[1])
            frames[index, 0], frames[index, 1], frames[index, 2] = len(data), len(frame), len(frame)
            data += frame
    return data


def _whole_frame(frame: bytes, link_type: int, payload: bytes) -> bytes:
    """A fragment's frame as if it had not been fragmented: its headers, and the payload of all fragments.

    A length of 0 in the IP header stands for as much as there is.
    """
    spans = scan.layers(frame, link_type)
    cut = [span for span in spans if span[0] in (Layer.IPV4, Layer.FRAGMENT)]
    if not cut:
        return frame
    layer, start, end = cut[-1]
    head = bytearray(frame[:end])
    if layer == Layer.IPV4:
        head[start + 2 : start + 4] = bytes(2)
        head[start + 6 : start + 8] = bytes(2)  # no flag, offset 0
    else:
        address_header = max(span[1] for span in spans if span[0] == Layer.IPV6 and span[1] < start)
        head[address_header + 4 : address_header + 6] = bytes(2)
        head[start + 2 : start + 4] = bytes(2)
    return bytes(head) + payload
