"""What a part of the statistics shows: arrays, one entry a line, and the columns that put them into words.

Invariant: a cell is put into words only when it is asked for; the order comes from arrays. What JSON holds of
a line has the columns' ids as keys: counts are numbers, times strings of seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tui.errors import printable
from tui.report.ends import address_ranks
from tui.report.explain import Tone
from tui.report.tables import NOTHING, Column, Sorting, order_by, record
from tui.report.times import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tui.index.addresses import AddressBook
    from tui.report.explain import Piece

Values = NDArray[Any]

_NANOSECONDS = 9  # decimals


class Facts(Struct, frozen=True):
    """The lines of a part: arrays of one length by name; `book` has the addresses that stand in them.

    `leads_to` gives the display filter that a line leads to, "" if none; `note` what is to be said of a line.
    """

    arrays: Mapping[str, Values]
    book: AddressBook | None = None
    leads_to: Callable[[int], str] = lambda line: ""
    note: Callable[[int], str] = lambda line: ""

    def __len__(self) -> int:
        return len(next(iter(self.arrays.values())))

    def address(self, number: int) -> str:
        """The text of an address in the book."""
        return "" if self.book is None else self.book.text(number)

    def address_ranks(self, numbers: Values) -> Values:
        """Numbers that order addresses by family and bytes."""
        assert self.book is not None, "addresses come with their book"
        return address_ranks(self.book.entries[: self.book.used])[numbers]


class FactColumn(Column, frozen=True, kw_only=True):
    """A column of a part: what it is sorted by, its cell for a line, and what JSON holds of it."""

    keys: Callable[[Facts], Values]
    write: Callable[[Facts, int], str]
    value: Callable[[Facts, int], object]
    tone: Tone = Tone.PLAIN


def count(name: str, title: str, text: str, *, tone: Tone = Tone.PLAIN) -> FactColumn:
    """A column of whole numbers, those of the array `name`."""
    return FactColumn(
        id=name,
        title=title,
        width=18,
        align="right",
        text=text,
        falling=True,
        keys=lambda facts: facts.arrays[name],
        write=lambda facts, line: f"{int(facts.arrays[name][line]):,}",
        value=lambda facts, line: int(facts.arrays[name][line]),
        tone=tone,
    )


def ratio(name: str, title: str, text: str, places: int, unit: str = "") -> FactColumn:
    """A column of numbers with `places` decimals; what is no number has nothing to say."""

    def write(facts: Facts, line: int) -> str:
        number = float(facts.arrays[name][line])
        return f"{number:,.{places}f}{unit}" if np.isfinite(number) else NOTHING

    def value(facts: Facts, line: int) -> float | None:
        number = float(facts.arrays[name][line])
        return round(number, _NANOSECONDS) if np.isfinite(number) else None

    return replace(
        count(name, title, text),
        keys=lambda facts: np.nan_to_num(facts.arrays[name], nan=-1.0),
        write=write,
        value=value,
    )


def port(name: str, title: str, text: str) -> FactColumn:
    """A column of ports: numbers that are not counts."""
    return replace(
        count(name, title, text),
        width=9,
        falling=False,
        write=lambda facts, line: str(facts.arrays[name][line]),
    )


def span(name: str, title: str, text: str, places: int = 6) -> FactColumn:
    """A column of spans of time; the array has nanoseconds."""
    return replace(
        count(name, title, text),
        width=20,
        write=lambda facts, line: seconds(int(facts.arrays[name][line]), places),
        value=lambda facts, line: seconds(int(facts.arrays[name][line])),
    )


def address(name: str, title: str, text: str) -> FactColumn:
    """A column of addresses; the array has their numbers in the book."""
    return FactColumn(
        id=name,
        title=title,
        width=39,
        text=text,
        keys=lambda facts: facts.address_ranks(facts.arrays[name]),
        write=lambda facts, line: facts.address(int(facts.arrays[name][line])),
        value=lambda facts, line: facts.address(int(facts.arrays[name][line])),
    )


def words(
    name: str, title: str, text: str, width: int, *, stretches: bool = False, tone: Tone = Tone.PLAIN
) -> FactColumn:
    """A column of texts."""
    return FactColumn(
        id=name,
        title=title,
        width=width,
        text=text,
        stretches=stretches,
        keys=lambda facts: facts.arrays[name].astype(str),
        write=lambda facts, line: printable(str(facts.arrays[name][line])) or NOTHING,
        value=lambda facts, line: str(facts.arrays[name][line]),
        tone=tone,
    )


class FactTable:
    """The lines of a part, sorted by one of its columns, or in an `order` that is not just that."""

    def __init__(
        self, columns: Sequence[FactColumn], facts: Facts, sorting: Sorting, order: Values | None = None
    ) -> None:
        self.columns = columns
        self.facts = facts
        self.sorting = sorting
        self.shown = order if order is not None else self._sorted()

    def __len__(self) -> int:
        return len(self.shown)

    def cells(self, line: int) -> Sequence[Piece]:
        """The cells of a line."""
        place = self.place_at(line)
        return tuple((column.write(self.facts, place), column.tone) for column in self.columns)

    def note(self, line: int) -> str:
        """What there is no room for in a line's cells."""
        return printable(self.facts.note(self.place_at(line)))

    def place_at(self, line: int) -> int:
        """Which of the facts a line shows."""
        return int(self.shown[line])

    def line_of(self, place: int) -> int:
        """The line that shows one of the facts; the first one if none does."""
        return int(np.argmax(self.shown == place)) if len(self.shown) else 0

    def filter_at(self, line: int) -> str:
        """The display filter that a line leads to; "" if none."""
        return self.facts.leads_to(self.place_at(line))

    def record(self, line: int) -> str:
        """A line for other programs; see tables.record."""
        return record(self.columns, self.cells(line))

    def records(self) -> Iterator[str]:
        """All lines for other programs, the columns' ids before them."""
        yield "\t".join(column.id for column in self.columns)
        yield from map(self.record, range(len(self)))

    def objects(self) -> Iterator[dict[str, object]]:
        """All lines as what JSON holds of them."""
        for line in range(len(self)):
            place = self.place_at(line)
            yield {column.id: column.value(self.facts, place) for column in self.columns}

    def _sorted(self) -> Values:
        keys = self.columns[self.sorting.column].keys(self.facts)
        return order_by(keys, self.sorting.falling)
