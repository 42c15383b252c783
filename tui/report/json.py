"""`-T json`: one array, one object a packet, with the header tree in it.

A packet has the keys number, time (string: seconds since 1970, 9 decimals; null if its record has none),
interface (number), length and captured (bytes), source, destination, protocol, info (strings, as the packet
list says them), stream (number or null) and layers. A layer, and any field below it, has the keys field
(Wireshark's name, "" if it has none), text, value (number, string or null; bytes in hex, times in seconds as
strings), bits (first and last + 1 in the frame, null if it does not stand there) and, if it has any, fields.

Invariant: every packet is written as it comes; the whole is JSON (RFC 8259) even if there is no packet.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from tui.decode.context import Numbers
from tui.filter.fields import FIELDS, Type
from tui.index.schema import Mark
from tui.report.listing import Listing, TimeForm
from tui.report.printer import header_tree
from tui.report.times import seconds

if TYPE_CHECKING:
    from tui.decode.nodes import Node
    from tui.session import Session, Snapshot

_NANOSECONDS = 9  # decimals


class JsonPrinter:
    """A printer (see report/printer.py) of JSON objects."""

    def __init__(self, session: Session, out: TextIO) -> None:
        self._session = session
        self._listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE)
        self._out = out

    def begin(self) -> None:
        """Print what comes first."""
        self._out.write("[")

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> None:
        """Print these packets."""
        for row in range(start, stop):
            packet = json.dumps(self._packet(snapshot, row), ensure_ascii=False, separators=(",", ":"))
            self._out.write(f"{',' if row else ''}\n{packet}")

    def end(self) -> None:
        """Print what comes last."""
        self._out.write("\n]\n")

    def _packet(self, snapshot: Snapshot, row: int) -> dict[str, object]:
        packets = snapshot.packets
        timed = not int(packets.marks[row]) & Mark.UNTIMED
        stream = int(packets.stream[row])
        _, _, source, destination, protocol, _, info = self._listing.cells(snapshot, row)
        return {
            "number": row + 1,
            "time": seconds(int(packets.time[row]), _NANOSECONDS) if timed else None,
            "interface": int(packets.interface[row]),
            "length": int(packets.length[row]),
            "captured": int(packets.caplen[row]),
            "source": source,
            "destination": destination,
            "protocol": protocol,
            "info": info,
            "stream": stream if stream >= 0 else None,
            "layers": [_tree(node) for node in header_tree(self._session, snapshot, row)],
        }


def _tree(node: Node) -> dict[str, object]:
    entry: dict[str, object] = {
        "field": node.name,
        "text": node.text,
        "value": _value(node),
        "bits": [node.start, node.end] if node.start < node.end else None,
    }
    if node.children:
        entry["fields"] = [_tree(child) for child in node.children]
    return entry


def _value(node: Node) -> object:
    if isinstance(node.value, bytes):
        return node.value.hex()
    field = FIELDS.get(node.name)
    if field is not None and field.type is Type.DURATION and isinstance(node.value, int):
        return seconds(node.value, _NANOSECONDS)  # a JSON number would be too coarse
    return node.value
