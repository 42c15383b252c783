"""Ticks are round, lie within their axis, and are told apart by their texts."""

from __future__ import annotations

import pytest
from examples import share
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.report.graphs.scales import Unit, span_text, ticks, value_text

SECOND = 10**9


def _texts(low: float, high: float, most: int, unit: Unit) -> list[str]:
    return [tick.text for tick in ticks(low, high, most, unit)]


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        ((0, 1.1 * SECOND, 4, Unit.TIME), ["0", "500 ms", "1.0 s"]),
        ((0, 42e6, 6, Unit.TIME), ["0", "10 ms", "20 ms", "30 ms", "40 ms"]),
        ((1.2e9, 1.2004e9, 3, Unit.TIME), ["1.2000 s", "1.2002 s", "1.2004 s"]),
        ((0, 1200 * SECOND, 5, Unit.TIME), ["0:00", "5:00", "10:00", "15:00", "20:00"]),
        ((0, 9000 * SECOND, 4, Unit.TIME), ["0:00", "1:00:00", "2:00:00"]),
        ((0, 40 * 86400 * SECOND, 5, Unit.TIME), ["0 d", "10 d", "20 d", "30 d", "40 d"]),
        ((0, 65536, 5, Unit.BYTES), ["0", "16 KiB", "32 KiB", "48 KiB", "64 KiB"]),
        ((0, 3e6, 4, Unit.RATE), ["0", "1 Mbit/s", "2 Mbit/s", "3 Mbit/s"]),
        ((0, 240_000, 6, Unit.SEQUENCE), ["0", "50 k", "100 k", "150 k", "200 k"]),
        ((0, 3, 4, Unit.COUNT), ["0", "1", "2", "3"]),
    ],
)
def test_ticks_are_round_and_have_units(axis: tuple[float, float, int, Unit], texts: list[str]) -> None:
    assert _texts(*axis) == texts


@settings(deadline=None, max_examples=share(300))
@example(low=63_251_277_506_936_821, span=64, most=14, unit=Unit.TIME)
@given(
    st.integers(-(10**12), 10**18),
    st.integers(1, 10**18),
    st.integers(2, 20),
    st.sampled_from(list(Unit)),
)
def test_ticks_lie_within_their_axis_and_differ(low: int, span: int, most: int, unit: Unit) -> None:
    found = ticks(float(low), float(low + span), most, unit)
    assert len(found) <= most
    rounding = 1e-9 * (abs(low) + span)
    assert all(low - rounding <= tick.value <= low + span + rounding for tick in found)


@settings(deadline=None, max_examples=share(300))
@given(st.integers(0, 10**15), st.integers(100, 10**13), st.integers(2, 12))
def test_the_texts_of_ticks_differ(low: int, span: int, most: int) -> None:
    for unit in Unit:
        texts = _texts(float(low), float(low + span), most, unit)
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (40_554_000, Unit.TIME, "40.554 ms"),
        (1_500_000_000, Unit.TIME, "1.500000 s"),
        (1448, Unit.BYTES, "1,448 B"),
        (3_420_000, Unit.RATE, "3.42 Mbit/s"),
        (0, Unit.RATE, "0 bit/s"),
        (238482, Unit.SEQUENCE, "238,482"),
        (12, Unit.COUNT, "12 packets"),
    ],
)
def test_a_value_is_read_in_full(value: float, unit: Unit, text: str) -> None:
    assert value_text(value, unit) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [(10**6, "1 ms"), (500 * 10**6, "500 ms"), (SECOND, "1 s"), (300 * SECOND, "5 min"), (1000, "1 µs")],
)
def test_an_interval_is_named_in_its_largest_unit(length: int, text: str) -> None:
    assert span_text(length) == text
