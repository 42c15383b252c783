"""Gets the selected connection's story for the sidebar without holding up the screen.

A connection that is told within 10 ms is told at once. A longer one is told in a thread, one at a time; of
what was asked for meanwhile only the latest is answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from tui.session import Session, Snapshot
    from tui.tcp.story import Story

LONG = 100_000  # segments; so many are told in about 10 ms

Told = tuple[int, int, bool]
"""How far a connection was told: its number, the row of its latest packet, and whether the snapshot had that
row (the connections may be ahead of the packets)."""


class Storyteller:
    """Calls `show` with the story of a packet's connection (None: it has none) and the packet's row."""

    def __init__(self, host: DOMNode, session: Session, show: Callable[[Story | None, int], None]) -> None:
        self._host = host
        self._session = session
        self._show = show
        self._wanted: tuple[Snapshot, int] | None = None
        self._busy = False
        self._latest: tuple[Told | None, Story | None] = (None, None)

    def tell(self, snapshot: Snapshot, row: int) -> None:
        """Show the connection of packet `row` as `snapshot` knows it: now or soon."""
        told = connection_at(snapshot, row)
        if told is None or told == self._latest[0]:
            self._wanted = None
            self._show(None if told is None else self._latest[1], row)
        elif length_at(snapshot, row) < LONG:
            self._wanted = None
            self._answer(told, self._session.story(snapshot, row), row)
        else:
            self._wanted = (snapshot, row)
            if not self._busy:
                self._busy = True
                self._host.run_worker(self._tell_long())

    def is_told(self, snapshot: Snapshot, row: int) -> bool:
        """Whether the connection of packet `row` has no more packets in `snapshot` than when it was told."""
        return connection_at(snapshot, row) in (None, self._latest[0])

    async def _tell_long(self) -> None:
        try:
            while self._wanted is not None:
                (snapshot, row), self._wanted = self._wanted, None
                story = await asyncio.to_thread(self._session.story, snapshot, row)
                if self._wanted is None:
                    self._answer(connection_at(snapshot, row), story, row)
        finally:
            self._busy = False

    def _answer(self, told: Told | None, story: Story | None, row: int) -> None:
        self._latest = (told, story)
        self._show(story, row)


def connection_at(snapshot: Snapshot, row: int) -> Told | None:
    """The connection of packet `row` and how far it has come; None if the packet has none, or is not kept."""
    stream = int(snapshot.packets.stream[row])
    if stream < 0 or row < snapshot.gone:
        return None
    last = int(snapshot.connections["last"][stream])
    return stream, last, last < len(snapshot.packets)


def length_at(snapshot: Snapshot, row: int) -> int:
    """Segments of the connection of packet `row`, which has one."""
    return int(snapshot.connections["packets"][snapshot.packets.stream[row]].sum())
