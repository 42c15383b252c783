"""Every script in tests/scripts, and every description of a capture, is told as it expects.

The expectations are those of the RFCs. Where the program differs, the script stands in `KNOWN_GAPS`; what
is no longer a gap fails there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conversation import Script, read
from frames import pcap
from packets import End, IcmpError, Segment

from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.tcp.states import State
    from tui.tcp.story import Story

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "tests" / "scripts", ROOT / "captures" / "scenarios")

# How the program differs from what is expected, and the scripts that show it; sections are of RFC 9293.
KNOWN_GAPS: dict[str, tuple[str, ...]] = {
    "the bare SYN is not the number after the ACK before it, so by Wireshark's rule it begins a new stream": (
        "a-split-handshake-may-acknowledge-before-its-syn",
    ),
    "TIME_WAIT of the connection before is forgotten when its ports are used again": (
        "a-syn-with-an-old-number-does-not-end-time-wait",
    ),
}


def scripts() -> Iterator[object]:
    reasons = {script: gap for gap, scripts in KNOWN_GAPS.items() for script in scripts}
    for folder in FOLDERS:
        for path in sorted(folder.glob("*.txt")):
            gap = reasons.get(path.stem)
            marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=gap)] if gap else []
            yield pytest.param(path, marks=marks, id=path.stem)


@pytest.mark.parametrize("path", scripts())
def test_a_script_is_told_as_it_expects(path: Path, tmp_path: Path) -> None:
    script = read(path.read_text("utf-8"), path.name)
    capture = tmp_path / "script.pcap"
    capture.write_bytes(pcap(script.packets))
    stories = tell_all(script, capture)
    assert expected(script)
    assert told(script, stories) == expected(script)


def test_every_gap_has_its_script() -> None:
    names = {path.stem for folder in FOLDERS for path in folder.glob("*.txt")}
    assert {script for scripts in KNOWN_GAPS.values() for script in scripts} <= names


def tell_all(script: Script, capture: Path) -> list[Story]:
    """The story of each packet's connection; an ICMP error's is that of the segment that it quotes."""
    rows = [script.packets.index(segment_of(script, row)) for row in range(len(script.packets))]
    session = Session([str(capture)])
    try:
        snapshot = session.wait()
        stories = [story for row in rows if (story := session.story(snapshot, row)) is not None]
    finally:
        session.close()
    if len(stories) != len(rows):
        raise LookupError(f"{len(rows) - len(stories)} packets belong to no connection")
    return stories


def expected(script: Script) -> list[str]:
    """What the script says, a line for each statement that expects something."""
    states = [
        f"#{row + 1} {' '.join(packet.states)}" for row, packet in enumerate(script.packets) if packet.states
    ]
    return states + [f"#{row + 1} {about}: {value}" for row, about, value in whole(script)]


def told(script: Script, stories: list[Story]) -> list[str]:
    """The same lines as the stories have them."""
    states = [
        f"#{row + 1} {states_after(script, stories[row], row)}"
        for row, packet in enumerate(script.packets)
        if packet.states
    ]
    return states + [
        f"#{row + 1} {about}: {fact(script, stories[row], about, value)}"
        for row, about, value in whole(script)
    ]


def whole(script: Script) -> list[tuple[int, str, str]]:
    return [(each.packet, each.about, each.value) for each in script.expectations]


def segment_of(script: Script, row: int) -> Segment:
    packet = script.packets[row]
    return packet.quoted if isinstance(packet, IcmpError) else packet


def states_after(script: Script, story: Story, row: int) -> str:
    """The states of the connection's ends after a packet, in the order in which the script names the ends."""
    segment = segment_of(script, row)
    ends = [end for end in script.ends if end in (segment.sender, segment.receiver)]
    after = story.states_after(row)
    states: list[State | None] = [after[story.addresses.index(end.place)] for end in ends]
    return " ".join("-" if state is None else state.name for state in states)


def fact(script: Script, story: Story, about: str, value: str) -> str:
    """What the story has to say of what a script expects; of the verdict, `value` if that is in it."""
    match about:
        case "opening":
            return story.opening.value
        case "closing":
            return story.closing.value
        case "client":
            return name(script.ends, story, story.client)
        case "closer":
            return name(script.ends, story, story.closed_first)
        case _:
            return value if value in story.verdict else story.verdict


def name(ends: tuple[End, ...], story: Story, end: int | None) -> str:
    """What the script calls an end of the story."""
    return "none" if end is None else next(each.name for each in ends if each.place == story.addresses[end])
