"""FramedLines: lines of cells inside the frame that Textual draws around a widget.

Textual puts border, padding and content together anew for each line that changes, and that takes longer than
anything else about the line. Here they are taken from what Textual drew when all of the widget was new.

Invariant: what is seen is what Textual would have drawn, as long as the widget's lines have no opacity, tint
or hatch of their own (app.tcss).
"""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from msgspec import Struct, field
from rich.segment import Segment
from textual.errors import NoWidget
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.canvas import Canvas, Filters, PlacedLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.geometry import Size, Spacing

    from tui.canvas import StyledLine


class _Frame(Struct, frozen=True):
    """What stands around the content, and the lines that were put into it, by their place in the widget."""

    size: Size
    around: dict[int, Strip]  # lines of the border
    left: Sequence[Segment]
    right: Sequence[Segment]
    gutter: Spacing
    filters: Filters
    lines: dict[int, tuple[StyledLine, Strip]] = field(default_factory=dict)

    def put(self, y: int, content: StyledLine) -> Strip:
        """The widget's line `y` with `content` in the middle."""
        known = self.lines.get(y)
        if known is not None and known[0] is content:
            return known[1]
        line = Strip([*self.left, *starmap(Segment, content), *self.right], self.size.width)
        for each in self.filters.filters:
            line = line.apply_filter(each, self.filters.background)
        self.lines[y] = content, line
        return line


class FramedLines(Widget):
    """A widget of lines; a subclass gives in `styled_line` the same object as long as a line is the same."""

    _setting: _Frame | None = None

    def styled_line(self, y: int) -> StyledLine:
        """Line `y` of the content, as wide as the content."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(text, style) for text, style in self.styled_line(y)], self.size.width)

    def render_lines(self, crop: Region) -> list[Strip]:
        frame = self._setting
        if frame is None or frame.size != self.outer_size:
            frame = self._setting = self._draw()
        top = self.gutter.top
        lines = [
            frame.around[y] if y in frame.around else frame.put(y, self.styled_line(y - top))
            for y in crop.line_range
        ]
        first, end = crop.column_span
        return lines if end - first == frame.size.width else [line.crop(first, end) for line in lines]

    def paint_lines(self, rows: Iterable[int]) -> bool:
        """Bring content rows to the terminal at once; False if they must go through Textual.

        So it must where the widget is not wholly in view, or another screen lies above.
        """
        app, screen, frame = self.app, self.screen, self._setting
        if frame is None or not isinstance(app, Canvas) or screen is not app.screen:
            return False
        try:
            place = screen.find_widget(self)
        except NoWidget:
            return False
        if place.region.size != frame.size or not place.clip.contains_region(place.region):
            return False
        left, top = place.region.offset + frame.gutter.top_left
        return app.paint([PlacedLine(left, top + y, self.styled_line(y)) for y in rows], frame.filters)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> FramedLines:
        """As Widget.refresh; without regions the frame is drawn anew too."""
        if not regions:
            self._setting = None
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._setting = None

    def _draw(self) -> _Frame:
        """Have Textual draw what is not content: the lines of the border, and the sides of one other line."""
        size, gutter = self.outer_size, self.gutter
        draw = super().render_lines
        content = range(gutter.top, size.height - gutter.bottom)
        drawn = {
            y: draw(Region(0, y, size.width, 1))[0]
            for y in range(size.height)
            if y not in content or y == content.start
        }
        sides = drawn.pop(content.start) if content else Strip([])
        return _Frame(
            size,
            drawn,
            list(sides.crop(0, gutter.left)),
            list(sides.crop(size.width - gutter.right, size.width)),
            gutter,
            Filters(tuple(self.get_line_filters()), self.background_colors[1]),
        )
