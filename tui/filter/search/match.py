"""The process that carries out a regular expression: a script that needs nothing but the standard library.

A regular expression can take for ever, and Python's cannot be interrupted: in a thread it would stop the
whole program. It is told the expression, then gets texts and answers with the first one that matches.
Invariant: it ends with its standard input, and never takes more than SECONDS for one answer.
"""

from __future__ import annotations

import marshal
import re
import resource
import sys
from collections.abc import Sequence
from typing import Any

SECONDS = 20

Texts = Sequence[str] | Sequence[bytes]


def first(pattern: re.Pattern[Any], texts: Texts) -> tuple[int, int, int] | None:
    """Which text is the first to match, and from where to where."""
    for index, text in enumerate(texts):
        match = pattern.search(text)
        if match is not None:
            return index, *match.span()
    return None


def _limit() -> None:
    """Let the system end this process if the next answer takes too long."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + SECONDS, most))


def main() -> None:
    """Answer until nothing more is asked."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    pattern = re.compile(*marshal.load(questions))
    while True:
        try:
            texts = marshal.load(questions)
        except EOFError:
            return
        _limit()
        marshal.dump(first(pattern, texts), answers)
        answers.flush()


if __name__ == "__main__":
    main()
