"""LinePane: a pane of text lines that sends to the terminal only the cells that changed.

Invariant: what the terminal shows is what was last prepared by `repaint()`; `styled_line` does no work, and a
repaint paints exactly the rows that differ from the last one. Text gets its style in one place, and passes
`printable` there.

A subclass says how many lines there are and what stands in each one; a line is a list of pieces
(text, names of looks)::

    class Greeting(LinePane):
        class Chosen(Message): ...

        def line_count(self) -> int:
            return 1000

        def line(self, index: int, width: int) -> Line:    # asked for visible lines only
            return [(f"{index:4} ", Look.MUTED), ("hello", Look.GOOD), (" again", "")]

        HEAD_LINES = 1                                     # optional: these stay at the top; foot() likewise

        def head(self, width: int) -> Sequence[Line]:
            return [[("a title", Look.TITLE)]]

        def cursor_moved(self) -> None:                    # optional: key, mouse or select() moved it
            self.post_message(self.Chosen())

        def show(self, ...) -> None:                       # new content: keep it, then
            self.repaint()

Looks are component classes: a subclass adds its own in COMPONENT_CLASSES and DEFAULT_CSS, and may join
several ("line-pane--bad my--mark"). Colours that a person chose are a look too: see panes/paint.py.

Not built on Textual's ScrollView, which repaints all of the pane at each step: here the first visible line is
a plain number, and the bar is the last cell of each line.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual.geometry import Region, Size

from tui.panes.cells import crop, measured, merged
from tui.panes.framed import FramedLines
from tui.panes.paint import style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.strip import Strip

    from tui.canvas import StyledLine

Piece = tuple[str, str]
"""A text and the names of its looks (component classes, parted by spaces; "" is the pane's own look)."""
Line = list[Piece]

WHEEL_LINES = 3
_BAR = "┃"


class Look(StrEnum):
    """The looks that every pane has: component classes, coloured in LinePane.DEFAULT_CSS."""

    PLAIN = ""
    MUTED = "line-pane--muted"
    TITLE = "line-pane--title"
    STRONG = "line-pane--strong"
    ACCENT = "line-pane--accent"
    GOOD = "line-pane--good"
    WARN = "line-pane--warn"
    BAD = "line-pane--bad"
    MARK = "line-pane--mark"
    CURSOR = "line-pane--cursor"
    CURSOR_AWAY = "line-pane--cursor-away"
    BAR = "line-pane--bar"


class Row(Struct, frozen=True):
    """A row of the pane: a line, the names of the looks that cover it, whether the scroll bar is there."""

    line: Line
    over: str
    bar: bool


def bar_rows(height: int, top: int, window: int, total: int) -> range:
    """The rows, out of `height`, that the scroll bar takes for `window` lines from `top` out of `total`."""
    if total <= window:
        return range(0)
    length = max(1, height * window // total)
    first = round((height - length) * top / (total - window))
    return range(first, first + length)


class PaintedLines(FramedLines):
    """Lines in a window: prepares the visible ones, and repaints what changed. LinePane adds the cursor."""

    HEAD_LINES: ClassVar[int] = 0
    FOOT_LINES: ClassVar[int] = 0

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self.top = 0
        self._fitted = Size(0, 0)  # what was prepared has this size
        self._painted: list[StyledLine] = []  # each row of the pane
        self._rows: list[Row | None] = []  # what they were made of
        self._dragging = False
        self._styles_of: dict[str, Style] = {}

    def line_count(self) -> int:
        """How many lines there are."""
        return 0

    def line(self, index: int, width: int) -> Line:
        """The pieces of line `index`, of which the first `width` cells are shown."""
        raise NotImplementedError

    def head(self, width: int) -> Sequence[Line]:
        """The HEAD_LINES lines that stay at the top."""
        return ()

    def foot(self, width: int) -> Sequence[Line]:
        """The FOOT_LINES lines that stay at the bottom."""
        return ()

    def look_over(self, index: int) -> str:
        """The names of looks that cover the whole of line `index`."""
        return Look.PLAIN

    @property
    def text_width(self) -> int:
        """Cells in a line: the pane's width without the scroll bar."""
        return max(0, self.size.width - 1)

    @property
    def window(self) -> int:
        """How many lines are visible between head and foot."""
        return max(1, self.size.height - self.HEAD_LINES - self.FOOT_LINES)

    def line_at(self, y: int) -> int | None:
        """The line that is drawn at the pane's row `y`; None if that is head, foot or empty."""
        row = y - self.HEAD_LINES
        index = self.top + row
        return index if 0 <= row < self.window and index < self.line_count() else None

    def set_top(self, top: int) -> None:
        """Make `top` the first visible line, as far as there are lines. Does not repaint."""
        self.top = max(0, min(top, self.line_count() - self.window))

    def repaint(self) -> None:
        """Prepare the visible lines, and tell Textual which cells differ from what was prepared last."""
        size = self.size
        if not size:
            return
        fits = self._fitted == size
        rows = self._prepare(size)
        if not fits:
            self.refresh()
        elif rows and not self.paint_lines(rows):
            self.refresh(*[Region(0, y, size.width, 1) for y in rows])

    def render_lines(self, crop: Region) -> list[Strip]:
        size = self.size  # once, not for each line: Textual looks it up in the layout
        if size and self._fitted != size:
            self._prepare(size)
        return super().render_lines(crop)

    def styled_line(self, y: int) -> StyledLine:
        return self._painted[y] if y < len(self._painted) else ()

    def _prepare(self, size: Size) -> list[int]:
        """Prepare all visible lines; the rows that changed."""
        width, height = size
        if self._fitted != size:
            self._fitted = size
            self._painted = [()] * height
            self._rows = [None] * height
        changed = []
        for y, row in enumerate(self._arrange(width - 1, height)):
            if row != self._rows[y]:
                self._rows[y] = row
                self._painted[y] = self._style_row(row, width)
                changed.append(y)
        return changed

    def visible_lines(self, shown: range, width: int) -> list[Line]:
        """The lines with the indices `shown`, each at most `width` cells wide."""
        return [self.line(index, width) for index in shown]

    def _arrange(self, width: int, height: int) -> list[Row]:
        """What stands in each row of the pane."""
        window, total = self.window, self.line_count()
        self.set_top(self.top)
        shown = range(self.top, min(self.top + window, total))
        lines = [(line, "") for line in self.head(width)]
        lines += zip(self.visible_lines(shown, width), map(self.look_over, shown), strict=True)
        lines += [([], "")] * (window - len(shown))
        lines += [(line, "") for line in self.foot(width)]
        bar = bar_rows(height, self.top, window, total)
        return [Row(line, over, y in bar) for y, (line, over) in enumerate(lines[:height])]

    def _style_row(self, row: Row, width: int) -> StyledLine:
        """One row, cut or filled to `width` cells, the last of which is the scroll bar's."""
        room, fill = width - 1, self._style(row.over)
        pieces: list[tuple[str, Style]] = []
        for text, looks in row.line:
            shown, length = measured(text)
            if length > room:
                shown, length = crop(shown, room), room
            room -= length
            pieces.append((shown, self._style(f"{looks} {row.over}") if looks else fill))
        pieces.append((" " * room, fill))
        pieces.append((_BAR if row.bar else " ", self._style(Look.BAR if row.bar else Look.PLAIN)))
        return merged(pieces)

    def _style(self, looks: str) -> Style:
        style = self._styles_of.get(looks)
        if style is None:
            style = self._styles_of[looks] = style_of(self, looks)
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles_of.clear()
        self._rows = [None] * len(self._rows)
        if self._painted:
            # Textual calls this before it has set the component classes, so look at them a moment later.
            self.call_next(self.repaint)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and offset.x == self.text_width:
            self._dragging = True
            self.capture_mouse()
            self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self._drag(event)

    def on_mouse_up(self) -> None:
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _drag(self, event: events.MouseEvent) -> None:
        """Scroll so that the bar is where the mouse is."""
        share = (event.y - self.gutter.top) / max(1, self.size.height - 1)
        self.set_top(round(share * (self.line_count() - self.window)))
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.set_top(self.top + WHEEL_LINES)
        self.repaint()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.set_top(self.top - WHEEL_LINES)
        self.repaint()


class LinePane(PaintedLines, can_focus=True):
    """A focusable pane of lines with a cursor; the module's docstring shows how to subclass it.

    Keys call `move`, `page`, `home`, `end`, `left`, `right` and `activate` of the pane that has the focus.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {look.value for look in Look if look}
    DEFAULT_CSS = """
    LinePane { background: $surface; color: $foreground; }
    LinePane > .line-pane--muted { color: $text-muted; }
    LinePane > .line-pane--title { color: $text-primary; text-style: bold; }
    LinePane > .line-pane--strong { text-style: bold; }
    LinePane > .line-pane--accent { color: $text-accent; }
    LinePane > .line-pane--good { color: $text-success; }
    LinePane > .line-pane--warn { color: $text-warning; }
    LinePane > .line-pane--bad { color: $text-error; text-style: bold; }
    LinePane > .line-pane--mark { text-style: reverse; }
    LinePane > .line-pane--bar { color: $primary; }
    LinePane > .line-pane--cursor { color: $foreground; text-style: bold reverse; }
    LinePane > .line-pane--cursor-away { color: $foreground-darken-3; text-style: reverse; }
    """
    SCROLL_SHARE: ClassVar[int] = 4
    """A cursor that leaves the window scrolls it by a quarter: not a costly repaint at each key."""
    CURSOR_LINE: ClassVar[bool] = True
    """Whether the cursor's whole line is drawn in reverse; a pane with a smaller cursor draws its own."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self.cursor = 0

    def cursor_moved(self) -> None:
        """Called after the cursor has moved to another line, by a key, the mouse or `select`."""

    def select(self, index: int, center: bool = False) -> None:
        """Put the cursor on line `index`, or the nearest there is, and show it, halfway if `center`."""
        index = max(0, min(index, self.line_count() - 1))
        moved = index != self.cursor
        self.cursor = index
        self.reveal(center)
        self.repaint()
        if moved:
            self.cursor_moved()

    def repaint(self) -> None:
        self.cursor = max(0, min(self.cursor, self.line_count() - 1))
        super().repaint()

    def reveal(self, center: bool = False) -> None:
        """Scroll so that the cursor is visible, once the pane has a size. Does not repaint."""
        if not self.size:
            return
        window, cursor = self.window, self.cursor
        step = window // self.SCROLL_SHARE
        below = cursor - self.top - window + 1
        if center or below > window or cursor < self.top - window:
            self.set_top(cursor - window // 2)
        elif below > 0:
            self.set_top(self.top + below + step)
        elif cursor < self.top:
            self.set_top(cursor - step)

    def move(self, delta: int) -> None:
        """Move the cursor down by `delta` lines (up if negative)."""
        self.select(self.cursor + delta)

    def page(self, pages: int) -> None:
        """Move cursor and window by `pages` windows (up if negative), each less one line for context."""
        step = pages * max(1, self.window - 1)
        self.set_top(self.top + step)
        self.move(step)

    def home(self) -> None:
        """Go to the first line."""
        self.select(0)

    def end(self) -> None:
        """Go to the last line."""
        self.select(self.line_count() - 1)

    def left(self) -> None:
        """The key ←: nothing, unless the pane has a meaning for it."""

    def right(self) -> None:
        """The key →: nothing, unless the pane has a meaning for it."""

    def activate(self) -> None:
        """The keys enter and space: nothing, unless the pane has a meaning for them."""

    @property
    def cursor_look(self) -> Look:
        """The look of the cursor: stronger while the pane has the focus."""
        return Look.CURSOR if self.has_focus else Look.CURSOR_AWAY

    def look_over(self, index: int) -> str:
        return self.cursor_look if self.CURSOR_LINE and index == self.cursor else Look.PLAIN

    def click_line(self, index: int, x: int) -> None:
        """A click on cell `x` of line `index`."""
        self.select(index)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        index = None if offset is None else self.line_at(offset.y)
        if offset is not None and index is not None and offset.x < self.text_width:
            self.click_line(index, offset.x)

    def on_resize(self) -> None:
        self.reveal()
        self.repaint()

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()
