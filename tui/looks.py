"""How cells of the terminal are drawn, and the shortest way from one look to another.

Looks are made of SGR parameters (ECMA-48 §8.3.117), in whatever number of colours Textual has chosen for the
terminal: they are compared and sent, never understood.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PARAMETER = re.compile(
    r"""(?: (?P<foreground> 38;5;\d+ | 38;2;\d+;\d+;\d+ | 3[0-79] | 9[0-7] )
          | (?P<background> 48;5;\d+ | 48;2;\d+;\d+;\d+ | 4[0-79] | 10[0-7] )
          | (?P<mark> [1-9] | 21 | 5[123] )
        ) (?: ; | $ )""",
    re.VERBOSE,
)
_OWN_FOREGROUND, _OWN_BACKGROUND = "39", "49"  # the terminal's
_ENDS = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "21": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "51": "54",
    "52": "54",
    "53": "55",
}
"""The parameters that set a mark, each with what ends it (bold and dim, for one, end together)."""
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "51", "52", "53"})


class UnknownSequenceError(ValueError):
    """What was written may have changed the terminal in any way."""


class Look(NamedTuple):
    """Colours and marks (bold, reverse …) as SGR parameters."""

    foreground: str = _OWN_FOREGROUND
    background: str = _OWN_BACKGROUND
    marks: frozenset[str] = frozenset()

    def on_blank(self) -> Look:
        """What can be seen of it where nothing is written."""
        return self if self.marks & _SEEN_ON_BLANKS else Look(background=self.background)


PLAIN = Look()


@lru_cache(maxsize=1024)
def parse_look(parameters: str) -> Look:
    """The look that SGR with `parameters` makes out of the plain one.

    Raises:
        UnknownSequenceError: there is a parameter that no style of Textual's has.
    """
    look, at = PLAIN, 0
    while at < len(parameters):
        match = _PARAMETER.match(parameters, at)
        if match is None:
            raise UnknownSequenceError(f"SGR {parameters}")
        at = match.end()
        foreground, background, mark = match.groups()
        look = Look(
            foreground or look.foreground,
            background or look.background,
            look.marks | {mark} if mark else look.marks,
        )
    return look


@lru_cache(maxsize=4096)
def change(old: Look | None, new: Look) -> str:
    """The shortest sequence that takes the terminal from look `old` (None: unknown) to `new`."""
    if old == new:
        return ""
    own = {_OWN_FOREGROUND, _OWN_BACKGROUND}
    anew = _sgr("0", *sorted(new.marks), *(each for each in new[:2] if each not in own))
    if old is None:
        return anew
    ends = {_ENDS[mark] for mark in old.marks - new.marks}
    begins = {mark for mark in new.marks if mark not in old.marks or _ENDS[mark] in ends}
    colours = [after for before, after in zip(old[:2], new[:2], strict=True) if before != after]
    return min(anew, _sgr(*sorted(ends), *sorted(begins), *colours), key=len)


def _sgr(*parameters: str) -> str:
    return f"\x1b[{';'.join(parameters)}m"
