"""Work that is too long for the screen's thread, of which only the latest result counts.

Invariant: one piece of work is done at a time; of what was asked for meanwhile only the latest is, and what
was done before that is not shown.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

Result = TypeVar("Result")


class Latest(Generic[Result]):
    """Calls `show` with what the latest work gave that was asked for."""

    def __init__(self, host: DOMNode, show: Callable[[Result], None]) -> None:
        self._host = host
        self._show = show
        self._wanted: Callable[[], Result] | None = None
        self.busy = False

    def want(self, work: Callable[[], Result], *, long: bool) -> None:
        """Have `work` done: in a thread if it is long or another one is being done there, else now."""
        if not long and not self.busy:
            self._show(work())
            return
        self._wanted = work
        if not self.busy:
            self.busy = True
            self._host.run_worker(self._work())

    def forget(self) -> None:
        """What was asked for is not wanted any more, though it may be done still."""
        self._wanted = None

    async def _work(self) -> None:
        try:
            while (work := self._wanted) is not None:
                result = await asyncio.to_thread(work)
                if work is self._wanted:
                    self._wanted = None
                    self._show(result)
        finally:
            self.busy = False
