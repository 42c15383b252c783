from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.build import check_compiler

if TYPE_CHECKING:
    from pathlib import Path


def refusal() -> str:
    with pytest.raises(SystemExit) as refused:
        check_compiler()
    return str(refused.value)


def test_the_compiler_that_built_the_kernels_is_accepted() -> None:
    check_compiler()


def test_a_missing_compiler_is_one_line_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/nonexistent/cc -O2")
    line = refusal()
    assert "/nonexistent/cc -O2 cannot be run: No such file or directory" in line
    assert "apt install gcc" in line
    assert "\n" not in line


def test_missing_headers_are_one_line_with_what_the_compiler_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\necho '<stdin>:1:10: fatal error: Python.h: not found' >&2\nexit 1\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    line = refusal()
    assert "does not compile Python.h: <stdin>:1:10: fatal error: Python.h: not found" in line
    assert "python3-dev" in line
    assert "\n" not in line
