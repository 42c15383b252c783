"""What a person says of packets: marks, packets to ignore, time references, comments. Row numbers from 0.

Invariant: `version` rises with every change and with nothing else, so that what was painted, filtered or
saved of the notes can be told to be out of date. Only the screen's thread changes them; others may read. What
is said of packets that left a ring is forgotten, but for what later times count from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Set
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int64]


class _Flags(NamedTuple):
    """A byte for each packet from `first` on, up to the last one that is in a set."""

    first: int
    there: NDArray[np.bool_]


class RowSet(Set[int]):
    """Packets, by flags of those that are kept: a million are as quickly in it as one."""

    def __init__(self) -> None:
        self._flags = _Flags(0, np.zeros(0, np.bool_))  # replaced as a whole: other threads look at it
        self._count = 0

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int | np.integer):
            return False
        first, there = self._flags
        return 0 <= int(row) - first < len(there) and bool(there[int(row) - first])

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows().tolist())

    def __len__(self) -> int:
        return self._count

    def rows(self) -> Rows:
        """All of them, ascending."""
        first, there = self._flags
        return first + np.flatnonzero(there)

    def holds(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of these packets are in it."""
        first, there = self._flags
        places, found = rows - first, np.zeros(len(rows), np.bool_)
        known = (places >= 0) & (places < len(there))
        found[known] = there[places[known]]
        return found

    def put(self, rows: Rows, *, in_it: bool = True) -> None:
        """Have these packets in it, or not; those that were let go of cannot be."""
        first, there = self._flags
        places = rows[rows >= first] - first
        last = int(places.max(initial=-1))
        if last >= len(there):
            there = np.concatenate((there, np.zeros(last + 1 - len(there), np.bool_)))
        there[places] = in_it
        self._hold(_Flags(first, there))

    def let_go(self, first: int) -> None:
        """Forget the packets before row `first`, for good."""
        if first > self._flags.first:
            self._hold(_Flags(first, self._flags.there[first - self._flags.first :].copy()))

    def _hold(self, flags: _Flags) -> None:
        self._flags = flags
        self._count = int(np.count_nonzero(flags.there))


class Notes:
    """The notes of one session. The sets and dictionaries are for reading: change them by the methods.

    `comments` has the packets whose comments were changed here, with all comments that each has now, () if
    none is left; what the file says of the others is not repeated. `letters` are the places of vim's marks.
    """

    def __init__(self) -> None:
        self.version = 0
        self.marked = RowSet()
        self.ignored = RowSet()
        self.references = RowSet()
        self.comments: dict[int, tuple[str, ...]] = {}
        self.letters: dict[str, int] = {}
        self.unsaved = False  # whether comments were changed and not saved since
        self._zeros: tuple[int, ...] = (0,)  # that times count from, in order; the first one may have gone

    def toggle_mark(self, row: int) -> bool:
        """Mark a packet, or not any more; whether it is marked now."""
        return self._toggle(self.marked, row)

    def toggle_ignored(self, row: int) -> bool:
        """Ignore a packet, or not any more; whether it is ignored now."""
        return self._toggle(self.ignored, row)

    def toggle_reference(self, row: int) -> bool:
        """Let later times count from this packet, or not any more; whether they do now."""
        now = self._toggle(self.references, row)
        self._zeros = (self._zeros[0], *self.references)
        return now

    def mark_all(self, rows: Rows) -> None:
        """Mark these packets beside those that are."""
        self.marked.put(rows)
        self.version += 1

    def unmark_all(self) -> None:
        """No packet is marked any more."""
        self.marked = RowSet()
        self.version += 1

    def comment(self, row: int, *texts: str) -> None:
        """Give a packet these comments, each of one or more lines, in place of all that it has."""
        self.comments[row] = texts
        self.unsaved = True
        self.version += 1

    def bookmark(self, letter: str, row: int) -> None:
        """Let a letter remember a packet."""
        self.letters[letter] = row
        self.version += 1

    def saved(self) -> None:
        """The comments were written to a file."""
        self.unsaved = False

    def zero(self, row: int) -> int:
        """The packet that the time of `row` counts from: the last reference up to it, else the first one."""
        zeros = self._zeros
        return zeros[max(bisect_right(zeros, row) - 1, 0)]

    def zeros_of(self, rows: Rows) -> Rows:
        """The same for many packets."""
        zeros = self.zeros()
        return zeros[np.maximum(zeros.searchsorted(rows, "right") - 1, 0)]

    def zeros(self) -> Rows:
        """All packets that times count from, ascending: no other one of those that left a ring is needed."""
        return np.array(self._zeros, np.int64)

    def let_go(self, first: int) -> None:
        """The packets before row `first` left a ring; `version` stays, for what is shown has none of them."""
        for rows in (self.marked, self.ignored, self.references):
            rows.let_go(first)
        self._zeros = (self.zero(first - 1), *self.references) if first else self._zeros
        gone = [row for row in self.comments if row < first]
        for row in gone:
            del self.comments[row]
        self.unsaved &= bool(self.comments)

    def _toggle(self, rows: RowSet, row: int) -> bool:
        now = row not in rows
        rows.put(np.array([row]), in_it=now)
        self.version += 1
        return now
