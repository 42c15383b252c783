"""What the program looks like. Few pictures, each with a caption that says what to look for when it changes.

`pytest tests/snapshots --snapshot-update` takes them anew; look at them before you commit them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tui.app import TcpscopeApp
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

pytestmark = pytest.mark.slow

CAPTURE = Path(__file__).parents[2] / "captures" / "three-way-close.pcap"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its caption, the size of the terminal, the keys pressed before it is taken."""

    caption: str
    size: tuple[int, int]
    keys: tuple[str, ...]


PICTURES = (
    Picture("scenario 4 at packet 9: list over tree and bytes, the story at the side", (160, 48), ("9", "G")),
    Picture("80x24: the handshake has its turn below the list", (80, 24), ("G", "tab", "tab", "tab")),
    Picture("light theme: the RFC's diagram in place of tree and bytes", (120, 40), ("T", "d", "tab")),
    Picture("the help page over the panes", (100, 30), ("question_mark",)),
)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.caption.split(":")[0])
def test_the_program_looks_as_it_did(picture: Picture, snap_compare: Callable[..., bool]) -> None:
    session = Session([str(CAPTURE)])
    session.wait()

    async def press(pilot: Pilot[Any]) -> None:
        await pilot.pause(0.1)
        await pilot.press(*picture.keys)
        await pilot.pause(0.1)

    app = TcpscopeApp(session, {"TERM": "xterm-256color", "LANG": "C.UTF-8"})
    try:
        assert snap_compare(app, terminal_size=picture.size, run_before=press), picture.caption
    finally:
        session.close()
