"""Connections as a ladder: two lifelines, the client's at the left, and an arrow for each segment.

A :class:`Ladder` has a length and makes the line that is asked for, so that a million segments cost what is
visible. A line that is no packet (a stage's heading, a gap in time, a hole in the sequence) leads to the
packet that it stands before.

Invariant: a ladder shows its connections as they were when it was made; only its folding changes.
"""

from __future__ import annotations

import textwrap
from copy import copy
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.decode.context import Numbers
from tui.report.explain import StoryLine, Tone, write_number
from tui.report.rung_lines import Place, Writer
from tui.report.rung_text import Columns, Label, Rung, centre, fit, lay_out, make_columns
from tui.report.rungs import RUN_LEAST, Strand, make_rungs
from tui.tcp.flow import ACK, PSH
from tui.tcp.seq import add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HEAD_LINES = 4
"""Lines of `Ladder.head`."""
EXPORT_WIDTH = 160
"""Cells in a line of text that leaves the program: room for absolute numbers and proofs."""
_VERDICT_LINES = 2
_LEAST_TEXT = 20  # cells in a line of words; narrower ones are cut
_STREAM_TITLE = "conn"


class Kind(Enum):
    """What a line of the ladder is."""

    GAP = auto()
    HEADING = auto()
    HOLE = auto()
    RUN = auto()
    PACKET = auto()


class _Spot(NamedTuple):
    """What a line shows: entry `entry`, which belongs to rung `rung`."""

    kind: Kind
    rung: int
    entry: int


class Ladder:
    """The lines of one or several connections, merged in the order of capture."""

    def __init__(self, strands: Sequence[Strand], called: Callable[[str], str] = lambda end: "") -> None:
        """Each strand has at least one segment; all runs are folded. `called` is as in `explain`."""
        self._called = called
        self.strands = tuple(strands)
        self._rungs = make_rungs(strands)
        self._sizes = np.diff(self._rungs.first)
        self._is_run = self._sizes >= RUN_LEAST
        self._extras = np.sum((self._rungs.gap, self._rungs.heading, self._rungs.hole), axis=0)
        self._open = np.zeros(len(self._sizes), bool)
        self._stages = [{stage.row: stage for stage in strand.story.stages} for strand in self.strands]
        self._columns: tuple[tuple[int, Numbers], Columns] | None = None
        self._count()

    def __len__(self) -> int:
        return int(self._offsets[-1])

    def line(self, index: int, width: int, numbers: Numbers) -> StoryLine:
        """Line `index`, laid out for `width` cells."""
        spot = self._spot(index)
        columns = self._columns_for(width, numbers)
        return lay_out(self._write(spot, columns, numbers), columns, self._row(spot.entry))

    def row_at(self, index: int) -> int:
        """The packet that line `index` leads to."""
        return self._row(self._spot(index).entry)

    def head(self, index: int, width: int, numbers: Numbers) -> tuple[StoryLine, ...]:
        """HEAD_LINES lines: verdict, ends and states of the connection of line `index`, after that line."""
        spot = self._spot(index)
        columns = self._columns_for(width, numbers)
        writer = self._writer(spot.entry, columns, numbers)
        row, story = self._row(self._last_entry(spot)), writer.strand.story
        verdict = textwrap.wrap(
            story.verdict, max(width, _LEAST_TEXT), max_lines=_VERDICT_LINES, placeholder=" …"
        )
        verdict += [""] * (_VERDICT_LINES - len(verdict))
        states = Rung(
            (centre(f"after #{row + 1}", columns.inner), Tone.MUTED),
            number="#",
            stream=_STREAM_TITLE,
            time="Δ s",
            states=writer.states(row),
            ends="┬┬",
        )
        return (
            *(StoryLine(((line, Tone.STRONG),)) for line in verdict),
            StoryLine(((self._name_ends(writer, columns, width), Tone.TITLE),)),
            lay_out(states, columns, None),
        )

    def text(self, width: int, numbers: Numbers) -> Iterator[str]:
        """The ladder as lines of plain text, folded as it is now."""
        return copy(self)._text(width, numbers)

    def index_of(self, row: int) -> int:
        """The line of packet `row`, or of the run that it is folded in; the nearest before if it has none."""
        rungs = self._rungs
        entry = max(int(np.searchsorted(rungs.entries.rows, row, "right")) - 1, 0)
        rung = int(np.searchsorted(rungs.first, entry, "right")) - 1
        index = int(self._offsets[rung] + self._extras[rung])
        return index + 1 + entry - int(rungs.first[rung]) if self._open[rung] else index

    def is_folded(self, index: int) -> bool:
        """Whether line `index` is a run that is folded."""
        spot = self._spot(index)
        return spot.kind is Kind.RUN and not self._open[spot.rung]

    def fold(self, index: int, folded: bool) -> int:
        """Fold or unfold the run that line `index` belongs to; the line that the run begins with.

        A line of no run stays as it is.
        """
        spot = self._spot(index)
        if spot.kind not in (Kind.RUN, Kind.PACKET) or not self._is_run[spot.rung]:
            return index
        self._open = self._open.copy()  # a copy of the ladder may be in use
        self._open[spot.rung] = not folded
        self._count()
        return int(self._offsets[spot.rung] + self._extras[spot.rung])

    def fold_all(self, folded: bool) -> None:
        """Fold or unfold all runs."""
        self._open = self._is_run & (not folded)
        self._count()

    def _text(self, width: int, numbers: Numbers) -> Iterator[str]:
        columns = self._columns_for(width, numbers)
        for strand in self.strands:
            yield f"connection {strand.story.stream}"
            yield from textwrap.wrap(strand.story.verdict, max(width, _LEAST_TEXT))
            yield ""
            yield self._name_ends(Writer(strand, columns, numbers), columns, width)
        for index in range(len(self)):
            yield self.line(index, width, numbers).text.rstrip()

    def _count(self) -> None:
        """Where each rung's lines begin, and how many lines there are."""
        lines = self._extras + 1 + np.where(self._open, self._sizes, 0)
        self._offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lines)))

    def _spot(self, index: int) -> _Spot:
        rungs = self._rungs
        rung = int(np.searchsorted(self._offsets, index, "right")) - 1
        place = index - int(self._offsets[rung])
        entry = int(rungs.first[rung])
        before = ((rungs.gap, Kind.GAP), (rungs.heading, Kind.HEADING), (rungs.hole, Kind.HOLE))
        kinds = [kind for there, kind in before if there[rung]]
        if place < len(kinds):
            return _Spot(kinds[place], rung, entry)
        place -= len(kinds)
        if not self._is_run[rung]:
            return _Spot(Kind.PACKET, rung, entry)
        return _Spot(Kind.PACKET, rung, entry + place - 1) if place else _Spot(Kind.RUN, rung, entry)

    def _row(self, entry: int) -> int:
        return int(self._rungs.entries.rows[entry])

    def _last_entry(self, spot: _Spot) -> int:
        """The last packet that a line shows."""
        folded = spot.kind is Kind.RUN and not self._open[spot.rung]
        return int(self._rungs.first[spot.rung + 1]) - 1 if folded else spot.entry

    def _writer(self, entry: int, columns: Columns, numbers: Numbers) -> Writer:
        return Writer(self.strands[self._rungs.entries.strand[entry]], columns, numbers)

    def _write(self, spot: _Spot, columns: Columns, numbers: Numbers) -> Rung:
        entries, entry = self._rungs.entries, spot.entry
        writer = self._writer(entry, columns, numbers)
        row, index = self._row(entry), int(entries.index[entry])
        place = Place(row, int(self._rungs.delta[entry]), len(self.strands) > 1)
        match spot.kind:
            case Kind.GAP:
                return writer.gap(place)
            case Kind.HEADING:
                return writer.heading(place, int(entries.part[entry]))
            case Kind.HOLE:
                return writer.hole(place, index)
            case Kind.RUN:
                size, is_open = int(self._sizes[spot.rung]), bool(self._open[spot.rung])
                return writer.run(place, slice(index, index + size), int(entries.data_end[entry]), is_open)
            case Kind.PACKET if index < 0:
                return writer.error(place, writer.strand.story.errors[-1 - index])
            case Kind.PACKET:
                stage = self._stages[entries.strand[entry]].get(row)
                return writer.segment(place, index, stage)

    def _columns_for(self, width: int, numbers: Numbers) -> Columns:
        """The columns of all lines; kept, since every line asks for them."""
        if self._columns is None or self._columns[0] != (width, numbers):
            several = len(self.strands) > 1
            stream = max(len(_STREAM_TITLE), *(len(str(each.story.stream)) for each in self.strands)) + 1
            number = len(str(self._row(-1) + 1))
            columns = make_columns(width, number, stream if several else 0, self._typical(numbers))
            self._columns = (width, numbers), columns
        return self._columns[1]

    def _name_ends(self, writer: Writer, columns: Columns, width: int) -> str:
        """Names and addresses of both ends, each over its lifeline as far as there is room."""
        middle = sum(columns.lifelines) // 2
        left = fit(self._titles(writer, writer.left_end), middle - 1)
        right = fit(self._titles(writer, 1 - writer.left_end), width - middle - 1)
        first, second = columns.lifelines
        start = max(0, min(first - len(left) // 2, middle - 1 - len(left)))
        behind = max(middle, min(second - len(right) // 2, width - len(right)))
        return f"{' ' * start + left:{behind}}{right}"

    def _titles(self, writer: Writer, end: int) -> tuple[str, ...]:
        """What may stand over a lifeline, from the longest to the shortest."""
        story = writer.strand.story
        address = story.addresses[end]
        known, called = f"{story.name(end)} {address}", self._called(address)
        return (*((f"{known} {called}", f"{address} {called}") if called else ()), known, address)

    def _typical(self, numbers: Numbers) -> Label:
        """A label as long as those of data get."""
        top = max(int(strand.flow.stop.max()) for strand in self.strands)
        number = write_number(add(0, top if numbers is Numbers.RELATIVE else -1), 0, numbers)
        longest = max(int(strand.flow.lengths.max()) for strand in self.strands)
        return Label("", ACK | PSH, number, number, longest, number)
