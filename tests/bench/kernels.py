"""The two kernels alone, in this process: seconds that they take for a capture, without reading the file.

usage: kernels.py CAPTURE; prints the seconds of the best of some rounds.
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, cast

from tui.capture.source import open_recording
from tui.index.addresses import AddressBook
from tui.index.reader import Interfaces, Reader
from tui.tcp.track import Tracker

if TYPE_CHECKING:
    from tui.capture.recording import Recording

ROUNDS = 5


class Timed:
    """A recording that counts the seconds spent in reading it."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.seconds = 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(self._recording, name)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        start = perf_counter()
        count = self._recording.read_into(buffer, offset)
        self.seconds += perf_counter() - start
        return count


def measure(name: str) -> float:
    """Seconds in scan and track for the whole capture."""
    recording = Timed(open_recording(name))
    reader = Reader(cast("Recording", recording), 0, AddressBook(), Interfaces())
    tracker = Tracker()
    packets = 0
    start = perf_counter()
    while not reader.finished:
        rows = reader.read()
        tracker.track(rows, packets)
        packets += len(rows)
    return perf_counter() - start - recording.seconds


if __name__ == "__main__":
    print(min(measure(sys.argv[1]) for _ in range(ROUNDS)))
