"""THE columns that the packet list can have: its own, any field of tui/filter/fields.py, and sets of both.

Invariant: what needs the field table imports it when a field is asked for, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.filter.field import Field

Align = Literal["left", "right"]
Form = Literal["name", "number"]
"""How a value is written: as a person would ("Set", "TCP", "0.26 ms"), or as `-T fields` does ("1", "6")."""


class ListColumn(Struct, frozen=True):
    """A column of the packet list; `text` says what it shows.

    `id` is one of OWN_COLUMNS, or a field's name. `width` is what it takes if there is room, more if its
    texts need that; or (`fixed`) exactly.
    """

    id: str
    title: str
    width: int
    align: Align
    text: str
    form: Form = "name"
    fixed: bool = False


LIST_COLUMNS = (
    ListColumn("number", "No.", 5, "right", "the packet's number, counted from 1"),
    ListColumn("time", "Time", 12, "right", "when it was captured, in the form chosen"),
    ListColumn("source", "Source", 15, "left", "who sent it: IP address, or hardware address if it has none"),
    ListColumn("destination", "Destination", 15, "left", "whom it was sent to"),
    ListColumn("protocol", "Protocol", 8, "left", "the innermost protocol that was recognised"),
    ListColumn("length", "Length", 6, "right", "bytes on the wire"),
    ListColumn("info", "Info", 80, "left", "what the packet says, in Wireshark's words"),
)
"""Those that Wireshark has, which is what the list begins with, and `-T text` prints."""

OWN_COLUMNS: Mapping[str, ListColumn] = {
    column.id: column
    for column in (
        *LIST_COLUMNS,
        ListColumn("sender", "From", 21, "left", "who sent it, with the port"),
        ListColumn("receiver", "To", 21, "left", "whom it was sent to, with the port"),
        ListColumn("flags", "Flags", 8, "left", "the TCP flags that are set"),
        ListColumn("interface", "Interface", 9, "left", "where it was captured: interface or file"),
    )
}
"""The columns that are no field, by their ids."""

_FIELDS: Mapping[str, ListColumn] = {
    column.id: column
    for column in (
        ListColumn(
            "frame.time_delta_displayed", "Delta shown", 9, "right", "time since the packet shown before"
        ),
        ListColumn("tcp.stream", "Conn", 4, "right", "the connection's number"),
        ListColumn("tcp.len", "Len", 5, "right", "payload bytes of the segment"),
        ListColumn("tcp.window_size", "Window", 6, "right", "the window, scaled"),
        ListColumn("tcp.time_delta", "Gap", 8, "right", "time since the connection's packet before"),
        ListColumn("tcp.analysis.ack_rtt", "RTT", 8, "right", "time from the segment that it acknowledges"),
        ListColumn("tcp.analysis.bytes_in_flight", "In flight", 9, "right", "bytes not acknowledged yet"),
        ListColumn("tcpscope.client.state", "Client", 11, "left", "the client's state after the packet"),
        ListColumn("tcpscope.server.state", "Server", 11, "left", "the server's state after the packet"),
    )
}
"""Fields that are often wanted, with shorter headings than others have."""

PRESETS: Mapping[str, tuple[ListColumn, ...]] = {
    name: tuple(OWN_COLUMNS.get(each) or _FIELDS[each] for each in columns.split())
    for name, columns in {
        "wireshark": "number time source destination protocol length info",
        "tcpscope": "number time tcp.stream source destination tcpscope.client.state tcpscope.server.state "
        "tcp.len info",
        "sre": "time tcp.stream sender receiver flags tcp.len tcp.analysis.ack_rtt info",
    }.items()
}
"""Sets of columns by name: Wireshark's own; with the states of both ends; what is asked first of a server."""

_NUMBERS = frozenset({"UINT", "INT", "HEX", "DURATION"})  # names of filter.field.Type
_WIDTHS = {"DURATION": 9, "TIME": 21, "IPV4": 15, "IPV6": 20, "ETHER": 17, "STRING": 12, "BYTES": 16}
_LEAST_WIDTH = 5


def column_of(name: str) -> ListColumn:
    """The column of that id or field; UsageError with the nearest names if there is none."""
    known = OWN_COLUMNS.get(name) or _FIELDS.get(name)
    if known is not None:
        return known
    from tui.filter.fields import FIELDS, near

    if name not in FIELDS:
        close = near(name, (*OWN_COLUMNS, *FIELDS))
        hint = f"did you mean {' or '.join(close)}?" if close else f"{', '.join(OWN_COLUMNS)}, or any field"
        raise UsageError(f'expected a column or a field, found "{name}"', hint)
    field = FIELDS[name]
    kind = field.type.name
    align: Align = "right" if kind in _NUMBERS and not field.names else "left"
    return ListColumn(name, _title(name), _WIDTHS.get(kind, _LEAST_WIDTH), align, field.label)


def field_of(column: ListColumn) -> Field | None:
    """The field that a column shows; None if it is one of the list's own."""
    if column.id in OWN_COLUMNS:
        return None
    from tui.filter.fields import find

    return find(column.id)


def _title(name: str) -> str:
    """A field's name without the protocol, which the values tell: "tcp.window_size" is "window_size"."""
    protocol, _, rest = name.partition(".")
    return rest or protocol
