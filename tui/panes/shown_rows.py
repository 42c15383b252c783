"""Which packets the list shows, and in which order: line by line their rows.

Invariant: every packet that is shown has one line. Those that an order was made of come first, in that order;
those that came later follow as they were captured. Without an order all are as captured.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Rows = NDArray[np.int64]
_NO_ROWS: Rows = np.zeros(0, np.int64)


class Order(Struct, frozen=True, eq=False):
    """Packets sorted: each row below `stop` once that is there, or each of the ascending rows `of`."""

    rows: Rows
    stop: int
    of: Rows | None = None


class ShownRows:
    """The rows of the lines; `only` (ascending) are the packets that pass, None is all."""

    def __init__(self) -> None:
        self.only: Rows | None = None
        self.order: Order | None = None
        self._total = 0
        self._gone = 0  # packets, from the first on, that are not there any more
        self._sorted = _NO_ROWS  # the rows of the first lines
        self._first = 0  # the row of the line after those, or (with `only`) its place there
        self._lines: Rows | None = None  # of the sorted rows, made when they are asked for

    def __len__(self) -> int:
        return len(self._sorted) + (self._total if self.only is None else len(self.only)) - self._first

    @property
    def rows(self) -> Rows | range:
        """The rows of all lines."""
        if self.only is not None:
            rest = self.only[self._first :]
        elif len(self._sorted):
            rest = np.arange(self._first, self._total)
        else:
            return range(self._first, self._total)
        return np.concatenate((self._sorted, rest)) if len(self._sorted) else rest

    def row_at(self, line: int) -> int:
        """The row of a line that there is."""
        if line < len(self._sorted):
            return int(self._sorted[line])
        place = line - len(self._sorted) + self._first
        return place if self.only is None else int(self.only[place])

    def line_of(self, row: int) -> int:
        """The line of `row`; if it is not shown, of the next one in the capture that is, or of the last."""
        if self.only is not None and len(self.only):
            row = int(self.only[min(int(self.only.searchsorted(row)), len(self.only) - 1)])
        row = max(row, self._gone)
        if self.order is not None and row < self.order.stop and len(self._sorted):
            return int(self._lines_of_rows()[row - self._gone])
        place = row if self.only is None else int(self.only.searchsorted(row))
        return len(self._sorted) + max(0, place - self._first)

    def grow(self, total: int, gone: int) -> None:
        """There are `total` packets now, the first `gone` of which are not there any more."""
        self._total = total
        if gone != self._gone:
            self._gone = gone
            self._arrange()

    def restrict(self, only: Rows | None) -> None:
        """Show these packets only; an order that was made of others is given up."""
        self.only = only
        if self.order is not None and self.order.of is not None and self.order.of is not only:
            self.order = None
        self._arrange()

    def extend(self, only: Rows) -> None:
        """More packets pass: `only` begins with those that did."""
        self.only = only
        self._find_rest()

    def sort(self, order: Order | None) -> None:
        """Show the packets in this order, or (None) as captured."""
        self.order = order
        self._arrange()

    def _arrange(self) -> None:
        self._sorted, self._lines = _NO_ROWS, None
        order = self.order
        if order is not None:
            rows = order.rows
            if self.only is not None and order.of is not self.only:
                first, last = self.only.searchsorted((self._gone, order.stop))
                passes = np.zeros(max(order.stop - self._gone, 0), np.bool_)
                passes[self.only[first:last] - self._gone] = True
                rows = rows[rows >= self._gone]
                rows = rows[passes[rows - self._gone]]
            self._sorted = rows[rows >= self._gone] if self._gone else rows
        self._find_rest()

    def _find_rest(self) -> None:
        """Where the packets begin that no order has."""
        first = max(self._gone, self.order.stop if self.order else 0)
        self._first = first if self.only is None else int(self.only.searchsorted(first))

    def _lines_of_rows(self) -> Rows:
        """For each row that is there, below the order's end, its line if it is shown."""
        assert self.order is not None, "only an order has lines to look up"
        if self._lines is None:
            self._lines = np.zeros(self.order.stop - self._gone, np.int64)
            self._lines[self._sorted - self._gone] = np.arange(len(self._sorted))
        return self._lines
