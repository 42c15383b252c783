"""Sequence numbers: the only place where they are compared (RFC 9293 §3.4: arithmetic modulo 2³²).

`distance`, `add` and `relative` take integers and arrays alike. `unwrap` turns a series of numbers into
positions that count on past 2³², which may then be compared as ordinary integers.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

MODULUS = 1 << 32
_HALF = 1 << 31

Number = TypeVar("Number", int, NDArray[np.int64])


def distance(later: Number, earlier: Number) -> Number:
    """How far `later` lies behind `earlier`: in [-2³¹, 2³¹)."""
    return ((later - earlier + _HALF) & (MODULUS - 1)) - _HALF


def after(one: int, two: int) -> bool:
    """Whether `one` comes after `two`."""
    return distance(one, two) > 0


def add(number: Number, count: Number) -> Number:
    """The sequence number `count` after `number`."""
    return (number + count) & (MODULUS - 1)


def relative(number: Number, base: Number) -> Number:
    """`number` counted from `base`: in [0, 2³²)."""
    return (number - base) & (MODULUS - 1)


def unwrap(numbers: NDArray[np.int64], origin: int) -> NDArray[np.int64]:
    """Positions of `numbers` counted from `origin` (0).

    Each is taken to lie within 2³¹ of the one before it.
    """
    before = np.concatenate((np.array([origin], np.int64), numbers[:-1]))
    return np.cumsum(distance(numbers.astype(np.int64), before))
