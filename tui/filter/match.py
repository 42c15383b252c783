"""The process that carries out a regular expression: a script that needs nothing but the standard library.

A regular expression can take for ever, and Python's cannot be interrupted: in a thread it would stop the
whole program. It is told the expression, then gets questions, each with the texts that it is about.
Invariant: it ends with its standard input, and never takes more than SECONDS for one answer.
"""

from __future__ import annotations

import marshal
import re
import resource
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = 20
_LENGTH = 8  # bytes in which a message says how long it is

Texts = list[str] | list[bytes]


def first(pattern: re.Pattern[Any], texts: Texts) -> tuple[int, int, int] | None:
    """Which text is the first to match, and from where to where."""
    for index, text in enumerate(texts):
        match = pattern.search(text)
        if match is not None:
            return index, *match.span()
    return None


def each(pattern: re.Pattern[Any], texts: Texts) -> bytes:
    """For each text 1 if it matches, else 0."""
    search = pattern.search
    return bytes([search(text) is not None for text in texts])


QUESTIONS: Mapping[str, Callable[[re.Pattern[Any], Texts], Any]] = {"first": first, "each": each}


def _limit() -> None:
    """Let the system end this process if the next answer takes too long."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + SECONDS, most))


def pack(message: Any) -> bytes:
    """A message, after how long it is: to read it piece by piece would take longer than to match."""
    data = marshal.dumps(message)
    return len(data).to_bytes(_LENGTH) + data


def receive(come_from: IO[bytes]) -> Any:
    """The next message; EOFError if none comes."""
    return marshal.loads(come_from.read(int.from_bytes(come_from.read(_LENGTH))))


def main() -> None:
    """Answer until nothing more is asked."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    pattern = re.compile(*receive(questions))
    while True:
        try:
            question, texts = receive(questions)
        except EOFError:
            return
        _limit()
        answers.write(pack(QUESTIONS[question](pattern, texts)))
        answers.flush()


if __name__ == "__main__":
    main()
