"""Handshake: the sidebar that tells the selected packet's connection, stage by stage, and proves it.

Invariant: it says what report/explain.py says; this pane only gives tones their looks and leads from a line
to its packet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.decode.context import Numbers
from tui.panes.lines import Line, LinePane, Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.report.explain import StoryLine
    from tui.report.now import Now
    from tui.tcp.story import Story


class Handshake(LinePane):
    """One connection as it stands at the selected packet: states of both ends, opening, data, closing."""

    CURSOR_LINE: ClassVar[bool] = False

    class PacketWanted(Message):
        """A line was chosen that leads to packet `row`."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self._story: Story | None = None
        self._row = 0
        self._numbers = Numbers.RELATIVE
        self._now: Now | None = None
        self._called: Callable[[str], str] = lambda end: ""
        self._page: list[StoryLine] = []
        self._dressed: list[Line] = []

    def show(self, story: Story | None, row: int, numbers: Numbers, now: Now | None = None) -> None:
        """Tell `story` as it stands at packet `row`; None: the packet has no connection.

        `now`: what the present adds to it; None if it adds nothing.
        """
        if story is None or self._story is None or story.stream != self._story.stream:
            self.set_top(0)
        self._story, self._row, self._numbers, self._now = story, row, numbers, now
        self._tell()

    def rename(self, called: Callable[[str], str]) -> None:
        """Say beside address and port of each end what they are called; "" if that is nothing."""
        self._called = called
        if self._story is not None:
            self._tell()

    def tick(self, now: Now | None) -> None:
        """Time has passed: only the words change, cursor and window stay where they are."""
        length = len(self._page)
        self._now = now
        self._write()
        if len(self._page) == length or self.has_focus:
            self.repaint()
        else:
            self._reveal_packet()

    def _tell(self) -> None:
        self._write()
        self._reveal_packet()

    def _write(self) -> None:
        # Imported here: the first paint needs none of it.
        from tui.panes.tones import dress
        from tui.report.explain import explain

        self._page = explain(
            self._story, self._row, self._numbers, self.text_width, now=self._now, called=self._called
        )
        self._dressed = [
            [(text, Look.MUTED) for text, _ in line.pieces] if line.later else dress(line)
            for line in self._page
        ]

    def _reveal_packet(self) -> None:
        """Put the cursor on the selected packet's line, if it has one."""
        here = next((i for i, line in enumerate(self._page) if line.here and "▶" in line.text), None)
        if here is None:
            self.repaint()
        else:
            self.select(here)

    def line_count(self) -> int:
        return len(self._page)

    def line(self, index: int, width: int) -> Line:
        return self._dressed[index]

    def look_over(self, index: int) -> str:
        """The selected packet's line is marked at all times, the cursor's only where the keys go here."""
        if self.has_focus and index == self.cursor:
            return Look.CURSOR
        return Look.STRONG if self._page[index].here else Look.PLAIN

    def activate(self) -> None:
        """Go to the packet of the line under the cursor."""
        if self._page and (row := self._page[self.cursor].row) is not None:
            self.post_message(self.PacketWanted(row))

    def click_line(self, index: int, x: int) -> None:
        super().click_line(index, x)
        self.activate()

    def on_resize(self) -> None:
        self._tell()
