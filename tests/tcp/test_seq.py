"""Sequence arithmetic is modulo 2³²."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.tcp.seq import MODULUS, add, distance, relative

NUMBERS = st.integers(0, MODULUS - 1)


@given(NUMBERS, NUMBERS)
def test_a_number_counted_from_another_leads_back_to_it_across_the_wrap(number: int, base: int) -> None:
    assert add(base, relative(number, base)) == number


@given(NUMBERS, NUMBERS)
def test_a_distance_is_the_shorter_way_round(number: int, base: int) -> None:
    apart = distance(number, base)
    assert -(MODULUS // 2) <= apart < MODULUS // 2
    assert add(base, apart) == number


def test_arrays_are_counted_as_integers_are() -> None:
    numbers, bases = np.array([5, 0, 2**31]), np.array([MODULUS - 5, 1, 0])
    expected = [relative(int(a), int(b)) for a, b in zip(numbers, bases, strict=True)]
    assert relative(numbers, bases).tolist() == expected == [10, MODULUS - 1, 2**31]
