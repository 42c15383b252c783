"""In which form times and numbers are shown, and whether checksums are verified."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.report.listing import TimeForm

_Choice = TypeVar("_Choice", bound=Enum)

_TIME_TEXTS = {
    TimeForm.RELATIVE: "time since start",
    TimeForm.DELTA: "time since last",
    TimeForm.DISPLAYED: "time since last shown",
    TimeForm.STREAM: "time in connection",
    TimeForm.ABSOLUTE: "local time",
    TimeForm.UTC: "UTC",
}


class Forms(Struct, frozen=True):
    """The forms chosen; every change makes a new one."""

    numbers: Numbers = Numbers.RELATIVE
    time: TimeForm = TimeForm.RELATIVE
    verify: bool = False

    def with_next_numbers(self) -> Forms:
        """The same with the next form of sequence numbers."""
        return replace(self, numbers=_after(self.numbers))

    def with_next_time(self) -> Forms:
        """The same with the next form of times."""
        return replace(self, time=_after(self.time))

    @property
    def text(self) -> str:
        """What the status bar says of them."""
        return f"{_TIME_TEXTS[self.time]} · {self.numbers.value} seq"


def _after(choice: _Choice) -> _Choice:
    order = list(type(choice))
    return order[(order.index(choice) + 1) % len(order)]
