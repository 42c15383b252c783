"""A text takes as many cells as rich says, which is asked only where it must be."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from tui.widths import SINGLE, is_simple, width_of


def test_each_character_that_is_taken_for_single_takes_one_cell() -> None:
    single = [chr(code) for code in range(0x30000) if re.match(f"[{SINGLE}]", chr(code))]
    assert len(single) > 800
    assert [char for char in single if cell_len(char) != 1] == []


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("443 → 1025", 10), ("你好", 4), ("e\u0301x", 2), ("┃▸✓", 3)]
)
def test_a_text_takes_the_cells_of_its_characters(text: str, width: int) -> None:
    assert width_of(text) == width == cell_len(text)


def test_a_text_with_a_wide_or_joining_character_is_not_simple() -> None:
    assert is_simple("a→b")
    assert not is_simple("a好")
    assert not is_simple("e\u0301")
