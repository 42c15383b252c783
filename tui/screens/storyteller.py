"""Gets the selected connection's story for the sidebar without holding up the screen.

A connection that is told within 10 ms is told at once, a longer one in a thread. Invariant: what is shown is
the connection that was asked for last.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.screens.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from tui.session import Session, Snapshot
    from tui.tcp.story import Story

    Answer = tuple["Told | None", Story | None, int]  # the row is that of the packet it was asked for

LONG = 100_000  # segments; so many are told in about 10 ms

Told = tuple[int, int, bool]
"""How far a connection was told: its number, the row of its latest packet, and whether the snapshot had that
row (the connections may be ahead of the packets)."""


class Storyteller:
    """Calls `show` with the story of a packet's connection (None: it has none) and the packet's row."""

    def __init__(self, host: DOMNode, session: Session, show: Callable[[Story | None, int], None]) -> None:
        self._session = session
        self._show = show
        self._latest: Latest[Answer] = Latest(host, self._answer)
        self._told: Told | None = None
        self._story: Story | None = None

    def tell(self, snapshot: Snapshot, row: int) -> None:
        """Show the connection of packet `row` as `snapshot` knows it: now or soon."""
        told = connection_at(snapshot, row)
        if told is not None and told != self._told and length_at(snapshot, row) >= LONG:
            self._latest.want(partial(self._tell, snapshot, row), long=True)
            return
        self._latest.forget()
        if told is None:
            self._show(None, row)
        elif told == self._told:
            self._show(self._story, row)
        else:
            self._answer(self._tell(snapshot, row))

    def foresee(self, snapshot: Snapshot, row: int) -> None:
        """Have the connection of packet `row` told, if that is short: the session keeps what it told last."""
        if connection_at(snapshot, row) not in (None, self._told) and length_at(snapshot, row) < LONG:
            self._session.story(snapshot, row)

    def is_told(self, snapshot: Snapshot, row: int) -> bool:
        """Whether the connection of packet `row` has no more packets in `snapshot` than when it was told."""
        return connection_at(snapshot, row) in (None, self._told)

    def _tell(self, snapshot: Snapshot, row: int) -> Answer:
        """In a thread, if that is long."""
        story = self._session.story(snapshot, row)
        return connection_at(snapshot, row), story, row

    def _answer(self, answer: Answer) -> None:
        self._told, self._story, row = answer
        self._show(self._story, row)


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
