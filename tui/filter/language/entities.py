"""What stands on either side of a relation: fields, slices, calls and arithmetic, with their values' types.

Invariant: whatever this makes has values of the shape that it says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from msgspec import Struct

from tui.errors import FilterError
from tui.filter.field import Field, Type
from tui.filter.fields import FIELDS, near
from tui.filter.language import operations
from tui.filter.language.functions import FUNCTIONS
from tui.filter.language.literals import Literal, literal
from tui.filter.language.plan import Computed, Mapped, Nothing, Occurrences
from tui.filter.language.tree import (
    Binary,
    Call,
    Character,
    Layers,
    Negative,
    Range,
    Slice,
    Span,
    String,
    Word,
)
from tui.filter.language.types import BYTES, Shape, shape_of
from tui.filter.protocols import DECLARED, PROTOCOLS
from tui.filter.values import Constant, array

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.filter.field import Value
    from tui.filter.language.functions import Function
    from tui.filter.language.plan import Expression
    from tui.filter.language.tree import Entity

_FIELD_LIKE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


class Typed(Struct, frozen=True):
    """An expression with values in packets: their shape, and the field's name if it is one.

    `sliced`: it is bytes cut out of something, which may be compared with whatever has bytes.
    """

    expression: Expression
    shape: Shape
    name: str = ""
    sliced: bool = False


Operand = Typed | Constant


def find_field(name: str) -> Field | None:
    """The field or protocol of that name."""
    return FIELDS.get(name) or PROTOCOLS.get(name)


def as_bytes(typed: Typed) -> Typed:
    """The bytes that each value consists of; the caller has seen that it may be sliced."""
    if typed.shape.type in (Type.BYTES, Type.ETHER, Type.IPV6):
        return Typed(typed.expression, BYTES, sliced=True)
    into = _BYTES_OF.get(typed.shape.type, bytes)
    return Typed(Mapped(_declared(typed), into), BYTES, sliced=True)


_BYTES_OF: dict[Type, Callable[..., bytes]] = {
    Type.IPV4: lambda value: value.to_bytes(4),
    Type.STRING: lambda value: value.encode("utf-8", "replace"),
}


def _declared(typed: Typed) -> Expression:
    """Of a protocol the part that it declares as its own, else the expression as it is."""
    source = typed.expression
    if typed.shape.type is Type.PROTOCOL and isinstance(source, Occurrences):
        return Occurrences(DECLARED[source.field.name], source.layers)
    return source


class Entities:
    """Makes expressions for the filter `text`; `used` are the fields that it names, with their places."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.used: list[tuple[str, Span]] = []

    def of(self, entity: Entity) -> Typed:
        """Something that has values in packets; FilterError if it is a value by itself."""
        if isinstance(entity, Word):
            return self._field(entity, entity, ())
        if isinstance(entity, Layers):
            return self._field(entity.word, entity, entity.ranges)
        if isinstance(entity, Slice):
            return self._slice(entity)
        if isinstance(entity, Call):
            return self._call(entity)
        if isinstance(entity, Binary | Negative):
            found = self._arithmetic(entity, None)
            if isinstance(found, Typed):
                return found
        raise self.error(
            "expected a field or a function, found a value",
            "the field stands first: tcp.port == 80",
            entity.span,
        )

    def operand(self, entity: Entity, shape: Shape) -> Operand:
        """The right side of an operation on values of that shape."""
        if isinstance(entity, Binary | Negative):
            return self._arithmetic(entity, shape)
        return Constant(self.value(entity, shape).value) if self.is_value(entity) else self.of(entity)

    def value(self, entity: Word | String | Character, shape: Shape) -> Literal:
        """What is written there as a value of that shape."""
        try:
            return literal(entity, shape, self._text)
        except FilterError:
            if isinstance(entity, Word) and _FIELD_LIKE.fullmatch(entity.text) and self._nearest(entity.text):
                raise self.unknown(entity.span) from None
            raise

    def is_value(self, entity: Entity) -> TypeGuard[Word | String | Character]:
        """Whether it is a value by itself."""
        if isinstance(entity, Word):
            return not entity.field and find_field(entity.text) is None
        return isinstance(entity, String | Character)

    def error(self, message: str, hint: str, span: Span) -> FilterError:
        """An error about these characters."""
        return FilterError(message, hint, self._text, span.start, span.end - span.start)

    def unknown(self, span: Span) -> FilterError:
        """There is no such field; the names that are most like it."""
        name = self._text[span.start : span.end].lstrip(".")
        close = self._nearest(name)
        hint = (
            f"did you mean {' or '.join(close)}?"
            if close
            else "names are Wireshark's, such as tcp.port or ip.addr"
        )
        return self.error(f"there is no field or protocol {name}", hint, span)

    def _nearest(self, name: str) -> list[str]:
        lower = name.lower()
        return [lower] if find_field(lower) else near(lower, (*FIELDS, *PROTOCOLS))

    def _field(self, word: Word, whole: Word | Layers, layers: tuple[Range, ...]) -> Typed:
        field = find_field(word.text)
        if field is None:
            raise self.unknown(word.span)
        if field.of_displayed:
            message = f"{field.name} asks which packets are displayed, which this filter is to say"
            raise self.error(message, "make it a column of the list, or write frame.time_delta", word.span)
        self.used.append((field.name, word.span))
        return Typed(Occurrences(field, layers), shape_of(field), field.name)

    def _slice(self, entity: Slice) -> Typed:
        whole = self.of(entity.whole)
        if not whole.shape.traits.sliced:
            message = (
                f"expected something with bytes to take some of, found {self._describe(whole, entity.whole)}"
            )
            raise self.error(
                message, "protocols have bytes: tcp[13]; so have addresses and payloads", entity.whole.span
            )
        return Typed(Mapped(as_bytes(whole).expression, _cut(entity.ranges)), BYTES, sliced=True)

    def _call(self, call: Call) -> Typed:
        name = call.name.text
        function = FUNCTIONS.get(name)
        if function is None:
            close = near(name.lower(), FUNCTIONS)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(FUNCTIONS)}"
            raise self.error(f"there is no function {name}", hint, call.name.span)
        if not call.arguments or (len(call.arguments) > 1 and not function.many):
            wanted = "at least one argument" if function.many else "one argument"
            raise self.error(f"{name} takes {wanted}, found {len(call.arguments)}", function.help, call.span)
        return self._applied(call, function)

    def _applied(self, call: Call, function: Function) -> Typed:
        first, *others = call.arguments
        computed = isinstance(first, Call | Binary | Negative | Slice)
        if self.is_value(first) or (computed and not function.computed):
            raise self.error(f"{call.name.text} takes {function.expected}", function.help, first.span)
        typed = self.of(first)
        if not function.takes(typed.shape):
            message = f"{call.name.text} takes {function.expected}, found {self._describe(typed, first)}"
            raise self.error(message, function.help, first.span)
        arguments: list[Expression | Constant] = [_declared(typed) if function.measures else typed.expression]
        for entity in others:
            other = self.operand(entity, typed.shape)
            if isinstance(other, Typed) and (other.shape.type, other.shape.bits) != (
                typed.shape.type,
                typed.shape.bits,
            ):
                message = f"{call.name.text} takes values of one type, here {typed.shape.title}"
                raise self.error(f"{message}; this is {other.shape.title}", function.help, entity.span)
            arguments.append(other.expression if isinstance(other, Typed) else other)
        return Typed(function.make(tuple(arguments), typed.shape), function.result or typed.shape)

    def _arithmetic(self, entity: Binary | Negative, like: Shape | None) -> Operand:
        """`like`: the type of values that no field stands beside; None: a field must stand first."""
        if isinstance(entity, Negative):
            inner = self._first(entity.value, like)
            self._allow("-", inner, like, entity)
            return self._computed("-", Constant(0), inner, like)
        left = self._first(entity.left, like)
        shape = left.shape if isinstance(left, Typed) else like
        assert shape is not None, "a value stands first only beside a type"
        self._allow(entity.sign, left, shape, entity)
        if isinstance(entity.right, String):
            raise self.error("expected a number, found a string", "leave the quotes out", entity.right.span)
        right = self.operand(entity.right, shape)
        if isinstance(right, Typed) and not (shape.fits(right.shape) or right.sliced):
            raise self.unlike(shape, right, entity.right)
        return self._computed(entity.sign, left, right, shape)

    def _first(self, entity: Entity, like: Shape | None) -> Operand:
        if like is not None:
            return self.operand(entity, like)
        if self.is_value(entity):
            raise self.error(
                "expected a field first, found a value",
                "write tcp.srcport + 1, not 1 + tcp.srcport",
                entity.span,
            )
        return self.of(entity)

    def _allow(self, sign: str, left: Operand, like: Shape | None, entity: Binary | Negative) -> None:
        shape = left.shape if isinstance(left, Typed) else like
        assert shape is not None, "a value stands first only beside a type"
        traits = shape.traits
        allowed = traits.masked if sign == "&" else traits.added if sign in "+-" else traits.multiplied
        if not allowed:
            raise self.error(f"{sign} means nothing for {shape.title}", _ALLOWED[sign], entity.span)

    def _computed(self, sign: str, left: Operand, right: Operand, shape: Shape | None) -> Operand:
        found = next((side.shape for side in (left, right) if isinstance(side, Typed)), shape)
        assert found is not None, "one of the sides has a type"
        number = found.traits.family == "number"
        if (
            number
            and sign != "&"
            and found.type is Type.UINT
            and isinstance(right, Constant)
            and _negative(right)
        ):
            return Typed(Nothing(), found)
        sides = [side.expression if isinstance(side, Typed) else side for side in (left, right)]
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _folded(sign, left, right, number) or Typed(Nothing(), found)
        return Typed(Computed(sign, sides[0], sides[1], number), found)

    def unlike(self, shape: Shape, right: Typed, entity: Entity) -> FilterError:
        """Two types that have nothing to do with each other."""
        described = self._describe(right, entity)
        return self.error(
            f"expected {shape.title}, found {described}", "both sides must be of one type", entity.span
        )

    def _describe(self, typed: Typed, entity: Entity) -> str:
        return f"{self._text[entity.span.start : entity.span.end]}, {typed.shape.title}"


_ALLOWED = {
    "&": "numbers, addresses and bytes have bits",
    **dict.fromkeys("+-", "numbers and times can be added"),
    **dict.fromkeys("*/%", "numbers can be multiplied and divided"),
}


def _negative(constant: Constant) -> bool:
    return isinstance(constant.value, int) and constant.value < 0


def _folded(sign: str, left: Constant, right: Constant, bounded: bool) -> Constant | None:
    """The value that two values come to; None if Wireshark has none."""
    if sign in "/%" and right.value == 0:
        return None
    result: Value = operations.ARITHMETIC[sign](array([left.value]), right.value).tolist()[0]
    fits = not bounded or operations.is_in_bounds(result)
    return Constant(result) if fits else None


def _cut(ranges: Sequence[Range]) -> Callable[[object], bytes | None]:
    """Those bytes of a value, one range after another, up to the first that the value does not reach to.

    None if that is the first of all.
    """

    def cut(value: object) -> bytes | None:
        assert isinstance(value, bytes)
        pieces = []
        for piece in ranges:
            start = piece.start if piece.start >= 0 else len(value) + piece.start
            stop = len(value) if piece.length is None else start + piece.length
            if start < 0 or start >= len(value) or stop > len(value):
                break
            pieces.append(value[start:stop])
        return b"".join(pieces) or None

    return cut
