"""`make screenshots`: the state diagram, states.svg, drawn from the tables of tui/tcp/states.py.

Invariant: each row of TRANSITIONS is in the picture, as an event on an arrow or in the list below it. The
tables here only say where things stand, as RFC 9293 figure 5 has them; a state or an arrow that they do not
know, or know in vain, ends the script with a message.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tui.tcp.states import TRANSITIONS, Event, Rule, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    Transitions = Mapping[State, Mapping[Event, Rule]]

PICTURE = Path(__file__).resolve().parent / "states.svg"
WIDTH, HEIGHT = 1200, 1170
BOX_WIDTH, BOX_HEIGHT = 260, 72
MEANING_WIDTH = 36  # letters of a state's meaning in a line
LINE = 18  # from a line of an arrow's text to the next
CORNER = 8  # radius of an arrow's corners

# What leads from nearly every state to CLOSED: listed instead of drawn.
ABORTS = (Event.RST, Event.SEND_RST)
MARKS = ("#c0392b", "#8e44ad", "#b9770e")  # a colour for each set of them

Point = tuple[int, int]

LEFT, MIDDLE, RIGHT = 170, 600, 1030
PLACES: dict[State, Point] = {
    State.CLOSED: (MIDDLE, 110),
    State.LISTEN: (MIDDLE, 250),
    State.SYN_RCVD: (LEFT, 410),
    State.SYN_SENT: (RIGHT, 410),
    State.ESTABLISHED: (MIDDLE, 560),
    State.FIN_WAIT_1: (LEFT, 730),
    State.CLOSE_WAIT: (RIGHT, 730),
    State.FIN_WAIT_2: (LEFT, 890),
    State.CLOSING: (MIDDLE, 890),
    State.LAST_ACK: (RIGHT, 890),
    State.TIME_WAIT: (MIDDLE, 1050),
}
# States that stand there once more, for the arrows that lead to them from below.
AGAIN: dict[State, Point] = {State.CLOSED: (RIGHT, 1050)}


@dataclass(frozen=True, slots=True)
class Arrow:
    """Its corners from box to box; where its text begins, and that text's anchor (start, middle, end)."""

    corners: tuple[Point, ...]
    text: Point
    anchor: str = "start"


ARROWS: dict[tuple[State, State], Arrow] = {
    (State.CLOSED, State.CLOSED): Arrow(((560, 74), (560, 42), (640, 42), (640, 74)), (650, 56)),
    (State.CLOSED, State.SYN_RCVD): Arrow(((470, 110), (90, 110), (90, 374)), (280, 101), "middle"),
    (State.CLOSED, State.SYN_SENT): Arrow(((730, 110), (1110, 110), (1110, 374)), (920, 101), "middle"),
    (State.LISTEN, State.SYN_RCVD): Arrow(((470, 234), (170, 234), (170, 374)), (320, 207), "middle"),
    (State.LISTEN, State.SYN_SENT): Arrow(((730, 250), (1030, 250), (1030, 374)), (880, 241), "middle"),
    (State.SYN_SENT, State.CLOSED): Arrow(((1070, 374), (1070, 130), (730, 130)), (1062, 148), "end"),
    (State.SYN_RCVD, State.LISTEN): Arrow(((250, 374), (250, 266), (470, 266)), (262, 285)),
    (State.SYN_SENT, State.SYN_RCVD): Arrow(((900, 396), (300, 396)), (600, 387), "middle"),
    (State.SYN_RCVD, State.ESTABLISHED): Arrow(((300, 426), (560, 426), (560, 524)), (550, 447), "end"),
    (State.SYN_SENT, State.ESTABLISHED): Arrow(((900, 426), (640, 426), (640, 524)), (650, 447)),
    (State.SYN_RCVD, State.FIN_WAIT_1): Arrow(((90, 446), (90, 694)), (100, 575)),
    (State.SYN_RCVD, State.CLOSE_WAIT): Arrow(((230, 446), (230, 642), (1030, 642), (1030, 694)), (815, 633)),
    (State.ESTABLISHED, State.FIN_WAIT_1): Arrow(((560, 596), (560, 716), (300, 716)), (430, 707), "middle"),
    (State.ESTABLISHED, State.CLOSE_WAIT): Arrow(((640, 596), (640, 716), (900, 716)), (770, 707), "middle"),
    (State.FIN_WAIT_1, State.FIN_WAIT_2): Arrow(((170, 766), (170, 854)), (180, 815)),
    (State.FIN_WAIT_1, State.CLOSING): Arrow(((300, 746), (600, 746), (600, 854)), (430, 766), "middle"),
    (State.FIN_WAIT_2, State.TIME_WAIT): Arrow(((170, 926), (170, 1050), (470, 1050)), (320, 1041), "middle"),
    (State.CLOSING, State.TIME_WAIT): Arrow(((600, 926), (600, 1014)), (610, 975)),
    (State.CLOSE_WAIT, State.LAST_ACK): Arrow(((1030, 766), (1030, 854)), (1040, 815)),
    (State.LAST_ACK, State.CLOSED): Arrow(((1030, 926), (1030, 1014)), (1040, 975)),
}

HEAD = f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"\
 viewBox="0 0 {WIDTH} {HEIGHT}"\
 font-family="DejaVu Sans, Verdana, sans-serif">
<title>The states of a TCP endpoint, and what segments show of the changes between them</title>
<style>
{{style}}</style>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">\
<path class="head" d="M0 1 L10 5 L0 9 z"/></marker></defs>
<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="12"/>"""

# What is drawn in which colour, on light and on dark paper.
COLORS = {
    "light": {"paper": "#ffffff", "ink": "#1f2933", "faint": "#52606d", "line": "#7b8794", "box": "#eef2f6"},
    "dark": {"paper": "#14181d", "ink": "#e4e7eb", "faint": "#a3b1bf", "line": "#7b8794", "box": "#232b34"},
}
STYLE = """\
.paper {{ fill: {paper} }}
.box {{ fill: {box}; stroke: {line}; stroke-width: 1.5 }}
.arrow {{ fill: none; stroke: {line}; stroke-width: 1.5 }}
.head {{ fill: {line} }}
.name {{ fill: {ink}; font-size: 17px; font-weight: bold }}
.meaning {{ fill: {faint}; font-size: 12.5px }}
.event {{ fill: {ink}; font-size: 13.5px; stroke: {paper}; stroke-width: 4px; paint-order: stroke }}
"""


def draw(transitions: Transitions = TRANSITIONS) -> str:
    """The picture as SVG text; SystemExit if the layout does not fit the table."""
    events, aborts = sort(transitions)
    check(transitions, events, aborts)
    marks = {state: color for color, states in zip(MARKS, aborts.values(), strict=False) for state in states}
    places = [*PLACES.items(), *AGAIN.items()]
    parts = [
        *(line(ARROWS[ends]) for ends in events),
        *(box(state, place, marks.get(state)) for state, place in places),
        *(label(ARROWS[ends], together) for ends, together in events.items()),
        *(
            note(number, color, kinds)
            for number, (color, kinds) in enumerate(zip(MARKS, aborts, strict=False))
        ),
    ]
    return "\n".join([HEAD.format(style=style()), *parts, "</svg>", ""])


def sort(
    transitions: Transitions,
) -> tuple[dict[tuple[State, State], list[Event]], dict[tuple[Event, ...], list[State]]]:
    """The events of each arrow; and for each set of ABORTS the states that they lead from to CLOSED."""
    arrows: dict[tuple[State, State], list[Event]] = {}
    aborts: dict[tuple[Event, ...], list[State]] = {}
    for state, row in transitions.items():
        listed = tuple(event for event in ABORTS if event in row and row[event].to is State.CLOSED)
        if listed:
            aborts.setdefault(listed, []).append(state)
        for event, rule in row.items():
            if event not in listed:
                arrows.setdefault((state, rule.to), []).append(event)
    return arrows, aborts


def check(
    transitions: Transitions,
    arrows: dict[tuple[State, State], list[Event]],
    aborts: dict[tuple[Event, ...], list[State]],
) -> None:
    """SystemExit if the layout does not know a state or an arrow of the table, or knows one in vain."""
    wrong = [
        *(f"no place for {state.name}" for state in transitions if state not in PLACES),
        *(f"a place for {state.name}, which has no row" for state in PLACES if state not in transitions),
        *(
            f"no corners for {one.name} -> {other.name}"
            for one, other in arrows
            if (one, other) not in ARROWS
        ),
        *(
            f"corners for {one.name} -> {other.name}, which no row has"
            for one, other in ARROWS
            if (one, other) not in arrows
        ),
    ]
    if len(aborts) > len(MARKS):
        wrong.append(f"{len(aborts)} sets of aborts, but {len(MARKS)} colours")
    if wrong:
        raise SystemExit(f"screenshots/states.py does not fit tui/tcp/states.py: {'; '.join(wrong)}")


def style() -> str:
    """The colours as CSS, dark ones where the reader's system is dark."""
    light, dark = (STYLE.format(**colors) for colors in COLORS.values())
    return f"{light}@media (prefers-color-scheme: dark) {{\n{dark}}}"


def line(arrow: Arrow) -> str:
    """The arrow, its corners rounded."""
    first, *corners, last = arrow.corners
    path = f"M{first[0]} {first[1]}"
    for before, corner, after in zip(arrow.corners, corners, arrow.corners[2:], strict=False):
        start, stop = near(corner, before), near(corner, after)
        path += f" L{start[0]} {start[1]} Q{corner[0]} {corner[1]} {stop[0]} {stop[1]}"
    return f'<path class="arrow" marker-end="url(#head)" d="{path} L{last[0]} {last[1]}"/>'


def near(corner: Point, other: Point) -> Point:
    """The point CORNER away from a corner towards another that lies straight beside, above or below it."""
    x, y = (max(-CORNER, min(CORNER, there - here)) for here, there in zip(corner, other, strict=True))
    return corner[0] + x, corner[1] + y


def box(state: State, place: Point, mark: str | None) -> str:
    """The state, what it means, and its mark."""
    x, y = place[0] - BOX_WIDTH // 2, place[1] - BOX_HEIGHT // 2
    parts = [f'<rect class="box" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>']
    if mark:
        parts.append(dot(x + BOX_WIDTH - 14, y + 14, mark))
    lines = wrapped(state.value)
    top = place[1] - 4 if len(lines) == 1 else place[1] - 12
    parts.append(words("name", (place[0], top), "middle", state.name))
    parts += [
        words("meaning", (place[0], top + 20 + 15 * number), "middle", meaning)
        for number, meaning in enumerate(lines)
    ]
    return "\n".join(parts)


def wrapped(meaning: str) -> list[str]:
    """As few lines as MEANING_WIDTH allows, of much the same length."""
    count = len(textwrap.wrap(meaning, MEANING_WIDTH))
    tries = (textwrap.wrap(meaning, width) for width in range(len(meaning) // count, MEANING_WIDTH + 1))
    return next(lines for lines in tries if len(lines) == count)


def label(arrow: Arrow, events: list[Event]) -> str:
    """The events of an arrow, one below the other."""
    x, y = arrow.text
    return "\n".join(
        words("event", (x, y + LINE * number), arrow.anchor, event.value)
        for number, event in enumerate(events)
    )


def note(number: int, color: str, kinds: tuple[Event, ...]) -> str:
    """What a mark stands for."""
    y = HEIGHT - 50 + 24 * number
    events = ", ".join(event.value for event in kinds)
    return "\n".join([dot(50, y - 5, color), words("event", (64, y), "start", f"to CLOSED: {events}")])


def dot(x: int, y: int, color: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="5" fill="{color}"/>'


def words(kind: str, place: Point, anchor: str, content: str) -> str:
    return (
        f'<text class="{kind}" x="{place[0]}" y="{place[1]}" text-anchor="{anchor}">{escape(content)}</text>'
    )


def main() -> None:
    PICTURE.write_text(draw(), "utf-8")
    print(f"states: {WIDTH}x{HEIGHT}")


if __name__ == "__main__":
    main()
