"""Regular expressions of `matches`: Perl's, as Wireshark takes them, in Python's terms.

Invariant: what Python's engine has no word for is a FilterError, never another meaning.
"""

from __future__ import annotations

import re
import warnings

from tui.errors import FilterError
from tui.filter.pattern import Pattern

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "print": r"\x20-\x7e",
    "graph": r"\x21-\x7e",
    "cntrl": r"\x00-\x1f\x7f",
    "xdigit": "0-9A-Fa-f",
    "word": r"\w",
}
_PIECE = re.compile(
    rb"(?P<class>\[:(?P<name>\^?[a-z]+):\])"
    rb"|(?P<options>\(\?(?P<on>[imsx]*)(?:-(?P<off>[imsx]+))?\))"
    rb"|(?P<group>\(\?<(?P<label>[A-Za-z_]\w*)>)"
    rb"|(?P<hex>\\x\{(?P<code>[0-9A-Fa-f]{1,2})\})"
    rb"|(?P<blank>\\h)|(?P<other>\\[RXKQEGCNpP]|\(\?[R0-9&+|]|\(\*)"
    rb"|\\.|(?P<open>\()|(?P<close>\))|.",
    re.DOTALL,
)
_ELSEWHERE = "this part of Perl's regular expressions is not known here"


def compile_pattern(pattern: bytes, text: str, start: int, length: int) -> Pattern:
    """The pattern, which does not tell small letters from capitals; `text` and the place are the filter's."""
    try:
        translated = in_python(pattern)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of patterns that another version may read otherwise
            re.compile(translated, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError, LookupError) as error:
        reason = str(error) or "it is nested too deeply"
        raise FilterError(
            f"expected a regular expression: {reason}",
            r'such as "^GET .*\.html"; r"…" takes backslashes as they stand',
            text,
            start,
            length,
        ) from None
    return Pattern(translated, re.IGNORECASE)


def in_python(pattern: bytes) -> bytes:
    """The pattern in Python's terms; LookupError names what has none.

    Options that hold from here on, "(?-i)", become a group to the end of the group that they stand in.
    """
    parts: list[bytes] = []
    opened = [0]
    for match in _PIECE.finditer(pattern):
        if match["other"]:
            raise LookupError(f"{_ELSEWHERE}: {match[0].decode('latin-1')}")
        if match["class"]:
            parts.append(_class(match["name"].decode()))
        elif match["options"]:
            off = b"-" + match["off"] if match["off"] else b""
            parts.append(b"(?" + match["on"] + off + b":")
            opened[-1] += 1
        elif match["close"]:
            parts.append(b")" * (opened.pop() if len(opened) > 1 else 0) + b")")
        elif match["group"]:
            opened.append(0)
            parts.append(b"(?P<" + match["label"] + b">")
        elif match["hex"]:
            parts.append(rb"\x" + match["code"].rjust(2, b"0"))
        else:
            if match["open"]:
                opened.append(0)
            parts.append(rb"[ \t]" if match["blank"] else match[0])
    return b"".join([*parts, b")" * opened[0]])


def _class(name: str) -> bytes:
    if name not in _CLASSES:
        raise LookupError(f"{_ELSEWHERE}: [:{name}:]")
    return _CLASSES[name].encode()
