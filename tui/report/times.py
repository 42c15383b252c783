"""Times in words: seconds since something, the time of day, date and time.

Invariant: any signed 64-bit number of nanoseconds can be written. What a clock did not measure is cut off and
never rounded.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.capture.interface import Interface

_SECOND = 10**9
_MICROSECOND = 10**3


def decimals(interface: Interface) -> int:
    """Digits of a second that the clock gives: 6, or 9 if a tick is shorter than a microsecond."""
    multiplier, divisor = interface.resolution
    return 9 if multiplier < _MICROSECOND * divisor else 6


def seconds(nanoseconds: int, places: int = 9) -> str:
    """`nanoseconds` in seconds with `places` decimals, cut off as Wireshark does: "-0.000028"."""
    whole, rest = divmod(abs(nanoseconds), _SECOND)
    sign = "-" if nanoseconds < 0 else ""
    return f"{sign}{whole}.{rest:09d}"[: places - 9 or None]


def moment(nanoseconds: int, places: int) -> str:
    """A time since 1970 as UTC date and time: "2009-10-05 06:06:07.492060 UTC"."""
    whole, rest = divmod(nanoseconds, _SECOND)
    text = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(whole))
    return f"{text}.{f'{rest:09d}'[:places]} UTC"


def clock(now: int, first: int, places: int, *, utc: bool) -> str:
    """The time of day, after the date if that is not the first packet's; UTC ends with "Z"."""
    convert = time.gmtime if utc else time.localtime
    whole, rest = divmod(now, _SECOND)
    today, first_day = convert(whole), convert(first // _SECOND)
    date = "" if today[:3] == first_day[:3] else time.strftime("%Y-%m-%d ", today)
    digits = f"{rest:09d}"[:places]
    return f"{date}{time.strftime('%H:%M:%S', today)}.{digits}{'Z' if utc else ''}"
