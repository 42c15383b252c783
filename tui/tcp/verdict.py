"""The verdict: a few sentences on how a connection opened and closed, in words a person would use.

A kind of opening or closing is a row of :data:`OPENINGS` or :data:`CLOSINGS`, a remark one of
:data:`REMARKS`; what the sentences name in braces are the members of `_Facts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from tui.tcp.states import RESETS, Event, State
from tui.tcp.story import Closing, Opening, Part, Stage, Story

if TYPE_CHECKING:
    from collections.abc import Callable

OPENINGS: dict[Opening, str] = {
    Opening.THREE_WAY: "Opened in {opened}{retries}.",
    Opening.SIMULTANEOUS: "Opened from both ends at once, in {opened}: their SYNs crossed.",
    Opening.SPLIT: "Opened in {opened} by a split handshake: the {server} answered the SYN with a bare SYN.",
    Opening.FAST_OPEN: "Opened in {opened} with Fast Open: data came with the SYN.",
    Opening.UNREACHABLE: "Unreachable: {icmp_source} answered the SYN with ICMP: {icmp_text} (#{icmp}).",
    Opening.ONE_DIRECTION: "Only what the {seen} sent was captured; the {unseen}'s side is not known.",
    Opening.REFUSED: "Refused: the {server} answered the SYN with a RST (#{answer}).",
    Opening.UNANSWERED: "No answer: {syns} in {lasted}, and nothing came back.",
    Opening.HALF_OPEN: "Half-open: the SYN-ACK (#{answer}) was never acknowledged.",
    Opening.WRONG_NUMBER: "Not opened: #{wrong} acknowledges a number that the {client} never sent.",
    Opening.RESET: "Not opened: the {resetter} sent a RST (#{reset}) before the handshake was complete.",
    Opening.MIDSTREAM: "The capture begins {beginning}; the states before are assumed.",
}

CLOSINGS: dict[Closing, str] = {
    Closing.FOUR_WAY: "The {first} closed first. Four segments: each FIN has an ACK of its own.",
    Closing.THREE_WAY: "The {first} closed first. "
    "Three segments, not four: the {second}'s ACK and FIN went as one (#{fin2}).",
    Closing.SIMULTANEOUS: "Both ends closed at once: "
    "their FINs crossed (#{fin2} does not acknowledge #{fin1}).",
    Closing.ONE_SIDE: "The {first} closed first (#{fin1}); "
    "the {second} acknowledged it (#{ack1}) but has not closed: "
    "it is in CLOSE_WAIT, the {first} in FIN_WAIT_2.",
    Closing.UNFINISHED: "The {first} closed (#{fin1}), which was never acknowledged.",
    Closing.HALF_CLOSE: "The {first} closed its direction first (#{fin1}); "
    "the {second} sent on, and closed with #{fin2}.",
    Closing.ONE_DIRECTION: "The {first} closed (#{fin1}).",
    Closing.RESET: "The {resetter} reset the connection (#{reset}){after_fin}.",
    Closing.OPEN: "Still open when the capture ends.",
    Closing.NEVER_OPEN: "",
}

_BOTH_CLOSED = frozenset({Closing.FOUR_WAY, Closing.THREE_WAY, Closing.SIMULTANEOUS, Closing.HALF_CLOSE})
_IGNORED: dict[Event | None, str] = {
    Event.RST_OUTSIDE: "its number is outside the window",
    Event.RST_IN_WINDOW: "its number is in the window, but not the next one expected",
    Event.RST_FORGED: "both ends go on",
}

# What is added where it applies: (whether it does, the sentence).
REMARKS: tuple[tuple[Callable[[Story], bool], str], ...] = (
    (
        lambda story: story.closing in _BOTH_CLOSED and not _complete(story),
        "The last FIN (#{fin2}) was not acknowledged before the capture ends.",
    ),
    (lambda story: _repeats(story, "FIN"), "A FIN was sent again (#{fin_again})."),
    (
        lambda story: _ignored(story)[0] is not None,
        "The RST in #{ignored} resets nothing: {why_ignored}.",
    ),
    (lambda story: story.copies > 0, "{copies} captured twice."),
    (lambda story: story.began_before, "It began before the packets that are kept."),
    (lambda story: story.reused, "Its ports are those of an earlier connection."),
)


class _Facts(Struct, frozen=True):
    """What the sentences are filled with; packet numbers count from 1, 0 is none."""

    client: str
    server: str
    seen: str
    unseen: str
    first: str
    second: str
    resetter: str
    opened: str
    lasted: str
    retries: str
    syns: str
    beginning: str
    after_fin: str
    answer: int
    wrong: int
    reset: int
    fin1: int
    fin2: int
    ack1: int
    fin_again: int
    ignored: int
    why_ignored: str
    copies: str
    icmp: int
    icmp_source: str
    icmp_text: str


def judge(story: Story) -> str:
    """The verdict on a connection."""
    facts = asdict(_gather(story))
    sentences = [OPENINGS[story.opening], CLOSINGS[story.closing]]
    sentences += [sentence for applies, sentence in REMARKS if applies(story)]
    return " ".join(sentence.format(**facts) for sentence in sentences if sentence)


def duration(ns: int) -> str:
    """A span of time in the unit that a person would use: "0.26 ms", "3.2 s"."""
    if abs(ns) < 1_000:
        return f"{ns} ns"
    if abs(ns) < 10_000:
        return f"{ns / 1e3:.1f} µs"
    if abs(ns) < 1_000_000_000:
        return f"{ns / 1e6:.2f} ms" if abs(ns) < 100_000_000 else f"{ns / 1e6:.0f} ms"
    return f"{ns / 1e9:.1f} s"


def _gather(story: Story) -> _Facts:
    fins = [stage for stage in story.stages if "FIN" in stage.flags and not stage.repeated]
    syns = [stage for stage in story.stages if stage.flags == "SYN"]
    answer = next((s for s in story.stages if s.end != story.stages[0].end), None)
    resets = [stage for stage in story.stages if any(_did(stage, event) for event in RESETS)]
    wrong = next((stage for stage in story.stages if _did(stage, Event.WRONG_ACK)), None)
    acks = [
        s
        for s in story.stages
        if s.part is Part.CLOSING and s.proof and s.proof.holds and fins and s.end != fins[0].end
    ]
    first = fins[0].end if fins else story.closed_first or 0
    client = 0 if story.client is None else story.client
    ignored = _ignored(story)
    opened = next((stage.time for stage in story.stages if stage.row == story.opened_at), story.end)
    return _Facts(
        client=story.name(client),
        server=story.name(1 - client),
        seen=story.name(story.first_end),
        unseen=story.name(1 - story.first_end),
        first=story.name(first),
        second=story.name(1 - first),
        resetter=story.name(resets[0].end) if resets else "",
        opened=duration(opened - story.start),
        lasted=duration(story.end - story.start),
        retries=f", with {len(syns)} SYNs" if len(syns) > 1 else "",
        syns="one SYN" if len(syns) == 1 else f"{len(syns)} SYNs",
        beginning=story.course.beginning.value,
        after_fin=" after a FIN" if fins and resets and resets[0].row > fins[0].row else "",
        answer=_number(answer),
        wrong=_number(wrong),
        reset=_number(resets[0] if resets else None),
        fin1=_number(fins[0] if fins else None),
        fin2=_number(fins[1] if len(fins) > 1 else None),
        ack1=_number(acks[0] if acks else None),
        fin_again=_number(next((s for s in story.stages if "FIN" in s.flags and s.repeated), None)),
        ignored=_number(ignored[0]),
        why_ignored=_IGNORED.get(ignored[1], ""),
        copies="One frame was" if story.copies == 1 else f"{story.copies:,} frames were",
        icmp=story.errors[0].row + 1 if story.errors else 0,
        icmp_source=story.errors[0].source if story.errors else "",
        icmp_text=story.errors[0].text if story.errors else "",
    )


def _number(stage: Stage | None) -> int:
    return 0 if stage is None else stage.row + 1


def _did(stage: Stage, event: Event) -> bool:
    return any(happening.event is event for happening in stage.happenings)


def _ignored(story: Story) -> tuple[Stage | None, Event | None]:
    """The first RST that reset nothing, and the event that it was instead."""
    for stage in story.stages:
        for happening in stage.happenings:
            if happening.event in _IGNORED:
                return stage, happening.event
    return None, None


def _repeats(story: Story, flag: str) -> bool:
    return any(flag in stage.flags and stage.repeated for stage in story.stages)


def _complete(story: Story) -> bool:
    """Whether both FINs were acknowledged."""
    states = story.course.steps[-1].states
    return all(state in (State.CLOSED, State.TIME_WAIT) for state in states)
