"""How the sequence numbers of one direction are written: relative to its first one, as they are on the wire,
or in hex.

Invariant: numbers are modulo 2**32 (RFC 9293 3.4); without a base there are no relative numbers, and the raw
ones are shown.
"""

from __future__ import annotations

from msgspec import Struct

from tui.decode.context import Numbers
from tui.tcp.seq import relative


class Counting(Struct, frozen=True):
    """One direction's way of counting; `base` is its relative number 0, if that is known."""

    base: int | None
    numbers: Numbers

    @property
    def relative(self) -> bool:
        """Whether numbers are written relative to the base."""
        return self.base is not None and self.numbers is Numbers.RELATIVE

    def value(self, raw: int) -> int:
        """What a filter compares."""
        return relative(raw, self.base) if self.base is not None and self.relative else raw

    def text(self, raw: int) -> str:
        """What is written."""
        return f"0x{raw:08x}" if self.numbers is Numbers.HEX else str(self.value(raw))
