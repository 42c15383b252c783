"""IP reassembly: which frame completes a datagram, and what the datagram then is.

The transport header of a fragmented datagram belongs to the frame that completes it (Wireshark's rule). Only
fragments that were captured whole count. Fragments are rare, so this is Python; what waits is bounded, the
oldest goes first.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from tui.index.scan import layers
from tui.index.schema import Layer

MOST_BYTES = 64 << 20  # waiting in unfinished datagrams
MOST_DATAGRAM = 65535
KEEPING = 1024  # bytes that a fragment counts for beside its data: what Python needs to keep it

_MORE_FRAGMENTS = 0x2000
_UNIT = 8  # offsets count in units of as many bytes


class Part(NamedTuple):
    """A piece of a datagram: its place in the datagram, and where it stands in the capture file."""

    start: int
    length: int
    position: int


class Key(NamedTuple):
    """What fragments of one datagram have in common; addresses by number.

    RFC 791: the protocol, too. RFC 8200 §4.5: not so, here it is 0.
    """

    src: int
    dst: int
    protocol: int
    identification: int


class _Fragment(Struct, frozen=True):
    """What the innermost fragment header says, and its data, which begins at `at` in the frame."""

    protocol: int  # of the datagram's payload; counts only in the first fragment
    key: tuple[int, int]  # protocol and identification, as in Key
    start: int
    more: bool
    at: int
    data: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.data)


class Whole(NamedTuple):
    """A datagram that is complete: its payload, what protocol that is, and the pieces it was made of.

    The pieces follow each other without gap or overlap.
    """

    payload: bytes
    protocol: int
    parts: tuple[Part, ...]


class _Datagram(Struct):
    """The fragments of a datagram that have come, each with the place of its data in the capture file."""

    fragments: list[tuple[_Fragment, int]] = field(default_factory=list)
    units: int = 0  # one bit for every unit that is there: to look whether all are costs next to nothing
    length: int | None = None  # known once the last fragment is there

    def cost(self) -> int:
        return sum(len(fragment.data) + KEEPING for fragment, _ in self.fragments)

    def add(self, fragment: _Fragment, position: int) -> None:
        self.fragments.append((fragment, position))
        first, last = fragment.start // _UNIT, fragment.end // _UNIT
        if not fragment.more and self.length is None:
            self.length = fragment.end
            last = -(-fragment.end // _UNIT)
        self.units |= (1 << last) - (1 << first)

    def assemble(self) -> Whole | None:
        """The whole datagram, or None while something is missing.

        Where fragments overlap, the one of the lower offset stands, of equal ones the first (Wireshark).
        """
        if self.length is None or ~self.units & (1 << -(-self.length // _UNIT)) - 1:
            return None
        end = 0
        data, parts = bytearray(), []
        for fragment, position in sorted(self.fragments, key=lambda entry: entry[0].start):
            known, end = end, max(end, min(fragment.end, self.length))
            if end > known:
                data += fragment.data[known - fragment.start : end - fragment.start]
                parts.append(Part(known, end - known, position + known - fragment.start))
        first = next(fragment for fragment, _ in self.fragments if fragment.start == 0)
        return Whole(bytes(data), first.protocol, tuple(parts))


class Fragments:
    """The unfinished datagrams of one recording."""

    def __init__(self) -> None:
        self._waiting: dict[Key, _Datagram] = {}
        self._cost = 0

    def add(self, frame: bytes, link_type: int, position: int, src: int, dst: int) -> Whole | None:
        """Take in a frame that is a fragment; the datagram, if that completes it.

        `position` is the frame's place in the file, `src` and `dst` its addresses' numbers.
        """
        fragment = _read(frame, link_type)
        if fragment is None or fragment.end > MOST_DATAGRAM:
            return None
        key = Key(src, dst, *fragment.key)
        datagram = self._waiting.setdefault(key, _Datagram())
        datagram.add(fragment, position + fragment.at)
        self._cost += len(fragment.data) + KEEPING
        whole = datagram.assemble()
        if whole is not None:
            self._drop(key)
        while self._cost > MOST_BYTES:
            self._drop(next(iter(self._waiting)))
        return whole

    def _drop(self, key: Key) -> None:
        self._cost -= self._waiting.pop(key).cost()


def _read(frame: bytes, link_type: int) -> _Fragment | None:
    """The fragment by its innermost fragment header; None if it has no data or not all of it is here."""
    found = layers(frame, link_type)
    outer = [(layer, at) for layer, at, _ in found if layer in (Layer.IPV4, Layer.IPV6)]
    inner = [at for layer, at, _ in found if layer == Layer.FRAGMENT]
    data = [(start, end) for layer, start, end in found if layer == Layer.PAYLOAD]
    if not outer or not data or (outer[-1][0] == Layer.IPV6 and not inner):
        return None
    layer, at = outer[-1]
    start, end = data[-1]
    if layer == Layer.IPV4:
        stated, field_ = at + _number(frame, at + 2, 2), _number(frame, at + 6, 2)
        protocol, identification = frame[at + 9], _number(frame, at + 4, 2)
        key, place, more = (protocol, identification), (field_ & 0x1FFF) * _UNIT, field_ & _MORE_FRAGMENTS
    else:
        stated, field_ = at + 40 + _number(frame, at + 4, 2), _number(frame, inner[-1] + 2, 2)
        protocol, identification = frame[inner[-1]], _number(frame, inner[-1] + 4, 4)
        key, place, more = (0, identification), field_ & 0xFFF8, field_ & 1
    if end != stated:
        return None
    return _Fragment(protocol, key, place, bool(more), start, frame[start:end])


def _number(frame: bytes, at: int, size: int) -> int:
    return int.from_bytes(frame[at : at + size], "big")
