"""A live capture without a network: a test says which packets come, and when."""

from __future__ import annotations

import queue
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from tui.capture.interface import NANOSECOND_TICKS, Interface
from tui.capture.live.files import Files
from tui.capture.live.recorder import Recorder
from tui.capture.live.recording import LiveRecording
from tui.capture.live.spec import Limits
from tui.capture.pcapng_writer import section_header

if TYPE_CHECKING:
    from pathlib import Path

    from tui.capture.live.sockets import Frame


class FeignedSocket:
    """Gives out what the test puts into it."""

    interfaces = (Interface(recording=0, link_type=1, resolution=NANOSECOND_TICKS, name="feigned0"),)

    def __init__(self) -> None:
        self.lost = 0
        self._frames: queue.SimpleQueue[list[Frame]] = queue.SimpleQueue()

    def put(self, packets: int) -> None:
        """That many packets come."""
        self._frames.put([(0, time.time_ns(), 60, bytes(60), 0)] * packets)

    def receive(self, seconds: float) -> list[Frame]:
        try:
            return self._frames.get(timeout=seconds)
        except queue.Empty:
            return []

    def dropped(self) -> int:
        return self.lost

    def close(self) -> None:
        pass


def feigned_capture(
    socket: FeignedSocket,
    path: Path | None = None,
    ring: Limits = Limits(),  # noqa: B008 it is frozen
    left_out: str = "",
    filter_text: str = "",
) -> LiveRecording:
    """A capture of what comes through `socket`, which has begun; `path` is None for a temporary file."""
    recorder = Recorder(Files(path, nullcontext, ring != Limits()), ring, Limits(), section_header("test"))
    recording = LiveRecording("feigned0", socket, recorder, left_out=left_out, filter_text=filter_text)
    recording.start()
    return recording
