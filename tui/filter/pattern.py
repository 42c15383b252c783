"""A regular expression in a process of its own (`match`), for what is searched for and for display filters.

Invariant: whatever the expression and the texts, the answer can be given up, and comes or fails in the end.
Nobody is held up but who asks.
"""

from __future__ import annotations

import select
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.errors import UsageError
from tui.filter import match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from tui.filter.match import Texts

    Stopped = Callable[[], bool]
    """Whether nobody wants to know any more."""

Found = tuple[int, int, int]
"""The number of a text, and from where to where."""

_PERIOD = 50  # ms between two looks whether the answer is still wanted
_PART = 96 << 10  # bytes of texts that are sent at once: what memory is quickly got for
_OVERHEAD = 5  # bytes that each takes beside its own


class Pattern:
    """A regular expression in Python's terms; its process lives from the first question on, until `end`.

    One that took too long once is not tried again.
    """

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._asked = source, int(flags)
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._too_long = False

    def first(self, texts: Texts, stopped: Stopped) -> Found | None:
        """The first text in which it is found, and where.

        UsageError if it takes too long, or if that is given up because `stopped` says so.
        """
        found: Found | None
        (found,) = self._answers("first", [texts], stopped)
        return found

    def each(self, texts: list[bytes], stopped: Stopped) -> NDArray[np.bool_]:
        """In which of the texts it is found; errors as above."""
        return np.frombuffer(b"".join(self._answers("each", _parts(texts), stopped)), np.bool_)

    def end(self) -> None:
        """End the process; another question starts another one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError):  # what was not sent yet
                process.communicate()

    def __del__(self) -> None:
        self.end()

    def _answers(self, question: str, parts: Iterable[Texts], stopped: Stopped) -> list[Any]:
        """The answers to the question about each of these parts of the texts."""
        with self._lock:
            if self._too_long:
                raise _too_long()
            process = self._process or self._start()
            try:
                return list(_ask(process, (match.pack((question, part)) for part in parts), stopped))
            except (EOFError, OSError, ValueError) as error:  # the system ended it
                self.end()
                self._too_long = True
                raise _too_long() from error
            except BaseException:  # nobody waits for its answer any more
                self.end()
                raise

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", "-W", "ignore", str(Path(match.__file__))]
        try:
            # In a group of its own: ctrl+c is for us, who then end it.
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
            )
        except OSError as error:
            raise UsageError(f"no process for the regular expression: {error.strerror}") from error
        self._process = process
        _send(process, match.pack(self._asked))
        return process


def _ask(process: subprocess.Popen[bytes], questions: Iterable[bytes], stopped: Stopped) -> Iterator[Any]:
    """The process's answers; EOFError or another one if it was ended."""
    for question in questions:
        _send(process, question)
        yield _answer(process, stopped)


def _send(process: subprocess.Popen[bytes], message: bytes) -> None:
    assert process.stdin is not None, "it is a pipe"
    process.stdin.write(message)
    process.stdin.flush()


def _answer(process: subprocess.Popen[bytes], stopped: Stopped) -> Any:
    assert process.stdout is not None, "it is a pipe"
    answers = select.poll()
    answers.register(process.stdout, select.POLLIN)
    while not answers.poll(_PERIOD):
        if stopped():
            raise UsageError("the regular expression was stopped")
    return match.receive(process.stdout)


def _parts(texts: list[bytes]) -> Iterator[list[bytes]]:
    """The texts, some at a time."""
    ends = np.cumsum([len(text) + _OVERHEAD for text in texts], dtype=np.int64)
    edges = np.flatnonzero(np.diff(ends // _PART, append=-1)) + 1
    for start, stop in pairwise([0, *edges.tolist()]):
        yield texts[start:stop]


def _too_long() -> UsageError:
    return UsageError(
        f"the regular expression takes more than {match.SECONDS} s",
        "one that repeats what is repeated, such as (a+)+, can take for ever",
    )
