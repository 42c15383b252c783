"""The packet table: columns that only grow, and views of them that never change.

One thread appends, and lets go of rows at the beginning, whose numbers are not given again. Any thread may
hold a :class:`Packets`, which sees the rows there were when it was made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.index.schema import PACKET_COLUMNS, Mark
from tui.index.sparse import ALL, InUse

Column = NDArray[np.generic]

_KEPT = tuple((column.name, np.dtype(column.dtype)) for column in PACKET_COLUMNS if column.kept)
NO_ROWS = np.empty(0, np.int64)
_FIRST_CAPACITY = 4096
_FIRST_STEP = 128  # rows looked at first when a connection's next row is sought; then ever more


class Packets:
    """A read-only view of the first `len(packets)` rows.

    `packets.time`, `packets.seq`… are the columns of schema.PACKET_COLUMNS. Rows before `first` left with a
    ring's files: in the columns anything may stand for them, but for the very first one, the one before
    `first` and time references, from which times are counted. `quoting` are the rows, ascending, whose TCP
    header is one that an ICMP error quotes: they are few, and sought at each key.
    """

    __slots__ = ("_columns", "_length", "first", "quoting")

    def __init__(
        self, columns: dict[str, Column], length: int, quoting: NDArray[np.int64], first: int = 0
    ) -> None:
        self._columns = {name: column[:length] for name, column in columns.items()}
        for column in self._columns.values():
            column.flags.writeable = False
        self._length = length
        self.first = first
        self.quoting = quoting[quoting.searchsorted(first) :]

    def __len__(self) -> int:
        return self._length

    def __getattr__(self, name: str) -> NDArray[np.int64]:
        # Annotated as integers, which all columns are: of what width says the schema.
        try:
            return self._columns[name]  # type: ignore[return-value]
        except KeyError:
            raise AttributeError(f"no column {name!r}") from None

    def rows_of(self, stream: int, first: int = 0, last: int | None = None) -> NDArray[np.int64]:
        """The rows of one connection, ascending; all that are kept of it lie in `first` to `last`."""
        first, end = max(first, self.first), self._length if last is None else last + 1
        return first + np.flatnonzero(self.stream[first:end] == stream)

    def next_of_stream(self, row: int) -> int | None:
        """The next row of the same connection; None if there is none or `row` has no connection."""
        stream, start, step = self.stream[row], row + 1, _FIRST_STEP
        while stream >= 0 and start < self._length:
            found = np.flatnonzero(self.stream[start : start + step] == stream)
            if len(found):
                return start + int(found[0])
            start, step = start + step, step * 4
        return None

    def previous_of_stream(self, row: int) -> int | None:
        """The row of the same connection before `row`; None if there is none or `row` has no connection."""
        stream, end, step = self.stream[row], row, _FIRST_STEP
        while stream >= 0 and end > self.first:
            start = max(end - step, self.first)
            found = np.flatnonzero(self.stream[start:end] == stream)
            if len(found):
                return start + int(found[-1])
            end, step = start, step * 4
        return None


class PacketTable:
    """The growing columns.

    Capacity doubles; pages that were never written cost no memory, and views keep the array they were made
    of.
    """

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {name: np.empty(_FIRST_CAPACITY, dtype) for name, dtype in _KEPT}
        self._capacity = _FIRST_CAPACITY
        self._length = 0
        self._quoting = np.empty(0, np.int64)
        self._kept = ALL

    def __len__(self) -> int:
        return self._length

    @property
    def first(self) -> int:
        """The first row that `forget` left."""
        return self._kept.rest

    def append(self, rows: NDArray[np.void]) -> None:
        """Add rows of schema.PACKET at the end."""
        length = self._length + len(rows)
        quoting = np.flatnonzero(rows["marks"] & Mark.QUOTED)
        if len(quoting):
            self._quoting = np.concatenate((self._quoting, self._length + quoting))
        if length > self._capacity:
            self._move(max(length, 2 * self._capacity - self.first))
        for name, column in self._columns.items():
            column[self._length : length] = rows[name]
        self._length = length

    def forget(self, first: int, zeros: NDArray[np.int64] = NO_ROWS) -> None:
        """Let go of the rows before `first`; their memory is free when no older view is held any more.

        Those of `zeros` stay in the columns, as times are counted from them.
        """
        self._kept = InUse(np.unique([0, *zeros[zeros < first].tolist(), first - 1]), first)
        self._quoting = self._quoting[self._quoting.searchsorted(first) :]
        self._move(2 * self._length - first + _FIRST_CAPACITY)

    def view(self, first: int = 0) -> Packets:
        """The rows there are now; of them those before `first` are not to be shown any more."""
        return Packets(self._columns, self._length, self._quoting, first)

    def _move(self, capacity: int) -> None:
        self._columns = {
            name: self._kept.moved(column, self._length, capacity) for name, column in self._columns.items()
        }
        self._capacity = capacity
