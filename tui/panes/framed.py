"""FramedLines: lines of cells inside the frame that Textual draws around a widget.

Textual puts border, padding and content together anew for each line that changes, and that takes longer than
anything else about the line. Here they are taken from what Textual drew when all of the widget was new.

Invariant: what is seen is what Textual would have drawn, as long as the widget's lines have no opacity, tint
or hatch of their own (app.tcss).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment
    from textual.color import Color
    from textual.filter import LineFilter
    from textual.geometry import Region, Size


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the content, and the lines that were put into it, by their place in the widget."""

    size: Size
    around: dict[int, Strip]  # lines of the border
    left: Sequence[Segment]
    right: Sequence[Segment]
    filters: Sequence[LineFilter]
    background: Color
    lines: dict[int, tuple[Strip, Strip]] = field(default_factory=dict)

    def put(self, y: int, content: Strip) -> Strip:
        """The widget's line `y` with `content` in the middle."""
        known = self.lines.get(y)
        if known is not None and known[0] is content:
            return known[1]
        line = Strip([*self.left, *content, *self.right], self.size.width)
        for each in self.filters:
            line = line.apply_filter(each, self.background)
        self.lines[y] = content, line
        return line


class FramedLines(Widget):
    """A widget whose `render_line` gives the same Strip as long as the line is the same."""

    _setting: _Frame | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        frame = self._setting
        if frame is None or frame.size != self.outer_size:
            frame = self._setting = self._draw()
        top = self.gutter.top
        lines = [
            frame.around[y] if y in frame.around else frame.put(y, self.render_line(y - top))
            for y in crop.line_range
        ]
        first, end = crop.column_span
        return lines if end - first == frame.size.width else [line.crop(first, end) for line in lines]

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
        """Have all of the widget drawn by Textual, and keep what is not content."""
        size, gutter = self.outer_size, self.gutter
        drawn = super().render_lines(size.region)
        content = range(gutter.top, size.height - gutter.bottom)
        sides = drawn[content.start] if content else Strip([])
        return _Frame(
            size,
            {y: line for y, line in enumerate(drawn) if y not in content},
            list(sides.crop(0, gutter.left)),
            list(sides.crop(size.width - gutter.right, size.width)),
            self.get_line_filters(),
            self.background_colors[1],
        )
