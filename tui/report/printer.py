"""Printing without a screen: what a printer is, and how the packets of a session reach it.

Invariant: a printer gets every packet once, in order.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, TextIO

from tui.decode.context import Numbers
from tui.decode.spans import spans_of
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.decode.nodes import Node
    from tui.session import Session, Snapshot

_CARRIED = (Layer.PAYLOAD, Layer.TRAILER)
_UNBOUNDED = (Layer.ICMP, Layer.ICMPV6)  # how long they are depends on their type
_PERIOD = 0.05  # s between two looks at a session that still grows


class Printer(Protocol):
    """Prints packets to the stream that it was made for."""

    def begin(self) -> None:
        """Print what comes before the first packet."""

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> None:
        """Print packets [start, stop)."""

    def end(self) -> None:
        """Print what comes after the last packet."""


def print_packets(session: Session, printer: Printer, out: TextIO, *, live: bool) -> None:
    """Print the session's packets; `live`: each as it comes, else all once everything about them is known.

    CaptureError if the file lost packets that were there when it was read.
    """
    printer.begin()
    printed = 0
    for snapshot in _snapshots(session, live):
        count = len(snapshot.packets)
        if count > printed:
            printer.rows(snapshot, printed, count)
            printed = count
            out.flush()
    printer.end()
    out.flush()


def _snapshots(session: Session, live: bool) -> Iterator[Snapshot]:
    if not live:
        yield session.wait()
        return
    while not (snapshot := session.snapshot()).finished:
        yield snapshot
        time.sleep(_PERIOD)
    yield snapshot


def header_tree(session: Session, snapshot: Snapshot, row: int) -> tuple[Node, ...]:
    """The header tree of packet `row`, with relative sequence numbers and checksums not verified."""
    return _tree(session, snapshot, row, session.frame(row))


def header_tree_alone(session: Session, snapshot: Snapshot, row: int) -> tuple[Node, ...]:
    """The same without what the innermost header carries, so that no dissector of payloads is needed."""
    frame = session.frame(row)
    link_type = snapshot.interfaces[snapshot.packets.interface[row]].link_type
    headers = [span for span in spans_of(frame, link_type, len(frame)) if span[0] not in _CARRIED]
    if headers and headers[-1][0] not in _UNBOUNDED:
        frame = frame[: headers[-1][2]]
    return _tree(session, snapshot, row, frame)


def _tree(session: Session, snapshot: Snapshot, row: int, frame: bytes) -> tuple[Node, ...]:
    from tui.decode.packet import decode  # not needed for what columns and header tables give

    whole = session.datagram(row)
    reassembled = whole[1] if whole else None
    return decode(
        frame, session.context(snapshot, row), Numbers.RELATIVE, verify=False, reassembled=reassembled
    )
