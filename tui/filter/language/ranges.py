"""What stands between brackets: which bytes of a value, which layers of a packet.

Invariant: a range that can hold nothing is an error, as in Wireshark.
"""

from __future__ import annotations

import re

from tui.errors import FilterError
from tui.filter.language.tree import Range

_INTEGER = r"[+-]?(?:0[xX][0-9A-Fa-f]+|[0-9]+)"
_FORMS = tuple(
    re.compile(rf"\s*{form}\s*")
    for form in (
        rf"(?P<start>{_INTEGER})\s*:\s*(?P<length>{_INTEGER})",
        rf"(?P<start>{_INTEGER})\s*-\s*(?P<last>{_INTEGER})",
        rf":\s*(?P<length>{_INTEGER})",
        rf"(?P<start>{_INTEGER})\s*:",
        rf"(?P<start>{_INTEGER})(?P<one>)",
    )
)
_FARTHEST = 0x7FFFFFFF
_HINT = "[4] is one, [0:2] two from 0 on, [2-5] from 2 to 5, [:4] the first four, [-4:] the last four"


def layer(word: str, text: str, at: int) -> Range:
    """The layer whose number stands behind "#"."""
    return Range(_bounded(int(word), word, text, at), 1)


def piece(word: str, text: str, at: int) -> Range:
    """The range that is written as `word` at `at` of the filter `text`."""
    match = next((match for form in _FORMS if (match := form.fullmatch(word))), None)
    if match is None:
        raise FilterError(f'expected a range, found "{word}"', _HINT, text, at, len(word))
    found = match.groupdict()
    start = _integer(found.get("start") or "0", word, text, at)
    if found.get("length") is not None:
        length = _integer(found["length"], word, text, at)
        if length <= 0:
            raise FilterError(f"a range of {length} holds nothing", _HINT, text, at, len(word))
        return Range(start, length)
    if found.get("last") is not None:
        last = _integer(found["last"], word, text, at)
        if start >= last or (start < 0) != (last < 0):
            raise FilterError(
                f"expected a range that goes up, found {word.strip()}", _HINT, text, at, len(word)
            )
        return Range(start, last - start + 1)
    return Range(start, 1 if "one" in found else None)


def _integer(digits: str, word: str, text: str, at: int) -> int:
    sign, plain = (-1 if digits[0] == "-" else 1), digits.lstrip("+-")
    base = 16 if plain[:2].lower() == "0x" else 8 if plain[0] == "0" else 10
    try:
        return _bounded(sign * int(plain, base), word, text, at)
    except ValueError:
        raise FilterError(f"{plain} is no octal number", "leave the 0 out", text, at, len(word)) from None


def _bounded(number: int, word: str, text: str, at: int) -> int:
    if abs(number) > _FARTHEST:
        raise FilterError(f"{number} is more than a packet can have", _HINT, text, at, len(word))
    return number
