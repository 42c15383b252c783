"""Which colouring rule each packet has: the first one, of those that are on, whose filter it passes.

Invariant: only the packets that are asked for are looked at, some hundred at a time; what has to be decoded,
known of all connections, or matched with a regular expression, is asked of those only that no earlier rule
has, and only when it is wanted.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.errors import CaptureError, FilterError, UsageError
from tui.filter.field import Effort
from tui.filter.language import compile_filter
from tui.report.colouring_rules import NO_RULE
from tui.report.filtered import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.filter.chunk import Bools, Chunk
    from tui.filter.language import Filter
    from tui.report.colouring_rules import ColouringRule
    from tui.session import Session, Snapshot

_LATE = (Effort.CONNECTIONS, Effort.DECODING)
_PROTOCOL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ABSENT = "(!frame)"  # what no packet passes
_AT_ONCE = 256  # packets: of more at once a filter groups the whole capture by connections


class Coloured(NamedTuple):
    """The rule of each packet that was asked for; and which packets may have another one, found late."""

    rules: dict[int, ColouringRule]
    unsure: list[int]


class Colouring:
    """Finds the rules of a session's packets."""

    def __init__(self, session: Session, rules: Iterable[ColouringRule]) -> None:
        self._session = session
        self._rules = tuple(rules)

    @cached_property
    def _tests(self) -> list[tuple[ColouringRule, Filter]]:
        """The rules that are on and make sense."""
        return [
            (rule, found)
            for rule in self._rules
            if rule.enabled and (found := meaning(rule.filter)) is not None
        ]

    @property
    def changes(self) -> bool:
        """Whether a packet's rule may change while the capture grows."""
        return any(test.effort is Effort.CONNECTIONS for _, test in self._tests)

    def look(self, snapshot: Snapshot, rows: Sequence[int], *, late: bool = False) -> Coloured:
        """The rules of these packets; `late`: also by what takes long, so that none is unsure."""
        found = Coloured({}, [])
        if not self._tests:
            return Coloured(dict.fromkeys(rows, NO_RULE), [])
        ascending, view = np.array(sorted(rows), np.int64), view_of(self._session, snapshot)
        for start in range(0, len(ascending), _AT_ONCE):
            chunk = view.pick(ascending[start : start + _AT_ONCE])
            try:
                self._look(chunk, found, late)
            except CaptureError:  # the bytes are not there any more, so nothing is known of them
                found.rules.update(dict.fromkeys(chunk.rows, NO_RULE))
        return found

    def _look(self, chunk: Chunk, found: Coloured, late: bool) -> None:
        left, unsure = np.ones(len(chunk), np.bool_), np.zeros(len(chunk), np.bool_)
        numbers = np.full(len(chunk), -1)
        for number, (_, test) in enumerate(self._tests):
            if not left.any():
                break
            if not _is_late(test):
                passing = test.mask(chunk)
            elif late:
                passing = _mask_of(test, chunk, left)
            else:
                unsure |= left
                continue
            numbers[left & passing] = number
            left &= ~passing
        for row, number in zip(chunk.rows, numbers.tolist(), strict=True):
            found.rules[row] = self._tests[number][0] if number >= 0 else NO_RULE
        found.unsure.extend(chunk.at[unsure].tolist())


def _is_late(test: Filter) -> bool:
    return test.effort in _LATE or test.has_pattern


@lru_cache(maxsize=256)
def meaning(text: str) -> Filter | None:
    """What a rule's filter says here; None if it makes no sense, and so is passed by no packet.

    A protocol that is not known here is one that no packet has: `http || http2` says what `http` says.
    """
    while text.strip():
        try:
            return compile_filter(text)
        except FilterError as error:
            end = error.start + error.length
            if not _PROTOCOL.fullmatch(text[error.start : end]):
                break
            text = text[: error.start] + _ABSENT + text[end:]
    return None


def refusal(text: str) -> UsageError | None:
    """Why no packet can have a rule with this filter here; None if one can."""
    found = meaning(text)
    if found is not None and found.text != _ABSENT:
        return None
    try:
        compile_filter(text)
    except FilterError as error:
        return UsageError(error.message, error.hint)
    return UsageError("a display filter expected, found none")


def _mask_of(test: Filter, chunk: Chunk, among: Bools) -> Bools:
    """Which packets of a chunk pass; only those `among` it are looked at.

    None does if a regular expression takes too long.
    """
    mask = np.zeros(len(chunk), np.bool_)
    with suppress(UsageError):
        mask[among] = test.mask(chunk.view.pick(chunk.at[among]))
    return mask
