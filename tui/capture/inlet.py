"""The bytes of an open descriptor, piece by piece, until they end or somebody says stop."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

from tui.capture.recording import POLL_SECONDS
from tui.errors import CaptureError

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

PIECE_SIZE = 256 * 1024


def read_pieces(name: str, descriptor: int, stop: threading.Event, follow: bool = False) -> Iterator[bytes]:
    """Pieces of at most :data:`PIECE_SIZE` bytes, as soon as they come; `descriptor` is closed at the end.

    Works for files, pipes, FIFOs that nobody has opened for writing yet, and sockets. Never blocks for longer
    than POLL_SECONDS without a look at `stop`. With `follow` the end of a file is not the end. CaptureError
    on an I/O error.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    position = 0
    try:
        while not stop.is_set():
            if not poll.poll(POLL_SECONDS * 1000):
                continue
            piece = os.read(descriptor, PIECE_SIZE)
            if piece:
                position += len(piece)
                yield piece
            elif not follow or stop.wait(POLL_SECONDS):
                return
    except OSError as error:
        raise CaptureError(f"{name}: reading at byte {position:,} failed: {error.strerror}") from error
    finally:
        os.close(descriptor)
