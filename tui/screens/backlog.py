"""Rows of the packet list of which something is looked up in a thread: the cursor may not wait for it.

Invariant: those that were asked for last come first, for they are the ones that are seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from textual.dom import DOMNode

_BATCH = 64  # rows that are looked up at once

Rows = tuple[int, ...]


class Backlog:
    """Awaits `look` with one batch of rows after the other."""

    def __init__(self, host: DOMNode, look: Callable[[Rows], Awaitable[None]]) -> None:
        self._host = host
        self._look = look
        self._rows: dict[int, None] = {}  # in the order in which they were asked for
        self._busy = False

    def add(self, rows: Iterable[int]) -> None:
        """Have these looked up as well."""
        self._rows |= dict.fromkeys(rows)
        if self._rows and not self._busy:
            self._busy = True
            self._host.run_worker(self._work())

    def clear(self) -> None:
        """Forget those that were not looked up yet."""
        self._rows.clear()

    async def _work(self) -> None:
        try:
            while self._rows:
                rows = tuple(self._rows)[-_BATCH:]
                for row in rows:
                    del self._rows[row]
                await self._look(rows)
        finally:
            self._busy = False
