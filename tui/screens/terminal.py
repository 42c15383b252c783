"""What the terminal can do, as far as its environment tells, and the keys that are typed on it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_COERCED = (
    "C.UTF-8"  # Python sets LC_CTYPE so where the locale is "C" (PEP 538): it says nothing about the terminal
)


def check_terminal(environment: Mapping[str, str]) -> None:
    """Refuse a terminal on which a screen cannot be drawn.

    Raises:
        UsageError: TERM is not set, or is "dumb".
    """
    term = environment.get("TERM", "")
    if term in ("", "dumb"):
        found = f"TERM is {term!r}" if term else "TERM is not set"
        raise UsageError(
            f"the screen needs a terminal that can move its cursor, but {found}",
            "print the packets instead with -T text",
        )


def speaks_utf8(environment: Mapping[str, str]) -> bool:
    """Whether the locale's characters are UTF-8, so that the terminal will draw lines and arrows.

    The first of LC_ALL, LC_CTYPE, LANG that is not empty names the locale; without any it is "C" (POSIX 8.2).
    """
    character_type = environment.get("LC_CTYPE", "")
    if character_type == _COERCED:
        character_type = ""
    locale = environment.get("LC_ALL", "") or character_type or environment.get("LANG", "")
    encoding = locale.partition("@")[0].rpartition(".")[2]
    return encoding.lower().replace("-", "") == "utf8"


def take_keys() -> None:
    """Put the terminal itself in the place of standard input, through which the capture comes.

    Raises:
        UsageError: the process has no terminal.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError as error:
        raise UsageError(
            f"no terminal to read keys from: {error.strerror}", "print the packets instead with -T text"
        ) from error
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
