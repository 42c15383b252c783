"""`-T text`: the packet list, a line a packet.

Invariant: it prints what the screen's packet list shows, cell by cell; the columns line up unless a cell is
wider than its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from tui.decode.context import Numbers
from tui.report.listing import LIST_COLUMNS, Listing, TimeForm

if TYPE_CHECKING:
    from tui.names.names import Names
    from tui.session import Session, Snapshot

_BATCH = 256  # packets a write


class TextPrinter:
    """A printer (see report/printer.py) of the packet list's lines."""

    def __init__(self, session: Session, out: TextIO, names: Names | None = None) -> None:
        self._listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, names=names)
        self._out = out

    def begin(self) -> None:
        """Nothing: there is no title line, as with tshark."""

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> None:
        """Print these packets."""
        for first in range(start, stop, _BATCH):
            rows = range(first, min(first + _BATCH, stop))
            self._out.write("".join(map(_line, self._listing.rows(snapshot, rows))))

    def end(self) -> None:
        """Nothing."""


def _line(cells: tuple[str, ...]) -> str:
    fitted = [
        text.rjust(column.width) if column.align == "right" else text.ljust(column.width)
        for column, text in zip(LIST_COLUMNS, cells, strict=True)
    ]
    return " ".join(fitted).rstrip() + "\n"
