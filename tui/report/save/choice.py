"""Which packets are saved."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.errors import UsageError
from tui.report.save.ranges import rows_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tui.report.save.pieces import Numbers
    from tui.session import Snapshot


class Which(Enum):
    """What the person chooses among."""

    SHOWN = "shown"
    ALL = "all"
    MARKED = "marked"
    NUMBERS = "by number"
    CONNECTION = "connection"


class Choice(Struct, frozen=True):
    """A choice: `text` has the numbers of packets, or the one of a connection."""

    which: Which
    text: str = ""
    leave_out: frozenset[int] = frozenset()  # rows

    def rows(
        self, snapshot: Snapshot, marked: Collection[int], passing: Callable[[Numbers], Numbers]
    ) -> Numbers:
        """The rows, ascending; `passing` gives those of some that are shown. UsageError if there are none."""
        every = len(snapshot.packets)
        match self.which:
            case Which.SHOWN:
                rows = passing(np.arange(every))
            case Which.ALL:
                rows = np.arange(every)
            case Which.MARKED:
                rows = np.array(sorted(row for row in marked if row < every), np.int64)
            case Which.NUMBERS:
                rows = rows_in(self.text, every)
            case Which.CONNECTION:
                rows = snapshot.packets.rows_of(self._stream(len(snapshot.connections)))
        if self.leave_out:
            rows = rows[~np.isin(rows, list(self.leave_out))]
        if not len(rows):
            raise UsageError("there are no such packets to save")
        return rows

    def _stream(self, connections: int) -> int:
        text = self.text.strip()
        if not (text.isdecimal() and text.isascii()) or int(text[:15]) >= connections:
            raise UsageError(
                f"there is no connection {text!r}", f"numbers (tcp.stream) go from 0 to {connections - 1:,}"
            )
        return int(text)
