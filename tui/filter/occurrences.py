"""Every occurrence of a field in each packet of a chunk: from the headers, TCP's options, the header tree,
and the packet list.

Invariant: outermost first; of a packet that has none an empty tuple.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tui.decode.headers import Field as Row
from tui.decode.headers import Form, extract
from tui.decode.layers.tcp import flag_letters
from tui.decode.nodes import walk
from tui.decode.options import walk as walk_options
from tui.decode.tcp_options import OPTIONS
from tui.filter import columns
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.filter.chunk import Chunk, Header
    from tui.filter.field import Values

_TCP_HEADER = 20  # bytes before the options
_LEAST_ETHERTYPE = 0x0600  # IEEE 802.3: below, the field is a length


def in_headers(places: tuple[tuple[Layer, Row], ...]) -> Callable[[Chunk], Values]:
    """Every occurrence of a field that always stands at the same bits of its header."""
    rows: dict[int, list[Row]] = {}
    for layer, row in places:
        rows.setdefault(layer, []).append(row)

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                value
                for header in headers
                for row in rows.get(header.layer, ())
                if (value := _value(row, header)) is not None
            )
            for headers in chunk.headers
        ]

    return values


def _value(row: Row, header: Header) -> int | bytes | None:
    value = extract(row, header.data, header.start)
    if row.name == "eth.type" and isinstance(value, int) and value < _LEAST_ETHERTYPE:
        return None
    return value if row.form is not Form.NAME or value is None else int(value != 0)


def in_options(kinds: Mapping[int, Row]) -> Callable[[Chunk], Values]:
    """Every occurrence of a field that stands in TCP options of these kinds."""

    def occurrences(header: Header) -> Iterator[int | bytes]:
        for item in walk_options(header.data, header.start + _TCP_HEADER, header.end):
            row = kinds.get(item.kind)
            if (
                row is not None
                and not item.fault
                and OPTIONS[item.kind].length in (None, item.end - item.start)
            ):
                value = extract(row, header.data[: item.end], item.start)
                if value is not None:
                    yield value

    def values(chunk: Chunk) -> Values:
        return [
            tuple(value for header in headers if header.layer == Layer.TCP for value in occurrences(header))
            for headers in chunk.headers
        ]

    return values


def whole_options(kinds: frozenset[int]) -> Callable[[Chunk], Values]:
    """Every TCP option of these kinds: its bytes, kind and length among them."""

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                header.data[item.start : item.end]
                for header in headers
                if header.layer == Layer.TCP
                for item in walk_options(header.data, header.start + _TCP_HEADER, header.end)
                if item.kind in kinds and not item.fault
            )
            for headers in chunk.headers
        ]

    return values


def all_options(chunk: Chunk) -> Values:
    """tcp.options: the options' bytes."""
    return [
        tuple(
            header.data[header.start + _TCP_HEADER : header.end]
            for header in headers
            if header.layer == Layer.TCP and header.end > header.start + _TCP_HEADER
        )
        for headers in chunk.headers
    ]


def payload(chunk: Chunk) -> Values:
    """tcp.payload: what was captured of it."""
    return [
        tuple(
            after.data[after.start : after.end]
            for header, after in pairwise(headers)
            if header.layer == Layer.TCP and after.layer == Layer.PAYLOAD
        )
        for headers in chunk.headers
    ]


def in_tree(name: str) -> Callable[[Chunk], Values]:
    """Every occurrence in the header tree."""

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                node.value
                for node in walk(nodes)
                if node.name == name and isinstance(node.value, int | bytes | str)
            )
            for nodes in chunk.nodes
        ]

    return values


def cell(place: int) -> Callable[[Chunk], Values]:
    """A cell of the packet list."""
    return lambda chunk: [(cells[place],) for cells in chunk.cells]


def flag_text(chunk: Chunk) -> Values:
    """tcp.flags.str: a letter for each flag that is set, "·······A··S·"."""
    pairs = zip(chunk.flags.tolist(), columns.headed(chunk).tolist(), strict=True)
    return [(flag_letters(flags),) if there else () for flags, there in pairs]
