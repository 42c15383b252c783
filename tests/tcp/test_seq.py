"""Sequence arithmetic is modulo 2³²."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.tcp.seq import MODULUS, add, after, distance, unwrap

NUMBERS = st.integers(0, MODULUS - 1)
STEPS = st.integers(-(2**31), 2**31 - 1)


@given(NUMBERS, STEPS)
def test_the_distance_to_a_number_is_what_was_added(number: int, step: int) -> None:
    assert distance(add(number, step), number) == step


@given(NUMBERS, st.integers(1, 2**31 - 1))
def test_a_number_is_after_the_one_it_was_made_from_across_the_wrap(number: int, step: int) -> None:
    assert after(add(number, step), number)
    assert not after(number, add(number, step))


@given(NUMBERS, st.lists(STEPS, max_size=20))
def test_unwrapped_positions_go_on_where_numbers_wrap(origin: int, steps: list[int]) -> None:
    positions = np.cumsum(np.array(steps, np.int64))
    numbers = (positions + origin) % MODULUS
    assert unwrap(numbers, origin).tolist() == positions.tolist()


def test_arrays_and_integers_have_the_same_distance() -> None:
    later, earlier = np.array([5, 0, 2**31]), np.array([MODULUS - 5, 1, 0])
    expected = [distance(int(a), int(b)) for a, b in zip(later, earlier, strict=True)]
    assert distance(later, earlier).tolist() == expected == [10, -1, -(2**31)]
