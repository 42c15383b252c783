"""What the packet list's gutter says of a packet's notes: a sign, and whether the row looks otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import CaptureError

if TYPE_CHECKING:
    from tui.session import Session, Snapshot


class Noted(Struct, frozen=True):
    """The notes on one packet; `sign` is one cell, of several notes that of the first here."""

    marked: bool = False
    commented: bool = False
    ignored: bool = False

    @property
    def sign(self) -> str:
        """A blank if there is nothing to say; a time reference is told by its time."""
        return "M" if self.marked else '"' if self.commented else "i" if self.ignored else " "


def noted(session: Session, snapshot: Snapshot, row: int) -> Noted:
    """The notes on packet `row`; its comments are looked for in the file if it may have some."""
    notes = session.notes
    try:
        commented = bool(session.comments(snapshot.packets, row))
    except CaptureError:
        commented = False
    return Noted(row in notes.marked, commented, row in notes.ignored)
