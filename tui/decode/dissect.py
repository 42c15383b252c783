"""What our own tables do not know: one payload, dissected by scapy, with the place of each field in the
frame.

scapy has no field offsets. A `Located` is bytes that know where they stand, also after slicing; scapy's loop
over the fields of a layer is hooked once, and notes for such bytes where each field began and ended. What
scapy derives (decompresses, decrypts, reorders) is no slice and loses its place by itself. A field without a
place gets its layer's, a layer without one the payload's.
Invariant: nothing raises out of `dissect`, whatever the bytes; the work is bounded in bytes, layers, nodes
and time.
"""

from __future__ import annotations

import importlib
import logging
import math
import time
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from msgspec import Struct, field

from tui.decode.nodes import Node
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.decode.protocols import Dissector

MALFORMED = "_ws.malformed"
MAX_BYTES = 16_384
MAX_NODES = 2_000
MAX_LAYERS = 200
MAX_DEPTH = 12
MAX_SECONDS = 0.25
MAX_TEXT = 400


_LOADING = Lock()  # two threads must not hook scapy twice

# A scapy field, its value, its first bit and the bit after its last; None where the bytes lost their place.
Note = tuple[Any, Any, int | None, int | None]


class TooMuchError(Exception):
    """The payload asks for more layers or more time than any honest one."""


class Record(Struct):
    """What one dissection noted: the fields of each scapy layer, which its class and first byte identify."""

    deadline: float
    layers: int = 0
    fields: dict[tuple[type, int], list[Note]] = field(default_factory=dict)
    nodes: int = 0

    def open(self, packet: Any, start: int) -> list[Note]:
        """A list for the notes on `packet`, which begins at byte `start`; refuses when there is too much."""
        self.layers += 1
        if self.layers > MAX_LAYERS:
            raise TooMuchError(f"more than {MAX_LAYERS} layers")
        if time.monotonic() > self.deadline:
            raise TooMuchError(f"more than {MAX_SECONDS} s of work")
        notes = self.fields[type(packet), start] = []
        return notes

    def notes(self, packet: Any) -> list[Note] | None:
        """What was noted of `packet`, or of the layer that it is a copy of; None if nothing was."""
        origin = _origin(packet)
        return None if origin is None else self.fields.get((type(packet), origin))


class Located(bytes):
    """Bytes that know which byte of the frame they begin with."""

    start: int
    record: Record

    @staticmethod
    def of(data: bytes, start: int, record: Record) -> Located:
        """`data`, which stands at byte `start` of the frame."""
        located = Located(data)
        located.start = start
        located.record = record
        return located

    @overload
    def __getitem__(self, key: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> bytes: ...
    def __getitem__(self, key: SupportsIndex | slice) -> int | bytes:
        """A slice without a step still knows its place."""
        if not isinstance(key, slice):
            return super().__getitem__(key)
        piece = super().__getitem__(key)
        start, _, step = key.indices(len(self))
        return Located.of(piece, self.start + start, self.record) if step == 1 else piece

    def __add__(self, other: object) -> bytes:
        """Neighbours stay in place; anything else is new bytes."""
        if not isinstance(other, bytes | bytearray | memoryview):
            return NotImplemented
        joined = super().__add__(other)
        if not other or (isinstance(other, Located) and other.start == self.start + len(self)):
            return Located.of(joined, self.start, self.record)
        return joined


def _place(rest: Any) -> int | None:
    """The bit at which what scapy has still to dissect begins; it hands on (bytes, bit number) in the middle
    of a byte.
    """
    bit = 0
    if isinstance(rest, tuple):
        rest, bit = rest
    return rest.start * 8 + bit if isinstance(rest, Located) else None


def _noting(plain: Callable[[Any, bytes], bytes]) -> Callable[[Any, bytes], bytes]:
    """scapy's Packet.do_dissect (2.8), which for `Located` bytes also notes where each field stood."""

    def do_dissect(self: Any, s: Any) -> Any:
        if not isinstance(s, Located):
            return plain(self, s)
        raw, notes = s, s.record.open(self, s.start)
        self.raw_packet_cache_fields = {}
        for item in self.fields_desc:
            before = _place(s)
            s, value = item.getfield(self, s)
            if item.isconditional and value is None:
                continue
            if (item.islist or item.holds_packets or item.ismutable) and value is not None:
                self.raw_packet_cache_fields[item.name] = self._raw_packet_cache_field_value(
                    item, value, copy=True
                )
            self.fields[item.name] = value
            after = (
                _place(s) if s else (raw.start + len(raw)) * 8
            )  # nothing left: it ended where the layer's bytes end
            notes.append((item, value, before, after))
            if not s and (item.ismayend or (value is not None and item.isconditional and item.fld.ismayend)):
                break
        self.raw_packet_cache = raw[: -len(s)] if s else raw
        self.explicit = 1
        return s

    return do_dissect


def warm_up() -> None:
    """Load scapy now, in any thread, so that the first packet that needs it need not wait for that."""
    _scapy()


def _scapy() -> Any:
    """scapy's Packet class, prepared by whoever asks first."""
    with _LOADING:
        return _prepare()


@cache
def _prepare() -> Any:
    """scapy's Packet class, prepared once: this machine's routes unread, stderr untouched, fields noted."""
    config = importlib.import_module("scapy.config")
    config.conf.route_autoload = config.conf.route6_autoload = False
    logger = logging.getLogger("scapy")
    logger.handlers.clear()
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    packet = importlib.import_module("scapy.packet").Packet
    plain = packet.do_dissect
    packet.do_dissect = _noting(plain)
    if not _places_are_noted(packet):
        packet.do_dissect = plain
    return packet


def _places_are_noted(packet: Any) -> bool:
    """Whether the hook fits this version of scapy; without it, fields get their layer's place."""
    fields = importlib.import_module("scapy.fields")
    rows = [fields.BitField("a", 0, 4), fields.BitField("b", 0, 4), fields.ShortField("c", 0)]
    probe = type("Probe", (packet,), {"fields_desc": rows})
    record = Record(math.inf)
    try:
        made = probe(Located.of(bytes(3), 5, record), _internal=1)
    except Exception:  # noqa: BLE001 - whatever another version raises, the answer is no
        return False
    return [note[2:] for note in record.notes(made) or ()] == [(40, 44), (44, 48), (48, 64)]


def dissect(frame: bytes, start: int, end: int, dissector: Dissector) -> tuple[Node, ...]:
    """The nodes of bytes [start, end) of `frame`; of a payload that scapy cannot take one that says why."""
    _scapy()
    layer = getattr(importlib.import_module(dissector.module), dissector.layer)
    record = Record(time.monotonic() + MAX_SECONDS)  # from here: importing scapy takes longer
    try:
        packet = layer(Located.of(frame[start : min(end, start + MAX_BYTES)], start, record), _internal=1)
        return _Nodes(record, dissector).of_chain(packet, start * 8, end * 8)
    except Exception as error:  # noqa: BLE001 - scapy's dissectors raise anything on hostile bytes; the tree says so
        reason = printable(str(error) or type(error).__name__)[:MAX_TEXT]
        return (Node(MALFORMED, f"[Malformed {dissector.title}: {reason}]", start * 8, end * 8),)


class _Nodes(Struct):
    """Makes nodes of scapy's layers."""

    record: Record
    dissector: Dissector

    def of_chain(self, packet: Any, start: int, end: int, depth: int = 0) -> tuple[Node, ...]:
        """A layer and its payloads, one node each; bits [start, end) hold them all."""
        nodes: list[Node] = []
        while packet and depth + len(nodes) < MAX_DEPTH and self.record.nodes < MAX_NODES:
            notes = self.record.notes(packet)
            span = _span(packet, notes, start, end)
            title = self.dissector.title if depth == 0 and not nodes else printable(str(packet.name))
            nodes.append(Node("", title, *span, self._fields(packet, notes, span, depth + len(nodes))))
            start = max(start, span[1])
            packet = packet.payload
        return tuple(nodes)

    def _fields(
        self, packet: Any, notes: list[Note] | None, span: tuple[int, int], depth: int
    ) -> tuple[Node, ...]:
        if notes is None:
            notes = [
                (item, packet.fields[item.name], *span)
                for item in packet.fields_desc
                if item.name in packet.fields
            ]
        nodes = []
        for item, value, start, end in notes:
            self.record.nodes += 1
            if self.record.nodes > MAX_NODES:
                break
            inside = span
            if start is not None and end is not None and span[0] <= start <= end <= span[1]:
                inside = (start, end)
            nodes.append(
                Node(
                    "", _text(packet, item, value), *inside, self._inner(value, inside, depth), _value(value)
                )
            )
        return tuple(nodes)

    def _inner(self, value: Any, span: tuple[int, int], depth: int) -> tuple[Node, ...]:
        """The layers that a field holds: DNS records, DHCP options, TLS messages."""
        packet_class = _scapy()
        values = value if isinstance(value, list) else [value]
        nodes: tuple[Node, ...] = ()
        for inner in values:
            if isinstance(inner, packet_class) and depth < MAX_DEPTH:
                nodes += self.of_chain(inner, *span, depth + 1)
        return nodes


def _origin(packet: Any) -> int | None:
    """The byte with which a layer begins; scapy's copy of a layer keeps only the bytes that it dissected."""
    for raw in (packet.original, packet.raw_packet_cache):
        if isinstance(raw, Located):
            return raw.start
    return None


def _span(packet: Any, notes: list[Note] | None, start: int, end: int) -> tuple[int, int]:
    """The bits of a layer inside [start, end): to the end of its last field, or to its payload."""
    origin = _origin(packet)
    if origin is None:
        return start, end
    ends = [last for *_, last in notes or () if last is not None]
    following = _origin(packet.payload) if packet.payload else None
    if ends:
        last = max(ends)
    elif following is not None:
        last = following * 8
    else:
        last = origin * 8 + len(packet.original) * 8
    return (origin * 8, last) if start <= origin * 8 <= last <= end else (start, end)


def _text(packet: Any, item: Any, value: Any) -> str:
    name = str(item.name).replace("_", " ")
    if isinstance(value, list) and value and isinstance(value[0], _scapy()):
        return printable(f"{name}: {len(value)}")
    if isinstance(value, _scapy()):
        return printable(f"{name}: {value.name}")
    shown = _characters(value) if isinstance(value, bytes) else str(item.i2repr(packet, value))
    return printable(f"{name}: {shown if len(shown) <= MAX_TEXT else shown[:MAX_TEXT] + '…'}")


def _characters(raw: bytes) -> str:
    """Bytes as the text that they are, or else in hex."""
    text = raw.decode("ascii", "replace")
    return text if raw.isascii() and text.isprintable() else raw.hex()


def _value(value: Any) -> object:
    if isinstance(value, bytes):
        return bytes(value)
    return value if isinstance(value, int | str | float) else None
