"""Strings and characters with their escapes, as C and Wireshark write them.

Invariant: what is no escape is an error that points at the backslash. Text is UTF-8.
"""

from __future__ import annotations

import re

from tui.errors import FilterError

_SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34}
_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL
)
# C's rule for universal character names: no ASCII but these, no surrogates, nothing beyond Unicode.
_NAMED_ASCII = frozenset({0x24, 0x40, 0x60})
_FIRST_NAMED = 0xA0
_SURROGATES = range(0xD800, 0xE000)
_LAST_NAMED = 0x10FFFF
_LARGEST = 0xFF


def string(word: str, text: str, at: int) -> bytes:
    """The bytes of a string that is written as `word`, quotes and all, at `at` of the filter `text`.

    In a raw string, r"…", backslashes stand for themselves.
    """
    start = word.index('"') + 1
    body = word[start:-1]
    if start > 1:
        return body.encode("utf-8", "surrogateescape")
    return _unescaped(body, text, at + start)


def character(word: str, text: str, at: int) -> int:
    """The code of the one character that stands in quotes as `word` at `at` of the filter `text`."""
    found = _unescaped(word[1:-1], text, at + 1)
    if len(found) == 1:
        return found[0]
    said = "none" if not found else f"{len(found)} bytes"
    raise FilterError(
        f"expected one character between single quotes, found {said}",
        'strings stand in double quotes: "GET"',
        text,
        at,
        len(word),
    )


def _unescaped(body: str, text: str, at: int) -> bytes:
    parts: list[bytes] = []
    done = 0
    for match in _ESCAPE.finditer(body):
        parts.append(body[done : match.start()].encode("utf-8", "surrogateescape"))
        parts.append(_meant(match, text, at + match.start()))
        done = match.end()
    return b"".join([*parts, body[done:].encode("utf-8", "surrogateescape")])


def _meant(match: re.Match[str], text: str, at: int) -> bytes:
    octal, hexadecimal, short, long, other = match.groups()
    if other is not None and other in _SIMPLE:
        return bytes((_SIMPLE[other],))
    if hexadecimal is not None:
        return bytes((int(hexadecimal, 16),))
    if octal is not None and int(octal, 8) <= _LARGEST:
        return bytes((int(octal, 8),))
    name = int(short or long or "0", 16)
    named = name in _NAMED_ASCII or (_FIRST_NAMED <= name <= _LAST_NAMED and name not in _SURROGATES)
    if (short or long) and named:
        return chr(name).encode()
    raise FilterError(
        f"{match[0]} is no escape",
        r'\n, \t, \x47, \107 are; \\ is a backslash, and r"…" takes every backslash as it stands',
        text,
        at,
        len(match[0]),
    )
