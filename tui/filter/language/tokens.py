"""The words of a display filter: each a piece of the text with its place.

Invariant: the tokens and the blanks between them are the whole text, in order. What a word means (a field, a
number, an address) is not decided here but where it stands: "47.45" is a byte string or a decimal number.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Kind(Enum):
    """What sort of word a token is."""

    WORD = auto()  # a field, a function, a number, bytes, an address
    FIELD = auto()  # ".tcp": a field and nothing else
    STRING = auto()  # with its quotes, perhaps r before them
    CHARACTER = auto()  # with its quotes
    RANGE = auto()  # what stands between brackets: "0:2", "-4:"
    SIGN = auto()  # an operator, a bracket, a comma; words such as "and" too
    END = auto()


class Token(Struct, frozen=True):
    """Characters [start, end) of the filter; `text` are they, of a sign the one way to write it."""

    kind: Kind
    text: str
    start: int
    end: int


# THE operators: every way to write one → the one that stands for it from here on.
SIGNS: Mapping[str, str] = {
    **{sign: sign for sign in (*"(){},+-*/%&#[]<>!", "..", ">=", "<=", "==", "!=", "===", "!==", "~=")},
    "eq": "==",
    "any_eq": "==",
    "ne": "!=",
    "all_ne": "!=",
    "all_eq": "===",
    "any_ne": "!==",
    "gt": ">",
    "lt": "<",
    "ge": ">=",
    "le": "<=",
    "bitwise_and": "&",
    "~": "matches",
    **{word: word for word in ("contains", "matches", "in", "not", "and", "or", "any", "all")},
    "&&": "and",
    "||": "or",
}
RELATIONS = frozenset({"==", "!=", "===", "!==", "~=", ">", "<", ">=", "<=", "contains", "matches"})
"""The operators between two sides of a relation."""

# What other programs and other versions of Wireshark have, and this language (Wireshark 4.0) has not.
_ELSEWHERE: Mapping[str, str] = {
    "=": "== compares",
    "|": "|| or the word or",
    "^": "a xor b is (a and not b) or (not a and b)",
    "@": "raw bytes of a field came with Wireshark 4.2; a slice of its protocol has them: tcp[0:2]",
    "$": "${field} is a field of the packet selected in Wireshark's window: write its value",
    ";": "and, or join conditions",
    "'": 'strings stand in double quotes: "GET"',
}

_HEX2 = "[0-9A-Fa-f]{2}"
_HEX4 = "[0-9A-Fa-f]{1,4}"
_IPV4 = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
_PART = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_NAME = rf"{_PART}(?:\.{_PART})*"
# The longest that matches is the word; of two as long as each other the first.
_WORDS = tuple(
    re.compile(pattern)
    for pattern in (
        _NAME,
        rf"{_IPV4}/[0-9]{{1,2}}",
        rf"(?:{_HEX4})?(?::(?:{_HEX4})?)*::(?:{_HEX4}(?::{_HEX4})*)?(?::{_IPV4})?(?:/[0-9]{{1,3}})?",  # ::1
        rf"(?:{_HEX4})?(?::(?:{_HEX4})?)*:{_IPV4}(?:/[0-9]{{1,3}})?",  # ::ffff:1.2.3.4
        rf"{_HEX4}(?::{_HEX4}){{7}}(?:/[0-9]{{1,3}})?",
        rf":?{_HEX2}(?::{_HEX2})+",
        rf":{_HEX2}(?:[-.]{_HEX2})+",
        r":[0-9A-Fa-f]+",
    )
)
_FIELD = re.compile(rf"\.{_NAME}")
_SYMBOLS = tuple(sorted((sign for sign in SIGNS if not sign.isidentifier()), key=len, reverse=True))
_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'[rR]?"(?:[^"\\]|\\.)*"', re.DOTALL)
_STRING_START = re.compile(r'[rR]?"')
_CHARACTER = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_RANGE = re.compile(r"[^\],]+")
_LAYER = re.compile(r"[0-9]+")


def tokens(text: str) -> list[Token]:
    """All words of `text`, the last of them END; FilterError at the first character that begins none."""
    found: list[Token] = []
    at = _BLANK.match(text, 0).end()  # type: ignore[union-attr]  # it matches nothing, too
    while at < len(text):
        if text[at] == "#":
            found += [Token(Kind.SIGN, "#", at, at + 1), *_layers(text, at + 1)]
        elif text[at] == "[":
            found += _ranges(text, at)
        else:
            found.append(_next(text, at))
        at = _BLANK.match(text, found[-1].end).end()  # type: ignore[union-attr]
    return [*found, Token(Kind.END, "", len(text), len(text))]


def _next(text: str, at: int) -> Token:
    string = _STRING_START.match(text, at)
    if string:
        return _whole(_STRING, Kind.STRING, text, at, "string")
    if text[at] == "'":
        return _whole(_CHARACTER, Kind.CHARACTER, text, at, "character")
    word = max((match.end() for pattern in _WORDS if (match := pattern.match(text, at))), default=at)
    if word > at:
        found = text[at:word]
        return (
            Token(Kind.SIGN, SIGNS[found], at, word) if found in SIGNS else Token(Kind.WORD, found, at, word)
        )
    symbol = next((sign for sign in _SYMBOLS if text.startswith(sign, at)), None)
    if symbol:
        return Token(Kind.SIGN, SIGNS[symbol], at, at + len(symbol))
    field = _FIELD.match(text, at)
    if field:
        return Token(Kind.FIELD, field[0][1:], at, field.end())
    hint = _ELSEWHERE.get(text[at], "inside double quotes any character may stand")
    raise FilterError(f"{text[at]!r} means nothing here", hint, text, at, 1)


def _whole(pattern: re.Pattern[str], kind: Kind, text: str, at: int, what: str) -> Token:
    match = pattern.match(text, at)
    if match is None:
        quote = "'" if kind is Kind.CHARACTER else '"'
        raise FilterError(
            f"the {what} that begins here has no end", f"end it with {quote}", text, at, len(text) - at
        )
    return Token(kind, match[0], at, match.end())


def _layers(text: str, at: int) -> Iterator[Token]:
    """After "#": a number, or ranges in brackets."""
    number = _LAYER.match(text, at)
    if number:
        yield Token(Kind.RANGE, number[0], at, number.end())
    elif text[at : at + 1] == "[":
        yield from _ranges(text, at)
    else:
        raise FilterError(
            "expected the number of a layer behind #",
            "1 is the outermost: ip.src#1, ip.src#[2-3]",
            text,
            min(at, len(text)),
            int(at < len(text)),
        )


def _ranges(text: str, at: int) -> Iterator[Token]:
    """Ranges in brackets, commas between them."""
    begin = at
    yield Token(Kind.SIGN, "[", at, at + 1)
    at += 1
    while at < len(text):
        part = _RANGE.match(text, at)
        if part:
            yield Token(Kind.RANGE, part[0], at, part.end())
            at = part.end()
        else:
            yield Token(Kind.SIGN, text[at], at, at + 1)
            at += 1
            if text[at - 1] == "]":
                return
    raise FilterError("this bracket is not closed", "close it with ]", text, begin, at - begin)
