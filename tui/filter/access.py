"""How the values of a field are got for a chunk: from columns where they answer, from the packets where not.

Invariant: a field's parts hold each of its occurrences once; the file is read for the chunk's packets only.
"""

from __future__ import annotations

from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.filter import occurrences
from tui.filter.chunk import Chunk, Header
from tui.filter.field import Effort, Field, Type
from tui.filter.places import PLACES
from tui.filter.protocols import ordinals
from tui.filter.quick import PRESENCE, QUICK, Quick, plain
from tui.filter.values import Part, Parts, gather
from tui.index.schema import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.filter.field import Value, Values
    from tui.filter.language.tree import Range


class Source(Struct, frozen=True):
    """Where a field's values come from: columns, with what they miss from the packets; only some layers."""

    field: Field
    quick: Quick | None
    values: Callable[[Chunk], Values] | None
    layers: tuple[Range, ...] = ()

    @property
    def effort(self) -> Effort:
        """What most packets take."""
        return self.quick.effort if self.quick else self.field.effort

    def parts(self, chunk: Chunk) -> Parts:
        """The values in each packet of the chunk."""
        if self.quick is None:
            return [self._from_candidates(chunk)]
        sure = self.quick.sure(chunk) if self.quick.sure else None
        found = [Part(column.values, column.present) for column in (get(chunk) for get in self.quick.columns)]
        if sure is None or sure.all():
            return found
        rows = np.flatnonzero(~sure)
        dense = [Part(part.values, sure if part.present is None else sure & part.present) for part in found]
        return [*dense, self._from_packets(self._seen(chunk.view.pick(chunk.at[rows])), rows)]

    def _from_candidates(self, chunk: Chunk) -> Part:
        if self.field.candidates is None:
            return self._from_packets(self._seen(chunk), None)
        rows = np.flatnonzero(self.field.candidates(chunk) | chunk.marked(Mark.REASSEMBLED))
        return self._from_packets(self._seen(chunk.view.pick(chunk.at[rows])), rows)

    def _seen(self, chunk: Chunk) -> Chunk:
        return _Layered(chunk, self.layers) if self.layers else chunk

    def _from_packets(self, chunk: Chunk, rows: np.ndarray | None) -> Part:
        assert self.values is not None, "what columns do not answer has values"
        values = self.values(chunk)
        into = _HELD.get(self.field.type)
        if into is not None:
            values = [tuple(map(into, each)) for each in values]
        return gather(values, rows)


def _ipv4(value: Value) -> Value:
    """The header tree gives addresses as text, header tables as bytes."""
    return int(IPv4Address(value))


def _ipv6(value: Value) -> Value:
    return IPv6Address(value).packed


def _ether(value: Value) -> Value:
    return bytes.fromhex(value.replace(":", "")) if isinstance(value, str) else value


# How the language holds what the fields give otherwise.
_HELD: Mapping[Type, Callable[[Value], Value]] = {Type.IPV4: _ipv4, Type.IPV6: _ipv6, Type.ETHER: _ether}


def occurrences_of(field: Field, layers: tuple[Range, ...]) -> Source:
    """Where the values of a field come from; `layers`: only those of some headers of its protocol."""
    if layers:
        return _in_layers(field, layers)
    if field.column is not None:
        return Source(field, Quick((field.column,), None, Effort.COLUMNS), None)
    return Source(field, QUICK.get(field.name), field.values)


def is_there(field: Field, layers: tuple[Range, ...]) -> Source:
    """The same to know only whether the field is there: the values may mean anything."""
    if field.type is Type.PROTOCOL and not layers:
        return Source(field, PRESENCE.get(field.name), field.values)
    return occurrences_of(field, layers)


def _in_layers(field: Field, layers: tuple[Range, ...]) -> Source:
    first = any(_within(1, 1, layer) for layer in layers)
    quick = _in_plain_packets(QUICK.get(field.name), first)
    if field.name in PLACES:
        return Source(field, quick, occurrences.in_headers(PLACES[field.name]), layers)
    if field.values is not None and field.effort is Effort.HEADERS:
        return Source(field, quick, field.values, layers)
    # What is not of a header is there once.
    return occurrences_of(field, ()) if first else Source(field, None, lambda chunk: [()] * len(chunk))


def _in_plain_packets(quick: Quick | None, first: bool) -> Quick | None:
    """What columns answer where each protocol has one header: all if that is meant, else nothing at all."""
    if not first:
        return Quick((), plain, Effort.BYTES)
    if quick is None:
        return None
    sure = quick.sure
    return Quick(quick.columns, lambda chunk: plain(chunk) & (sure(chunk) if sure else True), quick.effort)


def _within(number: int, total: int, layer: Range) -> bool:
    """Whether header `number` of `total`, counted from 1, is among those of a range; -1 is the innermost."""
    place = number if layer.start >= 0 else number - total - 1
    return place >= layer.start and (layer.length is None or place < layer.start + layer.length)


class _Layered(Chunk):
    """A chunk of whose headers only those of some layers are seen."""

    def __init__(self, chunk: Chunk, layers: tuple[Range, ...]) -> None:
        super().__init__(chunk.view, chunk.at)
        self._layers = layers

    @cached_property
    def headers(self) -> list[list[Header]]:
        return [
            [
                header
                for header, number, total in ordinals(headers)
                if any(_within(number, total, layer) for layer in self._layers)
            ]
            for headers in super().headers
        ]
