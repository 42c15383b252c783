"""Captures with another program that writes packets to its standard output: dumpcap here, ssh to elsewhere.

Invariant: the program ends with the recording, whatever ends that; and when it ends by itself, what it said
on stderr becomes the failure. What it has written until then is kept.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from tui.capture.inlet import read_pieces
from tui.capture.spool import Spool
from tui.errors import AccessError, CaptureError, TcpscopeError

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator, Sequence

_POLL_SECONDS = 0.1
_END_SECONDS = 3.0  # how long the program has to end when its standard input is closed
_LATE = 10**9  # ns that a packet may need from there to here
_MOST_WORDS = 4096  # bytes of what it said that are looked at: the last ones


class ProgramRecording(Spool):
    """What a program captures."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        explain: Callable[[int, Sequence[str]], TcpscopeError],
        copy: BinaryIO | None = None,
        stop_signal: signal.Signals | None = None,
        *,
        filter_text: str = "",
        left_out: str = "",
    ) -> None:
        """Start `command`; AccessError if there is no such program. `copy`: see Spool.

        `stop_signal` is sent to stop it, if the end of its standard input does not do that.
        `filter_text` and `left_out` only say what the command does: see LiveRecording.
        `explain` makes an error of the program's exit status and the last lines that it said.
        """
        self.filter_text = filter_text
        self.left_out = left_out
        self.temporary = copy is None
        self._explain = explain
        self._error: TcpscopeError | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the program
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, bufsize=0
            )
        except OSError as error:
            self._said.close()
            raise AccessError(f"{name}: {command[0]} cannot be started: {error.strerror}") from error
        self._stop_signal = stop_signal
        self._stopped = False
        self._finishing = threading.Event()
        super().__init__(name, self._pieces(), self._finishing, copy)

    def tell(self, text: str) -> None:
        """Write to the program's standard input; a program that has ended says why by itself."""
        assert self._process.stdin is not None  # it was asked for
        with suppress(BrokenPipeError):
            self._process.stdin.write(text.encode())

    def await_beginning(self) -> None:
        """Return when the first bytes have come; if the program ends instead, raise what it said as an error.

        Until then it may ask on the terminal for a password.
        """
        while not self.size and not self.complete:
            self.wait(_POLL_SECONDS)
        if self._error and not self.size:
            self.close()
            raise self._error

    @property
    def reached(self) -> int:
        """See Recording; if the clock there is behind ours by more, merged packets come in another order."""
        return time.time_ns() - _LATE

    def stop(self) -> None:
        """End the capture soon; what the program has captured by then still comes. More than once is fine."""
        self._stopped = True
        assert self._process.stdin is not None  # it was asked for
        self._process.stdin.close()
        if self._stop_signal:
            self._process.send_signal(self._stop_signal)

    def close(self) -> None:
        """Stop, and let go of the file."""
        self._finishing.set()
        self.stop()
        super().close()
        self._said.close()

    def _pieces(self) -> Iterator[bytes]:
        output = self._process.stdout
        assert output is not None  # it was asked for
        with output:
            yield from read_pieces(self.name, os.dup(output.fileno()), self._finishing)
        status = self._end()
        if status and not self._stopped:
            self._error = self._explain(status, self._last_words())
            raise CaptureError(self._error.message, self._error.hint)

    def _end(self) -> int:
        """Wait for the program's end, and bring it about if need be; its exit status."""
        try:
            return self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _last_words(self) -> list[str]:
        self._said.seek(0)
        text = self._said.read()[-_MOST_WORDS:].decode("utf-8", "replace")
        return [line.strip() for line in text.splitlines() if line.strip()]
