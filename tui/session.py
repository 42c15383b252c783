"""A capture that is open: the façade between the engine and whoever shows or prints it.

One engine thread reads, scans and tracks; everyone else takes snapshots, which never block. In a snapshot
the packets never change. Its connection rows are a view of the tracker's: their counts may run ahead of the
packets while the engine reads on, never behind.
"""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tui.capture.source import open_recording
from tui.decode.context import Context, Judgement, Numbers
from tui.errors import CaptureError, TcpscopeError
from tui.index.merge import Merge
from tui.index.reader import Datagram, Interfaces, Reader
from tui.index.schema import LEAST_BITS, SCALE_UNKNOWN, Analysis, Known, Mark
from tui.notes import Notes
from tui.survey import Survey
from tui.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tui.capture.interface import Interface
    from tui.capture.recording import Recording
    from tui.capture.source import Source
    from tui.index.addresses import AddressBook
    from tui.index.table import Packets
    from tui.narrator import Narrator
    from tui.tcp.flow import Flow
    from tui.tcp.story import Story

HEADER_SECONDS = 0.3  # how long `open` waits for the header of what comes through a pipe
IDLE_SECONDS = 0.05  # how long the engine waits before it asks again whether a recording has grown
CHECK_SECONDS = 1.0  # how often the files are looked at for having shrunk or vanished

# Plain ints: they are asked for each row on the screen, and members of an enumeration are slow.
_RETRANSMISSION = int(Analysis.RETRANSMISSION)
_FROM_B, _COMMENT = int(Mark.FROM_B), int(Mark.COMMENT)
_CUT_FIXED, _CUT_HEADER = int(Mark.CUT_FIXED), int(Mark.CUT_HEADER)
_NOT_ANALYSED = int(Mark.QUOTED | Mark.SHORT)
_BASES = (int(Known.BASE_A), int(Known.BASE_B))


class Snapshot(Struct, frozen=True):
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

    @property
    def gone(self) -> int:
        """How many packets, from the first on, left with the files of a ring."""
        return self.packets.first

    def first_row(self, stream: int) -> int:
        """The row of the first packet that is kept of connection `stream`; one that has gone if none is."""
        connection = self.connections[stream]
        first, last = int(connection["first"]), int(connection["last"])
        if first >= self.gone:
            return first
        rows = self.packets.rows_of(stream, first, min(last, len(self.packets) - 1))
        return int(rows[0]) if len(rows) else first

    def began_before(self, stream: int) -> bool:
        """Whether packets of connection `stream` left with the files of a ring."""
        return int(self.connections["first"][stream]) < self.gone


class Session:
    """Capture files and pipes, read by an engine thread that starts at once; `close` when done."""

    def __init__(
        self, names: Sequence[Source], *, follow: bool = False, count: int | None = None, rest: bool = False
    ) -> None:
        """Open `names` (several are merged by time), to the end or `count` packets.

        `rest`: read no more than the first rows until `go_on` is called; whoever is to show them has the
        processor for itself. CaptureError, AccessError or UsageError if one of them cannot be read at all.
        """
        self.notes = Notes()
        self._interfaces = Interfaces()
        self._tables = Tables()
        self._count = count
        self._closing = threading.Event()
        self._going_on = threading.Event()
        if not rest:
            self.go_on()
        self._readers: list[Reader] = []
        try:
            for number, name in enumerate(names):
                recording = open_recording(name, follow)
                self._readers.append(Reader(recording, number, self._tables.book, self._interfaces))
            _await_headers(self._readers)
        except TcpscopeError:
            self._close_recordings()
            raise
        self._merge = Merge(self._readers)
        self._warnings: dict[str, None] = {}  # what befell the files meanwhile, in order
        self._failure: BaseException | None = None
        self._snapshot = self._make(0, finished=False)
        self._survey: Survey | None = None  # the latest
        self._surveying = threading.Lock()
        self._told: tuple[tuple[int, int], Story | None] | None = None  # the latest, of a version and stream
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

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

    def go_on(self) -> None:
        """Read the rest."""
        self._going_on.set()

    def close(self) -> None:
        """Stop reading and let go of the files."""
        self._closing.set()
        self.go_on()
        self._thread.join()
        self._close_recordings()

    def frame(self, row: int) -> bytes:
        """The captured bytes of a packet; CaptureError if the file does not have them any more."""
        packets = self._snapshot.packets
        if row < packets.first and not packets.offset[row]:
            raise CaptureError("the file with this packet has left the ring", "-b files:N keeps more of them")
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

    def context(self, snapshot: Snapshot, row: int, *, brief: bool = False) -> Context:
        """What decoding needs to know of a packet beside its bytes.

        `brief`: what its Info text needs; the time since the connection's packet before is not looked up.
        """
        packets = snapshot.packets
        time = int(packets.time[row])
        return Context(
            number=row + 1,
            time=time,
            caplen=int(packets.caplen[row]),
            length=int(packets.length[row]),
            interface=snapshot.interfaces[packets.interface[row]],
            interface_number=int(packets.interface[row]),
            first_time=int(packets.time[self.notes.zero(row)]),
            previous_time=int(packets.time[row - 1]) if row else None,
            displayed_time=int(packets.time[row - 1]) if row else None,
            comments=self.comments(packets, row),
            marked=row in self.notes.marked,
            ignored=row in self.notes.ignored,
            reference=row in self.notes.references,
            **_of_connection(snapshot, row, time, brief=brief),
        )

    def story(self, snapshot: Snapshot, row: int) -> Story | None:
        """The story of the packet's connection as far as `snapshot` knows it; None if it has none.

        The latest one is kept. CaptureError if the bytes of its SYNs are not there any more.
        """
        stream = int(snapshot.packets.stream[row])
        if stream < 0:
            return None
        told = self._told
        if told is None or told[0] != (snapshot.version, stream):
            told = self._told = (snapshot.version, stream), self.story_of(snapshot, stream)
        return told[1]

    def story_of(self, snapshot: Snapshot, stream: int) -> Story | None:
        """The story of connection `stream`; None if no segment of it is kept. CaptureError as above."""
        return self._narrator(snapshot).story(stream)

    def flow(self, snapshot: Snapshot, stream: int) -> Flow:
        """The segments of connection `stream` as far as `snapshot` knows them."""
        return self._narrator(snapshot).flow(stream)

    def survey(self, snapshot: Snapshot) -> Survey:
        """What all connections of `snapshot` come to; the latest one is kept. Any thread may ask."""
        with self._surveying:
            survey = self._survey
            if survey is None or survey.version != snapshot.version:
                survey = Survey(snapshot.version, snapshot.packets, snapshot.connections)
                self._survey = survey
            return survey

    def _narrator(self, snapshot: Snapshot) -> Narrator:
        from tui.decode.info import info
        from tui.narrator import Narrator

        def describe(row: int) -> str:
            return info(self.frame(row), self.context(snapshot, row), Numbers.ABSOLUTE)

        return Narrator(snapshot.packets, snapshot.connections, snapshot.addresses, self.frame, describe)

    def _reader_of(self, packets: Packets, row: int) -> Reader:
        return self._readers[self._interfaces.all[int(packets.interface[row])].recording]

    def comments(self, packets: Packets, row: int) -> tuple[str, ...]:
        """A packet's comments: those that it was given, else those of its pcapng file, read from there.

        CaptureError if they are not there any more.
        """
        given = self.notes.comments.get(row)
        if given is not None:
            return given
        if not int(packets.marks[row]) & _COMMENT:
            return ()
        reader = self._reader_of(packets, row)
        return reader.comments_of(int(packets.offset[row]), int(packets.caplen[row]))

    def _run(self) -> None:
        try:
            self._read_all()
        except BaseException as error:  # noqa: BLE001 handed to whoever asks for the next snapshot
            self._failure = error

    def _read_all(self) -> None:
        checked, ring = monotonic(), _ring(self._readers)
        while not self._closing.is_set():
            rows = self._merge.read()
            if self._count is not None:
                rows = rows[: self._count - len(self._tables)]
            finished = self._merge.finished or len(self._tables) + len(rows) == self._count
            if len(rows):
                self._tables.add(rows)
            if ring and self._tables.let_go(
                min(ring.unreadable(), len(self._tables)), self._readers[0], self.notes.zeros()
            ):
                with self._surveying:
                    self._survey = None  # it holds what is let go of
            if monotonic() - checked > CHECK_SECONDS or finished:
                checked = monotonic()
                self._check()
            news = len(rows) or finished or self._notices() != self._snapshot.notices
            if news or (ring and ring.gone() != self._snapshot.gone):
                self._snapshot = self._make(self._snapshot.version + 1, finished)
            if finished:
                return
            if len(rows):
                self._going_on.wait()
            else:
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
        ring = _ring(self._readers)
        return Snapshot(
            version=version,
            packets=self._tables.packets(min(ring.gone(), len(self._tables)) if ring else 0),
            connections=self._tables.connections,
            addresses=self._tables.book,
            interfaces=tuple(self._interfaces.all),
            done=sum(reader.position for reader in self._readers),
            total=None if None in totals else sum(total for total in totals if total is not None),
            finished=finished,
            notices=self._notices() if version else (),
        )

    def _close_recordings(self) -> None:
        for reader in self._readers:
            reader.recording.close()


def _await_headers(readers: Sequence[Reader]) -> None:
    deadline = monotonic() + HEADER_SECONDS
    for reader in readers:
        while not reader.begin() and monotonic() < deadline:
            reader.recording.wait(IDLE_SECONDS)


def _ring(readers: Sequence[Reader]) -> Recording | None:
    """The recording of which files may be deleted.

    Of several sources only one could be so, and its packets stand among those of the others: all stay.
    """
    return readers[0].recording if len(readers) == 1 else None


def _judgement(packets: Packets, row: int, connection: np.void) -> Judgement | None:
    """What Wireshark says of a segment; None if nothing, as where its header is not whole."""
    flags = int(packets.analysis[row])
    if not flags or packets.marks[row] & _CUT_HEADER or packets.bits[row] < LEAST_BITS:
        return None
    acked, repeats, time = int(packets.acked[row]), int(packets.repeats[row]), int(packets.time[row])
    delayed = flags & _RETRANSMISSION and repeats > packets.first
    return Judgement(
        flags=flags,
        acked=acked,
        ack_rtt=time - int(packets.time[acked - 1]) if acked > packets.first else 0,
        initial_rtt=int(connection["initial_rtt"]),
        in_flight=int(packets.in_flight[row]),
        pushed=int(packets.pushed[row]),
        repeats=repeats,
        duplicates=int(packets.duplicates[row]),
        delay=time - int(packets.time[repeats - 1]) if delayed else 0,
    )


def _of_connection(snapshot: Snapshot, row: int, time: int, *, brief: bool) -> dict[str, Any]:
    """The members of Context that speak of the packet's connection; `brief`: no times since others."""
    packets = snapshot.packets
    stream = int(packets.stream[row])
    if stream < 0:
        return {}
    connection = snapshot.connections[stream]
    marks = int(packets.marks[row])
    own, other = (1, 0) if marks & _FROM_B else (0, 1)
    known = int(connection["known"])
    scale = int(connection["scale"][own])
    analysed = not marks & _NOT_ANALYSED
    timeless = marks & _CUT_FIXED
    before = None if brief else packets.previous_of_stream(row)
    return {
        "stream": stream,
        "base_seq": int(connection["base"][own]) if analysed and known & _BASES[own] else None,
        "base_ack": int(connection["base"][other]) if analysed and known & _BASES[other] else None,
        "scale": None if scale == SCALE_UNKNOWN else scale,
        "seglen": int(packets.seglen[row]) if analysed else None,
        "time_relative": None if timeless else time - int(connection["start"]),
        "time_delta": None if timeless else time - int(packets.time[row if before is None else before]),
        "completeness": int(connection["completeness"])
        & ~(int(connection["opening"]) if row == connection["first"] else 0),
        "judgement": _judgement(packets, row, connection),
    }
