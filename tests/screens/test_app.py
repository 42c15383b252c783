"""What the terminal can show decides how the program draws."""

from __future__ import annotations

import subprocess
import sys

import pytest
from screen_driver import CAPTURE, UTF8, opened

from tui.screens.themes import THEMES

pytestmark = pytest.mark.slow


async def test_without_utf8_nothing_but_ascii_is_drawn() -> None:
    async with opened(environment={"TERM": "xterm", "LANG": "C"}) as driver:
        strips = driver.app.screen._compositor.render_strips()
        filtered = [
            segment.text
            for strip in strips
            for segment in strip.apply_filter(
                driver.app.get_line_filters()[-1], driver.main.background_colors[0]
            )
        ]
        assert "".join(filtered).isascii()
        assert "+-" in "".join(filtered)


async def test_with_utf8_lines_are_drawn() -> None:
    async with opened() as driver:
        assert "╭─ Packets" in driver.text()


async def test_no_color_leaves_the_cursor_in_reverse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(environment=UTF8 | {"NO_COLOR": "1"}) as driver:
        styles = [
            segment.style
            for strip in driver.app.screen._compositor.render_strips()
            for segment in strip.apply_filter(
                driver.app.get_line_filters()[-1], driver.main.background_colors[0]
            )
            if segment.style is not None
        ]
        assert {style.color.name for style in styles if style.color} == {"default"}
        assert {style.bgcolor.name for style in styles if style.bgcolor} == {"default"}
        cursor = driver.main.packet_list.render_line(1)
        assert any(segment.style and segment.style.reverse for segment in cursor)


async def test_both_themes_are_there_and_the_dark_one_is_chosen() -> None:
    async with opened() as driver:
        assert {theme.name for theme in THEMES} <= set(driver.app.available_themes)
        assert driver.app.current_theme.dark


def test_the_screen_is_built_without_scapy() -> None:
    code = "import sys, tui.app; sys.exit('scapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


async def test_the_capture_s_name_is_shown() -> None:
    async with opened() as driver:
        assert CAPTURE.name in driver.text()
