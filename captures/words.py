"""The words of the packet language to values.

Invariant: a word of another form is a ValueError that says what was expected and what was found.
"""

from __future__ import annotations

import ast
import re
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address

from packets import Address, Checksum

# tcpdump's letters; "e" is AE, once NS.
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128, "e": 256}
STATES = frozenset(
    {
        "CLOSED",
        "LISTEN",
        "SYN_SENT",
        "SYN_RCVD",
        "ESTABLISHED",
        "FIN_WAIT_1",
        "FIN_WAIT_2",
        "CLOSE_WAIT",
        "CLOSING",
        "LAST_ACK",
        "TIME_WAIT",
        "-",
    }
)

# What an ICMP error is called; its type and code in ICMP (RFC 792, 1812) and in ICMPv6 (RFC 4443).
ICMP_ERRORS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "unreachable net": ((3, 0), (1, 0)),
    "unreachable host": ((3, 1), (1, 3)),
    "unreachable protocol": ((3, 2), (4, 1)),
    "unreachable port": ((3, 3), (1, 4)),
    "unreachable admin": ((3, 13), (1, 1)),
    "too big": ((3, 4), (2, 0)),
    "time exceeded": ((11, 0), (3, 0)),
}

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
# Strings, a bracketed list or IPv6 address with its port, what is expected, a word; last a character that
# begins none of them, to be refused.
_TOKEN = re.compile(rf"{_STRING.pattern}(?:\s*{_STRING.pattern})*|\[[^\]]*\](?::\d+)?|;.*|[^\s;\"\[]+|\S")


def tokens(statement: str) -> list[str]:
    """A statement's words."""
    return _TOKEN.findall(statement)


def pairs(words: list[str], known: frozenset[str]) -> dict[str, str]:
    """Keys and their values."""
    if len(words) % 2:
        raise ValueError(f"expected pairs of a key and its value, found: {' '.join(words)}")
    found: dict[str, str] = {}
    for key, value in zip(words[::2], words[1::2], strict=True):
        if key not in known or key in found:
            raise ValueError(f"expected each of {', '.join(sorted(known))} at most once, found {key!r}")
        found[key] = value
    return found


def place(text: str) -> tuple[Address, int | None]:
    """An address with its port; a router's has none."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        return ip_address(text.strip("[]")), None
    return ip_address(host.strip("[]")), number(port, 16)


def mac(text: str) -> bytes:
    """A MAC address."""
    address = bytes.fromhex(text.replace(":", ""))
    if len(address) != 6:
        raise ValueError(f"a mac has 6 bytes, found {text}")
    return address


def number(text: str, bits: int) -> int:
    """A number as Python writes it, of at most so many bits."""
    value = int(text, 0)
    if not 0 <= value < 1 << bits:
        raise ValueError(f"expected a number of {bits} bits, found {text}")
    return value


def wrap(value: int) -> int:
    """A sequence number, which wraps around."""
    return value % 2**32


def microseconds(text: str) -> int:
    """`+` and seconds."""
    try:
        return int(Decimal(text) * 1_000_000)
    except (InvalidOperation, OverflowError) as error:
        raise ValueError(f"expected + and seconds, found {text}") from error


def checksum(text: str) -> Checksum | int:
    """How a checksum is filled in, or what it is."""
    return Checksum(text) if text in {form.value for form in Checksum} else number(text, 16)


def flags(text: str) -> int:
    """The bits of bracketed flag letters."""
    letters = text.strip("[]")
    if text != f"[{letters}]" or set(letters) - FLAGS.keys():
        raise ValueError(f"expected flags out of [{''.join(FLAGS)}] in brackets, found {text}")
    return sum(FLAGS[letter] for letter in set(letters))


def first(text: str, length: int) -> int:
    """The first number of `first` or `first:end`, which must span the segment's `length` bytes of data."""
    begin, colon, end = text.partition(":")
    if wrap(int(end if colon else begin) - int(begin)) != length:
        raise ValueError(f"seq {text} does not span the {length} bytes of data")
    return int(begin)


def data(text: str) -> bytes:
    """What strings with Python's escapes hold, joined."""
    strings = _STRING.findall(text)
    if not strings:
        raise ValueError(f"expected data in quotes, found {text}")
    try:
        return b"".join(ast.literal_eval(f"b{string}") for string in strings)
    except SyntaxError as error:
        raise ValueError(f"{error.msg}: {text}") from error


def states(text: str) -> tuple[str, ...]:
    """The states of two ends, after the `;`."""
    names = tuple(text.removeprefix(";").split())
    if len(names) != 2 or not STATES.issuperset(names):
        raise ValueError(f"expected the states of two ends behind ;, found: {text}")
    return names


def icmp_kind(text: str, version: int) -> tuple[int, int]:
    """An ICMP error's type and code in this version of IP."""
    if text not in ICMP_ERRORS:
        raise ValueError(f"expected an ICMP error out of {', '.join(ICMP_ERRORS)}, found {text!r}")
    return ICMP_ERRORS[text][0 if version == 4 else 1]
