"""Times in words."""

from __future__ import annotations

import pytest

from tui.capture.interface import Interface, decode_resolution
from tui.report.times import clock, decimals, moment, seconds


@pytest.mark.parametrize(
    ("nanoseconds", "places", "text"),
    [
        (0, 6, "0.000000"),
        (28_000, 6, "0.000028"),
        (28_999, 6, "0.000028"),
        (28_001, 9, "0.000028001"),
        (-1_500_000_000, 6, "-1.500000"),
        (12_000_000_000, 9, "12.000000000"),
    ],
)
def test_seconds_are_cut_off_and_keep_their_sign(nanoseconds: int, places: int, text: str) -> None:
    assert seconds(nanoseconds, places) == text


@pytest.mark.parametrize(
    ("tsresol", "places"), [(3, 6), (6, 6), (7, 9), (9, 9), (0x80 | 10, 6), (0x80 | 30, 9)]
)
def test_a_clock_finer_than_a_microsecond_gets_nine_decimals(tsresol: int, places: int) -> None:
    assert decimals(Interface(0, 1, resolution=decode_resolution(tsresol))) == places


@pytest.mark.parametrize("nanoseconds", [-(2**63), -1, 0, 2**63 - 1])
def test_every_time_that_the_index_can_hold_can_be_written(nanoseconds: int) -> None:
    assert moment(nanoseconds, 6).endswith(" UTC")
    assert clock(nanoseconds, 0, 6, utc=True).endswith("Z")
    assert "." in clock(nanoseconds, 0, 6, utc=False)
    assert abs(float(seconds(nanoseconds, 9)) - nanoseconds / 1e9) < 1e-5


def test_a_moment_is_written_in_utc() -> None:
    assert moment(1_254_722_767_492_060_000, 6) == "2009-10-05 06:06:07.492060 UTC"
