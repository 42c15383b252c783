"""The colouring rules of the packets that are shown, as far as they are known.

Invariant: what is known of a row is not asked for again, and what is asked for is what stands around the
window, so that a cursor that moves on finds most of it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.cache import LRUCache

from tui.report.colouring_rules import NO_RULE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.report.colouring_rules import ColouringRule
    from tui.session import Snapshot

_CACHED_ROWS = 2048
_AROUND = 64  # lines before and behind the window


class Coloured(Protocol):
    """What is said of some packets: their rules, and which of these may be others, to be found out later."""

    @property
    def rules(self) -> Mapping[int, ColouringRule]: ...
    @property
    def unsure(self) -> Sequence[int]: ...


class RowColours:
    """Keeps the rules of rows; `look` finds them, None: there are none."""

    def __init__(self, look: Callable[[Snapshot, Sequence[int]], Coloured] | None = None) -> None:
        self._look = look
        self._rules: LRUCache[int, ColouringRule] = LRUCache(_CACHED_ROWS)

    def use(self, look: Callable[[Snapshot, Sequence[int]], Coloured] | None) -> None:
        """Have other rules."""
        self._look = look
        self._rules.clear()

    def of(self, row: int) -> ColouringRule:
        """The rule of a row that was looked for."""
        return self._rules.get(row) or NO_RULE

    def look_for(
        self, snapshot: Snapshot, shown: range, lines: int, row_at: Callable[[int], int]
    ) -> Sequence[int]:
        """Know the rows of the `shown` out of `lines` lines; those that are new and unsure."""
        if self._look is None or all(row_at(line) in self._rules for line in shown):
            return ()
        around = range(max(0, shown.start - _AROUND), min(shown.stop + _AROUND, lines))
        found = self._look(snapshot, [row for line in around if (row := row_at(line)) not in self._rules])
        self.fill(found.rules)
        return found.unsure

    def fill(self, rules: Mapping[int, ColouringRule]) -> None:
        """The rules of some rows are these now."""
        for row, rule in rules.items():
            self._rules.discard(row)  # the cache takes no other value for what it has
            self._rules[row] = rule

    def forget(self) -> None:
        """Other notes on some packets may mean other rules for any."""
        self._rules.clear()
