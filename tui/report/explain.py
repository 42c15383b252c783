"""A connection's story as lines of text: what the handshake sidebar shows.

Every line is made of pieces with a tone, and may lead to a packet. The screen gives tones their looks; as
plain text the lines say the same. Two lifelines, the client at the left: a segment is an arrow between the
states that its ends have after it.
"""

from __future__ import annotations

import textwrap
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct, field

from tui.decode.context import Numbers
from tui.report.now import Now, describe, differs, waiting
from tui.tcp.offer import negotiated
from tui.tcp.seq import relative
from tui.tcp.states import State
from tui.tcp.story import Part, Proof, Stage, Story
from tui.tcp.verdict import duration

if TYPE_CHECKING:
    from collections.abc import Callable


class Tone(Enum):
    """What a piece of text is, for whoever gives it a look."""

    PLAIN = auto()
    MUTED = auto()
    TITLE = auto()
    STRONG = auto()
    GOOD = auto()
    WARN = auto()
    BAD = auto()


Piece = tuple[str, Tone]


class StoryLine(Struct, frozen=True):
    """A line of the page.

    `row` is the packet that it leads to, `here` that it is the selected packet's, `later` that it comes
    after that.
    """

    pieces: tuple[Piece, ...]
    row: int | None = None
    here: bool = False
    later: bool = False

    @property
    def text(self) -> str:
        """The line without tones."""
        return "".join(text for text, _ in self.pieces)


_STATE_WIDTH = max(len(state.name) for state in State)
_END_WIDTH = 8  # "server? "
_NUMBER_WIDTH = 6  # "▶ #10 "; wider numbers move the rest
_LEAST_ARROW = 12
_MOST_ERRORS = 3  # ICMP errors shown
_INDENT = " " * (_NUMBER_WIDTH + 2)
_HINT = "no TCP connection: select a TCP packet to see its handshake"


def explain(
    story: Story | None,
    row: int,
    numbers: Numbers,
    width: int,
    *,
    mark: bool = True,
    now: Now | None = None,
    called: Callable[[str], str] = lambda end: "",
) -> list[StoryLine]:
    """The story as it stands at packet `row`, in lines of at most about `width` cells.

    `mark`: point out the line of packet `row`. `now`: the present, of a capture that goes on.
    `called` says what "192.0.2.1:80" is called; "" for nothing.
    """
    if story is None:
        return [StoryLine(((line, Tone.MUTED),)) for line in textwrap.wrap(_HINT, max(width, 20))]
    return _Page(story, row, numbers, max(width, 30), mark, now, called).lines()


def write_number(number: int, base: int, numbers: Numbers) -> str:
    """A sequence number in the form chosen; `base` is relative 0."""
    match numbers:
        case Numbers.RELATIVE:
            return str(relative(number, base))
        case Numbers.ABSOLUTE:
            return str(number)
        case Numbers.HEX:
            return f"{number:08x}"


def write_proof(proof: Proof, numbers: Numbers) -> Piece:
    """The arithmetic of an acknowledgment: "ack 1 = SYN 0 + 1 ✓"."""
    ack, of = write_number(proof.ack, proof.base, numbers), write_number(proof.of, proof.base, numbers)
    expected = write_number(proof.expected, proof.base, numbers)
    if proof.holds:
        sign = "=" if proof.ack == proof.expected else "≥"
        return f"ack {ack} {sign} {proof.what} {of} + 1 ✓", Tone.GOOD
    if proof.what == "FIN":
        return f"ack {ack}: the FIN needs {expected}", Tone.PLAIN
    return f"ack {ack} ✗ the SYN needs {expected}", Tone.BAD


class _Page(Struct):
    story: Story
    row: int
    numbers: Numbers
    width: int
    mark: bool
    now: Now | None
    called: Callable[[str], str]
    page: list[StoryLine] = field(default_factory=list)

    def lines(self) -> list[StoryLine]:
        story = self.story
        for line in textwrap.wrap(story.verdict, self.width):
            self._add((line, Tone.STRONG))
        self._add()
        for end in self._order():
            self._end(end)
        opening = [stage for stage in story.stages if stage.part is Part.OPENING]
        closing = [stage for stage in story.stages if stage.part is Part.CLOSING]
        self._heading("OPENING", story.opening.value, self._rtt())
        self._lifelines(opening)
        for error in story.errors[:_MOST_ERRORS]:
            later = error.row > self.row
            text = f"  #{error.row + 1:<3} ICMP from {error.source}: {error.text}"
            self._add((text, Tone.BAD), row=error.row, later=later)
        for words in textwrap.wrap(" · ".join(self._options()), self.width - len(_INDENT)):
            self._add((_INDENT + words, Tone.MUTED))
        self._data()
        self._heading("CLOSING", story.closing.value, "")
        self._lifelines(closing)
        return self.page

    def _add(self, *pieces: Piece, row: int | None = None, later: bool = False) -> None:
        here = row is not None and row == self.row
        self.page.append(StoryLine(pieces, row, here, later))

    def _order(self) -> tuple[int, int]:
        """The ends from left to right: the client first."""
        return (1, 0) if self.story.client == 1 else (0, 1)

    def _heading(self, title: str, kind: str, right: str) -> None:
        self._add()
        gap = " " * max(2, self.width - len(title) - 2 - len(kind) - len(right))
        self._add((title, Tone.TITLE), (f"  {kind}", Tone.PLAIN), (gap + right if right else "", Tone.MUTED))

    def _end(self, end: int) -> None:
        """Who an end is, its state after the selected packet, what that means, what brought it there.

        Always three lines, one of the name if that is long, and one of the kernel if the end is of this host,
        so that the lines below stay where they are from packet to packet.
        """
        story = self.story
        state = story.states_after(self.row)[end]
        name = story.name(end) + ("?" if story.client_assumed else "")
        called = self.called(story.addresses[end])
        room = self.width - _END_WIDTH - _STATE_WIDTH - len(story.addresses[end])
        beside = bool(called) and len(called) < room - len("  ")
        self._add(
            (f"{name:<{_END_WIDTH}}", Tone.PLAIN),
            (f"{name_state(state):<{_STATE_WIDTH}}", Tone.STRONG),
            (self._waiting(end), Tone.PLAIN),
            (f"  {story.addresses[end]}", Tone.MUTED),
            (f" {called}" if beside else "", Tone.PLAIN),
        )
        if called and not beside:
            self._add((f"  {called}", Tone.PLAIN))
        self._kernel(end)
        self._add((f"  {'nothing was seen of it' if state is None else state.value}", Tone.MUTED))
        move = story.last_move(end, self.row)
        if move is not None:
            stage, happenings = move
            events = ", ".join(happening.event.value for happening in happenings)
            self._add(
                (f"  was {happenings[0].before.name}; #{stage.row + 1}: {events}", Tone.MUTED), row=stage.row
            )
        else:
            self._add(("  assumed: the capture begins later" if story.course.assumed else "", Tone.MUTED))

    def _waiting(self, end: int) -> str:
        words = waiting(self.story, end, self.row, self.now.time) if self.now else ""
        return f"  {words}" if words else ""

    def _kernel(self, end: int) -> None:
        """The kernel's own state, below the one that the packets prove."""
        socket = self.now.sockets[end] if self.now else None
        if socket is None:
            return
        self._add(
            (f"{'kernel':<8}", Tone.MUTED),
            (
                f"{socket.state.name:<{_STATE_WIDTH}}",
                Tone.WARN if differs(self.story, end, socket) else Tone.PLAIN,
            ),
            (f"  {describe(self.story, end, self.row, socket)}", Tone.MUTED),
        )

    def _rtt(self) -> str:
        if self.story.rtt is None:
            return ""
        return "RTT " + " + ".join(duration(span) for span in self.story.rtt)

    def _options(self) -> tuple[str, ...]:
        left, right = self._order()
        return negotiated(self.story.offers[left], self.story.offers[right])

    def _lifelines(self, stages: list[Stage]) -> None:
        before = None
        for stage in stages:
            self._arrow(stage, before)
            if stage.numbered:
                what = "SYN" if "SYN" in stage.flags else "FIN"
                number = write_number(stage.seq, stage.base, self.numbers)
                again = " again" if stage.repeated else ""
                self._detail(stage, (f"{what} {number}{again}", Tone.PLAIN))
            if stage.proof is not None:
                self._detail(stage, write_proof(stage.proof, self.numbers))
            before = stage

    def _detail(self, stage: Stage, piece: Piece) -> None:
        self._add((_INDENT, Tone.PLAIN), piece, row=stage.row, later=stage.row > self.row)

    def _arrow(self, stage: Stage, before: Stage | None) -> None:
        """`▶ #2  ESTABLISHED ◀── SYN, ACK ── SYN_RCVD`; a state that this segment changed stands out."""
        left, right = self._order()
        changed = {h.end for h in stage.happenings if h.before is not h.after} if before else {left, right}
        number = f"{'▶' if self.mark and stage.row == self.row else ' '} #{stage.row + 1}"
        room = max(self.width - _NUMBER_WIDTH - 2 * _STATE_WIDTH - 2, _LEAST_ARROW)
        self._add(
            (f"{number:<{_NUMBER_WIDTH}}", Tone.PLAIN),
            (
                f"{name_state(stage.states[left]):<{_STATE_WIDTH}}",
                Tone.STRONG if left in changed else Tone.MUTED,
            ),
            (f" {draw_arrow(stage.flags, stage.end == left, room)} ", Tone.PLAIN),
            (name_state(stage.states[right]), Tone.STRONG if right in changed else Tone.MUTED),
            row=stage.row,
            later=stage.row > self.row,
        )

    def _data(self) -> None:
        story = self.story
        here = self.mark and story.stage_of(self.row) is None
        self._add()
        self._add(
            ("DATA", Tone.TITLE),
            (f"  ▶ #{self.row + 1}" if here else "", Tone.PLAIN),
            row=self.row if here else None,
        )
        for end, sign in zip(self._order(), "▶◀", strict=True):
            traffic = story.traffic[end]
            again = f", {traffic.repeated:,} sent again" if traffic.repeated else ""
            plural = "" if traffic.segments == 1 else "s"
            size = f"{traffic.size:,} B in {traffic.segments:,} segment{plural}{again}"
            self._add((f"{_INDENT}{sign} {story.name(end)} {size}", Tone.PLAIN))


def draw_arrow(flags: str, to_right: bool, width: int) -> str:
    """`── SYN ────▶` or `◀── SYN, ACK ──`, `width` cells."""
    label = f" {flags or 'no flags'} "
    rest = max(width - len(label) - 1, 2)
    before, after = "─" * (rest // 2), "─" * (rest - rest // 2)
    return f"{before}{label}{after}▶" if to_right else f"◀{before}{label}{after}"


def name_state(state: State | None) -> str:
    """A state's name, "–" for an end of which nothing was seen."""
    return "–" if state is None else state.name
