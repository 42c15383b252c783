"""Stories for tests: of a capture file, or of a conversation in the language of captures/conversation.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversation import parse
from frames import pcap

from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tui.tcp.endpoints import States
    from tui.tcp.story import Story

ENDS = """
date 2020-01-01
end client 192.0.2.1:40000 isn 1000
end server 192.0.2.2:80 isn 5000
"""


def told(path: Path, row: int = 0) -> Story:
    """The story of the connection that packet `row` of a capture belongs to."""
    session = Session([str(path)])
    try:
        story = session.story(session.wait(), row)
    finally:
        session.close()
    assert story is not None
    return story


def told_of(folder: Path, script: str) -> Story:
    """The story of a conversation between `client` and `server` (ISNs 1000 and 5000, relative numbers)."""
    lines = [f"12:00:00.{number:06d} {line}" for number, line in enumerate(script.strip().splitlines())]
    path = folder / "conversation.pcap"
    path.write_bytes(pcap(parse(ENDS + "\n".join(lines), "test")))
    return told(path)


def states(story: Story) -> list[str]:
    """Packet number and states after every stage: "1 SYN_SENT SYN_RCVD", the client's first."""
    return [f"{stage.row + 1} {name(story, stage.states)}" for stage in story.stages]


def name(story: Story, pair: States) -> str:
    """Two states as a test writes them, the client's first."""
    ordered = pair if story.client != 1 else pair[::-1]
    return " ".join("-" if state is None else state.name for state in ordered)
