"""`-T json`: one array, one object a packet, with the header tree in it.

A packet has the keys number, time (string: seconds since 1970, 9 decimals; null if its record has none),
interface (number), length and captured (bytes), source, destination, protocol, info (strings, as the packet
list says them), stream (number or null) and layers. A layer, and any field below it, has the keys field
(Wireshark's name, "" if it has none), text, value (number, string or null; bytes in hex, times in seconds as
strings), bits (first and last + 1 in the frame, null if it does not stand there) and, if it has any, fields.
Where fields were chosen (`-e`), a packet has the key fields in place of layers: an object with the name of
each, and the list of its values in this packet (numbers, or strings as `-T fields` prints them).

Invariant: every packet is written as it comes; the whole is JSON (RFC 8259) even if there is no packet.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.filter.chunk import View
from tui.filter.fields import FIELDS, Type, find
from tui.index.schema import Mark
from tui.report.fields import Printed, means, plain_values
from tui.report.listing import Listing, TimeForm
from tui.report.printer import header_tree
from tui.report.times import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.decode.nodes import Node
    from tui.names.names import Names
    from tui.session import Session, Snapshot

_BATCH = 1024  # packets whose fields are got at once


class JsonPrinter:
    """A printer (see report/printer.py) of JSON objects.

    `fields` are those to print in place of the header tree, if any; UsageError if one is no field.
    """

    def __init__(
        self, session: Session, fields: Sequence[str], out: TextIO, names: Names | None = None
    ) -> None:
        self._session = session
        self._fields = [find(name) for name in fields]
        self._listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, names=names)
        self._out = out
        self._printed = Printed()
        self._view: View | None = None  # of the latest snapshot
        self._written = False

    def begin(self) -> None:
        """Print what comes first."""
        self._out.write("[")

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> None:
        """Print these packets."""
        if self._fields:
            self._chosen(snapshot, start, stop)
            return
        for row in range(start, stop):
            layers = [_tree(node) for node in header_tree(self._session, snapshot, row)]
            self._write(self._packet(snapshot, row) | {"layers": layers})

    def _chosen(self, snapshot: Snapshot, start: int, stop: int) -> None:
        if self._view is None or self._view.capture is not snapshot:
            found = means(self._session, snapshot, self._listing)
            self._view = View(snapshot, replace(found, before=self._printed.before))
        view = self._view
        self._printed.go_on(start, stop)
        names = [field.name for field in self._fields]
        for first in range(start, stop, _BATCH):
            chunk = view.chunk(first, min(first + _BATCH, stop))
            values = zip(*(plain_values(field, chunk) for field in self._fields), strict=True)
            for row, each in zip(chunk.rows, values, strict=True):
                fields = dict(zip(names, each, strict=True))
                self._write(self._packet(snapshot, row) | {"fields": fields})

    def _write(self, packet: dict[str, object]) -> None:
        text = json.dumps(packet, ensure_ascii=False, separators=(",", ":"))
        self._out.write(f"{',' if self._written else ''}\n{text}")
        self._written = True

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
            "time": seconds(int(packets.time[row])) if timed else None,
            "interface": int(packets.interface[row]),
            "length": int(packets.length[row]),
            "captured": int(packets.caplen[row]),
            "source": source,
            "destination": destination,
            "protocol": protocol,
            "info": info,
            "stream": stream if stream >= 0 else None,
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
        return seconds(node.value)  # a JSON number would be too coarse
    return node.value
