"""Display filters with the packets that Wireshark finds: how this folder's two lists are written and read.

expressions.txt has sections: names of captures in brackets, then filters, one a line. expected.txt has for
each capture and filter the numbers of the packets that pass, or REFUSED; make_expected.py writes it.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = Path(__file__).resolve().parent
EXPRESSIONS, EXPECTED = FOLDER / "expressions.txt", FOLDER / "expected.txt"
REFUSED, NONE = "refused", "none"
SHARED = "shared/"  # begins the names of captures that do not belong to the repository
_TAB = "\t"


class Case(NamedTuple):
    """A filter, the capture that it is run over, what it finds: packet numbers "1-3,7", NONE or REFUSED."""

    capture: str
    expression: str
    found: str


def expressions() -> Iterator[tuple[str, str]]:
    """Each capture with each of its filters."""
    captures: list[str] = []
    within = False
    for line in EXPRESSIONS.read_text("utf-8").splitlines():
        if line.startswith("["):
            captures = [*captures, line[1:-1]] if not within else [line[1:-1]]
            within = False
        elif line and not line.startswith("# "):
            within = True
            yield from ((capture, line.strip()) for capture in captures)


def cases() -> list[Case]:
    """All of them, with what was found."""
    found, capture = [], ""
    for line in EXPECTED.read_text("utf-8").splitlines():
        if line.startswith("["):
            capture = line[1:-1]
        elif line:
            expression, _, numbers = line.partition(_TAB)
            found.append(Case(capture, expression, numbers))
    return found


def write(found: Iterable[Case]) -> None:
    """Write expected.txt."""
    sections = groupby(sorted(found, key=lambda case: case.capture), lambda case: case.capture)
    texts = [
        f"[{capture}]\n" + "".join(f"{case.expression}{_TAB}{case.found}\n" for case in each)
        for capture, each in sections
    ]
    EXPECTED.write_text("\n".join(texts), "utf-8")


def ranges(numbers: Iterable[int]) -> str:
    """ "1-3,7" of 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs) or NONE
