"""What a table on the screen consists of: columns, lines of cells, and the order that a column gives them.

Invariant: sorting is stable in both directions, so that rows that a column does not tell apart keep their
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.report.explain import Piece

NOTHING = "–"
"""What a cell says that has nothing to say."""


class Column(Struct, frozen=True, kw_only=True):
    """A column: `width` is the most cells that it takes, `text` says what it holds.

    `falling`: to sort by it begins with the largest. `stretches`: it takes what room the others leave.
    """

    id: str
    title: str
    width: int
    align: Literal["left", "right"] = "left"
    text: str
    falling: bool = False
    stretches: bool = False


class Sorting(Struct, frozen=True):
    """Sorted by the column with this index, smallest first or (`falling`) largest first."""

    column: int
    falling: bool = False

    def turned(self) -> Sorting:
        """The same column, the other way round."""
        return Sorting(self.column, not self.falling)


class Table(Protocol):
    """Lines of cells, made when asked for; a line with fewer cells than columns ends in a long one."""

    @property
    def columns(self) -> Sequence[Column]:
        """What its cells stand in."""

    @property
    def sorting(self) -> Sorting:
        """How it is sorted now."""

    def __len__(self) -> int: ...

    def cells(self, line: int) -> Sequence[Piece]:
        """What stands in line `line`."""

    def note(self, line: int) -> str:
        """A sentence or two about a line, for which there is no room in its cells."""


def order_by(keys: NDArray[Any], falling: bool) -> NDArray[np.int64]:
    """The indices of `keys` in their order; equal ones stay in the order that they have."""
    if not falling:
        return np.argsort(keys, kind="stable")
    return len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]


def sort_by(sorting: Sorting, columns: Sequence[Column], column: int) -> Sorting:
    """What choosing a column asks for: to sort by it, or the other way round if that is done already."""
    if column == sorting.column:
        return sorting.turned()
    return Sorting(column, columns[column].falling)


def record(columns: Sequence[Column], cells: Sequence[Piece]) -> str:
    """A line for other programs: cells parted by tabs, without what is there for the eye only."""
    texts = ["" if text == NOTHING else text for text, _ in cells]
    if len(texts) == len(columns):
        texts = [
            text.replace(",", "") if column.align == "right" else text
            for column, text in zip(columns, texts, strict=True)
        ]
    return "\t".join(text.strip() for text in texts)
