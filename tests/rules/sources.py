"""The project's own files, as the rules look at them."""

from __future__ import annotations

import ast
import gc
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CODE = ("tui", "tests", "captures", "screenshots")
_MADE = frozenset({"__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file: its place below the root, and its syntax tree."""

    place: str
    tree: ast.Module

    def at(self, node: ast.expr | ast.stmt) -> str:
        """Where a part of it stands, as an editor understands it."""
        return f"{self.place}:{node.lineno}"

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the last part of the name that is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


@cache
def files(*folders: str, suffix: str = "") -> tuple[Path, ...]:
    """All files of these folders whose names end so, but not what was made there."""
    return tuple(
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob(f"*{suffix}"))
        if path.is_file() and not _MADE & set(path.parts)
    )


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files of these folders."""
    gc.disable()  # of 4 s three would go to looking for garbage among nodes that all stay
    try:
        return tuple(
            Source(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
            for path in files(*folders, suffix=".py")
        )
    finally:
        gc.enable()


def program(*parts: str) -> tuple[Source, ...]:
    """The files of the program whose place begins with one of `parts` (default: all)."""
    return tuple(source for source in sources("tui") if source.place.startswith(parts or ("tui",)))
