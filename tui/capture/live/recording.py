"""A live capture as a recording: a thread takes packets from the socket and appends them to the files.

To a session it is a capture file that grows, until `stop`, a limit or a failure ends it.
Invariant: what is counted as captured is in the file; what is not there is counted as dropped.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import starmap
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tui.capture.pcapng import InterfaceStatistics
from tui.capture.pcapng_writer import enhanced_packet, interface_description, interface_statistics
from tui.capture.recording import NEVER, Recording
from tui.errors import AccessError, CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tui.capture.live.recorder import Recorder
    from tui.capture.live.sockets import Frame, PacketSocket

RECEIVE_SECONDS = 0.1  # how long the thread waits for packets before it looks whether it shall stop
LAST_SECONDS = 0.03  # how long it waits for what had come already when it was told to stop
WATCH_SECONDS = 1.0  # how often it looks after the interfaces
RATE_SECONDS = 1.0  # what a rate is the mean of
_CLOSE_SECONDS = 5.0


class Drops(NamedTuple):
    """Packets that are not in the capture: the kernel had no room for them, or we could not write them."""

    kernel: int
    ours: int


class Tuning(Struct, frozen=True):
    """What shall be captured from now on: `apply` does it, the rest is said of it."""

    apply: Callable[[], None]  # OSError if it cannot be
    name: str
    watch: Callable[[], Iterator[str]]
    left_out: str
    filter_text: str


class LiveRecording(Recording):
    """A capture that goes on. It begins with `start`, so that privileges can be given up before."""

    def __init__(
        self,
        name: str,
        socket: PacketSocket,
        recorder: Recorder,
        watch: Callable[[], Iterator[str]] = lambda: iter(()),
        left_out: str = "",
        filter_text: str = "",
    ) -> None:
        """Owns `socket` and `recorder` from now on.

        `filter_text` is the user's filter, `left_out` which own connection is not captured beside that.
        `watch()` gives a sentence for whatever befell the interfaces, CaptureError if they are all gone.
        """
        first = recorder.segments.last.made
        super().__init__(name, first.file, first.path, follow=True)
        self.left_out = left_out
        self.filter_text = filter_text
        self.temporary = first.path is None
        self.segments = self._ring = recorder.segments
        self._socket = socket
        self._recorder = recorder
        self._watch = watch
        self._described = 0
        self._began = time.time_ns()
        self._drops = Drops(0, 0)
        self._reached = NEVER
        self._notices: deque[str] = deque()
        self._marks: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])  # packets at some moments
        self._tunings: deque[tuple[Tuning, threading.Event]] = deque()
        self._stop = threading.Event()
        self._news = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sniffer of {name}", daemon=True)

    def start(self) -> None:
        """Begin to take packets; the socket has collected them since it was opened."""
        self._thread.start()

    def stop(self) -> None:
        """End the capture soon; may be called from a signal handler, and more than once."""
        self._stop.set()

    def tune(self, tuning: Tuning) -> None:
        """Capture something else, and return when it is so; what came until then stays."""
        in_force = threading.Event()
        self._tunings.append((tuning, in_force))
        while not in_force.wait(RECEIVE_SECONDS) and not self.complete:
            pass

    def drops(self) -> Drops:
        """What was dropped until now, at most WATCH_SECONDS old."""
        return self._drops

    def packets(self) -> int:
        """How many were captured."""
        return self._recorder.packets

    def rate(self) -> float:
        """Packets a second, over the last RATE_SECONDS."""
        now, count = time.monotonic(), self._recorder.packets
        self._marks.append((now, count))
        while len(self._marks) > 2 and self._marks[1][0] <= now - RATE_SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        return (count - before) / (now - since) if now > since else 0.0

    @property
    def reached(self) -> int:
        """See Recording: what is not there by now did not come."""
        return self._reached

    @property
    def path(self) -> Path | None:
        """The file that is written at present; None if it has no name."""
        return self.segments.last.made.path

    @property
    def size(self) -> int:
        """Bytes written, those too that left the ring."""
        return self.segments.last.end

    @property
    def complete(self) -> bool:
        """Whether the capture has ended, well or with a `failure`."""
        return self._ended.is_set()

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """See Recording."""
        try:
            return self.segments.read_into(buffer, offset)
        except (OSError, ValueError) as error:
            raise CaptureError(f"{self.name}: reading at byte {offset:,} failed: {error}") from error

    def check(self) -> str | None:
        """What befell the interfaces since the last call, as a sentence."""
        return self._notices.popleft() if self._notices else None

    def wait(self, seconds: float) -> None:
        """Return when more has come since the last call, or the capture has ended, or after `seconds`."""
        if not self.complete:
            self._news.wait(seconds)
            self._news.clear()

    def finish(self) -> None:
        """Stop, and return when the files are whole."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE_SECONDS)

    def close(self) -> None:
        """Finish, and let go of the files."""
        self.finish()
        self.segments.close()
        super().close()

    def _run(self) -> None:
        try:
            self._capture()
        except BrokenPipeError:
            pass  # whoever read our standard output has enough
        except CaptureError as error:
            self.failure = error
        except AccessError as error:
            self.failure = CaptureError(error.message, error.hint)
        except OSError as error:
            self.failure = CaptureError(f"{self.name}: capturing has ended: {error.strerror or error}")
        finally:
            self._recorder.finish(self._ending())
            self._socket.close()
            self._ended.set()
            self._news.set()

    def _capture(self) -> None:
        """Until a limit is reached, or somebody says stop."""
        self._describe()  # the interfaces stand in the file before the first packet comes
        watched = 0.0
        while not self._stop.is_set() and not self._recorder.time_is_up:
            self._retune()
            asked = time.time_ns()
            frames = self._socket.receive(RECEIVE_SECONDS)
            if not self._record(frames) or not self._recorder.tick(self._ending):
                return
            if not frames:
                self._reached = asked
            if time.monotonic() - watched > WATCH_SECONDS:
                watched = time.monotonic()
                self._count_drops()
                for notice in self._watch():
                    self._notices.append(notice)
                    self._news.set()
        self._record_the_rest(time.time_ns())

    def _retune(self) -> None:
        """Capture something else, if somebody wants that."""
        while self._tunings:
            tuning, in_force = self._tunings.popleft()
            tuning.apply()
            self.name, self.left_out, self.filter_text = tuning.name, tuning.left_out, tuning.filter_text
            self._watch = tuning.watch
            self._describe()
            in_force.set()

    def _record_the_rest(self, end: int) -> None:
        """Record what came before `end` (ns) and still stands in the socket."""
        while frames := self._socket.receive(LAST_SECONDS):
            before = [frame for frame in frames if frame[1] <= end]
            if not self._record(before) or len(before) < len(frames):
                return

    def _record(self, frames: Sequence[Frame]) -> bool:
        """Write frames; false if it is enough."""
        if not frames:
            return True
        self._describe()
        going_on = self._recorder.write(list(starmap(enhanced_packet, frames)), self._ending)
        self._news.set()
        return going_on

    def _describe(self) -> None:
        interfaces = self._socket.interfaces
        for interface in interfaces[self._described :]:
            self._recorder.describe(interface_description(interface))
            self._described += 1
            self._news.set()

    def _count_drops(self) -> None:
        self._drops = Drops(self._socket.dropped(), self._recorder.lost)

    def _ending(self) -> bytes:
        """Statistics for the end of a file; drops are of all interfaces together, told at the first."""
        self._count_drops()
        now = time.time_ns()
        whole = InterfaceStatistics(interface=0, time=now, start=self._began, end=now)
        shared = ("dropped packets were counted for all interfaces together",)
        first = replace(
            whole,
            os_dropped=self._drops.kernel,
            comments=shared if self._described > 1 else (),
        )
        all_of_them = (first, *(replace(whole, interface=number) for number in range(1, self._described)))
        return b"".join(map(interface_statistics, all_of_them[: self._described]))
