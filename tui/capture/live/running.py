"""A capture from its beginning to its end, as a command sees it: opened, stopped by signals, summed up.

Invariant: however the command ends, short of SIGKILL, the files are closed whole.
"""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.capture.live.files import unused
from tui.capture.live.keeping import Capture
from tui.capture.live.recording import LiveRecording
from tui.capture.live.spec import Backend
from tui.capture.live.start import change, open_sources
from tui.capture.live.station import Station, try_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from tui.capture.live.options import Sources
    from tui.capture.live.spec import LiveSpec
    from tui.capture.source import Source
    from tui.errors import CaptureError

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WAIT_SECONDS = 0.2


class Control:
    """What is captured, as the user may change it: now, or by beginning anew.

    `asked` says that another capture shall begin when this one has ended; `sources` are then its.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.asked = False
        self._station = Station()
        self._recording: LiveRecording | None = None

    def open(self, prepare: Callable[[], None]) -> list[Source]:
        """See start.open_sources."""
        self.asked = False
        opened = open_sources(self.sources, self._station, prepare)
        self._recording = next((each for each in opened if isinstance(each, LiveRecording)), None)
        return opened

    def close(self) -> None:
        """No other capture will begin."""
        self._station.close()

    def change(self, spec: LiveSpec) -> bool:
        """Capture what `spec` says from now on; false if it will be so when a capture begins anew.

        Takes a tenth of a second. AccessError without such an interface, or if nothing may be opened any
        more, UsageError if the filter is wrong.
        """
        if spec.backend is not Backend.DUMPCAP:
            order = self._station.order(spec)
            recording = self._recording
            if not self._station.lends_for(order):
                try_out(spec)
            elif recording is not None and not recording.complete:
                self.sources = replace(self.sources, live=spec)
                change(recording, order, self._station)
                return True
        self.sources = replace(self.sources, live=spec)
        return False

    def begin_anew(self) -> None:
        """When this capture has ended another one begins; a file that has packets stays as it is."""
        output = self.sources.output
        if output is not None:
            output = unused(output)
            live = self.sources.live
            live = replace(live, output=output) if live else None
            self.sources = replace(self.sources, live=live, output=output)
        self.asked = True

    def go_on(self) -> None:
        """No, this capture goes on."""
        self.asked = False


@contextmanager
def captured(
    control: Control, prepare: Callable[[], None], narrate: Callable[[str], None], *, going_on: bool
) -> Iterator[Sequence[Source]]:
    """What was opened, for a session; when it is left, captures are stopped and their counts narrated.

    `prepare`: see start.open_sources. With `going_on` a first signal that would end the program only ends
    the capture, so that what came can still be printed; else it ends both.
    """
    with ExitStack() as stack:
        opened = control.open(prepare)
        captures = [each for each in opened if isinstance(each, Capture)]
        for capture in captures:
            stack.callback(capture.close)
            stack.callback(_sum_up, capture, narrate)
            if isinstance(capture, LiveRecording):
                stack.callback(capture.finish)
        stack.enter_context(_stopped_by_signals(captures, going_on))
        for capture in captures:
            narrate(f"capturing on {capture.name}{_what_is_left_out(capture)}")
        yield opened


def await_end(opened: Sequence[Source]) -> CaptureError | None:
    """Wait until nothing more will come, without reading it; why it ended, if nobody asked for that."""
    recordings = [each for each in opened if not isinstance(each, str)]
    for recording in recordings:
        if isinstance(recording, LiveRecording):
            recording.segments.nobody_reads()  # what leaves the ring is let go of at once
        while not recording.complete:
            recording.wait(_WAIT_SECONDS)
    return next((each.failure for each in recordings if each.failure), None)


@contextmanager
def _stopped_by_signals(captures: Sequence[Capture], going_on: bool) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDINGS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(number: int, _frame: FrameType | None) -> None:
        restore()  # a second signal does what it always does
        for capture in captures:
            capture.stop()
        if not going_on:
            for capture in captures:
                capture.close()
            os.kill(os.getpid(), number)

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, stop)
    try:
        yield
    finally:
        restore()


def _what_is_left_out(capture: Capture) -> str:
    if not isinstance(capture, LiveRecording) or not capture.left_out:
        return ""
    return ", without your own SSH connection (--include-ssh adds it)"


def _sum_up(capture: Capture, narrate: Callable[[str], None]) -> None:
    if isinstance(capture, LiveRecording):
        drops = capture.drops()
        lost = f", {drops.ours:,} not written" if drops.ours else ""
        kept = f" in {capture.path}" if capture.path else ""
        narrate(
            f"{capture.name}: {capture.packets():,} packets captured{kept}, "
            f"{drops.kernel:,} dropped by the kernel{lost}"
        )
