"""Who imports whom, and what a command loads before it works."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from sources import ROOT, program

SCREEN = {"textual", "rich"}
DISSECTION = {"scapy"}


def _loaded(code: str) -> set[str]:
    """The top-level packages that are loaded when `code` has run."""
    script = f"{code}\nimport sys; print('loaded', *{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_the_layers_hold() -> None:
    """The contracts stand in pyproject.toml: the layers, and an engine without a screen."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [("-T", "fields", "-e", "tcp.stream", "-e", "frame.len"), ("-q",), ("-T", "text")],
    ids=["-T fields", "-q", "-T text"],
)
def test_printing_from_the_columns_loads_neither_screen_nor_scapy(
    arguments: tuple[str, ...], captures: Path
) -> None:
    command = [*arguments, "-r", str(captures / "three-way-close.pcap")]
    loaded = _loaded(f"from tui.cli import main; assert main({command!r}) == 0")
    assert "numpy" in loaded
    assert not loaded & (SCREEN | DISSECTION)


def test_the_screen_is_built_before_scapy_is_loaded() -> None:
    loaded = _loaded("import tui.app, tui.decode.packet")
    assert "textual" in loaded
    assert not loaded & DISSECTION


def test_the_command_line_alone_loads_nothing_heavy() -> None:
    assert not _loaded("import tui.cli") & (SCREEN | DISSECTION | {"numpy"})


def _names_scapy(node: ast.AST) -> bool:
    """An import of scapy, or the name of one of its modules, by which it can be imported."""
    if isinstance(node, ast.Import):
        return any(_is_scapy(name.name) for name in node.names)
    if isinstance(node, ast.ImportFrom):
        return _is_scapy(node.module or "")
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_scapy(node.value)


def _is_scapy(name: str) -> bool:
    return name == "scapy" or (name.startswith("scapy.") and name.replace(".", "").isidentifier())


def test_scapy_is_used_to_decode_and_to_capture_and_nowhere_else() -> None:
    users = {source.place for source in program() for node in ast.walk(source.tree) if _names_scapy(node)}
    assert users
    assert {place for place in users if not place.startswith(("tui/decode/", "tui/capture/live/"))} == set()


def test_all_of_scapy_is_never_loaded() -> None:
    assert [source.place for source in program() if "scapy.all" in ast.unparse(source.tree)] == []


def test_records_are_no_dataclasses() -> None:
    """Python writes and compiles the code of each anew at every start: 120 of them took 0.15 s."""
    made = [
        source.at(part)
        for source in program()
        for part in ast.walk(source.tree)
        if isinstance(part, ast.ClassDef)
        and any("dataclass" in ast.unparse(each) for each in part.decorator_list)
    ]
    assert made == []
