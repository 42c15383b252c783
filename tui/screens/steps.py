"""From one packet to another of the same connection, or of those with a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tui.notes import Notes
    from tui.session import Snapshot


def step_in_connection(
    snapshot: Snapshot,
    row: int,
    step: int,
    shown: Callable[[NDArray[np.int64]], NDArray[np.int64]] = lambda rows: rows,
) -> int | None:
    """The row `step` packets of its connection further (back if negative), or as far as there are packets.

    Of those only that are `shown`. None if the packet at `row` belongs to no connection, or none is.
    """
    stream = int(snapshot.packets.stream[row])
    if stream < 0:
        return None
    rows = shown(snapshot.packets.rows_of(stream))
    if not len(rows):
        return None
    place = int(np.searchsorted(rows, row)) + step
    return int(rows[max(0, min(place, len(rows) - 1))])


def step_among(
    rows: NDArray[np.int64],
    row: int,
    step: int,
    shown: Callable[[NDArray[np.int64]], NDArray[np.int64]] = lambda rows: rows,
) -> int | None:
    """Of these ascending rows the one `step` further than `row` (back if negative), or as far as there are.

    Of those only that are `shown`. None if there is none in that direction.
    """
    passing = shown(rows)
    ahead = passing[passing > row] if step > 0 else passing[passing < row][::-1]
    return int(ahead[min(abs(step), len(ahead)) - 1]) if len(ahead) else None


def commented(snapshot: Snapshot, notes: Notes) -> NDArray[np.int64]:
    """The packets that may have comments: by their file, or by the notes."""
    there = snapshot.packets.marks & Mark.COMMENT != 0
    there[list(notes.comments)] = True
    return np.flatnonzero(there)
