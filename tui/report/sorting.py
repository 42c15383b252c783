"""The packets of a capture in the order of a column.

Numbers and addresses are sorted by value, texts as they are written; what has no value comes last, rising or
falling, and what a column does not tell apart stays as it was captured. Invariant: what the columns of the
index answer reads no packet; what has to be decoded is decoded once, and for the packets that are asked for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.filter import columns
from tui.filter.access import occurrences_of
from tui.filter.columns import Column
from tui.filter.field import Effort, Type
from tui.index.schema import Protocol, label
from tui.report.ends import address_ranks, packed, unpacked
from tui.report.filtered import view_of
from tui.report.list_columns import field_of
from tui.report.listing import Listing, TimeForm, interface_names
from tui.report.tables import order_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tui.decode.context import Numbers
    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.filter.field import Field
    from tui.filter.values import Parts
    from tui.report.list_columns import ListColumn
    from tui.session import Session, Snapshot

    Keys = NDArray[Any]

_CHUNK = 65_536  # packets whose keys are gathered at once
_READ_CHUNK = 8_192
_DECODED_CHUNK = 1_024
_TEXT_BYTES = 96  # of a text: who sorts by more has a million of them in memory
_MOST = (1 << 63) - 1


class SortKeys:
    """What packets are sorted by, gathered some at a time: of all packets, or of the ascending rows `of`."""

    def __init__(self, column: ListColumn, numbers: Numbers, form: TimeForm, of: Ints | None = None) -> None:
        """`of` is for columns that take more than the index: the others are sorted as a whole anyway."""
        self.column = column
        self.form = form
        self.effort = effort_of(column, form)
        self.of = of if self.effort > Effort.COLUMNS else None
        self.done = 0  # packets looked at, those that are gone among them
        self.stop = 0  # the row behind the last of them
        self.stopped = False
        self.numbers = numbers
        self._first = 0  # the packet whose key is the first one
        self._settled = False  # the keys are only their places
        self._keys: Keys = np.zeros(0, np.int64)
        self._there: Bools = np.zeros(0, np.bool_)

    def total(self, snapshot: Snapshot) -> int:
        """How many packets there are to look at."""
        return len(snapshot.packets) if self.of is None else len(self.of)

    def advance(self, session: Session, snapshot: Snapshot) -> None:
        """Gather the keys of those packets that come next, until there are no more or it is stopped.

        CaptureError if the file lost packets.
        """
        total = self.total(snapshot)
        if self._settled and self.done < total:
            self._settled, self.done, self._first = False, 0, 0
            self._keys, self._there = self._keys[:0], self._there[:0]
        self._forget_what_is_gone(snapshot.gone)
        before = None if self.of is None else partial(_before, self.of)
        view, gather = view_of(session, snapshot, before), self._gatherer(session, snapshot)
        keys, there = [self._keys] if len(self._keys) else [], [self._there]
        while self.done < total and not self.stopped:
            stop = min(self.done + _CHUNKS[self.effort], total)
            of = self.of
            chunk = view.chunk(self.done, stop) if of is None else view.pick(of[self.done : stop])
            found = gather(chunk)
            keys.append(found.values)
            there.append(np.ones(len(chunk), np.bool_) if found.present is None else found.present)
            self.done = stop
        if keys:
            self._keys, self._there = np.concatenate(keys), np.concatenate(there)
        self.stop = len(snapshot.packets) if self.of is None else int(self.of[-1]) + 1 if len(self.of) else 0

    def sorted(self, session: Session, snapshot: Snapshot, *, falling: bool) -> Ints:
        """The rows in their order, once all keys are there."""
        if snapshot.finished and self._keys.dtype.kind == "S":
            # Most likely no more will come: then their places are all that is needed, 4 bytes each.
            self._keys, self._settled = _places(self._keys), True
        keys, places = self._keys[self._there], np.flatnonzero(self._there)
        rank = _RANKS.get(self.column.id)
        if rank is not None:
            keys = rank(session, snapshot, keys)
        order = np.concatenate((places[order_by(keys, falling)], np.flatnonzero(~self._there)))
        rows: Ints = order + self._first if self.of is None else self.of[order + self._first]
        return rows

    def _forget_what_is_gone(self, gone: int) -> None:
        first = gone if self.of is None else int(self.of.searchsorted(gone))
        if first > self._first:
            self._keys, self._there = self._keys[first - self._first :], self._there[first - self._first :]
            self._first, self.done = first, max(self.done, first)

    def _gatherer(self, session: Session, snapshot: Snapshot) -> Callable[[Chunk], Column]:
        if self.column.id == "info":
            listing = Listing(session, self.numbers, self.form, (self.column,))
            return lambda chunk: Column(_texts([cells[0] for cells in listing.rows(snapshot, chunk.rows)]))
        if self.column.id == "time" and self.form in _TIMES:
            return _TIMES[self.form]
        own = _OWN.get(self.column.id)
        if own is not None:
            return own
        source = occurrences_of(_field(self.column), ())
        return lambda chunk: _first(source.parts(chunk), source.field, len(chunk))


def _before(of: Ints, rows: Ints) -> Ints:
    """For each of these rows the one before it in `of`; itself if it is the first."""
    before: Ints = of[np.maximum(of.searchsorted(rows) - 1, 0)]
    return before


def effort_of(column: ListColumn, form: TimeForm) -> Effort:
    """What it takes to sort by a column; `form` is that of times.

    What depends on the packets that are displayed takes as much as what depends on connections.
    """
    if column.id == "info":
        return Effort.DECODING
    if column.id == "time":
        return Effort.CONNECTIONS if form is TimeForm.DISPLAYED else Effort.COLUMNS
    if column.id not in _OWN and _field(column).of_displayed:
        return Effort.CONNECTIONS
    return Effort.COLUMNS if column.id in _OWN else occurrences_of(_field(column), ()).effort


def _field(column: ListColumn) -> Field:
    field = field_of(column)
    assert field is not None, "a column is one of the list's own or a field"
    return field


_TIMES = {
    TimeForm.DELTA: columns.time_delta,
    TimeForm.DISPLAYED: columns.time_delta_displayed,
    TimeForm.STREAM: columns.stream_time,
}
"""What the Time column is sorted by where that is not the moment."""

_CHUNKS: Mapping[Effort, int] = {
    Effort.COLUMNS: _CHUNK,
    Effort.CONNECTIONS: _CHUNK,
    Effort.BYTES: _READ_CHUNK,
    Effort.HEADERS: _READ_CHUNK,
    Effort.DECODING: _DECODED_CHUNK,
}


def _address(name: str) -> Callable[[Chunk], Column]:
    def column(chunk: Chunk) -> Column:
        numbers = chunk.column(name)
        return Column(numbers, numbers > 0)

    return column


def _end(name: str) -> Callable[[Chunk], Column]:
    """An address's number and the port in one number."""

    def column(chunk: Chunk) -> Column:
        numbers = chunk.column(name)
        return Column(packed(numbers, chunk.column(f"{name}port")), numbers > 0)

    return column


def _flags(chunk: Chunk) -> Column:
    return Column(chunk.flags, columns.headed(chunk))


_LABELS = sorted({label(protocol) for protocol in Protocol})
_PLACES = np.array([_LABELS.index(label(protocol)) for protocol in Protocol], np.int64)

# The keys of the list's own columns.
_OWN: Mapping[str, Callable[[Chunk], Column]] = {
    "number": columns.number,
    "time": columns.time,
    "source": _address("src"),
    "destination": _address("dst"),
    "protocol": lambda chunk: Column(_PLACES[chunk.raw("protocol")]),
    "length": columns.frame_column("length"),
    "sender": _end("src"),
    "receiver": _end("dst"),
    "flags": _flags,
    "interface": columns.frame_column("interface"),
}


def _by_address(session: Session, snapshot: Snapshot, numbers: Keys) -> Keys:
    """For each address its place among them: IPv4, IPv6, hardware addresses, each from the lowest."""
    known, places = np.unique(numbers, return_inverse=True)
    ranks: Keys = address_ranks(snapshot.addresses.entries[known])[places]
    return ranks


def _by_end(session: Session, snapshot: Snapshot, ends: Keys) -> Keys:
    numbers, ports = unpacked(ends)
    return packed(_by_address(session, snapshot, numbers), ports)


def _by_name(session: Session, snapshot: Snapshot, interfaces: Keys) -> Keys:
    names = interface_names(session, snapshot)
    order = sorted(set(names))
    return np.array([order.index(name) for name in names], np.int64)[interfaces]


# What turns numbers, of which more come while a capture grows, into what is sorted.
_RANKS: Mapping[str, Callable[[Session, Snapshot, Keys], Keys]] = {
    "source": _by_address,
    "destination": _by_address,
    "sender": _by_end,
    "receiver": _by_end,
    "interface": _by_name,
}


def _first(parts: Parts, field: Field, size: int) -> Column:
    """Of the values of each packet the first one."""
    numeric = field.type in _NUMERIC
    keys: Keys = np.zeros(size, np.int64 if numeric else f"S{_TEXT_BYTES}")
    there = np.zeros(size, np.bool_)
    for part in (part.sparse() for part in parts):
        assert part.owner is not None, "a sparse part names the packets"
        owners, firsts = np.unique(part.owner, return_index=True)
        new = ~there[owners]
        values = part.values[firsts[new]]
        keys[owners[new]] = _numbers(values) if numeric else _texts(values.tolist())
        there[owners[new]] = True
    return Column(keys, there)


_NUMERIC = frozenset(
    {Type.UINT, Type.INT, Type.HEX, Type.BOOL, Type.NONE, Type.IPV4, Type.TIME, Type.DURATION}
)


def _numbers(values: Keys) -> Keys:
    """Numbers that numpy can sort; what is larger than any of them is the largest."""
    return values if values.dtype != object else np.array([min(each, _MOST) for each in values], np.int64)


def _places(keys: Keys) -> Keys:
    """For each key how many different ones come before it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    places = np.zeros(len(keys), np.int32)
    places[order[1:]] = np.cumsum(ordered[1:] != ordered[:-1])
    return places


def _texts(values: Sequence[str | bytes]) -> Keys:
    """Texts and bytes as numpy sorts them without holding up other threads."""
    raw = [each if isinstance(each, bytes) else each.encode("utf-8", "replace") for each in values]
    return np.array([each[:_TEXT_BYTES] for each in raw], f"S{_TEXT_BYTES}")
