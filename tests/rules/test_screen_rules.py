"""All keys come from tui/actions/, all colours from tui/palettes.py by way of the theme."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from sources import files, program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sources import Source

SCREEN = ("tui/panes", "tui/screens", "tui/app.py", "tui/feed.py")
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(rgb|hsl)a?\(|\bcolor\(|"
    r"(?<![\w-])(ansi_|bright_|dark_|light_)?(black|red|green|yellow|blue|magenta|cyan|white|gr[ae]y\d*)(?![\w-])"
)
COLOURED = re.compile(r"(?:^|[\s;{])(?:[\w-]*color|background|tint|border(?:-\w+)?|outline)\s*:\s*([^;}]+)")


def _strings(source: Source) -> Iterator[ast.Constant]:
    """The string constants that are no docstrings."""
    described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(source.tree)
        if isinstance(node, described) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def test_no_colour_is_named_outside_the_palettes() -> None:
    named = [
        f"{source.at(text)} {text.value!r}"
        for source in program(*SCREEN)
        for text in _strings(source)
        if COLOUR.search(str(text.value))
    ]
    assert named == []


@pytest.mark.parametrize("sheet", files("tui", suffix=".tcss"), ids=lambda path: path.name)
def test_a_style_sheet_takes_its_colours_from_the_theme(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    values = COLOURED.findall(text)
    assert values
    assert [value for value in values if COLOUR.search(value)] == []
    assert [value for value in values if "$" not in value and value not in ("none", "transparent")] == []


def test_no_key_is_bound_outside_the_table_of_actions() -> None:
    bound = [
        source.at(call)
        for source in program(*SCREEN)
        for name, call in source.calls()
        if name in {"Binding", "bind"} and call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert bound == []


def test_lists_of_bindings_hold_no_keys() -> None:
    """BINDINGS = [("q", "quit")] is a key as well."""
    lists = [
        source.at(node)
        for source in program(*SCREEN)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List | ast.Tuple)
        if "BINDINGS" in ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
        if any(isinstance(each, ast.Tuple) for each in node.value.elts)
    ]
    assert lists == []


def test_no_pane_or_screen_looks_at_keys_itself() -> None:
    looks = [
        f"{source.at(node)} {node.name}"
        for source in program(*SCREEN)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and re.match(r"_?on_key$|key_\w+$", node.name)
        and not any(arg.arg not in ("self", "event") for arg in node.args.args[1:])
        and node.args.args[:1]
        and node.args.args[0].arg == "self"
    ]
    assert looks == []
