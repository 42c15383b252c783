"""Moments that a person types, and the packet that comes there: "12.5s", "13:04:05.6", "2024-05-01 13:04:05".

Invariant: whatever is typed gives nanoseconds since 1970 that were exactly said, or a UsageError.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.errors import UsageError
from tui.index.schema import Mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.table import Packets

FORMS = "12.5s, 13:04:05.6 or 2024-05-01 13:04:05"

_DIGITS = 9  # decimals of a nanosecond in seconds
_SECOND = 10**9
_DAY = timedelta(days=1)
_UNITS = {"": _SECOND, "s": _SECOND, "ms": 10**6, "us": 10**3, "µs": 10**3, "ns": 1, "m": 60 * _SECOND}
_UNITS["h"] = 60 * _UNITS["m"]
_SPAN = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d{1,12})(\.(?P<part>\d{1,9}))? ?(?P<unit>[mun]?s|µs|m|h|)")
_CLOCK = re.compile(
    r"((?P<date>\d{4}-\d\d?-\d\d?)([ T]|$))?"
    r"((?P<hour>\d\d?):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<part>\d{1,9}))?)?)?(?P<zone> ?Z| UTC)?",
    re.IGNORECASE,
)


class Frame(Struct, frozen=True):
    """What typed times refer to; all in ns since 1970."""

    zero: int  # seconds count from here
    now: int  # a time of day is of this moment's day,
    first: int  # or of the next or last one if only then it lies
    last: int  # between the first packet and the last
    utc: bool  # whether days and times of day are UTC's; else they are local


def moment_of(text: str, frame: Frame) -> int:
    """The moment that `text` says, in ns since 1970; UsageError if it says none."""
    text = text.strip()
    if span := _SPAN.fullmatch(text):
        return frame.zero + _span(span)
    if text and (clock := _CLOCK.fullmatch(text)):
        try:
            return _moment(clock, frame)
        except (ValueError, OverflowError):
            raise UsageError(f"{text} is on no clock or calendar", f"a time is written as {FORMS}") from None
    raise UsageError(f"{text!r} is no time", f"a time is written as {FORMS}")


def row_at(packets: Packets, moment: int, shown: NDArray[np.int64] | None = None) -> int | None:
    """The packet nearest to `moment` that is not before it, of all or of those `shown`; None if none is."""
    rows = slice(None) if shown is None else shown
    times, marks = packets.time[rows], packets.marks[rows]
    later = np.flatnonzero((times >= moment) & (marks & Mark.UNTIMED == 0))
    if not len(later):
        return None
    place = int(later[times[later].argmin()])
    return place if shown is None else int(shown[place])


def _span(match: re.Match[str]) -> int:
    unit = _UNITS[match["unit"].lower()]
    length = int(match["whole"]) * unit + _fraction(match["part"]) * unit // _SECOND
    return -length if match["sign"] == "-" else length


def _moment(match: re.Match[str], frame: Frame) -> int:
    utc = frame.utc or bool(match["zone"])
    clock = (int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0))
    fraction = _fraction(match["part"])
    if match["date"]:
        year, month, day = map(int, match["date"].split("-"))
        return _since_1970(datetime(year, month, day, *clock), utc) + fraction
    today = datetime.fromtimestamp(frame.now // _SECOND, UTC if utc else None).replace(tzinfo=None)
    at = today.replace(hour=clock[0], minute=clock[1], second=clock[2], microsecond=0)
    days = [_since_1970(day, utc) + fraction for day in (at, at + _DAY, at - _DAY)]
    return next((moment for moment in days if frame.first <= moment <= frame.last), days[0])


def _since_1970(moment: datetime, utc: bool) -> int:
    return int((moment.replace(tzinfo=UTC) if utc else moment).timestamp()) * _SECOND


def _fraction(digits: str | None) -> int:
    """A second's decimals in ns."""
    return int((digits or "").ljust(_DIGITS, "0"))
