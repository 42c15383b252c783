"""What a filter says, before it is known whether it makes sense: the nodes that the parser makes.

Invariant: a node knows which characters of the filter it stands for; nothing here knows a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the filter."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From here to the end of `other`."""
        return Span(self.start, other.end)


class Many(Enum):
    """How many of a field's values a relation must hold for."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Range:
    """A piece of a sequence: `length` items from `start` on, which counts from the end if it is negative.

    `length` None: to the end.
    """

    start: int
    length: int | None


@dataclass(frozen=True, slots=True)
class Word:
    """A field, or a value written without quotes; `field`: it cannot be a value."""

    span: Span
    text: str
    field: bool = False


@dataclass(frozen=True, slots=True)
class String:
    """A value in double quotes."""

    span: Span
    value: bytes


@dataclass(frozen=True, slots=True)
class Character:
    """A value in single quotes."""

    span: Span
    code: int


@dataclass(frozen=True, slots=True)
class Layers:
    """ "ip.src#2": a field of some of the headers of its protocol, counted from 1 (the outermost)."""

    span: Span
    word: Word
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """ "tcp[0:2,4]": some bytes of a value."""

    span: Span
    whole: Entity
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """ "len(tcp)"."""

    span: Span
    name: Word
    arguments: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation on two values: + - * / % &."""

    span: Span
    sign: str
    left: Entity
    right: Entity


@dataclass(frozen=True, slots=True)
class Negative:
    """ "-1"."""

    span: Span
    value: Entity


Entity = Word | String | Character | Layers | Slice | Call | Binary | Negative


@dataclass(frozen=True, slots=True)
class Relation:
    """ "any left == right"; `many` None: what the sign means by itself. `at` is where the sign stands."""

    span: Span
    sign: str
    at: Span
    left: Entity
    right: Entity
    many: Many | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """ "left not in {a, b..c}"; of a single value the second of the pair is None."""

    span: Span
    left: Entity
    items: tuple[tuple[Entity, Entity | None], ...]
    negated: bool
    many: Many | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """A field, or a number made of one, by itself: whether it is there, or other than zero."""

    span: Span
    value: Entity


@dataclass(frozen=True, slots=True)
class Not:
    """Where its condition does not hold."""

    span: Span
    condition: Condition


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions with "and", or with "or", between them."""

    span: Span
    sign: str
    conditions: tuple[Condition, ...]


Condition = Relation | Membership | Presence | Not | Joined
