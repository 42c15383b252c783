"""TCP options in tcpdump's words, to bytes.

Invariant: what an option is called, its kind and the form of its value are a row of `OPTIONS`; its length
byte is that of its value.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from words import wrap

# Makes an option's value of the words' groups, and of what the numbers of SACK blocks count from.
Value = Callable[[tuple[str, ...], int], bytes]


def encode(text: str, origin: int) -> bytes:
    """The options of a bracketed list, one after the other; ValueError if they do not fill whole words.

    `origin` is what the numbers in SACK blocks count from: the ISN of the end that they go to.
    """
    encoded = b"".join(_option(words, origin) for words in text.strip("[]").split(",") if words)
    if len(encoded) % 4 or len(encoded) > 40:
        raise ValueError(f"options take 0, 4, … 40 bytes (fill up with nop), {text} take {len(encoded)}")
    return encoded


def _option(words: str, origin: int) -> bytes:
    for pattern, kind, value in OPTIONS:
        if found := re.fullmatch(pattern, words):
            if value is None:
                return bytes([kind])
            encoded = value(found.groups(), origin)
            return bytes([kind, 2 + len(encoded)]) + encoded
    if found := re.fullmatch(r"kind (\d+)( [0-9a-f]+)?", words):
        encoded = bytes.fromhex(found[2] or "")
        return bytes([int(found[1]), 2 + len(encoded)]) + encoded
    raise ValueError(f"expected an option in tcpdump's words, found {words!r}")


def _numbers(form: str) -> Value:
    return lambda groups, _: struct.pack(form, *(int(number) for number in groups))


def _hex(groups: tuple[str, ...], _: int) -> bytes:
    return bytes.fromhex(groups[0])


def _blocks(groups: tuple[str, ...], origin: int) -> bytes:
    count, edges = int(groups[0]), re.findall(r"-?\d+", groups[1])
    if len(edges) != 2 * count:
        raise ValueError(f"expected {count} blocks {{first:end}}, found {groups[1]}")
    return struct.pack(f">{len(edges)}I", *(wrap(origin + int(edge)) for edge in edges))


# Words, kind, and value (None: a single byte without a length).
OPTIONS: tuple[tuple[str, int, Value | None], ...] = (
    (r"eol", 0, None),
    (r"nop", 1, None),
    (r"mss (\d+)", 2, _numbers(">H")),
    (r"wscale (\d+)", 3, _numbers(">B")),
    (r"sackOK", 4, _numbers(">")),
    (r"sack (\d) ((?:\{-?\d+:-?\d+\})+)", 5, _blocks),
    (r"TS val (\d+) ecr (\d+)", 8, _numbers(">II")),
    (r"md5 ([0-9a-f]{32})", 19, _hex),
    (r"mptcp ([0-9a-f]+)", 30, _hex),
    (r"tfo +cookiereq", 34, _numbers(">")),
    (r"tfo +cookie ([0-9a-f]+)", 34, _hex),
)
