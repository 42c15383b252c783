"""Packet numbers as they are typed: "100-200,300", and as editcap has it "-50" and "200-"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from tui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RANGE = re.compile(r"\s*(\d*)\s*(-?)\s*(\d*)\s*", re.ASCII)
_HINT = "such as 100-200,300; 200- goes to the end"
_MOST_DIGITS = 15


def rows_in(text: str, packets: int) -> NDArray[np.int64]:
    """The rows of the packets, numbered from 1, that `text` names and that are among the first `packets`.

    UsageError if it is no list of ranges, or if there is none of these packets.
    """
    chosen = np.zeros(packets, bool)
    for part in text.split(","):
        first, last = _bounds(part)
        chosen[first - 1 : max(last, 0)] = True
    rows = np.flatnonzero(chosen)
    if not len(rows):
        raise UsageError(f"there is no packet {text.strip()}: there are {packets:,}", _HINT)
    return rows


def _bounds(part: str) -> tuple[int, int]:
    """The first and the last number of "N", "N-M", "-M" or "N-"."""
    found = _RANGE.fullmatch(part)
    if found is None or not (found[1] or found[3]) or max(len(found[1]), len(found[3])) > _MOST_DIGITS:
        raise UsageError(f"{part.strip()!r} is no range of packet numbers", _HINT)
    first = int(found[1] or 1)
    last = int(found[3]) if found[3] else 10**_MOST_DIGITS if found[2] else first
    if first < 1 or last < first:
        raise UsageError(f"{part.strip()!r} has no packets: numbers rise from 1", _HINT)
    return first, last
