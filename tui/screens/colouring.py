"""The colouring rules in force on the main screen.

What takes longer than the cursor may wait (decoding, a survey of all connections) is looked up in a thread
for the rows that are seen; until then they look as by the other rules. Invariant: what was looked up by rules
that are not in force any more is dropped.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from tui.report.colouring import Colouring
from tui.report.colouring_rules import DEFAULT_RULES
from tui.screens.backlog import Backlog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.colouring_rules import ColouringRule
    from tui.screens.backlog import Rows
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_RENEW_SECONDS = 1.0


class RuleColours:
    """Colours `main`'s packet list; `chosen` None: nobody chose any rules, so ours are in force."""

    def __init__(self, main: MainScreen, chosen: tuple[ColouringRule, ...] | None, *, on: bool) -> None:
        self._main = main
        self.chosen = chosen
        self.on = on
        self._late = Backlog(main, self._look_up)
        self._renewed = 0.0
        self._use()

    @property
    def rules(self) -> tuple[ColouringRule, ...]:
        """All rules, those that are off too."""
        return DEFAULT_RULES if self.chosen is None else self.chosen

    def turn(self) -> None:
        """Colour the list, or do not."""
        self.on = not self.on
        self._use()

    def choose(self, rules: tuple[ColouringRule, ...] | None) -> None:
        """Colour it by these rules from now on; None: by ours."""
        self.chosen = None if rules == DEFAULT_RULES else rules
        self._use()

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown: what is known of connections may be something else."""
        changes = self.on and self._colouring.changes
        if changes and (snapshot.finished or monotonic() - self._renewed > _RENEW_SECONDS):
            self._renewed = monotonic()
            packets = self._main.packet_list
            shown = range(packets.top, min(packets.top + packets.window, packets.line_count()))
            self.look_late([packets.row_at(line) for line in shown])

    def look_late(self, rows: Sequence[int]) -> None:
        """Look up in a thread which rules these packets have."""
        self._late.add(rows)

    def _use(self) -> None:
        self._colouring = Colouring(self._main.session, self.rules if self.on else ())
        self._late.clear()
        self._main.packet_list.colours.use(self._colouring.look if self.on else None)
        self._main.packet_list.renew(())

    async def _look_up(self, rows: Rows) -> None:
        colouring, snapshot = self._colouring, self._main.snapshot
        if snapshot is not None:
            found = await asyncio.to_thread(colouring.look, snapshot, rows, late=True)
            if colouring is self._colouring:
                self._main.packet_list.fill({}, found.rules)
