"""The looks of the engine's tones: the only place where a report's words get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.lines import Line, Look
from tui.report.explain import Tone

if TYPE_CHECKING:
    from tui.report.explain import StoryLine

LOOKS = {
    Tone.PLAIN: Look.PLAIN,
    Tone.MUTED: Look.MUTED,
    Tone.TITLE: Look.TITLE,
    Tone.STRONG: Look.STRONG,
    Tone.GOOD: Look.GOOD,
    Tone.WARN: Look.WARN,
    Tone.BAD: Look.BAD,
}


def dress(line: StoryLine) -> Line:
    """A report's line as a pane's."""
    return [(text, LOOKS[tone]) for text, tone in line.pieces]
