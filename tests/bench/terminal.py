"""A program in a real pty: what it writes is noted with its time, and looked at on an emulated screen later.

Emulating costs as much as the program does, so none of it is done while the program is measured.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import psutil
import pyte

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS, LINES = 160, 48
DOWN = b"\x1b[B"
_ANSWERS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;22c"}  # to what programs ask of a terminal
_ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
_SAMPLE = 0.1  # s between two looks at the memory
# What pyte does not know: private modes and queries, cursor forms, device control, operating system strings.
_FOREIGN = re.compile(
    rb"\x1b\[[<>=?][0-9;]*[a-zA-Z$]+|\x1b\[\d+ q|\x1bP.*?\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that came from the program at `time` (perf_counter's seconds)."""

    time: float
    data: bytes


class Terminal:
    """Starts a program at once; use as a context manager, at whose end the program is killed."""

    def __init__(self, command: Sequence[str]) -> None:
        self.chunks: list[Chunk] = []
        self.peak = 0  # bytes of memory, of the program and its children
        self._sampled = 0.0
        self.start = perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), os.environ | _ENVIRONMENT)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        for process in psutil.Process(self._pid).children(recursive=True):
            process.kill()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    def type(self, keys: bytes) -> float:
        """Send keys; the time at which they were sent."""
        now = perf_counter()
        os.write(self._fd, keys)
        return now

    def take(self, seconds: float) -> bool:
        """Note what comes next, waiting so long at most; False if nothing came."""
        self._look_at_memory()
        if not select.select([self._fd], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # Linux says so that the program has ended
            raise EOFError(f"the program ended: {screen_text(self.chunks)}") from None
        self.chunks.append(Chunk(perf_counter(), data))
        for query, answer in _ANSWERS.items():
            if query in data:
                os.write(self._fd, answer)
        return True

    def pump(self, seconds: float) -> None:
        """Note all that comes in this time."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0:
            self.take(left)

    def settle(self, quiet: float, limit: float = 60.0) -> None:
        """Note what comes until the program was quiet so long."""
        end = perf_counter() + limit
        while perf_counter() < end and self.take(quiet):
            pass

    def seen(self, pattern: str) -> float | None:
        """When the screen first matched, in seconds since the start."""
        for chunk, text in screens(self.chunks):
            if re.search(pattern, text):
                return chunk.time - self.start
        return None

    def _look_at_memory(self) -> None:
        now = perf_counter()
        if now - self._sampled < _SAMPLE:
            return
        self._sampled = now
        total = 0
        try:
            program = psutil.Process(self._pid)
            for process in (program, *program.children(recursive=True)):
                total += process.memory_info().rss
        except psutil.NoSuchProcess:  # a child that ended meanwhile: the next look tells
            return
        self.peak = max(self.peak, total)


def screens(chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, str]]:
    """What the screen showed after each chunk."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    for chunk in chunks:
        stream.feed(_FOREIGN.sub(b"", chunk.data))
        yield chunk, "\n".join(screen.display)


def screen_text(chunks: Sequence[Chunk]) -> str:
    """What the screen showed at last, without its blanks."""
    *_, (_, text) = [(None, ""), *screens(chunks)]
    return " ".join(text.split())
