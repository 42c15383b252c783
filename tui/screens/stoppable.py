"""Long work that can be stopped, in a thread; meanwhile it is shown how far it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

Result = TypeVar("Result")

_PROGRESS_SECONDS = 0.1


async def in_thread(
    host: DOMNode,
    work: Callable[[], Result],
    *,
    stop: Callable[[], object],
    progress: Callable[[], object] | None = None,
) -> Result:
    """What `work` gives; `progress` is called ten times a second meanwhile.

    `stop` is called if `host` goes away: the program, when it is left, waits for its threads.
    """
    timer = None if progress is None else host.set_interval(_PROGRESS_SECONDS, progress)
    try:
        return await asyncio.to_thread(work)
    except asyncio.CancelledError:
        stop()
        raise
    finally:
        if timer is not None:
            timer.stop()
