"""How the lines of a ladder are laid out in cells: columns, labels that fit, arrows.

Invariant: a line's lifelines stand where those of every other line of the same width stand. A label that has
no room is said shorter, in the same form for all segments where that is possible.
"""

from __future__ import annotations

from msgspec import Struct

from tui.decode.layers.tcp import flag_letters, flag_names
from tui.report.explain import Piece, StoryLine, Tone, draw_arrow
from tui.tcp.states import State

STATE_WIDTH = max(len(state.name) for state in State)
TIME_WIDTH = 8
_LEAST_INNER = 20
_LEAST_NOTES = 34
_WIDE_INNER = 56
_PROOF = 20  # cells of a proof beside its two numbers
_SPARE = 6  # cells for a label that is longer than most
_SHORTEST_WHOLE = 2  # of Label.forms, the shortest that has everything
_ARROW_ENDS = 5  # blanks around the label, a head, a dash at either side


class Label(Struct, frozen=True):
    """What an arrow says of its segment; numbers as they are to be written, "" for what it has not."""

    words: str  # "again"
    flags: int
    seq: str
    stop: str
    length: int  # payload bytes
    ack: str
    proof: str = ""  # "✓"

    def forms(self) -> tuple[str, ...]:
        """What it says in ever fewer words."""
        words = f"{self.words}: " if self.words else ""
        names = words + flag_names(self.flags).replace("<None>", "no flags")
        letters = words + (flag_letters(self.flags).replace("·", "")[::-1] or "-")
        ack = f"ack {self.ack}{self.proof and ' ' + self.proof}" if self.ack else ""
        if not self.length:
            seq = f"seq {self.seq}"
            return (
                join("  ", names, seq, ack),
                join(" ", names, self.seq, ack),
                join(" ", letters, self.seq, ack),
                letters,
            )
        span, sized = f"{self.seq}:{self.stop}", f"{self.seq}+{self.length}"
        return (
            join("  ", names, f"seq {span}", f"{self.length:,} B", ack),
            join(" ", names, f"{span} ({self.length})", ack),
            join(" ", letters, sized, ack),
            join(" ", letters, sized),
        )


class Columns(Struct, frozen=True):
    """The cells of a line: packet number, connection, time, state, lifeline, arrow, lifeline, state, notes.

    `stream` and `notes` are 0 where there are none. `form` is the first of `Label.forms` that is used.
    """

    number: int
    stream: int
    inner: int
    notes: int
    form: int

    @property
    def left(self) -> int:
        """Cells before the left state."""
        return self.number + 1 + self.stream + TIME_WIDTH + 1

    @property
    def lifelines(self) -> tuple[int, int]:
        """In which cells the two lifelines are."""
        first = self.left + STATE_WIDTH + 1
        return first, first + 1 + self.inner


def make_columns(width: int, number: int, stream: int, typical: Label) -> Columns:
    """The columns of lines of `width` cells; arrows are as long as a `typical` label needs."""
    room = width - (number + 1 + stream + TIME_WIDTH + 1) - 2 * (STATE_WIDTH + 2)
    wide = max(len(typical.forms()[0]) + _ARROW_ENDS + _SPARE, _WIDE_INNER)
    notes = room - wide - 2
    if notes >= max(_LEAST_NOTES, _PROOF + 2 * len(typical.ack)):
        return Columns(number, stream, wide, notes, 0)
    inner = max(room, _LEAST_INNER)
    fitting = (form for form, text in enumerate(typical.forms()) if len(text) + _ARROW_ENDS <= inner)
    return Columns(number, stream, inner, 0, next(fitting, _SHORTEST_WHOLE))


class Rung(Struct, frozen=True):
    """What a line of the ladder consists of; `states` (left, right) are "" where they do not change."""

    middle: Piece  # what stands between the lifelines
    number: str = ""
    stream: str = ""
    time: str = ""
    states: tuple[str, str] = ("", "")
    ends: str = "││"  # the lifelines
    note: Piece = ("", Tone.PLAIN)


def lay_out(rung: Rung, columns: Columns, row: int | None) -> StoryLine:
    """The line, which leads to packet `row`."""
    left, right = rung.states
    before = f"{rung.number:>{columns.number}} "
    if columns.stream:
        before += f"{rung.stream:>{columns.stream - 1}} "
    pieces = [
        (before, Tone.PLAIN),
        (f"{rung.time:>{TIME_WIDTH}} ", Tone.MUTED),
        (f"{left:>{STATE_WIDTH}} ", Tone.STRONG),
        (rung.ends[0], Tone.MUTED),
        (f"{rung.middle[0]:{columns.inner}}", rung.middle[1]),
        (rung.ends[1], Tone.MUTED),
        (f" {right:<{STATE_WIDTH}}", Tone.STRONG),
    ]
    if columns.notes and rung.note[0]:
        pieces.append((f"  {fit((rung.note[0],), columns.notes)}", rung.note[1]))
    return StoryLine(tuple(pieces), row)


def fit(texts: tuple[str, ...], room: int) -> str:
    """The first of `texts` that takes at most `room` cells, or the last one cut."""
    found = next((text for text in texts if len(text) <= room), None)
    return found if found is not None else texts[-1][: max(room - 1, 0)] + "…"


def arrow(texts: tuple[str, ...], to_right: bool, width: int, dash: str = "─") -> str:
    """An arrow with the first of `texts` that fits, as `explain.draw_arrow` draws it, of other dashes."""
    label = fit(texts, width - _ARROW_ENDS)
    before, after = draw_arrow("\0", to_right, width - len(label) + 1).replace("─", dash).split("\0")
    return f"{before}{label}{after}"


def lost_arrow(texts: tuple[str, ...], to_right: bool, width: int) -> str:
    """An arrow that does not arrive: it ends in the middle."""
    label = fit(texts, width - _ARROW_ENDS)
    reach = max(width * 3 // 5, len(label) + _ARROW_ENDS)
    drawn = arrow((label,), to_right, reach, "╌").replace("▶", "✗").replace("◀", "✗")
    return f"{drawn:{'<' if to_right else '>'}{width}}"


def centre(text: str, width: int) -> str:
    """`text` in the middle of `width` cells, or as much of it as there is room for."""
    return f"{fit((text,), width):^{width}}"


def separator(texts: tuple[str, ...], width: int) -> str:
    """`══ DATA ══`: the first of `texts` that fits in the middle of a double line."""
    return f"{f' {fit(texts, width - 4)} ':═^{width}}"


def join(gap: str, *parts: str) -> str:
    """The parts that are not empty, `gap` between them."""
    return gap.join(part for part in parts if part)
