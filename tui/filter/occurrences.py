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
from tui.decode.options import Item
from tui.decode.options import walk as walk_options
from tui.decode.spans import padding_end
from tui.decode.tcp_options import OPTIONS
from tui.filter import columns
from tui.filter.places import OTHER_FIELD, PLACES
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.filter.chunk import Chunk, Header
    from tui.filter.field import Values

_TCP_HEADER = 20  # bytes before the options
_OFFSET_AT, _FLAGS_AT = 12, 13  # the bytes that say how long the header is, and its flags
_RST = 4
_SERVICE_TAG = b"\x88\xa8"  # IEEE 802.1ad: Wireshark's ieee8021ad, not vlan
_VERSION = 4
_IN_HOST_ORDER = ("null.family", "enc.af")  # of the machine that captured: whichever gives a small number
_MOST_FAMILIES = 0xFFFF


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
    if header.start * 8 + row.start + row.width > header.end * 8:
        return None
    value = extract(row, header.data, header.start)
    if isinstance(value, int) and value in OTHER_FIELD.get(row.name, ()):
        return None
    if header.layer in _TOLD_APART and not _TOLD_APART[header.layer](row, header):
        return None
    if row.name in _IN_HOST_ORDER and isinstance(value, int) and value > _MOST_FAMILIES:
        return int.from_bytes(value.to_bytes(4, "little"))
    return value if row.form is not Form.NAME or value is None else int(value != 0)


def in_options(kinds: Mapping[int, Row]) -> Callable[[Chunk], Values]:
    """Every occurrence of a field that stands in TCP options of these kinds."""

    def occurrences(header: Header) -> Iterator[int | bytes]:
        for item in _options(header):
            row = kinds.get(item.kind)
            if row is not None and not item.fault and OPTIONS[item.kind].fits(header.data, item):
                value = extract(row, header.data[: item.end], item.start)
                if value is not None:
                    yield value

    def values(chunk: Chunk) -> Values:
        return [
            tuple(value for header in headers if header.layer == Layer.TCP for value in occurrences(header))
            for headers in chunk.headers
        ]

    return values


def _is_vlan(row: Row, header: Header) -> bool:
    return header.data[max(header.start - 2, 0) : header.start] != _SERVICE_TAG


def _is_version4(row: Row, header: Header) -> bool:
    """Of a header of another version nothing else is told."""
    return row.name == "ip.version" or header.data[header.start] >> 4 == _VERSION


_TOLD_APART: Mapping[int, Callable[[Row, Header], bool]] = {
    Layer.VLAN: _is_vlan,
    Layer.IPV4: _is_version4,
}


def _options(header: Header) -> Iterator[Item]:
    """The options of a TCP header: by the length that it states, of which not all need be there."""
    start, head = header.start, header.data[: header.end]
    return walk_options(head, start + _TCP_HEADER, start + _stated(header))


def _stated(header: Header) -> int:
    at = header.start + _OFFSET_AT
    return (header.data[at] >> 4) * 4 if at < header.end else 0


def _carries(header: Header) -> bool:
    """Whether payload follows: behind a reset stands its reason (Wireshark's tcp.reset_cause)."""
    return _stated(header) >= _TCP_HEADER and not header.data[header.start + _FLAGS_AT] & _RST


def whole_options(kinds: frozenset[int]) -> Callable[[Chunk], Values]:
    """Every TCP option of these kinds: its bytes, kind and length among them."""

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                header.data[item.start : item.end]
                for header in headers
                if header.layer == Layer.TCP
                for item in _options(header)
                if item.kind in kinds and not item.fault
            )
            for headers in chunk.headers
        ]

    return values


def all_options(chunk: Chunk) -> Values:
    """tcp.options: the options' bytes, as far as they are there."""
    return [
        tuple(
            header.data[header.start + _TCP_HEADER : header.end]
            for header in headers
            if header.layer == Layer.TCP and _stated(header) > _TCP_HEADER <= header.end - header.start
        )
        for headers in chunk.headers
    ]


def total_length(chunk: Chunk) -> Values:
    """ip.len; 0 is segmentation offload: what is left of the frame (Wireshark's rule)."""
    (row,) = (row for _, row in PLACES["ip.len"])
    found = in_headers(PLACES["ip.len"])(chunk)
    for index in [index for index, values in enumerate(found) if 0 in values]:
        length, headers = int(chunk.raw("length")[index]), chunk.headers[index]
        places = [header.start for header in headers if _told(row, header)]
        found[index] = tuple(value or length - at for value, at in zip(found[index], places, strict=True))
    return found


def _told(row: Row, header: Header) -> bool:
    return header.layer == Layer.IPV4 and _value(row, header) is not None


def padding(chunk: Chunk) -> Values:
    """eth.padding, in a frame with or without a frame check sequence."""
    interfaces, numbers = chunk.view.capture.interfaces, chunk.raw("interface").tolist()
    whole = (chunk.raw("caplen") == chunk.raw("length")).tolist()
    found: Values = []
    for headers, number, is_whole in zip(chunk.headers, numbers, whole, strict=True):
        check = interfaces[number].fcs_length if is_whole else 0
        last = headers[-1] if headers and headers[0].layer == Layer.ETHERNET else None
        data = b""
        if last is not None and last.layer == Layer.TRAILER:
            data = last.data[last.start : padding_end(last.data, last.start, last.end - check)]
        found.append((data,) if data else ())
    return found


def payload(chunk: Chunk) -> Values:
    """tcp.payload: what was captured of it."""
    return [
        tuple(
            after.data[after.start : after.end]
            for header, after in pairwise(headers)
            if header.layer == Layer.TCP and after.layer == Layer.PAYLOAD and _carries(header)
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
    pairs = zip(chunk.flags.tolist(), columns.told(chunk).tolist(), strict=True)
    return [(flag_letters(flags),) if there else () for flags, there in pairs]
