"""Printing only what passes a display filter; and how a filter sees the packets of a session.

Invariant: a packet's number is its place in the capture, whatever was filtered out before it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.errors import CaptureError
from tui.filter.chunk import View
from tui.report.fields import means
from tui.report.listing import Listing, TimeForm
from tui.report.printer import header_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.filter.chunk import Ints
    from tui.filter.language import Filter
    from tui.report.printer import Printer
    from tui.session import Session, Snapshot


def view_of(session: Session, snapshot: Snapshot, before: Callable[[Ints], Ints] | None = None) -> View:
    """What a filter needs to see of a session's packets as they are in this snapshot; `before`: see Means."""
    listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE)

    def read(recording: int, offset: int, length: int) -> bytearray:
        """Bytes of a recording; CaptureError if they are not there any more."""
        source, buffer, done = session.readers[recording].recording, bytearray(length), 0
        while done < length:
            count = source.read_into(memoryview(buffer)[done:], offset + done)
            if count == 0:
                raise CaptureError(
                    f"{source.name}: {length:,} bytes expected at byte {offset:,}, {done:,} are there"
                )
            done += count
        return buffer

    nodes = partial(header_tree, session, snapshot)
    return View(snapshot, replace(means(session, snapshot, listing), nodes=nodes, read=read, before=before))


class FilteredPrinter:
    """A printer (see report/printer.py) that hands on to another what passes a filter."""

    def __init__(self, session: Session, display_filter: Filter, inner: Printer) -> None:
        self._session = session
        self._filter = display_filter
        self._inner = inner

    def begin(self) -> None:
        """Print what comes before the first packet."""
        self._inner.begin()

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> None:
        """Print those of packets [start, stop) that pass."""
        for first, mask in self._filter.masks(view_of(self._session, snapshot), start, stop):
            edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)) + first
            for begin, end in edges.reshape(-1, 2).tolist():
                self._inner.rows(snapshot, begin, end)

    def end(self) -> None:
        """Print what comes after the last packet."""
        self._inner.end()
