"""Sequence numbers: the only place where they are counted (RFC 9293 §3.4: arithmetic modulo 2³²).

The functions take integers and arrays alike. To compare numbers, the kernel `segments.pyx` turns a
connection's into positions that count on past 2³².
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

MODULUS = 1 << 32

Number = TypeVar("Number", int, NDArray[np.int64])


def add(number: Number, count: Number) -> Number:
    """The sequence number `count` after `number`."""
    return (number + count) & (MODULUS - 1)


def relative(number: Number, base: Number) -> Number:
    """`number` counted from `base`: in [0, 2³²)."""
    return (number - base) & (MODULUS - 1)


def distance(number: Number, base: Number) -> Number:
    """How far `number` lies behind `base`, the shorter way round: in [-2³¹, 2³¹)."""
    half = MODULUS >> 1
    return ((number - base + half) & (MODULUS - 1)) - half
