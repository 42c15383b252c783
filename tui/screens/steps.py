"""From one packet of a connection to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

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
