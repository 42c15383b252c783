"""What comes from a pipe or out of a decompressor, kept in a temporary file as it arrives.

The file has no name and is gone when it is closed. One thread fills it; what it has once written stays
readable, whatever happens to the source: `failure` is set before `complete`, and says why the rest is
missing.
"""

from __future__ import annotations

import tempfile
import threading
from typing import TYPE_CHECKING, BinaryIO

from tui.capture.recording import Recording
from tui.errors import CaptureError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSE_SECONDS = 1.0
_MORE_ROOM = "set TMPDIR to a directory with more room"


class Spool(Recording):
    """A recording that a thread of its own fills from `pieces`, until these end or `stop` is set."""

    def __init__(
        self,
        name: str,
        pieces: Iterator[bytes],
        stop: threading.Event,
        copy: BinaryIO | None = None,
    ) -> None:
        """`pieces` ends soon after `stop` is set; `copy` is where they go instead of a temporary file.

        CaptureError if there is no room for that.
        """
        super().__init__(name, copy or _open_temporary(name))
        self._where = "its copy" if copy else f"the temporary copy in {tempfile.gettempdir()}"
        self._stop = stop
        self._news = threading.Event()
        self._filled = threading.Event()
        self._filler = threading.Thread(
            target=self._fill, args=(pieces,), name=f"filler of {name}", daemon=True
        )
        self._filler.start()

    @property
    def complete(self) -> bool:
        """Whether the source has ended, well or with a `failure`."""
        return self._filled.is_set()

    @property
    def live(self) -> bool:
        """False: what comes through a pipe may have been captured anywhere, at any time."""
        return False

    def check(self) -> str | None:
        """None: nobody else can reach the temporary file."""
        return None

    def wait(self, seconds: float) -> None:
        """Return when more has come since the last call, or the source has ended, or after `seconds`."""
        if not self.complete:
            self._news.wait(seconds)
            self._news.clear()

    def close(self) -> None:
        """Stop filling and let go of the file."""
        self._stop.set()
        self._filler.join(_CLOSE_SECONDS)
        super().close()

    def _fill(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                if self._stop.is_set():
                    break
                self._append(piece)
                self._news.set()
        except CaptureError as error:
            self.failure = error
        finally:
            self._filled.set()
            self._news.set()

    def _append(self, piece: bytes) -> None:
        rest = memoryview(piece)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            message = (
                f"{self.name}: {self._where} could not be written after byte {self.size:,}: {error.strerror}"
            )
            raise CaptureError(message, _MORE_ROOM) from error


def _open_temporary(name: str) -> BinaryIO:
    try:
        return tempfile.TemporaryFile(prefix="tcpscope-", buffering=0)
    except OSError as error:
        message = f"{printable(name)}: no temporary file could be made to keep it in: {error.strerror}"
        raise CaptureError(message, _MORE_ROOM) from error
