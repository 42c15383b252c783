"""Clocks of interfaces, exact to the nanosecond."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tui.capture.interface import decode_resolution


@pytest.mark.parametrize(
    ("value", "resolution"),
    [
        (0, (10**9, 1)),
        (3, (10**6, 1)),
        (6, (1000, 1)),
        (9, (1, 1)),
        (12, (1, 1000)),
        (0x80, (10**9, 1)),
        (0x80 | 10, (5**9, 2)),
        (0x80 | 32, (5**9, 2**23)),
    ],
)
def test_both_forms_of_if_tsresol_are_exact(value: int, resolution: tuple[int, int]) -> None:
    assert decode_resolution(value) == resolution


def test_every_value_of_the_byte_stays_within_what_a_kernel_can_count() -> None:
    for value in range(256):
        multiplier, divisor = decode_resolution(value)
        assert 1 <= multiplier <= 10**9
        assert 1 <= divisor < 2**64


def test_a_tick_is_as_long_as_the_draft_says_up_to_64_bits() -> None:
    for exponent in range(20):
        multiplier, divisor = decode_resolution(exponent)
        assert Fraction(multiplier, divisor) == Fraction(10**9, 10**exponent)
    for exponent in range(64):
        multiplier, divisor = decode_resolution(0x80 | exponent)
        assert Fraction(multiplier, divisor) == Fraction(10**9, 2**exponent)
