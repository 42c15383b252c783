"""Packets a second, of each interface, over the last half minute: kept, and drawn in one line.

Invariant: what was not watched is not drawn; a counter that fell (the interface was made anew) counts as 0.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 30
LEVELS = "▁▂▃▄▅▆▇█"
_LEAST_TOP = len(LEVELS) - 1
"""Packets a second that fill the line's height, at least: a single packet is then one level, no mountain."""


class Traffic:
    """The latest rates of each interface, by its name."""

    def __init__(self) -> None:
        self._moment = 0.0
        self._counts: Mapping[str, int] = {}
        self._rates: dict[str, deque[float]] = {}

    def add(self, moment: float, counts: Mapping[str, int]) -> None:
        """The counters' values at `moment` (seconds on any clock that never goes back)."""
        passed = moment - self._moment
        if self._counts and passed <= 0:
            return
        for name, count in counts.items():
            if name in self._counts:
                rates = self._rates.setdefault(name, deque(maxlen=SECONDS))
                rates.append(max(0, count - self._counts[name]) / passed)
        self._moment, self._counts = moment, dict(counts)

    def rates(self, name: str) -> Sequence[float]:
        """Packets a second, one value each time that was looked, the latest last."""
        return tuple(self._rates.get(name, ()))


def sparkline(rates: Sequence[float], width: int = SECONDS) -> str:
    """The rates as `width` cells of LEVELS, the latest at the right; blank where there is none."""
    shown = [round(rate) for rate in rates[-width:]]
    top = max([_LEAST_TOP, *shown])
    return "".join(LEVELS[-(-rate * (len(LEVELS) - 1) // top)] for rate in shown).rjust(width)
