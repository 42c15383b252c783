"""Values with their units, and the ticks of an axis: round numbers that a person reads at a glance.

Invariant: the ticks of an axis differ in their texts.
"""

from __future__ import annotations

from enum import Enum
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class Scale(Struct, frozen=True):
    """How numbers of a unit are written.

    `prefixes` are factors and the units that they make, ascending. Steps of `binary` ones are powers of 2.
    `plural` is what a whole number is followed by in a sentence.
    """

    prefixes: tuple[tuple[float, str], ...]
    plural: str = ""
    binary: bool = False


class Unit(Enum):
    """What an axis counts; the value is how it is written."""

    TIME = Scale(((1, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")), "ns")
    SEQUENCE = Scale(((1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")))
    BYTES = Scale(((1, "B"), (1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB")), "B", binary=True)
    RATE = Scale(((1, "bit/s"), (1e3, "kbit/s"), (1e6, "Mbit/s"), (1e9, "Gbit/s"), (1e12, "Tbit/s")), "bit/s")
    COUNT = Scale(((1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")), "packets")


class Tick(Struct, frozen=True):
    """A value of an axis, and how it is written."""

    value: float
    text: str


_MINUTE, _HOUR, _DAY = 60 * 10**9, 3600 * 10**9, 86400 * 10**9
_SPANS = (
    (_DAY, "d"),
    (_HOUR, "h"),
    (_MINUTE, "min"),
    (10**9, "s"),
    (10**6, "ms"),
    (10**3, "µs"),
    (1, "ns"),
)
_CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_MOST_DECIMALS = 9
_LONG = 10 * _MINUTE  # from here on times are written in minutes and hours


def ticks(low: float, high: float, most: int, unit: Unit) -> Sequence[Tick]:
    """At most `most` (at least 2) ticks from `low` to `high`."""
    if high <= low:
        return [Tick(low, _text(low, unit, max(abs(low), 1)))]
    step = _step((high - low) / max(most - 1, 1), unit)
    first = ceil(low / step)
    last = min(floor(high / step), first + most - 1)  # far from 0 floats are coarse
    clock = unit is Unit.TIME and max(abs(low), abs(high)) >= _LONG and step >= 1e9
    values = [number * step for number in range(first, last + 1)]
    return [Tick(value, _clock(value, step) if clock else _text(value, unit, step)) for value in values]


def value_text(value: float, unit: Unit) -> str:
    """A value in full, as the cursor reads it: "12.345678 ms", "1,448 B", "3.42 Mbit/s"."""
    if unit is Unit.TIME:
        factor, name = _prefix(abs(value), unit)
        return f"{value / factor:.6g} {name}" if factor < 1e9 else f"{value / 1e9:,.6f} s"
    if unit is Unit.RATE:
        factor, name = _prefix(abs(value), unit)
        return f"{value / factor:,.4g} {name}"
    plural = unit.value.plural
    return f"{round(value):,}{' ' + plural if plural else ''}"


def _prefix(size: float, unit: Unit) -> tuple[float, str]:
    fitting = [each for each in unit.value.prefixes if each[0] <= size]
    return fitting[-1] if fitting else unit.value.prefixes[0]


def _step(least: float, unit: Unit) -> float:
    """The smallest round step that is no smaller than `least`; only times are divided below 1."""
    if unit.value.binary:
        step = 1
        while step < least:
            step *= 2
        return step
    if unit is Unit.TIME and least >= 10 * 10**9:
        steps = (each * 1e9 for each in _CLOCK_STEPS if each * 1e9 >= least)
        return next(steps, 0) or _step(least / _DAY, Unit.COUNT) * _DAY
    least = max(least, 1.0)
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999999)


def _text(value: float, unit: Unit, step: float) -> str:
    """A tick's text: in the unit that its size asks for, with as many decimals as the step needs.

    Of times any number, for they are all in seconds; else three at most, or a smaller unit.
    """
    if value == 0:
        return "0"
    fine = 8 if unit.value.binary else 1000
    factor, name = _prefix(abs(value) if unit is Unit.TIME else min(abs(value), step * fine), unit)
    decimals, share = 0, step / factor
    while decimals < _MOST_DECIMALS and (share < 0.999999 or abs(share - round(share)) > 1e-6 * share):
        decimals, share = decimals + 1, share * 10
    text = f"{value / factor:,.{decimals}f}"
    return f"{text} {name}" if name else text


def span_text(nanoseconds: int) -> str:
    """A round length of time in its largest whole unit: "200 ms", "5 min", "6 h"."""
    factor, name = next(each for each in _SPANS if nanoseconds % each[0] == 0)
    return f"{nanoseconds // factor:,} {name}"


def _clock(value: float, step: float) -> str:
    """ns as minutes and seconds, with hours if there are any: "12:30", "1:02:30"; steps of days as days."""
    if step % _DAY == 0:
        return f"{round(value / _DAY):,} d"
    sign, seconds = "-" if value < 0 else "", round(abs(value) / 1e9)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"
