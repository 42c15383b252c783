"""What a connection's story consists of: stages with proofs, kinds of opening and closing, the verdict.

`tell.py` makes it. Numbers are as on the wire; how they are written (relative, absolute, hex) is left to
whoever shows them.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tui.tcp.seq import add

if TYPE_CHECKING:
    from tui.tcp.endpoints import Course, Happening, States, Step
    from tui.tcp.offer import Offer


class Opening(Enum):
    """How a connection opened; the value is its short name."""

    THREE_WAY = "three-way"
    SIMULTANEOUS = "simultaneous"
    SPLIT = "split"
    FAST_OPEN = "fast open"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNANSWERED = "no answer"
    ONE_DIRECTION = "one direction"
    HALF_OPEN = "half-open"
    WRONG_NUMBER = "wrong number"
    RESET = "reset while opening"
    MIDSTREAM = "mid-stream"


class Closing(Enum):
    """How a connection closed; the value is its short name."""

    FOUR_WAY = "four-way"
    THREE_WAY = "three-way"
    SIMULTANEOUS = "simultaneous"
    HALF_CLOSE = "half-close"
    ONE_SIDE = "one side only"
    ONE_DIRECTION = "one direction"
    UNFINISHED = "unfinished"
    RESET = "reset"
    OPEN = "still open"
    NEVER_OPEN = "never open"


class Part(Enum):
    """The part of a connection's life that a segment belongs to."""

    OPENING = "opening"
    DATA = "data"
    CLOSING = "closing"


class Proof(Struct, frozen=True):
    """An acknowledgment held against the other end's SYN or FIN: it must be that number + 1, or beyond.

    `base` is the sequence number that is relative 0 in the other end's numbers; all numbers are as on the
    wire.
    """

    ack: int
    what: str  # "SYN" or "FIN"
    of: int  # its sequence number
    base: int
    holds: bool

    @property
    def expected(self) -> int:
        """The number that acknowledges it."""
        return add(self.of, 1)


class Stage(Struct, frozen=True):
    """A segment that opens or closes: who sent it, its numbers, what it proves and what it moved."""

    row: int
    part: Part
    end: int  # 0 (A) or 1 (B)
    flags: str  # "SYN, ACK"
    seq: int
    ack: int | None
    base: int  # relative 0 of the sender's numbers
    length: int  # payload bytes
    time: int  # ns
    numbered: bool  # it has a SYN or FIN, whose number is `seq`
    proof: Proof | None
    happenings: tuple[Happening, ...]
    states: States  # of (A, B) after it
    repeated: bool = False  # a SYN or FIN sent again


def end_text(address: str, port: object) -> str:
    """An end of a connection, by its address and port (or its name): "192.0.2.1:80", "[2001:db8::1]:http"."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class Traffic(Struct, frozen=True):
    """What one end sent: segments with payload, payload bytes counted once, segments sent again."""

    segments: int
    size: int
    repeated: int


class Unreachable(Struct, frozen=True):
    """An ICMP error that quotes a segment of the connection."""

    row: int
    time: int  # ns
    source: str  # who sent it
    text: str  # "Destination unreachable (Port unreachable)"


class Story(Struct, frozen=True):
    """All that the sidebar tells of one connection; ends are 0 (A, sender of the first segment) and 1 (B)."""

    stream: int
    addresses: tuple[str, str]  # see end_text
    offers: tuple[Offer | None, Offer | None]  # of their SYNs
    client: int | None  # which end is the client; None if nothing tells
    client_assumed: bool  # told by the ports only
    course: Course
    opening: Opening
    closing: Closing
    opened_at: int | None  # row that completed the opening
    closed_first: int | None  # end whose FIN or RST came first
    stages: tuple[Stage, ...]
    traffic: tuple[Traffic, Traffic]
    errors: tuple[Unreachable, ...]
    copies: int  # frames that were captured twice
    reused: bool  # its ports were those of an earlier connection
    began_before: bool  # packets of it left with files of a ring
    first_end: int  # who sent its first segment
    first_row: int
    last_row: int  # of its latest segment, or of the hard ICMP error behind that
    start: int  # time of its first segment, ns
    end: int  # time of its latest segment, ns
    rtt: tuple[int, int] | None  # ns: SYN → SYN-ACK, SYN-ACK → ACK
    state_rows: tuple[int, ...]  # the rows of course.steps
    verdict: str = ""

    def with_verdict(self, verdict: str) -> Story:
        """The same story with its verdict."""
        return replace(self, verdict=verdict)

    def states_after(self, row: int) -> States:
        """The states of (A, B) just after packet row `row`."""
        index = bisect_right(self.state_rows, row) - 1
        return self.course.initial if index < 0 else self.course.steps[index].states

    def name(self, end: int) -> str:
        """What a sentence calls an end: "client", "server", or "A", "B" where nothing tells."""
        if self.client is None:
            return "AB"[end]
        return "client" if end == self.client else "server"

    def stage_of(self, row: int) -> Stage | None:
        """The stage that packet row `row` is; None for data."""
        return next((stage for stage in self.stages if stage.row == row), None)

    def last_move(self, end: int, row: int) -> tuple[Step, tuple[Happening, ...]] | None:
        """What brought `end` into the state it has after `row`.

        The packet, and what happened to that end with it.
        """
        for step in reversed(self.course.steps):
            moves = tuple(h for h in step.happenings if h.end == end and h.before is not h.after)
            if step.row <= row and moves:
                return step, moves
        return None
