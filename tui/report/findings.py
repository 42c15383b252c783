"""What was found in a capture as a table: groups, in them the findings, in these their packets.

Invariant: counts come from arrays, and a line is put into words only when it is asked for; a million findings
cost what is visible. Groups are open and findings folded until somebody changes that.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from tui.report.explain import Tone
from tui.report.tables import Column, Sorting, record
from tui.tcp.finding import Group, Severity
from tui.tcp.findings import FINDINGS, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tui.report.explain import Piece
    from tui.report.listing import Listing
    from tui.session import Snapshot

COLUMNS = (
    Column(id="finding", title="Finding", width=70, text="what was found", stretches=True),
    Column(id="severity", title="Severity", width=9, text="how much it matters", falling=True),
    Column(id="by", title="Said by", width=9, text="whose verdict it is"),
    Column(id="packets", title="Packets", width=15, align="right", text="in how many packets", falling=True),
    Column(
        id="connections",
        title="Conns",
        width=15,
        align="right",
        text="in how many connections",
        falling=True,
    ),
)
BY_SEVERITY = Sorting([column.id for column in COLUMNS].index("severity"), falling=True)


_SEVERITIES = {
    Severity.ERROR: ("✗ error", Tone.BAD),
    Severity.WARNING: ("! warning", Tone.WARN),
    Severity.NOTE: ("• note", Tone.PLAIN),
    Severity.CHAT: ("· chat", Tone.MUTED),
}
_OPEN, _FOLDED = "▾", "▸"
_VOICES, _BOTH = ("tcpscope", "Wireshark"), "both"


class Spot(NamedTuple):
    """What a line shows: a group; a finding of it; a packet of that."""

    group: Group
    code: int | None = None  # index of FINDINGS
    row: int | None = None

    @property
    def heading(self) -> Group | int:
        """The group or the finding that it is, or belongs to."""
        return self.group if self.code is None else self.code


class Count(Struct, frozen=True):
    """What the columns say of a group or a finding, in their order."""

    text: str
    severity: Severity
    voice: str
    packets: int
    connections: int

    @property
    def weight(self) -> tuple[Severity, int]:
        """What tells apart what is sorted alike."""
        return self.severity, self.packets


_SORTED_BY = tuple(map(attrgetter, Count.__struct_fields__))


class Findings:
    """What was found in a snapshot, counted and by finding; nothing of it changes."""

    def __init__(self, snapshot: Snapshot, found: Found) -> None:
        self.snapshot = snapshot
        sizes = np.bincount(found.codes, minlength=len(FINDINGS))
        ends = np.cumsum(sizes).tolist()
        self._rows = found.rows[np.argsort(found.codes, kind="stable")]
        self._bounds = list(zip([0, *ends], ends, strict=False))
        self.codes = {
            group: [code for code, each in enumerate(FINDINGS) if each.group is group and sizes[code]]
            for group in Group
        }
        self.counts: dict[Group | int, Count] = {}
        for group, codes in self.codes.items():
            if codes:
                self.counts[group] = self._count(group.value, codes)
                self.counts |= {code: self._count(FINDINGS[code].text, [code]) for code in codes}

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, code: int) -> NDArray[np.int64]:
        """The packets of a finding, in the order of the capture."""
        first, end = self._bounds[code]
        return self._rows[first:end]

    def _count(self, text: str, codes: Sequence[int]) -> Count:
        """What is to be said of several findings together; each packet and connection counts once."""
        kept = self.snapshot.packets.first
        packets = np.zeros(len(self.snapshot.packets) - kept, bool)
        connections = np.zeros(len(self.snapshot.connections) + 1, bool)
        for code in codes:
            packets[self.rows(code) - kept] = True
        connections[self.snapshot.packets.stream[kept:][packets]] = True  # the last: for those without
        voices = {_VOICES[FINDINGS[code].wireshark] for code in codes}
        return Count(
            text=text,
            severity=max(FINDINGS[code].severity for code in codes),
            voice=voices.pop() if len(voices) == 1 else _BOTH,
            packets=int(packets.sum()),
            connections=int(connections[:-1].sum()),
        )


class FindingTable:
    """The lines, sorted and folded."""

    columns = COLUMNS

    def __init__(self, findings: Findings, listing: Listing, sorting: Sorting = BY_SEVERITY) -> None:
        self.findings = findings
        self.listing = listing
        self.sorting = sorting
        self._open: frozenset[Group | int] = frozenset(Group)
        self._spots: list[Spot] = []
        self._begins: list[int] = []  # the line of each spot; the packets of an open finding follow it
        self._length = 0
        self._lay_out()

    def __len__(self) -> int:
        return self._length

    def cells(self, line: int) -> Sequence[Piece]:
        """The cells of a line."""
        spot = self.spot(line)
        if spot.row is not None:
            return ((self._packet(spot.row), Tone.PLAIN),)
        count, depth = self.findings.counts[spot.heading], 0 if spot.code is None else 1
        sign = _OPEN if self._is_open(spot) else _FOLDED
        words, tone = _SEVERITIES[count.severity]
        return (
            (f"{'  ' * depth}{sign} {count.text}", tone if depth else Tone.TITLE),
            (words, tone),
            (count.voice, Tone.MUTED),
            (f"{count.packets:,}", Tone.PLAIN),
            (f"{count.connections:,}", Tone.PLAIN),
        )

    def spot(self, line: int) -> Spot:
        """What a line shows."""
        index = bisect_right(self._begins, line) - 1
        spot, place = self._spots[index], line - self._begins[index]
        if not place:
            return spot
        assert spot.code is not None, "only a finding has packets"
        return spot._replace(row=int(self.findings.rows(spot.code)[place - 1]))

    def line_of(self, spot: Spot) -> int:
        """The line of a spot, or of what it is folded in; the first line if it is not there at all."""
        for known in (spot._replace(row=None), Spot(spot.group)):
            if known in self._spots:
                line = self._begins[self._spots.index(known)]
                if spot.row is not None and known.code is not None and self._is_open(known):
                    line += 1 + int(np.searchsorted(self.findings.rows(known.code), spot.row))
                return line
        return 0

    def fold(self, line: int) -> int:
        """Fold what a line is in, or, if that is folded, what is around it; the line of what was folded."""
        spot = self.spot(line)
        inner = spot._replace(row=None)
        if spot.row is None and not self._is_open(spot):
            inner = Spot(spot.group)
        self._turn(inner, to_open=False)
        return self.line_of(inner)

    def unfold(self, line: int) -> None:
        """Show what belongs to a line."""
        spot = self.spot(line)
        if spot.row is None:
            self._turn(spot, to_open=True)

    def fold_all(self, folded: bool) -> None:
        """Fold all findings, or unfold everything."""
        self._open = frozenset(Group) if folded else frozenset((*Group, *range(len(FINDINGS))))
        self._lay_out()

    def take_folding(self, other: FindingTable) -> None:
        """Fold as another table is folded."""
        self._open = other._open
        self._lay_out()

    def is_folded(self, line: int) -> bool:
        """Whether a line is something folded."""
        spot = self.spot(line)
        return spot.row is None and not self._is_open(spot)

    def note(self, line: int) -> str:
        """The finding of a line, and what that means."""
        code = self.spot(line).code
        return "" if code is None else f"{FINDINGS[code].text}. {FINDINGS[code].meaning}"

    def record(self, line: int) -> str:
        """A line for other programs; see tables.record."""
        return record(COLUMNS, self.cells(line))

    def records(self) -> Iterator[str]:
        """All lines as they are folded, the columns' titles before them."""
        yield "\t".join(column.id for column in COLUMNS)
        yield from map(self.record, range(len(self)))

    def _is_open(self, spot: Spot) -> bool:
        return spot.heading in self._open

    def _turn(self, spot: Spot, to_open: bool) -> None:
        self._open = self._open | {spot.heading} if to_open else self._open - {spot.heading}
        self._lay_out()

    def _lay_out(self) -> None:
        """Which groups and findings there are to be seen, in order, and on which line each stands."""
        self._spots, self._begins, self._length = [], [], 0
        for group in self._sorted(Spot(group) for group, codes in self.findings.codes.items() if codes):
            self._place(group, 1)
            if self._is_open(group):
                for spot in self._sorted(
                    group._replace(code=code) for code in self.findings.codes[group.group]
                ):
                    self._place(spot, 1 + self.findings.counts[spot.heading].packets * self._is_open(spot))

    def _place(self, spot: Spot, lines: int) -> None:
        self._spots.append(spot)
        self._begins.append(self._length)
        self._length += lines

    def _sorted(self, spots: Iterable[Spot]) -> list[Spot]:
        """Sorted as chosen; of equals, first what is worse, then what there is more of."""
        counts, member = self.findings.counts, _SORTED_BY[self.sorting.column]
        worst = sorted(spots, key=lambda spot: counts[spot.heading].weight, reverse=True)
        return sorted(worst, key=lambda spot: member(counts[spot.heading]), reverse=self.sorting.falling)

    def _packet(self, row: int) -> str:
        snapshot = self.findings.snapshot
        number, time, source, destination, _, _, info = self.listing.cells(snapshot, row)
        stream = snapshot.packets.stream[row]
        return f"      #{number}  {time}  connection {stream}  {source} → {destination}  {info}"
