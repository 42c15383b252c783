"""Times that a person types, and the packet that is meant."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.index.schema import Mark
from tui.index.table import Packets
from tui.report.moments import Frame, moment_of, row_at

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND = 10**9


def at(*moment: int) -> int:
    """A moment in UTC, ns since 1970."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[arg-type, misc]


FIRST, LAST = at(2024, 5, 1, 23, 50), at(2024, 5, 2, 0, 10)


def frame(now: int = FIRST, utc: bool = True) -> Frame:
    return Frame(zero=FIRST, now=now, first=FIRST, last=LAST, utc=utc)


class Some(NamedTuple):
    """Packets of which only times and marks are known."""

    time: np.ndarray
    marks: np.ndarray


def packets(*times: int, untimed: tuple[int, ...] = ()) -> Packets:
    marks = np.zeros(len(times), np.int32)
    marks[list(untimed)] = Mark.UNTIMED
    return cast(Packets, Some(np.array(times, np.int64), marks))


@pytest.fixture
def far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "XST-3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("12.5s", 12_500_000_000),
        ("12.5", 12_500_000_000),
        ("0.000000001 s", 1),
        ("+3s", 3 * SECOND),
        ("-1.5s", -1_500_000_000),
        ("250ms", 250_000_000),
        ("1.5us", 1_500),
        ("2m", 120 * SECOND),
        ("1h", 3600 * SECOND),
    ],
)
def test_seconds_count_from_the_reference(text: str, nanoseconds: int) -> None:
    assert moment_of(text, frame()) == FIRST + nanoseconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01 13:04:05", at(2024, 5, 1, 13, 4, 5)),
        ("2024-05-01T13:04:05.6", at(2024, 5, 1, 13, 4, 5) + 600_000_000),
        ("2024-05-01 13:04", at(2024, 5, 1, 13, 4)),
        ("2024-5-1", at(2024, 5, 1)),
        ("23:55:00.000000001", at(2024, 5, 1, 23, 55) + 1),
        ("23:55Z", at(2024, 5, 1, 23, 55)),
    ],
)
def test_a_date_and_a_clock_are_understood(text: str, moment: int) -> None:
    assert moment_of(text, frame()) == moment


def test_a_time_of_day_is_that_of_the_day_on_which_there_are_packets() -> None:
    assert moment_of("00:05", frame(now=FIRST)) == at(2024, 5, 2, 0, 5)
    assert moment_of("23:55", frame(now=LAST)) == at(2024, 5, 1, 23, 55)


@pytest.mark.usefixtures("far_from_utc")
def test_times_are_local_unless_utc_is_said() -> None:
    local = frame(utc=False)
    assert moment_of("2024-05-01 13:04:05", local) == at(2024, 5, 1, 10, 4, 5)
    assert moment_of("2024-05-01 13:04:05Z", local) == at(2024, 5, 1, 13, 4, 5)
    assert moment_of("02:55", local) == at(2024, 5, 1, 23, 55)


@pytest.mark.parametrize("text", ["", "noon", "25:00", "12:60", "2024-13-01", "1:2", "5 apples", "١٢s:"])
def test_what_is_no_time_is_refused_with_the_forms_of_one(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        moment_of(text, frame())
    assert "12.5s" in refused.value.hint


@settings(deadline=None, max_examples=300)
@given(text=st.text(alphabet="0123456789.:-+ TZsmhunµ", max_size=24))
@example(text="0001-01-01 00:00:00")
@example(text="9999-12-31 23:59:59")
@example(text="999999999999h")
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    for utc in (True, False):
        try:
            assert isinstance(moment_of(text, frame(utc=utc)), int)
        except UsageError:
            continue


def test_the_packet_is_the_nearest_one_that_is_not_earlier() -> None:
    assert row_at(packets(10, 20, 30), 20) == 1
    assert row_at(packets(10, 20, 30), 21) == 2
    assert row_at(packets(10, 20, 30), 31) is None


def test_of_packets_out_of_order_the_nearest_in_time_is_meant() -> None:
    assert row_at(packets(10, 40, 20, 30, 20), 15) == 2


def test_a_packet_without_a_time_is_never_meant() -> None:
    assert row_at(packets(10, 20, 30, untimed=(1,)), 15) == 2


def test_only_packets_that_are_shown_are_meant() -> None:
    assert row_at(packets(10, 20, 30, 40), 15, np.array([0, 3])) == 3
