"""Looks after the interfaces of a capture: that they go down, come up, and are taken away.

Invariant: each change is told once.
"""

from __future__ import annotations

import fcntl
import socket
import struct
from enum import Enum
from typing import TYPE_CHECKING

from tui.errors import CaptureError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GET_FLAGS = 0x8913  # SIOCGIFFLAGS
_UP = 1  # IFF_UP
_NAME_SIZE = 16  # bytes of struct ifreq before what is asked for


class _State(Enum):
    UP = "is up again"
    DOWN = "is down: nothing comes until it is up"
    GONE = "is not there any more"


class Watch:
    """Watches interfaces by name; none to watch is fine."""

    def __init__(self, names: Sequence[str]) -> None:
        """What is up now is not told; what is down is."""
        self._states = dict.fromkeys(names, _State.UP)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __call__(self) -> Iterator[str]:
        """A sentence for each change since the last call; CaptureError if all interfaces are gone."""
        for name, before in self._states.items():
            now = self._state(name)
            if now is not before:
                self._states[name] = now
                yield f"{printable(name)} {now.value}"
        if self._states and set(self._states.values()) == {_State.GONE}:
            names = printable(", ".join(self._states))
            raise CaptureError(f"{names}: capturing has ended, no interface is left")

    def _state(self, name: str) -> _State:
        request = struct.pack("16s16x", name.encode())
        try:
            answer = fcntl.ioctl(self._socket, _GET_FLAGS, request)
        except OSError:
            return _State.GONE
        return (
            _State.UP if int.from_bytes(answer[_NAME_SIZE : _NAME_SIZE + 2], "little") & _UP else _State.DOWN
        )
