"""`-q`: what a capture is, in a few lines.

Invariant: everything comes from the columns and the files' headers; only a filter reads packets again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.capture.link_types import link_type_description
from tui.index.schema import Mark, label
from tui.report.times import decimals, moment, seconds

if TYPE_CHECKING:
    from tui.capture.interface import Interface
    from tui.filter.language import Filter
    from tui.index.table import Packets
    from tui.session import Session, Snapshot

_INDENT = 13  # cells that the labels take


def summary(session: Session, snapshot: Snapshot, display_filter: Filter | None = None) -> str:
    """The summary of all that was read, lines that each end with a newline; how much passes the filter."""
    lines = [
        *(("File", _file(session, number)) for number in range(len(session.readers))),
        ("Packets", _count(snapshot)),
        ("Bytes", _bytes(snapshot.packets)),
        *_times(snapshot),
        *(("Interface", _interface(number, each)) for number, each in enumerate(snapshot.interfaces)),
        ("Protocols", _protocols(snapshot.packets)),
        ("Connections", f"{len(snapshot.connections):,} TCP"),
        *_displayed(session, snapshot, display_filter),
        *(("Damage", notice) for notice in snapshot.notices),
    ]
    return "".join(f"{name + ':':<{_INDENT}}{text}\n" for name, text in lines)


def _displayed(session: Session, snapshot: Snapshot, display_filter: Filter | None) -> list[tuple[str, str]]:
    if display_filter is None:
        return []
    from tui.report.filtered import view_of  # not needed for what the columns alone give

    passed = int(display_filter.run(view_of(session, snapshot), snapshot.gone).sum())
    share = f" ({passed / (len(snapshot.packets) - snapshot.gone):.1%})" if passed else ""
    return [("Displayed", f"{passed:,}{share}")]


def _file(session: Session, number: int) -> str:
    reader = session.readers[number]
    form = reader.format.value if reader.format else "no capture"
    return f"{reader.recording.name} ({form}, {reader.recording.size:,} bytes)"


def _count(snapshot: Snapshot) -> str:
    kept = len(snapshot.packets) - snapshot.gone
    return f"{kept:,}, and {snapshot.gone:,} that left the ring of files" if snapshot.gone else f"{kept:,}"


def _bytes(packets: Packets) -> str:
    wire, captured = (
        int(column[packets.first :].sum(dtype=np.int64)) for column in (packets.length, packets.caplen)
    )
    return f"{wire:,} on the wire, {captured:,} captured"


def _times(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The earliest and the latest time, which need not be the first and the last packet's."""
    packets = snapshot.packets
    times = packets.time[packets.first :]
    times = times[packets.marks[packets.first :] & int(Mark.UNTIMED) == 0]
    if not len(times):
        return []
    first, last = int(times.min()), int(times.max())
    places = max(decimals(interface) for interface in snapshot.interfaces)
    return [
        ("First", moment(first, places)),
        ("Last", moment(last, places)),
        ("Duration", f"{seconds(last - first, places)} s"),
    ]


def _interface(number: int, interface: Interface) -> str:
    words = link_type_description(interface.link_type)
    return f"{number} {interface.name} ({words})" if interface.name else f"{number} ({words})"


def _protocols(packets: Packets) -> str:
    """How many packets each protocol has, the most frequent first."""
    numbers, counts = np.unique(packets.protocol[packets.first :], return_counts=True)
    ranked = sorted(
        zip(counts.tolist(), numbers.tolist(), strict=True), key=lambda entry: (-entry[0], entry[1])
    )
    return ", ".join(f"{label(number)} {count:,}" for count, number in ranked)
