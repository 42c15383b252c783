"""A display filter that columns answer, over all packets of a capture that is open.

usage: filters.py CAPTURE FILTER; prints the seconds of the best of some rounds, and the bytes of memory that
they took beside what the session holds.
"""

from __future__ import annotations

import resource
import sys
from time import perf_counter

from process import RSS_UNIT

from tui.filter.language import compile_filter
from tui.report.filtered import view_of
from tui.session import Session

ROUNDS = 10


def measure(capture: str, text: str) -> tuple[float, int]:
    """Seconds and bytes."""
    session = Session([capture])
    try:
        snapshot = session.wait()
        chosen, held, seconds = compile_filter(text), _peak(), []
        for _ in range(ROUNDS):
            start = perf_counter()
            passing = sum(int(mask.sum()) for _, mask in chosen.masks(view_of(session, snapshot), 0))
            seconds.append(perf_counter() - start)
            assert passing, "the filter has something to find"
        return min(seconds), _peak() - held
    finally:
        session.close()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT


if __name__ == "__main__":
    print(*measure(sys.argv[1], sys.argv[2]))
