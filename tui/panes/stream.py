"""StreamPane: the lines of a stream, both sides told apart by colour and by the arrow before each line.

Invariant: the lines around the window are measured before they are painted; what that changes about the
numbers of lines moves neither the cursor nor the window off the bytes that they are on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.errors import CaptureError
from tui.panes.lines import Line, LinePane, Look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.report.stream.data import Place
    from tui.report.stream.lines import StreamLine, StreamLines

MARK_CELLS = 2
_MARKS = ("▶ ", "◀ ")
_SIDES = ("stream-pane--client", "stream-pane--server")


class StreamPane(LinePane):
    """Shows a stream; empty until there is one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_SIDES)
    DEFAULT_CSS = """
    StreamPane > .stream-pane--client { color: $text-primary; }
    StreamPane > .stream-pane--server { color: $text-accent; }
    """
    HEAD_LINES: ClassVar[int] = 1
    FOOT_LINES: ClassVar[int] = 1

    class LineWanted(Message):
        """A line was chosen; it begins at `place`."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    class Resized(Message):
        """There is another room for the lines."""

    def __init__(self, account: Callable[[], str], describe: Callable[[Place], str]) -> None:
        """`account` says what stands over the lines, `describe` what the line at a place is."""
        super().__init__()
        self.lines: StreamLines | None = None
        self._client = 0
        self._account = account
        self._describe = describe
        self._sought = ""  # in lower case

    def show(self, lines: StreamLines, client: int, place: Place | None) -> None:
        """Show other lines, with the cursor at a place; `client` is the end that is the client."""
        self.lines, self._client = lines, client
        self.cursor = self.top = 0
        if place is not None:
            self.go(place)
        else:
            self.select(0)

    def go(self, place: Place) -> None:
        """Put the cursor on the line that shows a place."""
        if self.lines is not None:
            index = self.line_of(place)
            while self._measure(index):
                index = self.line_of(place)
            super().select(index, center=True)

    def line_of(self, place: Place) -> int:
        """The line that shows a place; the cursor's if the file does not have its bytes any more."""
        assert self.lines is not None, "a place is one of a stream that is shown"
        try:
            return self.lines.index_of(place)
        except CaptureError:
            return self.cursor

    def seek(self, text: str) -> None:
        """Mark a text wherever it stands; "" for none."""
        self._sought = text.lower()
        self.repaint()

    @property
    def place(self) -> Place | None:
        """Where the line under the cursor begins; None if there is none, or its bytes are there no more."""
        if self.lines is None or not len(self.lines):
            return None
        try:
            return self.lines.place(self.cursor)
        except CaptureError:
            return None

    @property
    def room(self) -> int:
        """Cells for the text of a line."""
        return max(self.text_width - MARK_CELLS, 1)

    def select(self, index: int, center: bool = False) -> None:
        super().select(self._settle(index), center)

    def set_top(self, top: int) -> None:
        super().set_top(self._settle(top))

    def end(self) -> None:
        count = -1
        while count != self.line_count():
            count = self.line_count()
            self.select(count - 1)

    def line_count(self) -> int:
        return 0 if self.lines is None else len(self.lines)

    def line(self, index: int, width: int) -> Line:
        assert self.lines is not None, "no line is asked for before there are any"
        try:
            line = self.lines.line(index)
        except CaptureError as error:
            return [("! ", Look.BAD), (str(error), Look.BAD)]
        return self._paint(line)

    def head(self, width: int) -> Sequence[Line]:
        return [[(self._account(), Look.TITLE)]]

    def foot(self, width: int) -> Sequence[Line]:
        place = self.place
        return [[("" if place is None else self._describe(place), Look.MUTED)]]

    def on_resize(self) -> None:
        super().on_resize()
        self.post_message(self.Resized())

    def activate(self) -> None:
        """Ask for the packet of the line under the cursor."""
        if (place := self.place) is not None:
            self.post_message(self.LineWanted(place))

    def click_line(self, index: int, x: int) -> None:
        if index == self.cursor:
            self.activate()
        else:
            super().click_line(index, x)

    def _paint(self, line: StreamLine) -> Line:
        side = 0 if line.end == self._client else 1
        mark = (_MARKS[side], _SIDES[side])
        if line.remark:
            return [mark, (line.text, Look.WARN)]
        if not self._sought or self._sought not in line.text.lower():
            return [mark, (line.text, _SIDES[side])]
        pieces, at = [mark], 0
        while (found := line.text.lower().find(self._sought, at)) >= 0:
            stop = found + len(self._sought)
            pieces += [(line.text[at:found], _SIDES[side]), (line.text[found:stop], Look.MARK)]
            at = stop
        return [*pieces, (line.text[at:], _SIDES[side])]

    def _settle(self, index: int) -> int:
        """The number that line `index` has once all around it is measured; cursor and window stay."""
        lines = self.lines
        if lines is None or not len(lines):
            return index
        try:
            while True:
                last = len(lines) - 1
                index, top, cursor = (max(0, min(each, last)) for each in (index, self.top, self.cursor))
                places = [lines.place(each) for each in (index, top, cursor)]
                if not self._measure(index):
                    return index
                index, self.top, self.cursor = map(lines.index_of, places)
        except CaptureError:
            return index  # the lines say it

    def _measure(self, index: int) -> bool:
        """Measure what may be seen from line `index`, and with the next step of the cursor."""
        assert self.lines is not None, "the lines are there"
        around = 2 * self.window
        try:
            return self.lines.measure(index - around, index + around)
        except CaptureError:
            return False
