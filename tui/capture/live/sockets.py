"""What every packet socket gives, whichever way it captures.

Invariant: a frame is a plain tuple. Objects with names cost more to make than all else that is done to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.capture.interface import Interface

# What enhanced_packet takes: number of the interface, time (ns since 1970), length on the wire, captured
# bytes, and epb_flags (0: unknown).
Frame = tuple[int, int, int, bytes, int]


class PacketSocket(Protocol):
    """An open capture. It needs no privileges any more, and is closed by whoever opened it."""

    @property
    def interfaces(self) -> Sequence[Interface]:
        """Where packets come from; may grow, and has grown before a frame names a new one."""

    def receive(self, seconds: float) -> list[Frame]:
        """The frames that came; none if none came for so long. OSError if no more can come."""

    def dropped(self) -> int:
        """Packets that the kernel had no room for, since the beginning."""

    def close(self) -> None:
        """Stop capturing."""
