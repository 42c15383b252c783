"""Modules, functions and classes stay small enough to be read; nothing is excepted."""

from __future__ import annotations

import ast

from sources import CODE, ROOT, files, sources

MODULE_LINES = 400
FUNCTION_LINES = 60
CLASS_METHODS = 25

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_module_has_more_than_400_lines() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for suffix in (".py", ".pyx", ".pxd", ".pyi", ".tcss")
        for path in files(*CODE, suffix=suffix)
    }
    assert lengths
    assert {place: length for place, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_has_more_than_60_lines() -> None:
    long = {
        f"{source.at(node)} {node.name}": length
        for source in sources(*CODE)
        for node in ast.walk(source.tree)
        if isinstance(node, Function)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_no_class_has_more_than_25_methods() -> None:
    large = {
        f"{source.at(node)} {node.name}": count
        for source in sources(*CODE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        and (count := sum(isinstance(each, Function) for each in node.body)) > CLASS_METHODS
    }
    assert large == {}
