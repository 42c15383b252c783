"""What a graph is: series of points over time, each point with the packet it comes from.

Invariant: a series is ascending in time; all its arrays have one entry a point.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tui.report.explain import Tone
    from tui.report.graphs.scales import Unit

    Ints = NDArray[np.int64]
    Numbers = NDArray[Any]


class Shape(Enum):
    """How points are drawn."""

    DOTS = auto()
    BARS = auto()  # from `low` up to `y`
    DOTTED = auto()  # the same, dotted
    STEPS = auto()  # a value holds until the next one
    LINE = auto()  # straight from one to the next
    SIGNS = auto()  # the series' sign at each


class Series(Struct, frozen=True):
    """Points of one meaning.

    `x` is ns since the graph's start, `y` and `low` are in the graph's unit, `rows` packet rows. `sign` is
    the ASCII character by which the series is known without its colour.
    """

    name: str
    sign: str
    shape: Shape
    tone: Tone
    x: Ints
    y: Numbers
    rows: Ints
    low: Ints | None = None

    def __len__(self) -> int:
        return len(self.x)

    def ordered(self) -> Series:
        """The same, ascending in time: the clocks of captures go back now and then."""
        if not len(self) or bool((self.x[1:] >= self.x[:-1]).all()):
            return self
        order = np.argsort(self.x, kind="stable")
        low = None if self.low is None else self.low[order]
        return Series(
            self.name, self.sign, self.shape, self.tone, self.x[order], self.y[order], self.rows[order], low
        )


class Graph(Struct, frozen=True):
    """Series in one pair of axes; the first is drawn over the others, signs over all."""

    title: str
    unit: Unit
    series: tuple[Series, ...]
    end: int  # ns: until then the last step holds
    notes: tuple[str, ...] = ()  # what must be known to read it

    def __len__(self) -> int:
        """How many points it has."""
        return sum(map(len, self.series))

    def extent(self) -> tuple[int, int]:
        """The time of the first and the last point; (0, 0) if there are none."""
        there = [each for each in self.series if len(each)]
        if not there:
            return 0, 0
        return min(int(each.x[0]) for each in there), max(int(each.x[-1]) for each in there)
