"""Has the packet read that the next key will probably show, while nothing else is to be done.

After a step up or down in the list that is the next line in the same direction. What is read too early costs
nothing that is waited for; what was guessed wrong is forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from tui.panes.packet_list import PacketList

# Keys that are held down repeat sooner, and show no packet until they rest.
REST = 0.03  # s after the last step


class Foresight:
    """Calls `read` with the row of the line that comes next."""

    def __init__(self, packet_list: PacketList, read: Callable[[int], None]) -> None:
        self._list = packet_list
        self._read = read
        self._line = packet_list.cursor
        self._timer: Timer | None = None

    def stepped(self) -> None:
        """The packet under the list's cursor is shown; it may be the one that was shown before."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        step = self._list.cursor - self._line
        self._line += step
        if abs(step) == 1 and 0 <= self._line + step < self._list.line_count():
            self._timer = self._list.set_timer(REST, lambda: self._look(self._line + step))

    def _look(self, line: int) -> None:
        if line < self._list.line_count():  # a filter may have been applied meanwhile
            self._read(self._list.row_at(line))
