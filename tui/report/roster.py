"""`--connections`: what became of each connection, a line or a JSON object each.

As JSON a connection is an object with the keys

* stream: tcp.stream;
* client, server: objects with address, state, packets (segments), data_segments (those with payload), bytes
  (of payload, each counted once), resent (data segments that were sent again);
* client_assumed: true if only the ports tell who the client is, or nothing does;
* start (string: seconds since 1970), duration (string: seconds);
* opening, closing: kinds of tcp/story.py; reason: why it did not open or close as it should, or null;
* closed_first: "client", "server" or null;
* rtt: two strings in seconds, SYN to SYN-ACK and SYN-ACK to ACK, or null;
* completeness: tcp.completeness; conn_state, history: Zeek's words;
* findings: the names of what stands out in it, in the order of tcp/findings.py; without the usual course, and
  without what Wireshark calls a retransmission and is none.

States are RFC 9293's names with "_", null where nothing was seen of the end. A connection that only ICMP
errors tell of is not listed.

Invariant: columns give everything; no story is told and no packet read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.report.ends import packed, unpacked
from tui.report.times import seconds
from tui.tcp.findings import FINDINGS, Found, Severity, undisputed
from tui.tcp.outlines import CLOSINGS, OPENINGS, REASONS, STATES, from_client, who_closed_first
from tui.tcp.round_trips import NO_TIME, round_trips
from tui.tcp.story import end_text
from tui.tcp.verdict import duration
from tui.tcp.zeek import CONN_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tui.session import Snapshot
    from tui.survey import Survey

_BATCH = 8192  # connections that are turned from columns into values at a time
_CODE_BITS = 8
_CODES = 256
_SIDES = ("client", "server")

Pair = list[int]


class Entry(NamedTuple):
    """One connection in plain values; pairs are of the client and the server."""

    stream: int
    ends: Pair  # number of the address, port
    states: list[str | None]
    packets: Pair
    segments: Pair
    sizes: Pair
    repeated: Pair
    assumed: bool
    start: int  # ns
    end: int  # ns
    opening: str
    closing: str
    reason: str | None
    closed_first: str | None
    rtt: Pair  # ns; NO_TIME is none
    completeness: int
    conn_state: str
    history: bytes


class Roster:
    """The connections of a snapshot, for whoever wants all of them in words."""

    def __init__(self, snapshot: Snapshot, survey: Survey) -> None:
        self._book = snapshot.addresses
        self._connections = snapshot.connections
        self._outlines = survey.outlines.rows
        self._streams = survey.streams
        self._words = survey.words
        self._rtt = round_trips(snapshot.packets, survey.outlines)
        found = undisputed(survey.found, snapshot.packets, survey.outlines)
        self._codes, self._starts = _group(found, snapshot.packets.stream, len(self._outlines))
        self._addresses: dict[int, str] = {}

    def entries(self, stream: int | None = None) -> Iterator[Entry]:
        """All connections in order, or `stream` alone."""
        streams = self._streams if stream is None else self._streams[self._streams == stream]
        listed = streams[~self._outlines["segmentless"][streams]]
        for start in range(0, len(listed), _BATCH):
            yield from self._batch(listed[start : start + _BATCH])

    def text(self, entry: Entry) -> str:
        """A connection in one line."""
        left, right = map(self._place, entry.ends)
        span = duration(entry.end - entry.start)
        sizes = f"{entry.sizes[0]:,} B > {entry.sizes[1]:,} B <"
        states = "/".join(state or "-" for state in entry.states)
        words = f"{entry.opening}, {entry.closing}  {entry.conn_state} {entry.history.decode()}"
        return f"{entry.stream:>5}  {left} > {right}  {span}  {sizes}  {words}  {states}\n"

    def record(self, entry: Entry) -> dict[str, object]:
        """A connection as what JSON holds of it."""
        client, server = (self._end(entry, side) for side in range(len(_SIDES)))
        has_rtt = entry.rtt[0] != NO_TIME
        return {
            "stream": entry.stream,
            "client": client,
            "server": server,
            "client_assumed": entry.assumed,
            "start": seconds(entry.start),
            "duration": seconds(entry.end - entry.start),
            "opening": entry.opening,
            "closing": entry.closing,
            "reason": entry.reason,
            "closed_first": entry.closed_first,
            "rtt": [seconds(span) for span in entry.rtt] if has_rtt else None,
            "completeness": entry.completeness,
            "conn_state": entry.conn_state,
            "history": entry.history.decode(),
            "findings": self._names(entry.stream),
        }

    def _end(self, entry: Entry, side: int) -> dict[str, object]:
        return {
            "address": self._place(entry.ends[side]),
            "state": entry.states[side],
            "packets": entry.packets[side],
            "data_segments": entry.segments[side],
            "bytes": entry.sizes[side],
            "resent": entry.repeated[side],
        }

    def _batch(self, streams: NDArray[np.int64]) -> Iterable[Entry]:
        outlines, rows, words = self._outlines[streams], self._connections[streams], self._words
        turn = partial(from_client, outlines)
        columns = (
            streams,
            turn(packed(rows["addr"], rows["port"])),
            _STATES[turn(outlines["states"])],
            turn(rows["packets"]),
            turn(outlines["segments"]),
            turn(outlines["sizes"]),
            turn(outlines["repeated"]),
            outlines["assumed"] | (outlines["client"] < 0),
            rows["start"],
            rows["end"],
            _OPENINGS[outlines["opening"]],
            _CLOSINGS[outlines["closing"]],
            _REASONS[outlines["reason"]],
            _CLOSERS[who_closed_first(outlines)],
            self._rtt[streams],
            rows["completeness"],
            _CONN_STATES[words.states[streams]],
            words.histories[streams],
        )
        values = [column.tolist() for column in columns]
        return map(Entry._make, zip(*values, strict=True))

    def _names(self, stream: int) -> list[str]:
        """The names of the findings of a connection."""
        first, stop = self._starts[stream : stream + 2]
        return [FINDINGS[code].name for code in self._codes[first:stop]]

    def _place(self, end: int) -> str:
        """Address and port."""
        number, port = unpacked(end)
        address = self._addresses.get(number)
        if address is None:
            address = self._addresses[number] = self._book.text(number)
        return end_text(address, port)


def _group(found: Found, streams: NDArray[np.int64], count: int) -> tuple[bytes, list[int]]:
    """The codes of what stands out, once a connection and by connection; where each connection's begin."""
    notable = np.array([finding.severity > Severity.CHAT for finding in FINDINGS])[found.codes]
    of_stream = streams[found.rows].astype(np.int64)
    wanted = notable & (of_stream >= 0)
    keys = np.unique(of_stream[wanted] << _CODE_BITS | found.codes[wanted])
    starts = np.searchsorted(keys >> _CODE_BITS, np.arange(count + 1))
    return keys.astype(np.uint8).tobytes(), starts.tolist()


def _texts(texts: Sequence[str]) -> NDArray[np.object_]:
    """For each code its text; None for one that has none."""
    table = np.full(_CODES, None, object)
    table[: len(texts)] = [text or None for text in texts]
    return table


_STATES = _texts([state.name for state in STATES])
_OPENINGS = _texts([kind.value for kind in OPENINGS])
_CLOSINGS = _texts([kind.value for kind in CLOSINGS])
_REASONS = _texts([reason.value for reason in REASONS])
_CLOSERS = _texts(_SIDES)
_CONN_STATES = _texts(CONN_STATES)
