"""Dates and times of day, as Wireshark reads them in a filter.

Invariant: a time without a zone is this machine's local time, as in Wireshark.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_SECOND = 1_000_000_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:[.,](?P<part>[0-9]+))?)?)?"
)
_ZONE = r"(?P<zone>Z| UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_ISO = re.compile(
    rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}})(?:[T ]+{_CLOCK}{_ZONE})?"
)
_LEGACY = re.compile(
    r"(?P<name>[A-Za-z]{3}) +(?P<day>[0-9]{1,2}), (?P<year>[0-9]{4}) +"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<part>[0-9]+))?(?P<zone> UTC)?"
)
_DURATION = re.compile(r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]{1,9}))?")


def moment(text: str) -> int:
    """ns since 1970 UTC; ValueError if `text` is no date."""
    match = _ISO.fullmatch(text.strip()) or _LEGACY.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    found = match.groupdict()
    month = _MONTHS.index(found["name"].lower()) + 1 if found.get("name") else int(found["month"])
    hour, minute, second = (int(found[unit] or 0) for unit in ("hour", "minute", "second"))
    date = datetime(int(found["year"]), month, int(found["day"]), hour, minute, second)
    zone = _zone((found["zone"] or "").strip())
    aware = date.replace(tzinfo=zone) if zone else date.astimezone()
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * _SECOND + int((found["part"] or "0").ljust(9, "0")[:9])


def _zone(text: str) -> timezone | None:
    if text in ("Z", "UTC"):
        return UTC
    if not text:
        return None
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def duration(text: str) -> int:
    """ns of a number of seconds, "0.5"; ValueError if `text` is none."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match["whole"]) * _SECOND + int((match["part"] or "").ljust(9, "0"))
