"""What each line of a ladder says: segments, runs, gaps, holes, headings, ICMP errors.

Invariant: a line that tells more than flags and numbers tells it with a word or another arrow, never by its
tone alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.report.explain import Piece, Tone, name_state, write_number, write_proof
from tui.report.rung_text import (
    TIME_WIDTH,
    Columns,
    Label,
    Rung,
    arrow,
    centre,
    fit,
    join,
    lost_arrow,
    separator,
)
from tui.report.rungs import PARTS
from tui.report.times import seconds
from tui.tcp.findings import Finding, Severity, Sign
from tui.tcp.flow import FIN, RST, SYN
from tui.tcp.seq import add
from tui.tcp.story import Part
from tui.tcp.verdict import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.decode.context import Numbers
    from tui.report.rungs import Strand
    from tui.tcp.story import Proof, Stage, Unreachable

_RESENT = frozenset({Sign.AGAIN, Sign.LATE})
_BROKEN = _RESENT | {Sign.COPY, Sign.LOST}
_FLAG_TONES = ((RST, Tone.BAD), (SYN, Tone.GOOD), (FIN, Tone.TITLE))


class Place(Struct, frozen=True):
    """Where a line stands: its packet, ns since the one before, whether several connections are shown."""

    row: int
    delta: int
    several: bool


class Writer(Struct, frozen=True):
    """Writes the lines of one connection, in the number form and for the columns given."""

    strand: Strand
    columns: Columns
    numbers: Numbers

    @property
    def left_end(self) -> int:
        """The end whose lifeline is at the left: the client, or the sender of the first segment."""
        return self.strand.story.client or 0

    def gap(self, place: Place) -> Rung:
        """Time in which nothing was seen."""
        text = f"· · ·  {duration(place.delta)}  · · ·"
        return Rung((centre(text, self.columns.inner), Tone.MUTED), ends="┊┊")

    def heading(self, place: Place, part: int) -> Rung:
        """A stage of the connection's life begins."""
        story = self.strand.story
        title, kind, more = PARTS[part].name, "", ""
        match PARTS[part]:
            case Part.OPENING:
                kind = story.opening.value
                if story.rtt is not None:
                    more = " · RTT " + " + ".join(duration(span) for span in story.rtt)
            case Part.DATA:
                sizes = [f"{story.traffic[end].size:,} B" for end in (self.left_end, 1 - self.left_end)]
                kind = f"▶ {sizes[0]}  ◀ {sizes[1]}"
            case Part.CLOSING:
                kind = story.closing.value
        texts = (f"{title}  {kind}{more}", f"{title}  {kind}", title)
        return Rung((separator(texts, self.columns.inner), Tone.TITLE), ends="╞╡", stream=self._stream(place))

    def hole(self, place: Place, index: int) -> Rung:
        """What should have come before segment `index` was not seen."""
        flow = self.strand.flow
        end, size = int(flow.ends[index]), int(flow.seq[index] - flow.top[index])
        start = self._number(end, int(flow.top[index]))
        stop = self._number(end, int(flow.seq[index]))
        texts = (f"missing  seq {start}:{stop}  {size:,} B", f"missing {start}+{size}", f"missing {size:,} B")
        drawn = lost_arrow(texts, end == self.left_end, self.columns.inner)
        note = ("lost, late, or not captured", Tone.MUTED)
        return Rung((drawn, Tone.BAD), stream=self._stream(place), note=note)

    def run(self, place: Place, part: slice, data_end: int, is_open: bool) -> Rung:
        """The segments `part` in one line."""
        flow, lengths = self.strand.flow, self.strand.flow.lengths[part]
        carrying = lengths.nonzero()[0]
        segments, acks = len(carrying), len(lengths) - len(carrying)
        took = duration(int(flow.times[part][-1] - flow.times[part][0]))
        sign = "▾" if is_open else "▸"
        if segments:
            total = f"{sign} {_count(segments, 'segment')}"
            octets, more = f"{int(lengths.sum()):,} B", _count(acks, "ACK") if acks else ""
            start = self._number(data_end, int(flow.seq[part][carrying[0]]))
            stop = self._number(data_end, int(flow.stop[part][carrying[-1]]))
            texts: tuple[str, ...] = (
                join("  ", total, f"seq {start}:{stop}", octets, more, took),
                join("  ", total, octets, more),
                f"{total} {octets}",
                f"{sign} {octets}",
            )
        else:
            texts = (f"{sign} {_count(acks, 'ACK')}  {took}", f"{sign} {_count(acks, 'ACK')}")
        if is_open:
            middle = (centre(fit(texts, self.columns.inner), self.columns.inner), Tone.MUTED)
            return Rung(middle, stream=self._stream(place))
        drawn = arrow(texts, data_end == self.left_end, self.columns.inner, "═")
        return Rung(
            (drawn, Tone.PLAIN),
            number=str(place.row + 1),
            stream=self._stream(place),
            time=write_delta(place.delta),
        )

    def error(self, place: Place, error: Unreachable) -> Rung:
        """An ICMP error that quotes the connection."""
        reason = error.text.partition(" (")[2].removesuffix(")")
        texts = (f"✗ ICMP from {error.source}: {error.text}", f"✗ ICMP: {error.text}", f"✗ ICMP: {reason}")
        return Rung(
            (centre(fit(texts[: 3 if reason else 2], self.columns.inner), self.columns.inner), Tone.BAD),
            number=str(place.row + 1),
            stream=self._stream(place),
            time=write_delta(place.delta),
            note=(f"from {error.source}", Tone.MUTED),
        )

    def segment(self, place: Place, index: int, stage: Stage | None) -> Rung:
        """Segment `index`, which may be a stage; beside the lifelines the states that it changes."""
        flow = self.strand.flow
        end, flags = int(flow.ends[index]), int(flow.flags[index])
        found = sorted(self.strand.found.at(place.row), key=_weight)
        signs = dict.fromkeys(finding.sign for finding in found if finding.sign)
        label = self._label(index, ", ".join(sign.value for sign in signs), stage)
        texts = label.forms()[self.columns.form :]
        drawn = arrow(texts, end == self.left_end, self.columns.inner, "╌" if _BROKEN & signs.keys() else "─")
        resent = _RESENT & signs.keys()
        return Rung(
            (drawn, Tone.BAD if resent else _tone(flags, int(flow.lengths[index]))),
            number=str(place.row + 1),
            stream=self._stream(place),
            time=write_delta(place.delta),
            states=self._changed(place.row, index),
            note=self._note(found, stage),
        )

    def states(self, row: int) -> tuple[str, str]:
        """The names of both states after packet `row`, the client's first."""
        after = self.strand.story.states_after(row)
        return name_state(after[self.left_end]), name_state(after[1 - self.left_end])

    def _changed(self, row: int, index: int) -> tuple[str, str]:
        """The states that packet `row` changes; the first packet shows both."""
        after = self.states(row)
        if not index:
            return after
        before = self.states(row - 1)
        left, right = ("" if old == new else new for old, new in zip(before, after, strict=True))
        return left, right

    def _label(self, index: int, words: str, stage: Stage | None) -> Label:
        flow = self.strand.flow
        end, position, length = int(flow.ends[index]), int(flow.seq[index]), int(flow.lengths[index])
        ack, flags = int(flow.ack[index]), int(flow.flags[index])
        return Label(
            words=words,
            flags=flags,
            seq=self._number(end, position),
            stop=self._number(end, position + length + bool(flags & SYN)),
            length=length,
            ack="" if ack < 0 else self._number(1 - end, ack),
            proof="" if stage is None or stage.proof is None else _sign(stage.proof),
        )

    def _note(self, found: Sequence[Finding], stage: Stage | None) -> Piece:
        """What the arrow's sign means; else the proof; else the weightiest of what was found."""
        signed = next((finding for finding in found if finding.sign), None)
        if signed is None and stage is not None and stage.proof is not None:
            return write_proof(stage.proof, self.numbers)
        told = signed or next((finding for finding in found if finding.severity > Severity.CHAT), None)
        if told is None:
            return "", Tone.PLAIN
        return told.text, Tone.BAD if told.severity >= Severity.WARNING else Tone.MUTED

    def _number(self, end: int, position: int) -> str:
        flow = self.strand.flow
        return write_number(add(flow.bases[end], position), flow.zeros[end], self.numbers)

    def _stream(self, place: Place) -> str:
        return str(self.strand.story.stream) if place.several else ""


def write_delta(nanoseconds: int) -> str:
    """A span of time in seconds, to as many digits as there is room for; what has none is cut off."""
    return seconds(nanoseconds, 6)[:TIME_WIDTH].rstrip(".")


def _weight(finding: Finding) -> tuple[bool, int]:
    """What is told first: tcpscope's verdict, and what matters more."""
    return finding.wireshark, -finding.severity


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _sign(proof: Proof) -> str:
    """What stands behind an acknowledgment; one that does not reach a FIN yet is not wrong."""
    return "✓" if proof.holds else "✗" if proof.what == "SYN" else ""


def _tone(flags: int, length: int) -> Tone:
    for bit, tone in _FLAG_TONES:
        if flags & bit:
            return tone
    return Tone.PLAIN if length else Tone.MUTED
