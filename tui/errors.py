"""What can go wrong, in words for the person who sees it.

Every failure that a user can provoke is a :class:`TcpscopeError`: what was expected, what was found and
where (`message`), and what to do about it (`hint`). Anything else that escapes is a bug. Text that comes
from outside passes through :func:`printable` before it may reach a terminal.
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells the shell."""

    OK = 0
    DAMAGED = 1  # the capture could not be read, or not to its end
    USAGE = 2  # the command line or a filter is wrong
    PERMISSION = 3  # no permission, or no such interface
    FOUND = 4  # a connection is as --fail-on names
    MISTAKE = 70  # of the program itself (EX_SOFTWARE of sysexits.h)


class TcpscopeError(Exception):
    """A failure with one clear line (`message`), and what to do about it (`hint`, may be empty)."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = printable(message)
        self.hint = printable(hint)

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(TcpscopeError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE


class FilterError(UsageError):
    """A display filter that is no filter: `message` says what was expected and found, `start` and `length`
    which characters of `text` are meant (0 characters at its end: something is missing there).
    """

    def __init__(self, message: str, hint: str, text: str, start: int, length: int) -> None:
        super().__init__(message, hint)
        self.text = text
        self.start = start
        self.length = length

    def __str__(self) -> str:
        """The message and the filter with the place underlined, for a terminal."""
        mark = " " * self.start + "^" * max(self.length, 1)
        return f"{super().__str__()}\n  {printable(self.text)}\n  {mark}"


class CaptureError(TcpscopeError):
    """A capture that could not be read, or not to its end."""

    exit_code = ExitCode.DAMAGED


class AccessError(TcpscopeError):
    """No permission to read a file or an interface, or there is no such interface."""

    exit_code = ExitCode.PERMISSION


# Cc: C0 and C1 controls, ESC among them. Cf: bidirectional overrides and other invisible marks. Cs: lone
# surrogates (undecodable bytes of a file name). Zl, Zp: line and paragraph separators. Co, Cn: no terminal
# agrees on their width.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})


def printable(text: str) -> str:
    """`text`, of the same length, with "·" for every character that could steer a terminal or hide text."""
    if text.isprintable():  # then it has none of those categories
        return text
    return "".join("·" if unicodedata.category(char) in _UNPRINTABLE else char for char in text)
