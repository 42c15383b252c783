"""Names on the screen: gets them for the kinds that are on, and shows what comes of it.

Invariant: while all kinds are off nothing is imported, read, asked or timed. Files, tables and DNS answers
are read in threads; no key waits for a name.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.names.answers import Answers
    from tui.names.kinds import Kinds
    from tui.names.names import Names
    from tui.names.reverse import Reverse
    from tui.screens.main import MainScreen

LOOK_SECONDS = 0.25
"""How often it is looked whether there are new names."""


class Naming:
    """The names that the main screen shows; None while there are none."""

    def __init__(self, main: MainScreen) -> None:
        self.kinds: Kinds = frozenset()
        self.names: Names | None = None
        self._main = main
        self._answers: Answers | None = None  # kept while names are off: packets are read once
        self._reverse: Reverse | None = None
        self._shown: tuple[int, ...] = ()  # version of the names that are shown
        self._reading = False
        self._timer: Timer | None = None

    def use(self, kinds: Kinds) -> None:
        """Show names of these kinds, now or as soon as what they take is read."""
        self.kinds = kinds
        if kinds:
            self._main.run_worker(self._load(kinds), group="names", exclusive=True)
            if self._timer is None:
                self._timer = self._main.set_interval(LOOK_SECONDS, self._look)
            self._timer.resume()
        else:
            if self._reverse is not None:
                self._reverse.stop()
            self._take(None)
            if self._timer is not None:
                self._timer.pause()

    def called(self, end: str) -> str:
        """What one end of a connection is called, by its address and port; "" if nothing is known."""
        return self.names.end(end) if self.names is not None else ""

    async def _load(self, kinds: Kinds) -> None:
        names = await asyncio.to_thread(self._make, kinds)
        if self.kinds == kinds:
            self._take(names)
            self._look()

    def _make(self, kinds: Kinds) -> Names:
        from tui.names.answers import Answers
        from tui.names.kinds import Kind
        from tui.names.names import Names
        from tui.names.reverse import Reverse

        session = self._main.session
        if Kind.DNS in kinds and self._answers is None:
            self._answers = Answers(session.frame)
        if Kind.REVERSE in kinds and self._reverse is None:
            self._reverse = Reverse()
        return Names(kinds, [reader.names for reader in session.readers], self._answers, self._reverse)

    def _take(self, names: Names | None) -> None:
        self.names = names
        self._shown = names.version if names is not None else ()
        self._main.show_names()

    def _look(self) -> None:
        """Ask and read on; show what came."""
        names, snapshot = self.names, self._main.snapshot
        if names is None:
            return
        if names.reverse is not None:
            names.reverse.go_on()
        answers = names.answers
        unread = answers is not None and snapshot is not None and answers.done < len(snapshot.packets)
        if unread and not self._reading:
            self._reading = True
            self._main.run_worker(self._read_on(), group="DNS answers")
        if names.version != self._shown:
            self._take(names)

    async def _read_on(self) -> None:
        """Read the DNS answers that have come, in a thread."""
        snapshot, answers = self._main.snapshot, self._answers
        try:
            if snapshot is not None and answers is not None:
                await asyncio.to_thread(
                    answers.read, snapshot.packets, snapshot.interfaces, self._wants_answers
                )
        finally:
            self._reading = False

    def _wants_answers(self) -> bool:
        return self.names is not None and self.names.answers is not None and self._main.is_running
