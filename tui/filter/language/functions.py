"""THE functions of display filters: what each takes, what its result is, and its help.

Invariant: a row is all there is to know of a function; compiler, completion and help derive from it.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from tui.decode.headers.field import ipv6, mac
from tui.filter.field import Type
from tui.filter.language.plan import Counted, Extreme, Mapped
from tui.filter.language.types import NUMBER, STRING, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.filter.field import Value
    from tui.filter.language.plan import Expression
    from tui.filter.values import Constant


class Function(Struct, frozen=True):
    """A function: `takes` says of which types, and in which words.

    `result` is the result's shape (None: the argument's), `many` whether it takes several arguments,
    `computed` whether they may be more than fields, `measures` whether a protocol's declared part is meant;
    `make` makes the expression of the arguments and the shape of the first.
    """

    help: str
    takes: Callable[[Shape], bool]
    expected: str
    result: Shape | None
    make: Callable[[tuple[Expression | Constant, ...], Shape], Expression]
    many: bool = False
    computed: bool = False
    measures: bool = False


def _length(arguments: tuple[Expression | Constant, ...], shape: Shape) -> Expression:
    return Mapped(_only(arguments), _measure(shape.size))


def _measure(size: int | None) -> Callable[[Any], int]:
    """Strings count as UTF-8."""
    if size is not None:
        return lambda value: size
    return lambda value: len(value.encode()) if isinstance(value, str) else len(value)


def _only(arguments: tuple[Expression | Constant, ...]) -> Expression:
    """The argument of a function that takes a field: never a constant."""
    return cast("Expression", arguments[0])


def _text(arguments: tuple[Expression | Constant, ...], shape: Shape) -> Expression:
    return Mapped(_only(arguments), _WRITERS.get(shape.type, str))


_WRITERS: Mapping[Type, Callable[..., str]] = {
    Type.IPV4: lambda value: str(IPv4Address(value)),
    Type.IPV6: ipv6,
    Type.ETHER: mac,
}


def _each(function: Callable[..., Value]) -> Callable[..., Expression]:
    return lambda arguments, shape: Mapped(_only(arguments), function)


FUNCTIONS: Mapping[str, Function] = {
    "len": Function(
        "how many bytes a value has", lambda shape: True, "a field", NUMBER, _length, measures=True
    ),
    "count": Function(
        "how often the packet has the field",
        lambda shape: True,
        "a field",
        NUMBER,
        lambda arguments, shape: Counted(_only(arguments)),
    ),
    "lower": Function(
        "the text in small letters",
        lambda shape: shape.type is Type.STRING,
        "a field of text",
        STRING,
        _each(str.lower),
    ),
    "upper": Function(
        "the text in capitals",
        lambda shape: shape.type is Type.STRING,
        "a field of text",
        STRING,
        _each(str.upper),
    ),
    "string": Function(
        "the number or address as text, for matches and contains",
        lambda shape: shape.traits.written,
        "a field of numbers or addresses",
        STRING,
        _text,
    ),
    "max": Function(
        "the greatest of the values",
        lambda shape: shape.traits.compares,
        "values of one type",
        None,
        lambda arguments, shape: Extreme(arguments, max),
        many=True,
        computed=True,
    ),
    "min": Function(
        "the least of the values",
        lambda shape: shape.traits.compares,
        "values of one type",
        None,
        lambda arguments, shape: Extreme(arguments, min),
        many=True,
        computed=True,
    ),
    "abs": Function(
        "the value without its sign",
        lambda shape: shape.traits.added,
        "numbers or times",
        None,
        _each(abs),
        computed=True,
    ),
}
