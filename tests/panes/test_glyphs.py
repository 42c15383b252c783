"""On a terminal without UTF-8 every cell is ASCII and nothing moves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from tui.panes.glyphs import REPLACEMENTS, AsciiFilter, to_ascii

PANES = Path(__file__).parents[2] / "tui" / "panes"


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_text_becomes_ascii_of_the_same_width(text: str) -> None:
    assert to_ascii(text).isascii()
    assert sum(map(cell_len, to_ascii(text))) == sum(map(cell_len, text))


@pytest.mark.parametrize(
    ("text", "plain"),
    [("a → b", "a > b"), ("╭─┬│┃", "+-+||"), ("界", "??"), ("▸ ▾ ✓ ✗ …", "+ - + x ."), ("é", "?")],
)
def test_known_signs_keep_their_meaning(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


def test_the_filter_keeps_the_styles() -> None:
    segment = Segment("→", None)
    assert AsciiFilter().apply([segment], Color(0, 0, 0)) == [Segment(">", None)]


@pytest.mark.parametrize("path", sorted(PANES.glob("*.py")), ids=lambda path: path.stem)
def test_every_sign_that_a_pane_draws_has_a_replacement(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    drawn = {
        char
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        for char in node.value
        if not char.isascii()
    }
    assert drawn <= REPLACEMENTS.keys()
