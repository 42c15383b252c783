"""What tells whether one of several texts has what is searched for: letters, or a regular expression.

Invariant: whatever the expression and the texts, a search can be stopped, and ends.
"""

from __future__ import annotations

import marshal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui.errors import UsageError
from tui.filter.search import match

if TYPE_CHECKING:
    from tui.filter.search.match import Texts

Found = tuple[int, int, int]
"""The number of a text, and from where to where."""


class Matcher(Protocol):
    """Looks through texts."""

    def first(self, texts: Texts) -> Found | None:
        """The first text that has it, and where."""

    def stop(self) -> None:
        """End what `first` is doing, in whichever thread."""


class Letters:
    """These letters; `exact`: small ones differ from capitals."""

    def __init__(self, letters: str, *, exact: bool) -> None:
        self._exact = exact
        self._letters = letters if exact else letters.lower()

    def first(self, texts: Texts) -> Found | None:
        """See Matcher; the texts are strings."""
        for index, text in enumerate(texts):
            assert isinstance(text, str), "bytes are searched all at once (Frames.holding)"
            start = (text if self._exact else text.lower()).find(self._letters)
            if start >= 0:
                return index, start, start + len(self._letters)
        return None

    def stop(self) -> None:
        """It takes no time."""


class PatternProcess:
    """A regular expression in a process of its own (`match`), which is ended when the search is stopped."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._asked = source, int(flags)
        self._process: subprocess.Popen[bytes] | None = None

    def first(self, texts: Texts) -> Found | None:
        """See Matcher. UsageError if the expression takes too long."""
        process = self._process or self._start()
        assert process.stdin is not None, "it is a pipe"
        assert process.stdout is not None, "it is a pipe"
        try:
            marshal.dump(list(texts), process.stdin)
            process.stdin.flush()
            found: Found | None = marshal.load(process.stdout)
        except (EOFError, OSError, ValueError) as error:  # it was ended
            self.stop()
            raise UsageError(
                f"the regular expression takes more than {match.SECONDS} s",
                "one that repeats what is repeated, such as (a+)+, can take for ever",
            ) from error
        return found

    def stop(self) -> None:
        """See Matcher."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            with suppress(OSError):  # what was not sent yet
                process.communicate()

    def __del__(self) -> None:
        self.stop()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", "-W", "ignore", str(Path(match.__file__))]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise UsageError(f"no process for the regular expression: {error.strerror}") from error
        assert process.stdin is not None, "it is a pipe"
        marshal.dump(self._asked, process.stdin)
        self._process = process
        return process
