"""What a person notes of the packets on the main screen: marks, references, comments, bookmarks, and jumps.

Invariant: when a note was changed, list, packet and display filter show it; where one was before a jump is
remembered by whoever jumps, through `depart`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.errors import CaptureError
from tui.filter.noted import NAMES
from tui.screens.steps import commented, step_among
from tui.screens.stoppable import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tui.screens.main import MainScreen
    from tui.session import Snapshot

JUMPS = frozenset({"first", "last"})
"""The motions in the packet list that one may want to take back."""


class Notebook:
    """Changes a session's notes, and finds the packets that have some."""

    def __init__(self, main: MainScreen) -> None:
        self.lines: tuple[str, ...] = ()  # typed in the command line, the latest first
        self._main = main
        self._notes = main.session.notes
        self._before: int | None = None  # where one was before the last jump
        self._search: _Search | None = None

    def row(self) -> int | None:
        """The packet under the cursor; None, and it is said, if there is none."""
        if self._main.packet_list.line_count():
            return self._main.packet_list.row
        self._main.say("there is no packet")
        return None

    # jumps

    def depart(self) -> None:
        """The cursor is about to jump: remember where it is."""
        if self._main.packet_list.line_count():
            self._before = self._main.packet_list.row

    def jump_back(self) -> None:
        """To where one was before the last jump; again: back here."""
        if self._before is None:
            self._main.say("there was no jump yet")
        else:
            self._main.go_to(self._before)

    def set_bookmark(self, letter: str) -> None:
        """Let a letter remember the packet."""
        row = self.row()
        if row is not None:
            self._notes.bookmark(letter, row)
            self._main.say(f"{letter} remembers packet {row + 1:,}")

    def to_bookmark(self, letter: str) -> None:
        """To the packet that a letter remembers."""
        row = self._notes.letters.get(letter)
        if row is None:
            known = " ".join(sorted(self._notes.letters))
            self._main.say(f"{letter} remembers no packet" + (f"; {known} do" if known else ""))
        else:
            self._main.go_to(row)

    def follow(self, snapshot: Snapshot) -> None:
        """Forget what was noted of packets that left the ring."""
        self._notes.let_go(snapshot.gone)

    # marks, references, ignored packets

    def mark(self) -> None:
        """Mark the packet, or unmark it."""
        row = self.row()
        if row is not None:
            self._notes.toggle_mark(row)
            self._changed((row,))

    def mark_all(self) -> None:
        """Mark all packets that are shown."""
        shown = self._main.packet_list.rows
        self._notes.mark_all(np.asarray(shown, np.int64))
        self._changed(())
        self._main.say(f"{len(self._notes.marked):,} packets are marked")

    def unmark_all(self) -> None:
        """No packet is marked any more."""
        count = len(self._notes.marked)
        self._notes.unmark_all()
        self._changed(())
        self._main.say(f"{count:,} packets were marked" if count else "no packet was marked")

    def ignore(self) -> None:
        """Ignore the packet in the list, or not any more."""
        row = self.row()
        if row is not None and self._notes.toggle_ignored(row):
            self._main.say("ignored in the list; what is said of its connection still counts it")
        self._changed(() if row is None else (row,))

    def refer(self) -> None:
        """Let later times count from the packet, or not any more."""
        row = self.row()
        if row is not None:
            counts = self._notes.toggle_reference(row)
            self._changed(None)
            self._main.say(f"times {'count' if counts else 'do not count'} from packet {row + 1:,} on")

    def next_marked(self, step: int) -> None:
        """To the marked packet `step` further (back if negative), of those that are shown."""
        row = self.row()
        if row is None:
            return
        found = step_among(self._notes.marked.rows(), row, step, self._main.filtering.passing)
        if found is None:
            self._main.say(f"no packet is marked {'below' if step > 0 else 'above'}")
        else:
            self._main.go_to(found)

    # comments

    def edit_comments(self) -> None:
        """Ask for the packet's comments."""
        from tui.screens.comment import CommentScreen

        row = self.row()
        if row is None:
            return
        comments = self._comments(row)
        if comments is None:
            return

        def keep(texts: tuple[str, ...] | None) -> None:
            if texts is not None and texts != comments:
                self._comment(row, texts)

        self._main.app.push_screen(CommentScreen(row, comments, self._main.actions), keep)

    def add_comment(self, text: str) -> None:
        """Give the packet one more comment."""
        row = self.row()
        comments = None if row is None else self._comments(row)
        if row is not None and comments is not None:
            self._comment(row, (*comments, text))

    def next_comment(self, step: int) -> None:
        """To the packet with a comment that is `step` further, of those that are shown."""
        row, snapshot = self.row(), self._main.snapshot
        if row is None or snapshot is None:
            return
        self.stop()
        rows = self._main.filtering.passing(commented(snapshot, self._notes))
        self._search = _Search(self._main, snapshot, rows, row, step)
        self._main.run_worker(self._find(self._search), group="comments", exclusive=True)

    def stop(self) -> bool:
        """End the search for a comment; whether there was one."""
        search, self._search = self._search, None
        if search is not None:
            search.stop()
        return search is not None

    async def _find(self, search: _Search) -> None:
        try:
            found = await in_thread(self._main, search.run, stop=search.stop)
        except CaptureError as error:
            self._main.say(str(error))
            return
        if search is not self._search:
            return
        self._search = None
        if found is None:
            self._main.say(f"no packet {'below' if search.step > 0 else 'above'} has a comment")
        else:
            self._main.go_to(found)

    def _comments(self, row: int) -> tuple[str, ...] | None:
        """The packet's comments; None, and it is said, if the file does not have them any more."""
        assert self._main.snapshot is not None, "there is a packet"
        try:
            return self._main.session.comments(self._main.snapshot.packets, row)
        except CaptureError as error:
            self._main.say(str(error))
            return None

    def _comment(self, row: int, texts: tuple[str, ...]) -> None:
        self._notes.comment(row, *texts)
        self._changed((row,))

    def _changed(self, rows: Iterable[int] | None) -> None:
        """Show the notes anew; `rows` are those whose cells are others now, None is all."""
        main = self._main
        main.packet_list.renew(rows)
        if main.snapshot is not None and main.view.row is not None:
            main.view.show(main.snapshot, main.view.row, main.forms)
        main.filtering.renew(NAMES)


class _Search:
    """Looks among `rows` for comments, which the file has: not on the screen's thread."""

    def __init__(
        self, main: MainScreen, snapshot: Snapshot, rows: NDArray[np.int64], start: int, step: int
    ) -> None:
        self.step = step
        self._stopped = False
        self._session = main.session
        self._packets = snapshot.packets
        place = int(rows.searchsorted(start, "right" if step > 0 else "left"))
        self._rows = rows[place:] if step > 0 else rows[:place][::-1]

    def run(self) -> int | None:
        """The packet with the comment that is wanted, or the last there is on the way; None if none is."""
        found, left = None, abs(self.step)
        for row in self._rows.tolist():
            if self._stopped or not left:
                break
            if self._session.comments(self._packets, row):
                found, left = row, left - 1
        return found

    def stop(self) -> None:
        """Let what was looked at be enough."""
        self._stopped = True
