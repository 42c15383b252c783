"""A capture file that is open for reading, perhaps while another program still writes it.

Bytes are read with pread, never mapped: a file that shrinks gives a CaptureError, not a signal. What was
there once is never taken for the end: whoever reads asks :attr:`Recording.complete` first, then reads; 0
bytes after a yes is the end.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, BinaryIO, Protocol

from tui.errors import CaptureError, printable

if TYPE_CHECKING:
    from pathlib import Path

NEVER = -(2**62)  # ns: before every packet
POLL_SECONDS = 0.05  # how often something that cannot wake us is looked at


class Ring(Protocol):
    """Files of which the oldest are deleted: how many packets, from the first on, left with them."""

    gone: int  # are not kept any more
    unreadable: int  # of these, nobody can read any more: what was shown just now can be read for a while


class Recording:
    """A plain file. `follow`: another program is writing it, it is not complete until it is closed."""

    def __init__(self, name: str, file: BinaryIO, path: Path | None = None, follow: bool = False) -> None:
        """`file` is unbuffered and owned from now on; `path` is where it stands, None if it has no name."""
        self.name = printable(name)
        self.failure: CaptureError | None = None
        self._file = file
        self._path = path.absolute() if path else None
        self._follow = follow
        self._closed = threading.Event()
        self._ring: Ring | None = None  # a plain file keeps all packets
        self._largest = os.fstat(file.fileno()).st_size

    @property
    def size(self) -> int:
        """Bytes that are there now."""
        return os.fstat(self._descriptor()).st_size

    @property
    def complete(self) -> bool:
        """Whether nothing more will come; a file that is not followed is complete at whatever size it has."""
        return not self._follow or self._closed.is_set()

    @property
    def live(self) -> bool:
        """Whether packets are still captured on this host, by whose clock and sockets one may go."""
        return not self.complete

    @property
    def reached(self) -> int:
        """Up to what time (ns) packets are there, though none may have come; nobody knows that of a file."""
        return NEVER

    def gone(self) -> int:
        """How many packets, from the first on, are not kept any more."""
        return self._ring.gone if self._ring else 0

    def unreadable(self) -> int:
        """How many of those nobody can read any more."""
        return self._ring.unreadable if self._ring else 0

    @property
    def total(self) -> int | None:
        """Bytes there will be in the end; None while nobody can know."""
        return self.size if self.complete else None

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Fill `buffer` with what stands at `offset`; the number of bytes, 0 at the present end.

        CaptureError on an I/O error.
        """
        try:
            return os.preadv(self._descriptor(), [buffer], offset)
        except OSError as error:
            message = f"{self.name}: reading at byte {offset:,} failed: {error.strerror}"
            raise CaptureError(message) from error

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes at `offset`; CaptureError if they are not (or no longer) there."""
        buffer = bytearray(length)
        view = memoryview(buffer)
        got = 0
        while got < length:
            count = self.read_into(view[got:], offset + got)
            if count == 0:
                message = f"{self.name}: {length:,} bytes expected at byte {offset:,}, {got:,} are there"
                raise CaptureError(message)
            got += count
        return bytes(buffer)

    def check(self) -> str | None:
        """What happened to the file since it was opened, as a sentence; None if nothing but growth did."""
        status = os.fstat(self._descriptor())
        if status.st_size < self._largest:
            return f"{self.name} shrank from {self._largest:,} to {status.st_size:,} bytes while it was open"
        self._largest = status.st_size
        if self._path is None:
            return None
        try:
            replaced = not os.path.samestat(status, self._path.stat())
        except FileNotFoundError:
            return f"{self.name} was deleted while it was open; it is kept until it is closed here"
        except OSError as error:
            return f"{self.name} cannot be reached any more: {error.strerror}"
        return f"{self.name} was replaced while it was open; the old file is shown" if replaced else None

    def wait(self, seconds: float) -> None:
        """Return when more may have come, after `seconds` at the latest; at once if nothing more will."""
        if not self.complete:
            self._closed.wait(min(seconds, POLL_SECONDS))

    def close(self) -> None:
        """Let go of the file; whoever waits is woken."""
        self._closed.set()
        self._file.close()

    def _descriptor(self) -> int:
        try:
            return self._file.fileno()
        except ValueError as error:
            raise CaptureError(f"{self.name} is closed") from error
