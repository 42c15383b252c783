"""A capture that is open: the façade between the engine and whoever shows or prints it.

One engine thread reads, scans and tracks; everyone else takes snapshots, which never block. In a snapshot
the packets never change. Its connection rows are a view of the tracker's: their counts may run ahead of the
packets while the engine reads on, never behind.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from tui.capture.source import open_recording
from tui.decode.context import Context, Judgement, Numbers
from tui.errors import CaptureError, TcpscopeError
from tui.index.addresses import AddressBook
from tui.index.merge import Merge
from tui.index.reader import Datagram, Interfaces, Reader
from tui.index.schema import SCALE_UNKNOWN, Analysis, Known, Mark
from tui.index.table import Packets, PacketTable
from tui.survey import Survey
from tui.tcp.track import Tracker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tui.capture.interface import Interface
    from tui.capture.source import Source
    from tui.narrator import Narrator
    from tui.tcp.flow import Flow
    from tui.tcp.story import Story

HEADER_SECONDS = 0.3  # how long `open` waits for the header of what comes through a pipe
IDLE_SECONDS = 0.05  # how long the engine waits before it asks again whether a recording has grown
CHECK_SECONDS = 1.0  # how often the files are looked at for having shrunk or vanished


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known at one moment; a new one whenever something came. Row numbers count from 0."""

    version: int
    packets: Packets
    connections: NDArray[np.void]  # schema.CONNECTION, one row a tcp.stream
    addresses: AddressBook
    interfaces: tuple[Interface, ...]
    done: int  # bytes indexed
    total: int | None  # bytes there will be; None while nobody knows
    finished: bool  # nothing more will come
    notices: tuple[str, ...]  # damage and the like, one clear line each
    gone: int = 0  # packets, from the first on, that are not kept any more


class Session:
    """Capture files and pipes, read by an engine thread that starts at once; `close` when done."""

    def __init__(self, names: Sequence[Source], *, follow: bool = False, count: int | None = None) -> None:
        """Open `names` (several are merged by time), to the end or `count` packets.

        CaptureError, AccessError or UsageError if one of them cannot be read at all.
        """
        self.book = AddressBook()
        self._interfaces = Interfaces()
        self._tracker = Tracker()
        self._table = PacketTable()
        self._count = count
        self._closing = threading.Event()
        self._readers: list[Reader] = []
        try:
            for number, name in enumerate(names):
                recording = open_recording(name, follow)
                self._readers.append(Reader(recording, number, self.book, self._interfaces))
            self._await_headers()
        except TcpscopeError:
            self._close_recordings()
            raise
        self._merge = Merge(self._readers)
        self._warnings: dict[str, None] = {}  # what befell the files meanwhile, in order
        self._failure: BaseException | None = None
        self._snapshot = self._make(0, finished=False)
        self._survey = Survey(0, self._snapshot.packets, self._snapshot.connections)
        self._surveying = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, names: Sequence[Source], *, follow: bool = False, count: int | None = None) -> Session:
        """See __init__."""
        return cls(names, follow=follow, count=count)

    @property
    def readers(self) -> Sequence[Reader]:
        """The recordings' readers: names, formats, damage, statistics."""
        return self._readers

    @property
    def damage(self) -> CaptureError | None:
        """Why the capture could not be read to its end; None if it was, or is still being read."""
        return next((reader.damage for reader in self._readers if reader.damage), None)

    def snapshot(self) -> Snapshot:
        """The latest snapshot; never blocks."""
        if self._failure is not None:
            raise self._failure
        return self._snapshot

    def wait(self) -> Snapshot:
        """Wait until nothing more will come; the last snapshot."""
        while self._thread.is_alive():
            self._thread.join(1.0)
        return self.snapshot()

    def close(self) -> None:
        """Stop reading and let go of the files."""
        self._closing.set()
        self._thread.join()
        self._close_recordings()

    def frame(self, row: int) -> bytes:
        """The captured bytes of a packet; CaptureError if the file does not have them any more."""
        packets = self._snapshot.packets
        return self._reader_of(packets, row).recording.read(
            int(packets.offset[row]), int(packets.caplen[row])
        )

    def datagram(self, row: int) -> tuple[int, bytes] | None:
        """Of a packet marked REASSEMBLED.

        The IP protocol and the payload of the datagram that it completes.
        """
        packets = self._snapshot.packets
        reader = self._reader_of(packets, row)
        found: Datagram | None = reader.datagrams.get(int(packets.offset[row]))
        if found is None:
            return None
        pieces = [reader.recording.read(part.position, part.length) for part in found.parts]
        return found.protocol, b"".join(pieces)

    def context(self, snapshot: Snapshot, row: int) -> Context:
        """What decoding needs to know of a packet beside its bytes."""
        packets = snapshot.packets
        time = int(packets.time[row])
        return Context(
            number=row + 1,
            time=time,
            caplen=int(packets.caplen[row]),
            length=int(packets.length[row]),
            interface=snapshot.interfaces[packets.interface[row]],
            interface_number=int(packets.interface[row]),
            first_time=int(packets.time[0]),
            previous_time=int(packets.time[row - 1]) if row else None,
            displayed_time=int(packets.time[row - 1]) if row else None,
            comments=self._comments(packets, row),
            **_of_connection(snapshot, row, time),
        )

    def story(self, snapshot: Snapshot, row: int) -> Story | None:
        """The story of the packet's connection as far as `snapshot` knows it; None if it has none.

        CaptureError if the bytes of its SYNs are not there any more.
        """
        stream = int(snapshot.packets.stream[row])
        return None if stream < 0 else self._narrator(snapshot).story(stream)

    def flow(self, snapshot: Snapshot, stream: int) -> Flow:
        """The segments of connection `stream` as far as `snapshot` knows them."""
        return self._narrator(snapshot).flow(stream)

    def survey(self, snapshot: Snapshot) -> Survey:
        """What all connections of `snapshot` come to; the latest one is kept. Any thread may ask."""
        with self._surveying:
            if self._survey.version != snapshot.version:
                self._survey = Survey(snapshot.version, snapshot.packets, snapshot.connections)
            return self._survey

    def _narrator(self, snapshot: Snapshot) -> Narrator:
        from tui.decode.info import info
        from tui.narrator import Narrator

        def describe(row: int) -> str:
            return info(self.frame(row), self.context(snapshot, row), Numbers.ABSOLUTE)

        return Narrator(snapshot.packets, snapshot.connections, snapshot.addresses, self.frame, describe)

    def _reader_of(self, packets: Packets, row: int) -> Reader:
        return self._readers[self._interfaces.all[int(packets.interface[row])].recording]

    def _comments(self, packets: Packets, row: int) -> tuple[str, ...]:
        """A pcapng packet's comments, read from the options that follow its bytes."""
        if not packets.marks[row] & Mark.COMMENT:
            return ()
        reader = self._reader_of(packets, row)
        return reader.comments_of(int(packets.offset[row]), int(packets.caplen[row]))

    def _await_headers(self) -> None:
        deadline = monotonic() + HEADER_SECONDS
        for reader in self._readers:
            while not reader.begin() and monotonic() < deadline:
                reader.recording.wait(IDLE_SECONDS)

    def _run(self) -> None:
        try:
            self._read_all()
        except BaseException as error:  # noqa: BLE001 handed to whoever asks for the next snapshot
            self._failure = error

    def _read_all(self) -> None:
        checked = monotonic()
        while not self._closing.is_set():
            rows = self._merge.read()
            if self._count is not None:
                rows = rows[: self._count - len(self._table)]
            finished = self._merge.finished or len(self._table) + len(rows) == self._count
            if len(rows):
                self._tracker.track(rows, len(self._table))
                self._table.append(rows)
            if monotonic() - checked > CHECK_SECONDS or finished:
                checked = monotonic()
                self._check()
            if len(rows) or finished or self._notices() != self._snapshot.notices:
                self._snapshot = self._make(self._snapshot.version + 1, finished)
            if finished:
                return
            if not len(rows):
                self._wait_for_more()

    def _wait_for_more(self) -> None:
        growing = [reader.recording for reader in self._readers if not reader.recording.complete]
        if growing:
            growing[0].wait(IDLE_SECONDS)

    def _check(self) -> None:
        for reader in self._readers:
            if warning := reader.recording.check():
                self._warnings[warning] = None

    def _notices(self) -> tuple[str, ...]:
        damage = [str(reader.damage) for reader in self._readers if reader.damage]
        return (*damage, *self._warnings)

    def _make(self, version: int, finished: bool) -> Snapshot:
        totals = [reader.recording.total for reader in self._readers]
        connections = self._tracker.connections[: self._tracker.count]
        connections.flags.writeable = False
        return Snapshot(
            version=version,
            packets=self._table.view(),
            connections=connections,
            addresses=self.book,
            interfaces=tuple(self._interfaces.all),
            done=sum(reader.position for reader in self._readers),
            total=None if None in totals else sum(total for total in totals if total is not None),
            finished=finished,
            notices=self._notices() if version else (),
            gone=_gone(self._readers, len(self._table)),
        )

    def _close_recordings(self) -> None:
        for reader in self._readers:
            reader.recording.close()


def _gone(readers: Sequence[Reader], packets: int) -> int:
    """How many rows, of `packets` from the first on, left with the files of a ring.

    Of several sources only one can do so, and its packets stand among those of the others: all are kept.
    """
    return min(readers[0].recording.gone(), packets) if len(readers) == 1 else 0


def _judgement(packets: Packets, row: int, connection: np.void) -> Judgement | None:
    """What Wireshark says of a segment; None if nothing."""
    flags = int(packets.analysis[row])
    if not flags:
        return None
    acked, repeats, time = int(packets.acked[row]), int(packets.repeats[row]), int(packets.time[row])
    return Judgement(
        flags=flags,
        acked=acked,
        ack_rtt=time - int(packets.time[acked - 1]) if acked else 0,
        initial_rtt=int(connection["initial_rtt"]),
        in_flight=int(packets.in_flight[row]),
        pushed=int(packets.pushed[row]),
        repeats=repeats,
        duplicates=int(packets.duplicates[row]),
        delay=time - int(packets.time[repeats - 1]) if flags & Analysis.RETRANSMISSION else 0,
    )


def _of_connection(snapshot: Snapshot, row: int, time: int) -> dict[str, Any]:
    """The members of Context that speak of the packet's connection."""
    packets = snapshot.packets
    stream = int(packets.stream[row])
    if stream < 0:
        return {}
    connection = snapshot.connections[stream]
    marks = int(packets.marks[row])
    own, other = (1, 0) if marks & Mark.FROM_B else (0, 1)
    known = int(connection["known"])
    bases = (Known.BASE_A, Known.BASE_B)
    scale = int(connection["scale"][own])
    analysed = not marks & (Mark.QUOTED | Mark.SHORT)
    timeless = marks & Mark.CUT_FIXED
    before = packets.previous_of_stream(row)
    return {
        "stream": stream,
        "base_seq": int(connection["base"][own]) if analysed and known & bases[own] else None,
        "base_ack": int(connection["base"][other]) if analysed and known & bases[other] else None,
        "scale": None if scale == SCALE_UNKNOWN else scale,
        "seglen": int(packets.seglen[row]) if analysed else None,
        "time_relative": None if timeless else time - int(connection["start"]),
        "time_delta": None if timeless else time - int(packets.time[row if before is None else before]),
        "completeness": int(connection["completeness"])
        & ~(int(connection["opening"]) if before is None else 0),
        "judgement": _judgement(packets, row, connection),
    }
