"""Packets a second are kept for half a minute, and drawn in one line of cells."""

from __future__ import annotations

import pytest

from tui.report.traffic import SECONDS, Traffic, sparkline


def test_rates_are_packets_a_second_whatever_time_passed() -> None:
    traffic = Traffic()
    for moment, count in ((10.0, 1000), (11.0, 1005), (13.0, 1025)):
        traffic.add(moment, {"eth0": count})
    assert list(traffic.rates("eth0")) == [5, 10]


def test_only_the_last_half_minute_is_kept() -> None:
    traffic = Traffic()
    for second in range(100):
        traffic.add(float(second + 1), {"eth0": second * second})
    assert len(traffic.rates("eth0")) == SECONDS
    assert traffic.rates("eth0")[-1] == 99**2 - 98**2


def test_a_counter_that_begins_anew_counts_as_nothing() -> None:
    traffic = Traffic()
    traffic.add(1.0, {"eth0": 500})
    traffic.add(2.0, {"eth0": 3})
    assert list(traffic.rates("eth0")) == [0]


def test_an_interface_that_comes_later_has_no_rate_at_first() -> None:
    traffic = Traffic()
    traffic.add(1.0, {"eth0": 500})
    traffic.add(2.0, {"eth0": 500, "wlan0": 7})
    assert list(traffic.rates("wlan0")) == []


def test_two_looks_at_one_moment_are_one() -> None:
    traffic = Traffic()
    traffic.add(1.0, {"eth0": 1})
    traffic.add(1.0, {"eth0": 9})
    assert list(traffic.rates("eth0")) == []


@pytest.mark.parametrize(
    ("rates", "drawn"),
    [
        ([], "    "),
        ([0, 0], "  ▁▁"),
        ([0, 1, 7], " ▁▂█"),
        ([9, 9, 0, 350, 700], "▂▁▅█"),
        ([0, 1, 1_000_000], " ▁▂█"),
    ],
)
def test_the_latest_rate_stands_at_the_right_and_the_highest_fills_the_line(
    rates: list[float], drawn: str
) -> None:
    assert sparkline(rates, 4) == drawn
