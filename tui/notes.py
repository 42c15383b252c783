"""What a person says of packets: marks, packets to ignore, time references, comments. Row numbers from 0.

Invariant: `version` rises with every change and with nothing else, so that what was painted, filtered or
saved of the notes can be told to be out of date. Only the screen's thread changes them; others may read.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Set
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int64]


class RowSet(Set[int]):
    """Packets, a byte for each up to the last one that is in it: a million are as quickly in it as one."""

    def __init__(self) -> None:
        self._flags: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._count = 0

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int | np.integer):
            return False
        return 0 <= int(row) < len(self._flags) and bool(self._flags[row])

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows().tolist())

    def __len__(self) -> int:
        return self._count

    def rows(self) -> Rows:
        """All of them, ascending."""
        return np.flatnonzero(self._flags)

    def holds(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of these packets are in it."""
        flags, found = self._flags, np.zeros(len(rows), np.bool_)
        there = rows < len(flags)
        found[there] = flags[rows[there]]
        return found

    def put(self, rows: Rows, *, in_it: bool = True) -> None:
        """Have these packets in it, or not."""
        last = int(rows.max(initial=-1))
        if last >= len(self._flags):
            self._flags = np.concatenate((self._flags, np.zeros(last + 1 - len(self._flags), np.bool_)))
        self._flags[rows] = in_it
        self._count = int(np.count_nonzero(self._flags))


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
        self._references: list[int] = []  # in order

    def toggle_mark(self, row: int) -> bool:
        """Mark a packet, or not any more; whether it is marked now."""
        return self._toggle(self.marked, row)

    def toggle_ignored(self, row: int) -> bool:
        """Ignore a packet, or not any more; whether it is ignored now."""
        return self._toggle(self.ignored, row)

    def toggle_reference(self, row: int) -> bool:
        """Let later times count from this packet, or not any more; whether they do now."""
        if row in self.references:
            self._references.remove(row)
        else:
            insort(self._references, row)
        return self._toggle(self.references, row)

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

    def reference_before(self, row: int) -> int | None:
        """The last time reference at or before `row`; None if there is none."""
        place = bisect_right(self._references, row)
        return self._references[place - 1] if place else None

    def _toggle(self, rows: RowSet, row: int) -> bool:
        now = row not in rows
        rows.put(np.array([row]), in_it=now)
        self.version += 1
        return now
