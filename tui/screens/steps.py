"""From one packet of a connection to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tui.session import Snapshot


def step_in_connection(snapshot: Snapshot, row: int, step: int) -> int | None:
    """The row `step` packets of its connection further (back if negative), or as far as there are packets.

    None if the packet at `row` belongs to no connection.
    """
    stream = int(snapshot.packets.stream[row])
    if stream < 0:
        return None
    rows = snapshot.packets.rows_of(stream)
    place = int(np.searchsorted(rows, row)) + step
    return int(rows[max(0, min(place, len(rows) - 1))])
