"""What may stand at a place of a display filter: fields, operators, and the values that the capture has.

Invariant: nothing raises, whatever the text; a capture is looked at only for the values of a field that
stands before the place, and of those only for what is quickly got.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum
from ipaddress import IPv4Address
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from tui.decode.headers.field import ipv6, mac
from tui.errors import FilterError
from tui.filter.access import occurrences_of
from tui.filter.field import Effort, Field, Type
from tui.filter.fields import FIELDS, near
from tui.filter.language.entities import find_field
from tui.filter.language.functions import FUNCTIONS
from tui.filter.language.tokens import RELATIONS, Kind, Token, tokens
from tui.filter.language.types import Traits, shape_of
from tui.filter.protocols import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tui.filter.chunk import View

MOST = 200
_VALUES = 30
# How many packets are looked at for values, by effort: a key must not wait.
_PACKETS: Mapping[Effort, int] = {
    Effort.COLUMNS: 200_000,
    Effort.CONNECTIONS: 20_000,
    Effort.BYTES: 20_000,
    Effort.HEADERS: 2_000,
    Effort.DECODING: 100,
}
_FREQUENT = ("tcp", "ip", "ipv6", "frame", "eth", "udp", "tcpscope", "http", "tls", "dns")
_WORD_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-")


class What(Enum):
    """What is proposed."""

    FIELD = "field"
    FUNCTION = "function"
    OPERATOR = "operator"
    VALUE = "value"
    ACTION = "action"  # in the command line
    SAVED = "saved"  # a whole filter that has a name


class Completion(Struct, frozen=True):
    """A proposal: `text` in the place of characters [start, end) of the filter, and what it is."""

    text: str
    start: int
    end: int
    what: What
    help: str


# THE operators behind a field: how they are written, what they say, for which types.
_OPERATORS: tuple[tuple[str, str, Callable[[Traits], bool]], ...] = (
    ("==", "any of its values is equal", lambda traits: traits.compares),
    ("!=", "all of its values differ", lambda traits: traits.compares),
    (">", "any is greater", lambda traits: traits.compares),
    ("<", "any is less", lambda traits: traits.compares),
    (">=", "any is greater or equal", lambda traits: traits.compares),
    ("<=", "any is less or equal", lambda traits: traits.compares),
    ("in", "any is in a set: {80, 443, 8000..8080}", lambda traits: traits.compares),
    ("not in", "none is in a set", lambda traits: traits.compares),
    ("contains", "it has this text, or these bytes, in it", lambda traits: traits.searched),
    ("matches", "a regular expression is found in it", lambda traits: traits.searched),
    ("&", "some of these bits are set", lambda traits: traits.masked),
    ("===", "all of its values are equal", lambda traits: traits.compares),
    ("!==", "any of its values differs", lambda traits: traits.compares),
)
_JOINTS = (("and", "both hold"), ("or", "one of the two holds"))
_OPENINGS = (
    ("not", "what follows does not hold"),
    ("all", "all values of the field must compare so"),
    ("any", "any value of the field must compare so"),
)
_BEFORE_FIELD = frozenset({"and", "or", "not", "!", "(", "any", "all", "+", "-", "*", "/", "%", "&"})
_IN_SET = frozenset({"{", ",", ".."})


def complete(text: str, cursor: int, view: View | None = None) -> list[Completion]:
    """What may stand where the cursor is, the likeliest first; at most MOST. `view` has the values."""
    cursor = max(0, min(cursor, len(text)))
    start = cursor
    while start and text[start - 1] in _WORD_CHARACTERS:
        start -= 1
    try:
        before = tokens(text[:start])[:-1]
    except FilterError:  # within a string, or behind what is an error anyway
        return []
    typed = text[start:cursor]
    found = [
        Completion(proposal, start, cursor, what, help_)
        for proposal, what, help_ in _proposals(before, typed, view)
    ]
    return found[:MOST]


Proposal = tuple[str, What, str]


def _proposals(before: list[Token], typed: str, view: View | None) -> Iterator[Proposal]:
    last = before[-1] if before else None
    if last is None or (last.kind is Kind.SIGN and last.text in _BEFORE_FIELD):
        yield from _fields(typed)
        yield from _some(_OPENINGS, What.OPERATOR, typed)
    elif last.kind is Kind.SIGN and (last.text in RELATIONS or _within_set(before)):
        field = _field_before(before)
        yield from _values(field, typed, view) if field is not None else ()
        yield from _fields(typed) if typed and not typed[0].isdigit() else ()
    elif last.kind is Kind.SIGN and last.text == ",":
        yield from _fields(typed)
    elif last.kind in (Kind.WORD, Kind.FIELD) and (field := find_field(last.text)) is not None:
        traits = shape_of(field).traits
        yield from _some(
            ((sign, help_) for sign, help_, fits in _OPERATORS if fits(traits)), What.OPERATOR, typed
        )
        yield from _some(_JOINTS, What.OPERATOR, typed)
    else:
        yield from _some(_JOINTS, What.OPERATOR, typed)


def _some(rows: Iterable[tuple[str, str]], what: What, typed: str) -> Iterator[Proposal]:
    return ((name, what, help_) for name, help_ in rows if name.startswith(typed))


def _within_set(before: list[Token]) -> bool:
    """Whether the place is between the braces of a set, behind one of its signs."""
    signs = [token.text for token in before if token.kind is Kind.SIGN]
    open_ = "".join(sign for sign in signs if sign in "{}").replace("{}", "")
    return bool(signs) and signs[-1] in _IN_SET and bool(open_)


def _field_before(before: list[Token]) -> Field | None:
    """The field that the value at the place is compared with."""
    place = len(before) - 1
    while place > 0 and not (before[place].kind is Kind.SIGN and before[place].text in RELATIONS | {"in"}):
        place -= 1
    left = before[place - 1] if place else None
    return find_field(left.text) if left is not None and left.kind in (Kind.WORD, Kind.FIELD) else None


def _rank(field: Field) -> tuple[int, int, str]:
    """Short names first, those of the protocols that most packets have before others."""
    protocol = field.name.partition(".")[0]
    place = _FREQUENT.index(protocol) if protocol in _FREQUENT else len(_FREQUENT)
    return field.name.count("."), place, field.name


def _fields(typed: str) -> Iterator[Proposal]:
    """Fields, protocols and functions: those that begin so, or have it in them, or else look like it."""
    lower = typed.lower()
    named = sorted({**PROTOCOLS, **FIELDS}.values(), key=_rank)
    begins = [field for field in named if field.name.lower().startswith(lower)]
    within = [field for field in named if lower and lower in field.name.lower() and field not in begins]
    functions = [(f"{name}(", row.help) for name, row in FUNCTIONS.items() if name.startswith(lower)]
    known = begins or within or functions or not lower
    similar = () if known else near(lower, (*FIELDS, *PROTOCOLS))
    alike = (field for name in similar if (field := find_field(name)) is not None)
    yield from map(_proposed, begins)
    yield from ((name, What.FUNCTION, help_) for name, help_ in functions)
    yield from map(_proposed, chain(within, alike))


def _proposed(field: Field) -> Proposal:
    return field.name, What.FIELD, f"{field.label} · {shape_of(field).title}"


def _values(field: Field, typed: str, view: View | None) -> Iterator[Proposal]:
    """The field's named values, and those that the capture has, the most frequent first."""
    shape = shape_of(field)
    write = _WRITERS.get(shape.type)
    names = field.names or ({1: "True", 0: "False"} if shape.type is Type.BOOL else {})
    counts = _counted(field, view) if view is not None and write is not None else Counter()
    shown = set()
    for value, count in counts.most_common(_VALUES):
        text = write(value) if write is not None else ""
        shown.add(text)
        if text.startswith(typed):
            packets = "1 packet" if count == 1 else f"{count:,} packets"
            name = names.get(value) if isinstance(value, int) else None
            yield text, What.VALUE, f"{name} · {packets}" if name else packets
    for number, name in names.items():
        if str(number) not in shown and str(number).startswith(typed):
            yield str(number), What.VALUE, name


def _counted(field: Field, view: View) -> Counter[Any]:
    """How often the first packets that are kept have each value."""
    source = occurrences_of(field, ())
    first = view.capture.packets.first
    stop = min(first + _PACKETS[source.effort], len(view.capture.packets))
    found: Counter[Any] = Counter()
    for part in source.parts(view.chunk(first, stop)) if stop > first else ():
        values = part.values if part.present is None else part.values[part.present]
        if values.dtype == object:
            found.update(values.tolist())
        else:
            numbers, counts = np.unique(values, return_counts=True)
            found.update(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
    return found


def quoted(text: str) -> str:
    """A string as it is written in a filter."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "replace"))


# How a value is written in a filter; times are not proposed, there are as many as packets.
_WRITERS: Mapping[Type, Callable[[Any], str]] = {
    Type.UINT: str,
    Type.INT: str,
    Type.BOOL: str,
    Type.IPV4: lambda value: str(IPv4Address(value)),
    Type.IPV6: ipv6,
    Type.ETHER: mac,
    Type.STRING: quoted,
}
