"""What can be searched for, and where: a query as it is typed, judged.

Invariant: a query that makes no sense is a FilterError that says what was expected, what was found, and which
characters are meant.
"""

from __future__ import annotations

import re
import warnings
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui.errors import FilterError
from tui.filter.language import compile_filter
from tui.filter.language.patterns import in_python
from tui.filter.pattern import Pattern
from tui.filter.search.matching import Letters
from tui.filter.search.needles import BytesNeedle, CellsNeedle, FilterNeedle, NodesNeedle, PatternNeedle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.filter.search.matching import Matcher
    from tui.filter.search.needles import Needle

_HEX = "0123456789abcdefABCDEF"
_PARTING = " :.-"
_SUCH_AS_HEX = 'such as "0d 0a" or "fe:1e"'
_PATTERN_ERRORS = (re.error, OverflowError, RecursionError, LookupError)

Member = TypeVar("Member", bound=Enum)


class Where(Enum):
    """What of a packet is searched."""

    LIST = "list"
    TREE = "tree"
    BYTES = "bytes"


class What(Enum):
    """How the text of a query is meant."""

    TEXT = "text"
    REGEX = "regex"
    HEX = "hex"
    FILTER = "filter"


class Query(Struct, frozen=True):
    """What is searched for. `exact`: small letters differ from capitals."""

    text: str
    what: What = What.TEXT
    where: Where = Where.LIST
    exact: bool = False

    @property
    def places(self) -> Sequence[Where]:
        """Where such a thing can be found; () if it is a property of the packet as a whole."""
        return _PLACES[self.what]

    @property
    def place(self) -> Where | None:
        """Where it is searched."""
        return self.where if self.where in self.places else next(iter(self.places), None)

    @property
    def has_letters(self) -> bool:
        """Whether it makes a difference if letters are small or capital."""
        return self.what in (What.TEXT, What.REGEX)

    @property
    def meaning(self) -> str:
        """How it is meant, in words."""
        case = ", small letters or capitals" if self.has_letters and not self.exact else ""
        return f"{_MEANINGS[self.what]}{case}"

    def elsewhere(self) -> Query:
        """The same in the next place."""
        return replace(self, where=_next(self.places, self.place)) if self.place else self

    def otherwise(self) -> Query:
        """The same text, meant in the next way."""
        return replace(self, what=_next(tuple(What), self.what))

    def __str__(self) -> str:
        """What the status bar calls it."""
        return self.text if self.what is What.FILTER else f"“{self.text}”"


_PLACES: Mapping[What, Sequence[Where]] = {
    What.TEXT: tuple(Where),
    What.REGEX: tuple(Where),
    What.HEX: (Where.BYTES,),
    What.FILTER: (),
}


_MEANINGS: Mapping[What, str] = {
    What.TEXT: "a text",
    What.REGEX: "a regular expression",
    What.HEX: "bytes",
    What.FILTER: "a filter",
}


def compile_query(query: Query) -> Needle:
    """What finds the query in packets; FilterError if it makes no sense, or is blank."""
    if not query.text.strip():
        raise FilterError("expected something to search for", "such as GET, or SYN, ACK", query.text, 0, 0)
    if query.what is What.FILTER:
        return FilterNeedle(compile_filter(query.text))
    if query.what is What.HEX:
        return BytesNeedle(parse_hex(query.text))
    if query.what is What.TEXT and query.place is Where.BYTES:
        return BytesNeedle(query.text.encode("utf-8", "surrogateescape"), any_case=not query.exact)
    matcher = _pattern(query) if query.what is What.REGEX else Letters(query.text, exact=query.exact)
    return _NEEDLES[query.place or Where.LIST](matcher)


def parse_hex(text: str) -> bytes:
    """Bytes as hex digits, parted or not; FilterError if they are none."""
    digits = ""
    for place, character in enumerate(text):
        if character in _HEX:
            digits += character
        elif character not in _PARTING:
            raise FilterError(f"{character!r} is no hex digit", _SUCH_AS_HEX, text, place, 1)
        elif len(digits) % 2:
            raise FilterError("a byte has two hex digits", _SUCH_AS_HEX, text, place - 1, 1)
    if not digits:
        raise FilterError("expected bytes in hex", _SUCH_AS_HEX, text, 0, len(text))
    if len(digits) % 2:
        last = max(place for place, character in enumerate(text) if character in _HEX)
        raise FilterError("a byte has two hex digits", _SUCH_AS_HEX, text, last, 1)
    return bytes.fromhex(digits)


def _pattern(query: Query) -> Matcher:
    """A regular expression as filters take it (`matches`), in a process of its own."""
    text = query.text
    flags = 0 if query.exact else re.IGNORECASE
    encoded = text.encode("utf-8", "surrogateescape")
    translated = encoded
    try:
        translated = in_python(encoded)
        source = translated if query.place is Where.BYTES else translated.decode("utf-8", "surrogateescape")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of patterns that another version may read otherwise
            re.compile(source, flags)
    except _PATTERN_ERRORS as error:
        start, length = 0, len(text)
        place = getattr(error, "pos", None)
        if (
            isinstance(place, int) and translated == encoded and text.isascii()
        ):  # else it is another one's place
            start, length = min(place, len(text)), int(place < len(text))
        reason = getattr(error, "msg", None) or str(error) or "it is nested too deeply"
        raise FilterError(
            f"no regular expression: {reason}",
            r"such as ^GET .*\.html; \. is a full stop",
            text,
            start,
            length,
        ) from None
    return Pattern(source, flags)


_NEEDLES: Mapping[Where, Callable[[Matcher], Needle]] = {
    Where.LIST: CellsNeedle,
    Where.TREE: NodesNeedle,
    Where.BYTES: PatternNeedle,
}


def _next(members: Sequence[Member], member: Member | None) -> Member:
    return members[(members.index(member) + 1) % len(members)] if member in members else members[0]
