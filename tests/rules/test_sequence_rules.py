"""Sequence numbers are compared and counted only through tui/tcp/seq.py (RFC 9293 §3.4).

Elsewhere neither arithmetic modulo 2³² may stand, nor may a packet's raw number be ordered. (In the kernels
uint32 arithmetic is modulo 2³² by itself; there only the order matters.)
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sources import files, program

if TYPE_CHECKING:
    from collections.abc import Callable

    from sources import Source

ONLY_HERE = "tui/tcp/seq.py"
MODULI = frozenset({1 << 32, (1 << 32) - 1})
RAW = frozenset({"seq", "ack"})  # the columns that hold numbers as the packet has them
OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.LShift: lambda one, two: one << two,
    ast.Sub: lambda one, two: one - two,
    ast.Pow: lambda one, two: one**two,
}
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def _number(node: ast.expr) -> int | None:
    """The value of an expression of plain numbers."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.BinOp) and (operator := OPERATORS.get(type(node.op))):
        left, right = _number(node.left), _number(node.right)
        return operator(left, right) if left is not None and right is not None and right < 64 else None
    return None


def _is_raw(node: ast.expr) -> bool:
    """packets.seq, packets.seq[row], rows["seq"], int(packets.seq[row])."""
    if isinstance(node, ast.Call) and len(node.args) == 1:
        return _is_raw(node.args[0])
    if isinstance(node, ast.Subscript):
        return (isinstance(node.slice, ast.Constant) and node.slice.value in RAW) or _is_raw(node.value)
    return (
        isinstance(node, ast.Attribute) and node.attr in RAW and ast.unparse(node.value).endswith("packets")
    )


def _strays(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.expr) and _number(node) in MODULI:
            found.append(f"{source.at(node)} {ast.unparse(node)}")
        if isinstance(node, ast.Compare):
            ordered = any(isinstance(order, ORDERS) for order in node.ops)
            if ordered and any(_is_raw(side) for side in (node.left, *node.comparators)):
                found.append(f"{source.at(node)} {ast.unparse(node)}")
        if isinstance(node, ast.ImportFrom) and node.module == "tui.tcp.seq":
            found += [f"{source.at(node)} {name.name}" for name in node.names if name.name == "MODULUS"]
    return found


def test_arithmetic_modulo_2_to_the_32_stands_in_one_module() -> None:
    strays = [stray for source in program() if source.place != ONLY_HERE for stray in _strays(source)]
    assert strays == []


def test_the_kernels_never_order_sequence_numbers() -> None:
    order = re.compile(r"\.(seq|ack)\s*[<>]=?(?![<>])|(?<![<>-])[<>]=?\s*[\w.\[\]]+\.(seq|ack)\b")
    ordered = [
        f"{path.name}: {line.strip()}"
        for suffix in (".pyx", ".pxd")
        for path in files("tui", suffix=suffix)
        for line in path.read_text("utf-8").splitlines()
        if order.search(line)
    ]
    assert ordered == []
