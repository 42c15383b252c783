"""Filters from cells of the packet list: the condition that packets meet that show the same in a column.

Invariant: the packet whose cell it is meets the condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.decode.nodes import computed
from tui.errors import FilterError, UsageError
from tui.filter.columns import numbered
from tui.filter.completion import quoted
from tui.filter.field import Type
from tui.filter.fields import find
from tui.filter.language import compile_filter
from tui.filter.language.entities import find_field
from tui.filter.wording import condition
from tui.report.fields import values_of, writer_of
from tui.report.filtered import view_of
from tui.report.list_columns import LIST_COLUMNS, field_of
from tui.report.listing import TimeForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.filter.chunk import Chunk, View
    from tui.filter.field import Field
    from tui.report.list_columns import ListColumn
    from tui.session import Session, Snapshot

_TIMES: Mapping[TimeForm, str] = {
    TimeForm.RELATIVE: "frame.time_relative",
    TimeForm.DELTA: "frame.time_delta",
    TimeForm.STREAM: "tcp.time_relative",
}
_FAMILIES = {4: "ip", 6: "ipv6", 48: "eth"}
_AS_TEXT = frozenset({Type.IPV4, Type.IPV6, Type.ETHER, Type.TIME})  # so the header tree has them too
_AND = " and "


def cell_condition(session: Session, snapshot: Snapshot, row: int, column: ListColumn, form: TimeForm) -> str:
    """What is true of packets that show in `column` what packet `row` shows; `form` is that of times.

    UsageError if filters have no way to say it, CaptureError if the packet is not there any more.
    """
    view = view_of(session, snapshot)
    chunk = view.pick(np.array([row]))
    field = find(_TIMES.get(form, "frame.time_epoch")) if column.id == "time" else field_of(column)
    text = _of_field(field, chunk) if field is not None else _OWN[column.id](chunk)
    if text and _passes(text, view, row):
        return text
    if column in LIST_COLUMNS:
        return f"_ws.col.{column.title.rstrip()} == {quoted(chunk.cells[0][LIST_COLUMNS.index(column)])}"
    raise UsageError(f"the cell of {column.title} is nothing that a filter can say", "mark another column")


def _passes(text: str, view: View, row: int) -> bool:
    try:
        return bool(compile_filter(text).run(view, row, row + 1).all())
    except FilterError:
        return False


def _of_field(field: Field, chunk: Chunk) -> str:
    """The field has these values, or is not there."""
    values = dict.fromkeys(values_of(field, chunk)[0])
    if not values:
        return f"not {field.name}"
    write = writer_of(field) if field.type in _AS_TEXT else None
    return _AND.join(condition(computed(field.name, "", write(each) if write else each)) for each in values)


def _field(name: str) -> Callable[[Chunk], str]:
    return lambda chunk: _of_field(find(name), chunk)


def _address(end: str) -> Callable[[Chunk], str]:
    def written(chunk: Chunk) -> str:
        book, number = chunk.view.capture.addresses, int(chunk.column(end)[0])
        family = _FAMILIES.get(book.family(number))
        return f"{family}.{end} == {book.text(number)}" if family else ""

    return written


def _end(end: str) -> Callable[[Chunk], str]:
    """Address and port, the latter of TCP or UDP."""

    def written(chunk: Chunk) -> str:
        address, port = _address(end)(chunk), int(chunk.column(f"{end}port")[0])
        protocol = "tcp" if chunk.tcp[0] else "udp"
        return f"{address}{_AND}{protocol}.{end}port == {port}" if address and port else address

    return written


def _protocol(chunk: Chunk) -> str:
    name = chunk.cells[0][4].lower()
    return name if find_field(name) is not None else ""


def _interface(chunk: Chunk) -> str:
    number = int(chunk.column("interface")[0])
    return f"frame.interface_id == {number}" if numbered(chunk)[number] else "not frame.interface_id"


# What the cells of the list's own columns say; "" if that is nothing.
_OWN: Mapping[str, Callable[[Chunk], str]] = {
    "number": _field("frame.number"),
    "source": _address("src"),
    "destination": _address("dst"),
    "protocol": _protocol,
    "length": _field("frame.len"),
    "info": lambda chunk: "",
    "sender": _end("src"),
    "receiver": _end("dst"),
    "flags": _field("tcp.flags"),
    "interface": _interface,
}
