"""Values written in a filter: what "80", "10.0.0.0/8" or "GET" means depends on the type it is compared with.

THE table is `_READERS`, a row a type: how a value without quotes is read, and one in double quotes; None: the
type has none. Invariant: a reader gives a value or a FilterError that says what the type expects.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import FilterError
from tui.filter.field import Type
from tui.filter.language import times
from tui.filter.language.tree import Character, String, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.filter.field import Value
    from tui.filter.language.types import Shape

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[-:.]?|[0-9A-Fa-f](?:[-:.]|$))*")
_ONE_BYTE = re.compile(r"0[xX][0-9A-Fa-f]{2}")
_ETHER_BYTES = 6
_TRUE, _FALSE = ("True", "TRUE"), ("False", "FALSE")
_LONGEST_NUMBER = 30  # characters: no field holds more, and Python refuses to read thousands


class Literal(Struct, frozen=True):
    """A value; of an address with a prefix length, `mask` are the bits that count."""

    value: Value
    mask: Value | None = None


class _NoValueError(Exception):
    """The text is no value of the type: what it should have been, and an example."""


def literal(entity: Word | String | Character, shape: Shape, text: str) -> Literal:
    """What is written there as a value of that type; FilterError if it is none."""
    span = entity.span
    written = text[span.start : span.end]
    plain, quoted = _READERS[shape.type]
    try:
        if isinstance(entity, Character):
            return Literal(_of_code(entity.code, shape))
        if isinstance(entity, String):
            if quoted is None:
                raise _NoValueError(f"expected {shape.title}, not a string", "leave the quotes out")
            return quoted(entity.value, shape)
        if plain is None:
            raise _NoValueError("nothing can be compared with it", "by itself it is true where it is there")
        return plain(entity.text, shape)
    except _NoValueError as error:
        message, hint = error.args
        raise FilterError(f"{message}: {written}", hint, text, span.start, span.end - span.start) from None


def _of_code(code: int, shape: Shape) -> Value:
    if shape.traits.family == "number":
        return code
    if shape.type in (Type.BYTES, Type.PROTOCOL):
        return bytes((code,))
    if shape.type is Type.STRING:
        return chr(code)
    raise _NoValueError(f"expected {shape.title}, not a character", "leave the quotes out")


def integer(text: str) -> int:
    """A number as C writes it: decimal, 0x, 0b, and octal behind a 0; ValueError if it is none."""
    if len(text) > _LONGEST_NUMBER or not text.isascii() or "_" in text:
        raise ValueError(text)
    prefix = text[:2].lower()
    if prefix in ("0x", "0b"):
        return int(text[2:], 16 if prefix == "0x" else 2)
    if not text.isdecimal():
        raise ValueError(text)
    return int(text, 8 if text[0] == "0" else 10)


def _number(text: str, shape: Shape) -> Literal:
    try:
        value = integer(text)
    except ValueError:
        return _named(text, shape)
    largest = (1 << shape.bits) - 1 if shape.type is Type.UINT else (1 << (shape.bits - 1)) - 1
    if value > largest:
        raise _NoValueError("too big for this field", f"its maximum is {largest}")
    return Literal(value)


def _named(text: str, shape: Shape) -> Literal:
    names = shape.names or {}
    value = next((number for number, name in names.items() if name.lower() == text.lower()), None)
    if value is not None:
        return Literal(value)
    some = ", ".join(f'"{name}"' for name in list(names.values())[:4])
    hint = (
        f"or one of its names: {some}…" if names else "decimal, 0x1bb, 0b101, octal 0707, or a character 'a'"
    )
    raise _NoValueError("expected a number", hint)


def _quoted_number(value: bytes, shape: Shape) -> Literal:
    if not shape.names:
        raise _NoValueError(f"expected {shape.title}, not a string", "leave the quotes out")
    return _named(value.decode("utf-8", "replace"), shape)


def _boolean(text: str, shape: Shape) -> Literal:
    if text in _TRUE + _FALSE:
        return Literal(int(text in _TRUE))
    try:
        return Literal(int(integer(text) != 0))
    except ValueError:
        return _truth(text, shape)


def _truth(text: str, shape: Shape) -> Literal:
    names = {1: "True", 0: "False"} if shape.names is None else shape.names
    value = next((number for number, name in names.items() if name.lower() == text.lower()), None)
    if value is None:
        raise _NoValueError("expected 1, 0, True or False", "a flag that is set is 1: tcp.flags.syn == 1")
    return Literal(int(value != 0))


def _quoted_truth(value: bytes, shape: Shape) -> Literal:
    return _truth(value.decode("utf-8", "replace"), shape)


def _ipv4(text: str, shape: Shape) -> Literal:
    address, slash, bits = text.partition("/")
    try:
        number = int(IPv4Address(address))
    except ValueError:
        raise _NoValueError(
            "expected an IPv4 address", "such as 10.0.0.1, or 10.0.0.0/8; names are not resolved"
        ) from None
    if not slash:
        return Literal(number)
    return Literal(number, int(IPv4Network((0, _prefix(bits, 32))).netmask))


def _ipv6(text: str, shape: Shape) -> Literal:
    address, slash, bits = text.partition("/")
    try:
        number = IPv6Address(address).packed
    except ValueError:
        raise _NoValueError(
            "expected an IPv6 address", "such as 2001:db8::1, or 2001:db8::/32; names are not resolved"
        ) from None
    if not slash:
        return Literal(number)
    return Literal(number, IPv6Network((0, _prefix(bits, 128))).netmask.packed)


def _prefix(bits: str, most: int) -> int:
    if int(bits) > most:
        raise _NoValueError(f"a prefix has at most {most} bits", f"/{most} is a single address")
    return int(bits)


def _raw(text: str) -> bytes:
    if _ONE_BYTE.fullmatch(text):
        return bytes.fromhex(text[2:])
    plain = text.removeprefix(":")
    if not plain or not _HEX.fullmatch(plain):
        raise _NoValueError(
            "expected bytes in hex", 'such as 47:45:54 or 474554; a string stands in double quotes: "GET"'
        )
    pairs = re.findall(r"[0-9A-Fa-f]{1,2}", plain)
    return bytes(int(pair, 16) for pair in pairs)


def _bytes(text: str, shape: Shape) -> Literal:
    return Literal(_raw(text))


def _quoted_bytes(value: bytes, shape: Shape) -> Literal:
    return Literal(value)


def _ether(text: str, shape: Shape) -> Literal:
    value = _raw(text)
    if len(value) != _ETHER_BYTES:
        raise _NoValueError(
            f"an Ethernet address has {_ETHER_BYTES} bytes, not {len(value)}",
            "a slice has fewer: eth.src[0:3] == 00:0c:29",
        )
    return Literal(value)


def _string(text: str, shape: Shape) -> Literal:
    return Literal(text)


def _quoted_string(value: bytes, shape: Shape) -> Literal:
    return Literal(value.decode("utf-8", "replace"))


def _moment(text: str, shape: Shape) -> Literal:
    try:
        return Literal(times.moment(text))
    except (ValueError, OverflowError):
        raise _NoValueError(
            "expected a date", '"2020-06-15 10:49:10.5", with Z behind it for UTC, or "Jun 15, 2020 10:49:10"'
        ) from None


def _quoted_moment(value: bytes, shape: Shape) -> Literal:
    return _moment(value.decode("utf-8", "replace"), shape)


def _duration(text: str, shape: Shape) -> Literal:
    try:
        return Literal(times.duration(text))
    except ValueError:
        raise _NoValueError("expected seconds", "such as 3 or 0.25, with up to nine decimals") from None


_READERS: Mapping[
    Type,
    tuple[Callable[[str, Shape], Literal] | None, Callable[[bytes, Shape], Literal] | None],
] = {
    Type.UINT: (_number, _quoted_number),
    Type.INT: (_number, _quoted_number),
    Type.BOOL: (_boolean, _quoted_truth),
    Type.NONE: (None, None),
    Type.IPV4: (_ipv4, None),
    Type.IPV6: (_ipv6, None),
    Type.ETHER: (_ether, None),
    Type.BYTES: (_bytes, _quoted_bytes),
    Type.STRING: (_string, _quoted_string),
    Type.TIME: (_moment, _quoted_moment),
    Type.DURATION: (_duration, None),
    Type.PROTOCOL: (_bytes, _quoted_bytes),
}
