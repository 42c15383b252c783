"""THE parts of the statistics, and how the table of each is made.

Invariant: a part is made of one snapshot, and of the packets `rows` of it (None: of all). What costs a look
at all packets is kept and, while the capture grows, goes on where it was.
"""

from __future__ import annotations

import threading
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Mark
from tui.report.statistics import hierarchy, lengths, properties, syns
from tui.report.statistics.conversations import conversation_columns, conversations
from tui.report.statistics.counted import Counted
from tui.report.statistics.endpoints import endpoint_columns, endpoints
from tui.report.statistics.facts import FactTable
from tui.report.statistics.properties import Properties
from tui.report.tables import Sorting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.report.statistics.facts import FactColumn, Facts, Values
    from tui.report.statistics.layers import Kind
    from tui.session import Session, Snapshot


class Part(Enum):
    """A part; the value is its name."""

    PROPERTIES = "properties"
    HIERARCHY = "hierarchy"
    ENDPOINTS = "endpoints"
    CONVERSATIONS = "conversations"
    LENGTHS = "lengths"
    SYNS = "syn"


OF_A_KIND = frozenset({Part.ENDPOINTS, Part.CONVERSATIONS})
"""The parts of which there is one for each Kind."""


def columns_of(part: Part, kind: Kind) -> tuple[FactColumn, ...]:
    """The columns of a part."""
    if part is Part.ENDPOINTS:
        return endpoint_columns(kind)
    if part is Part.CONVERSATIONS:
        return conversation_columns(kind)
    return _COLUMNS[part]


def first_sorting(part: Part, kind: Kind) -> Sorting:
    """How a part is sorted at first: largest first, where that makes sense."""
    name = _SORTED_BY.get(part)
    ids = [column.id for column in columns_of(part, kind)]
    return Sorting(ids.index(name), falling=True) if name else Sorting(0)


class Statistics:
    """Makes the parts of one session; any thread may ask."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.hashes: dict[int, str | None] = {}
        self._counted = Counted()
        self._counting = threading.Lock()

    def table(
        self,
        part: Part,
        kind: Kind,
        snapshot: Snapshot,
        rows: Values | None,
        sorting: Sorting,
        progress: Callable[[int], None] = lambda packets: None,
    ) -> FactTable:
        """A part, sorted. `progress` as for Counted.advance. CaptureError if the file lost packets."""
        facts = self._facts(part, kind, snapshot, rows, progress)
        if part is Part.HIERARCHY:
            return hierarchy.hierarchy_table(facts, sorting)
        if part in (Part.PROPERTIES, Part.LENGTHS) and sorting == first_sorting(part, kind):
            return FactTable(columns_of(part, kind), facts, sorting, np.arange(len(facts)))
        return FactTable(columns_of(part, kind), facts, sorting)

    def properties(self, snapshot: Snapshot, rows: Values | None) -> Properties:
        """The capture's properties."""
        return Properties(self.session, snapshot, rows, dict(self.hashes))

    def _facts(
        self, part: Part, kind: Kind, snapshot: Snapshot, rows: Values | None, progress: Callable[[int], None]
    ) -> Facts:
        packets = snapshot.packets
        if rows is not None:
            rows = rows[np.searchsorted(rows, packets.first) :]
        place = slice(packets.first, None) if rows is None else rows
        timed = packets.marks[place] & int(Mark.UNTIMED) == 0
        times = packets.time[place][timed]
        match part:
            case Part.PROPERTIES:
                return self.properties(snapshot, rows).facts()
            case Part.LENGTHS:
                first = int(packets.time[0]) if len(packets) else 0
                return lengths.lengths(packets.length[place][timed], times, first)
            case Part.SYNS:
                return syns.syns(snapshot, self.session.survey(snapshot), rows)
        with self._counting:
            if not self._counted.goes_on(rows, snapshot.gone):
                self._counted = Counted()
            self._counted.advance(self.session, snapshot, rows, progress)
            if part is Part.HIERARCHY:
                return hierarchy.hierarchy(self._counted, int(times.max() - times.min()) if len(times) else 0)
            if part is Part.ENDPOINTS:
                return endpoints(self._counted.tally, kind)
            return conversations(self._counted.tally, kind, self._counted.first_time)


_COLUMNS: Mapping[Part, tuple[FactColumn, ...]] = {
    Part.PROPERTIES: properties.COLUMNS,
    Part.HIERARCHY: hierarchy.COLUMNS,
    Part.LENGTHS: lengths.COLUMNS,
    Part.SYNS: syns.COLUMNS,
}
_SORTED_BY: Mapping[Part, str] = {
    Part.ENDPOINTS: "bytes",
    Part.CONVERSATIONS: "bytes",
    Part.SYNS: "half_open_peak",
}
