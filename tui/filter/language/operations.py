"""THE operations on values: comparisons and arithmetic, for arrays and constants.

Invariant: an operation that fails in Wireshark (division by zero, a number that its type cannot hold, an
unsigned and a negative number together) gives no value, or compares as false, here too.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.filter.values import Array, Part, Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tui.filter.chunk import Bools

_HIGHEST, _LOWEST = int(np.iinfo(np.uint32).max), int(np.iinfo(np.int32).min)

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def compare(sign: str, left: Array, right: Any) -> Bools:
    """Which of the pairs are as `sign` says; `right` is a value or an array."""
    function = COMPARISONS[sign]
    if left.dtype != object:
        found: Bools = function(left, right)
        return found
    return _mapped(function, left, right)


def compare_unsigned(sign: str, left: Array, right: Any) -> Bools:
    """The same for numbers that Wireshark holds without a sign: a negative one is not like any of them."""
    found = compare(sign, left, right)
    foreign = (np.asarray(right) < 0) & (left >= 0)
    return np.where(foreign, sign == "!=", found).astype(np.bool_) if np.any(foreign) else found


def compare_masked(sign: str, mask: Any, left: Array, right: Any) -> Bools:
    """The same of those bits only that `mask` has: a network's; `right` has no others."""
    return compare(sign, _masked(left, mask), right)


def contains(left: Array, right: Any) -> Bools:
    """Which of the left values have the right one in them; nothing has nothing in it."""
    return _mapped(lambda value, sought: len(sought) > 0 and sought in value, left, right)


def _mapped(function: Callable[[Any, Any], Any], left: Array, right: Any) -> Bools:
    if isinstance(right, np.ndarray):
        pairs: Iterable[tuple[Any, Any]] = zip(left.tolist(), right.tolist(), strict=True)
    else:
        pairs = ((value, right) for value in left.tolist())
    # A dense part has None where a packet has no value.
    return np.fromiter(
        (value is not None and bool(function(value, other)) for value, other in pairs), np.bool_, len(left)
    )


def _times(left: Array, right: Any) -> Array:
    """Products that 64 bits cannot hold become one that 32 bits cannot hold either."""
    large = np.abs(left.astype(np.float64) * right) > _HIGHEST
    return np.where(large, _HIGHEST + 1, left * np.where(large, 0, right))


def _divide(left: Array, right: Any) -> Array:
    """As C does: towards zero."""
    divisor = np.where(np.asarray(right) == 0, 1, right)
    quotient: Array = np.sign(left) * np.sign(divisor) * (np.abs(left) // np.abs(divisor))
    return quotient


def _remainder(left: Array, right: Any) -> Array:
    rest: Array = left - _divide(left, right) * np.where(np.asarray(right) == 0, 1, right)
    return rest


def _masked(left: Array, right: Any) -> Array:
    if left.dtype != object:
        found: Array = left & right
        return found
    others = right.tolist() if isinstance(right, np.ndarray) else [right] * len(left)
    masked = np.empty(len(left), object)
    for place, (value, other) in enumerate(zip(left.tolist(), others, strict=True)):
        masked[place] = None if value is None else bytes(a & b for a, b in zip(value, other, strict=False))
    return masked


ARITHMETIC: Mapping[str, Callable[[Array, Any], Array]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": _times,
    "/": _divide,
    "%": _remainder,
    "&": _masked,
}


def is_in_bounds(number: Any) -> bool:
    """Whether 32 bits can hold it, with a sign or without."""
    return bool(_LOWEST <= number <= _HIGHEST)


def in_bounds(parts: Parts) -> Parts:
    """Without what 32 bits cannot hold."""
    return [
        part.where(((part.values <= _HIGHEST) & (part.values >= _LOWEST)).astype(np.bool_)) for part in parts
    ]


def not_zero(parts: Parts) -> Parts:
    """Whether each value is other than zero."""
    return [
        Part(
            part.values != 0 if part.values.dtype != object else _any_byte(part.values),
            part.present,
            part.owner,
        )
        for part in parts
    ]


def _any_byte(values: Array) -> Bools:
    return np.fromiter((value is not None and any(value) for value in values.tolist()), np.bool_, len(values))
