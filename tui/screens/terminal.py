"""What the terminal can do, as far as its environment tells."""

from __future__ import annotations

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
