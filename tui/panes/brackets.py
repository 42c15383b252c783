"""The bracket of the selected packet's connection in the list: its first packet, its last, those between.

Invariant: it costs a comparison a row, however long the connection is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.session import Snapshot


class Bracket:
    """Of the connection of packet `row`; `sorted_`: the packets do not stand as they were captured."""

    def __init__(self, snapshot: Snapshot, row: int, *, sorted_: bool) -> None:
        self._streams = snapshot.packets.stream
        self._stream = int(self._streams[row])
        self._first = self._last = -1
        if self._stream >= 0 and not sorted_:
            connection = snapshot.connections[self._stream]
            self._first, self._last = int(connection["first"]), int(connection["last"])

    def sign(self, row: int) -> str:
        """What stands before packet `row`: " " if it belongs to another connection."""
        if self._stream < 0 or int(self._streams[row]) != self._stream:
            return " "
        if row not in (self._first, self._last):
            return "│"
        if self._first == self._last:
            return "╶"
        return "┌" if row == self._first else "└"
