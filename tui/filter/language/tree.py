"""What a filter says, before it is known whether it makes sense: the nodes that the parser makes.

Invariant: a node knows which characters of the filter it stands for; nothing here knows a field.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Span(Struct, frozen=True):
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


class Range(Struct, frozen=True):
    """A piece of a sequence: `length` items from `start` on, which counts from the end if it is negative.

    `length` None: to the end.
    """

    start: int
    length: int | None


class Word(Struct, frozen=True):
    """A field, or a value written without quotes; `field`: it cannot be a value."""

    span: Span
    text: str
    field: bool = False


class String(Struct, frozen=True):
    """A value in double quotes."""

    span: Span
    value: bytes


class Character(Struct, frozen=True):
    """A value in single quotes."""

    span: Span
    code: int


class Layers(Struct, frozen=True):
    """ "ip.src#2": a field of some of the headers of its protocol, counted from 1 (the outermost)."""

    span: Span
    word: Word
    ranges: tuple[Range, ...]


class Slice(Struct, frozen=True):
    """ "tcp[0:2,4]": some bytes of a value."""

    span: Span
    whole: Entity
    ranges: tuple[Range, ...]


class Call(Struct, frozen=True):
    """ "len(tcp)"."""

    span: Span
    name: Word
    arguments: tuple[Entity, ...]


class Binary(Struct, frozen=True):
    """An operation on two values: + - * / % &."""

    span: Span
    sign: str
    left: Entity
    right: Entity


class Negative(Struct, frozen=True):
    """ "-1"."""

    span: Span
    value: Entity


Entity = Word | String | Character | Layers | Slice | Call | Binary | Negative


class Relation(Struct, frozen=True):
    """ "any left == right"; `many` None: what the sign means by itself. `at` is where the sign stands."""

    span: Span
    sign: str
    at: Span
    left: Entity
    right: Entity
    many: Many | None = None


class Membership(Struct, frozen=True):
    """ "left not in {a, b..c}"; of a single value the second of the pair is None."""

    span: Span
    left: Entity
    items: tuple[tuple[Entity, Entity | None], ...]
    negated: bool
    many: Many | None = None


class Presence(Struct, frozen=True):
    """A field, or a number made of one, by itself: whether it is there, or other than zero."""

    span: Span
    value: Entity


class Not(Struct, frozen=True):
    """Where its condition does not hold."""

    span: Span
    condition: Condition


class Joined(Struct, frozen=True):
    """Conditions with "and", or with "or", between them."""

    span: Span
    sign: str
    conditions: tuple[Condition, ...]


Condition = Relation | Membership | Presence | Not | Joined
