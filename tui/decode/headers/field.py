"""A row of a header table: where a field stands in its header and how it is written; and what derives from
such a row.

Invariant: a row never reads beyond the frame. `extract` and `read` give None and no node where the bytes are
not there.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.decode.nodes import Node
from tui.errors import printable
from tui.index.addresses import ipv6_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SHOWN_BYTES = 36  # Wireshark cuts longer byte strings with "…"


class Form(Enum):
    """How a value is written after its label."""

    DECIMAL = "65054 (fe1e): decimal and, if it fills whole bytes, as it stands in the frame"
    HEX = "0x1f"
    DECIMAL_HEX = "29 (0x0001d)"
    HEX_DECIMAL = "0x9b28 (39720)"
    NAMED = "TCP (6)"
    NAMED_HEX = "IPv4 (0x0800)"
    NUMBER_NAMED = "8 (Echo (ping) request)"
    NAME = "Set"
    SIZE = "20 bytes (5): the header's length, counted in units of several bytes"
    EIGHTS = "1480: counted in units of eight bytes, of which filters see the count"
    MAC = "00:0c:29:1a:2b:3c"
    IPV4 = "172.16.196.142"
    IPV6 = "fe80::1"
    BYTES = "0001a2"
    TEXT = "printable characters"


_RAW_FORMS = frozenset({Form.MAC, Form.IPV4, Form.IPV6, Form.BYTES, Form.TEXT})
SET: Mapping[int, str] = {0: "Not set", 1: "Set"}


class Field(Struct, frozen=True):
    """One field: `start` counts bits from the header's first bit, `width` is in bits.

    `word` (start, width) is the group of bits that the text shows with this field's digits among dots: "1000
    .... = Header Length". `unit` multiplies the number on the wire (header lengths count 4 bytes); `little`
    is for headers in little-endian order.
    """

    name: str  # Wireshark's field name
    label: str  # Wireshark's label
    start: int
    width: int
    form: Form = Form.DECIMAL
    names: Mapping[int, str] | None = None
    word: tuple[int, int] | None = None
    children: tuple[Field, ...] = ()
    unit: int = 1
    little: bool = False


def flag(name: str, label: str, start: int, word: tuple[int, int], names: Mapping[int, str] = SET) -> Field:
    """A single bit with words for 0 and 1."""
    return Field(name, label, start, 1, Form.NAME, names, word)


def bits(
    name: str, label: str, start: int, width: int, word: tuple[int, int], form: Form = Form.DECIMAL
) -> Field:
    """A few bits out of a word."""
    return Field(name, label, start, width, form, None, word)


def extract(field: Field, frame: bytes, at: int) -> int | bytes | None:
    """The number (times its unit) or the bytes of `field` in the header at byte `at` of `frame`; None if they
    are not all there.
    """
    first = at * 8 + field.start
    last = first + field.width
    begin, end = first >> 3, (last + 7) >> 3
    if end > len(frame) or begin < 0:
        return None
    raw = frame[begin:end]
    if field.form in _RAW_FORMS:
        return raw
    number = int.from_bytes(raw, "little" if field.little else "big")
    return (number >> (-last & 7) & ((1 << field.width) - 1)) * field.unit


def value_of(field: Field, wire: int | bytes) -> object:
    """What filters compare and fields print: an int, bytes, or an address as text; `wire` is what `extract`
    gave.
    """
    if isinstance(wire, int) or field.form is Form.BYTES:
        return wire
    return _ADDRESS[field.form](wire)


def text_of(field: Field, wire: int | bytes) -> str:
    """The value in words and digits, without the label."""
    if isinstance(wire, bytes):
        return _cut_hex(wire) if field.form is Form.BYTES else _ADDRESS[field.form](wire)
    return _NUMBER[field.form](field, wire)


def caption(field: Field, value: str, number: int = 0) -> str:
    """ "Label: value", after the bit picture if the field is a part of a word."""
    line = f"{field.label}: {value}" if value else field.label
    return line if field.word is None else f"{picture(field, number)} = {line}"


def picture(field: Field, number: int) -> str:
    """The field's digits among dots, in groups of four: ".... 0101"."""
    start, width = field.word or (field.start, field.width)
    before = field.start - start
    digits = "." * before + f"{number:0{field.width}b}" + "." * (width - before - field.width)
    return " ".join(digits[i : i + 4] for i in range(0, width, 4))


def read(field: Field, frame: bytes, at: int) -> Node | None:
    """The node of `field` in the header at byte `at`, with its children; None if bytes of it are missing."""
    wire = extract(field, frame, at)
    return None if wire is None else node_of(field, wire, at, read_all(field.children, frame, at))


def node_of(
    field: Field, wire: int | bytes, at: int, children: tuple[Node, ...] = (), text: str | None = None
) -> Node:
    """The node of a field whose value is known; `text` takes the place of the value's own words."""
    number = wire // field.unit if isinstance(wire, int) else 0
    line = caption(field, text_of(field, wire) if text is None else text, number)
    first = at * 8 + field.start
    return Node(field.name, printable(line), first, first + field.width, children, value_of(field, wire))


def read_all(fields: Iterable[Field], frame: bytes, at: int) -> tuple[Node, ...]:
    """The nodes of all fields whose bytes are there."""
    return tuple(node for field in fields if (node := read(field, frame, at)) is not None)


def mac(raw: bytes) -> str:
    """ "00:0c:29:1a:2b:3c" of six bytes, or of any number."""
    return raw.hex(":")


def ipv4(raw: bytes) -> str:
    """Dotted decimal of four bytes."""
    return ".".join(map(str, raw))


def ipv6(raw: bytes) -> str:
    """RFC 5952's form of sixteen bytes."""
    return ipv6_text(raw)


def _cut_hex(raw: bytes) -> str:
    return raw.hex() if len(raw) <= _SHOWN_BYTES else raw[:_SHOWN_BYTES].hex() + "…"


def _hex(field: Field, number: int) -> str:
    return f"0x{number:0{(field.width + 3) // 4}x}"


def _decimal(field: Field, number: int) -> str:
    if field.word is not None or field.start % 8 or field.width % 8:
        return str(number)
    raw = (number // field.unit).to_bytes(field.width // 8, "little" if field.little else "big")
    return f"{number} ({raw.hex()})"


def _name(field: Field, number: int) -> str:
    return (field.names or {}).get(number, "Unknown")


_NUMBER: Mapping[Form, Callable[[Field, int], str]] = {
    Form.DECIMAL: _decimal,
    Form.HEX: _hex,
    Form.DECIMAL_HEX: lambda field, number: f"{number} ({_hex(field, number)})",
    Form.HEX_DECIMAL: lambda field, number: f"{_hex(field, number)} ({number})",
    Form.NAMED: lambda field, number: f"{_name(field, number)} ({number})",
    Form.NAMED_HEX: lambda field, number: f"{_name(field, number)} ({_hex(field, number)})",
    Form.NUMBER_NAMED: lambda field, number: f"{number} ({_name(field, number)})",
    Form.NAME: _name,
    Form.EIGHTS: lambda field, number: str(number * 8),
    Form.SIZE: lambda field, number: f"{number} bytes ({number // field.unit})",
}

_ADDRESS: Mapping[Form, Callable[[bytes], str]] = {
    Form.MAC: mac,
    Form.IPV4: ipv4,
    Form.IPV6: ipv6,
    Form.TEXT: lambda raw: raw.decode("latin-1"),
}
