"""What a finding is told by, as data, and the packets of a capture at which that is so.

Invariant: the packets of a rule are found with whole columns at once; none stands among them twice. Headers
that an ICMP error quotes were not sent: they are found by no rule.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui.index.schema import Analysis, Known, Mark
from tui.tcp.flow import ACK, FIN, RST, SYN
from tui.tcp.outlines import CLOSINGS, EVENTS, NO_STATE, OPENINGS, STATES
from tui.tcp.seq import add
from tui.tcp.states import RESETS, Event, State
from tui.tcp.story import Closing, Opening

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from tui.index.table import Packets
    from tui.tcp.outlines import Outlines

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_TIME_WAIT_NS = 60 * 10**9  # how long Linux stays in TIME_WAIT; RFC 9293 §3.4.2 has four minutes
_CHALLENGES = frozenset({Event.RST_IN_WINDOW, Event.SYN})  # RFC 5961 §3.2, §4.2
_OPENED = frozenset({Opening.THREE_WAY, Opening.SIMULTANEOUS, Opening.SPLIT, Opening.FAST_OPEN})
_NONE = np.zeros(0, np.int64)


class Place(Enum):
    """The packet at which a connection's finding stands."""

    FIRST = auto()  # its first packet
    ANSWER = auto()  # the first segment of the end that did not begin
    ERROR = auto()  # the first ICMP error that quotes it
    WRONG_ACK = auto()  # the first acknowledgment of what was never sent
    RESET = auto()  # the first RST that was taken
    SECOND_SYN = auto()  # the first bare SYN of the end that sent its own later
    FIRST_FIN = auto()
    SECOND_FIN = auto()  # the first one of the end that closed second
    LAST_FIN = auto()


class Flags(Struct, frozen=True):
    """Segments whose flags under `mask` are `value`."""

    mask: int
    value: int


class Judgement(Struct, frozen=True):
    """Segments of which Wireshark says any of `analysis`."""

    analysis: Analysis


class Happened(Struct, frozen=True):
    """Segments with which any of `events` happened to an end."""

    events: frozenset[Event]


class Outcome(Struct, frozen=True):
    """Connections that opened or closed in one of these `kinds`, told at `at`.

    Where that is not there, nor behind `after`, nor an end left in one of `states`, the rule does not apply.
    """

    kinds: frozenset[Opening | Closing]
    at: Place
    after: Place | None = None
    states: frozenset[State] | None = None


class Again(Struct, frozen=True):
    """A SYN or FIN (`flag`) that its end sent before, with the same number; frames captured twice are not."""

    flag: int


class Copy(Struct, frozen=True):
    """Frames that are the frame before captured again."""


class Challenge(Struct, frozen=True):
    """The ACK that answers what cannot be taken: the connection's next segment, without payload."""


class Successor(Struct, frozen=True):
    """The SYN of a connection that opened though one with the same ends was still in TIME_WAIT."""


Rule = Flags | Judgement | Happened | Outcome | Again | Copy | Challenge | Successor


class Search:
    """Finds the packets of rules in one capture; what several rules need is looked for once."""

    def __init__(self, packets: Packets, connections: NDArray[np.void], outlines: Outlines) -> None:
        self._packets = packets
        self._connections = connections
        self._outlines = outlines
        self._places: dict[Place, Ints] = {}

    def rows(self, rule: Rule) -> Ints:
        """The packets of a rule, in any order."""
        match rule:
            case Flags(mask, value):
                return _only(self._flagged, self._flags(self._flagged) & mask == value)
            case Judgement(analysis):
                return _only(self._judged, self._packets.analysis[self._judged] & int(analysis) != 0)
            case Happened(events):
                return np.unique(self._noted(events)["row"])
            case Outcome():
                return self._outcome(rule)
            case Again(flag):
                return self._again(flag)
            case Copy():
                return self._outlines.copies
            case Challenge():
                return self._challenges()
            case Successor():
                return self._successors()

    @cached_property
    def _flagged(self) -> Ints:
        """The segments with SYN, FIN or RST."""
        packets = self._packets
        found = (packets.bits & (SYN | FIN | RST)) != 0
        found &= (packets.marks & int(Mark.QUOTED)) == 0
        found &= packets.stream >= 0
        return np.flatnonzero(found)

    @cached_property
    def _judged(self) -> Ints:
        """The segments of which Wireshark says anything that stands out."""
        return np.flatnonzero(self._packets.analysis & (0xFFFF ^ int(Analysis.ANALYSED)))

    @cached_property
    def _kinds(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """For each connection the codes of its opening and its closing; NO_STATE if it has no segment."""
        rows = self._outlines.rows
        there = ~rows["segmentless"]
        return np.where(there, rows["opening"], NO_STATE), np.where(there, rows["closing"], NO_STATE)

    @cached_property
    def _unusual(self) -> Ints:
        """The segments of connections that were not opened in three steps."""
        return self._segments(self._kinds[0] != OPENINGS.index(Opening.THREE_WAY))

    @cached_property
    def _copied(self) -> Bools:
        copied = np.zeros(len(self._packets), bool)
        copied[self._outlines.copies] = True
        return copied

    def _segments(self, wanted: Bools) -> Ints:
        """The segments of the wanted connections."""
        if not wanted.any():
            return _NONE
        of_stream = np.append(wanted, False)  # a stream of -1 finds the last
        found = of_stream[self._packets.stream] & ((self._packets.marks & int(Mark.QUOTED)) == 0)
        return np.flatnonzero(found)

    def _flags(self, rows: Ints) -> Ints:
        return self._packets.bits[rows].astype(np.int64) & 0xFFF

    def _ends(self, rows: Ints) -> Ints:
        """Who sent each: 0 (A) or 1 (B)."""
        return self._packets.marks[rows].astype(np.int64) & int(Mark.FROM_B)

    def _noted(self, events: Container[Event]) -> NDArray[np.void]:
        notes = self._outlines.notes
        noted: NDArray[np.void] = notes[_lookup(EVENTS, events)[notes["event"]]]
        return noted

    def _outcome(self, rule: Outcome) -> Ints:
        openings, closings = self._kinds
        found = _lookup(OPENINGS, rule.kinds)[openings] | _lookup(CLOSINGS, rule.kinds)[closings]
        if not found.any():
            return _NONE
        if rule.states is not None:
            found &= _lookup(STATES, rule.states)[self._outlines.rows["states"]].any(axis=1)
        at = self._place(rule.at)
        found &= at >= 0
        if rule.after is not None:
            after = self._place(rule.after)
            found &= (after >= 0) & (after < at)
        return _only(at, found)

    def _place(self, place: Place) -> Ints:
        """For each connection the row of that place; -1 where there is none."""
        if place not in self._places:
            self._places[place] = self._look(place)
        return self._places[place]

    def _look(self, place: Place) -> Ints:
        match place:
            case Place.FIRST:
                first: Ints = self._connections["first"]
                return np.where(first < len(self._packets), first, -1)
            case Place.ANSWER:
                return _later(self._first_of_ends(self._unusual))
            case Place.ERROR:
                errors: Ints = self._outlines.rows["icmp"]
                return errors
            case Place.WRONG_ACK:
                return self._first_note({Event.WRONG_ACK})
            case Place.RESET:
                return self._first_note(RESETS)
            case Place.SECOND_SYN:
                return _later(self._first_of_ends(self.rows(Flags(SYN | ACK | RST, SYN))))
            case Place.FIRST_FIN:
                return _earlier(self._first_of_ends(self._fins))
            case Place.SECOND_FIN:
                return _later(self._first_of_ends(self._fins))
            case Place.LAST_FIN:
                last = np.full(len(self._connections), -1)
                last[self._packets.stream[self._fins]] = self._fins
                return last

    def _first_of_ends(self, rows: Ints) -> Ints:
        """For each connection the first of `rows`, ascending, of A and of B; -1 where there is none."""
        keys = 2 * self._packets.stream[rows].astype(np.int64) + self._ends(rows)
        first = np.full(2 * len(self._connections), -1)
        first[keys[::-1]] = rows[::-1]
        return first.reshape(-1, 2)

    def _first_note(self, events: Container[Event]) -> Ints:
        """For each connection the row of the first of these; -1 where there is none."""
        notes = self._noted(events)
        first = np.full(len(self._connections), -1)
        first[notes["stream"][::-1]] = notes["row"][::-1]  # of several that are assigned the last one stays
        return first

    @cached_property
    def _fins(self) -> Ints:
        """Segments with FIN that no RST ends."""
        return self.rows(Flags(FIN | RST, FIN))

    def _again(self, flag: int) -> Ints:
        rows = self.rows(Flags(flag | RST, flag))
        rows = rows[~self._copied[rows]]
        answers = (self._flags(rows) & (SYN | ACK)) == SYN | ACK  # behind a SYN, that is no repetition
        keys = 4 * self._packets.stream[rows].astype(np.int64) + 2 * self._ends(rows) + answers
        first = np.full(4 * len(self._connections), -1)
        first[keys[::-1]] = np.arange(len(rows))[::-1]
        earliest = first[keys]
        numbers = self._packets.seq[rows].astype(np.int64)
        if flag == FIN:  # it stands behind the data that it comes with
            numbers = add(numbers, self._packets.seglen[rows].astype(np.int64))
        return _only(rows, (earliest != np.arange(len(rows))) & (numbers == numbers[earliest]))

    def _challenges(self) -> Ints:
        notes = self._noted(_CHALLENGES)
        concerned = np.zeros(len(self._connections), bool)
        concerned[notes["stream"]] = True
        rows = self._segments(concerned)
        rows = rows[~self._copied[rows]]
        if not len(rows):
            return _NONE
        streams = self._packets.stream[rows]
        order = np.argsort(streams, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        behind = place[np.searchsorted(rows, notes["row"])] + 1
        there = behind < len(order)
        notes, answers = notes[there], rows[order[behind[there]]]
        fits = self._packets.stream[answers] == notes["stream"]
        fits &= self._ends(answers) == notes["end"]
        fits &= (self._flags(answers) & (SYN | FIN | RST | ACK)) == ACK
        fits &= self._packets.seglen[answers] == 0
        return np.unique(answers[fits])

    def _successors(self) -> Ints:
        connections, states = self._connections, self._outlines.rows["states"]
        reused = (connections["known"] & int(Known.REUSED)) != 0
        if not reused.any():
            return _NONE
        addresses = connections["addr"].astype(np.int64)
        ports = connections["port"].astype(np.int64)
        ends = np.sort(addresses << 16 | ports, axis=1)
        order = np.lexsort((np.arange(len(ends)), ends[:, 1], ends[:, 0]))
        earlier, later = order[:-1], order[1:]
        found = reused[later] & (ends[earlier] == ends[later]).all(axis=1)
        found &= (states[earlier] == STATES.index(State.TIME_WAIT)).any(axis=1)
        found &= connections["start"][later] - connections["end"][earlier] < _TIME_WAIT_NS
        found &= _lookup(OPENINGS, _OPENED)[self._kinds[0]][later]
        return _only(connections["first"][later], found)


def _only(rows: Ints, condition: Bools) -> Ints:
    found: Ints = rows[condition]
    return found


def _earlier(pairs: Ints) -> Ints:
    """The lower of two rows, of which one may be -1 (none)."""
    low, high = np.minimum(pairs[:, 0], pairs[:, 1]), np.maximum(pairs[:, 0], pairs[:, 1])
    return np.where(low < 0, high, low)


def _later(pairs: Ints) -> Ints:
    """The higher of two rows; -1 where one is missing."""
    low, high = np.minimum(pairs[:, 0], pairs[:, 1]), np.maximum(pairs[:, 0], pairs[:, 1])
    return np.where(low < 0, low, high)


def _lookup(members: Sequence[Enum], wanted: Container[Enum]) -> Bools:
    """For each code whether its member is wanted; a code is an index of `members`, or NO_STATE."""
    found = np.zeros(NO_STATE + 1, bool)
    found[: len(members)] = [member in wanted for member in members]
    return found
