"""Text that leaves the program never writes over a file, and says why it cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.errors import AccessError
from tui.report.files import write_new

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    names = [write_new(tmp_path, "ladder-{}.txt", [text]).name for text in ("one", "two")]
    assert names == ["ladder-1.txt", "ladder-2.txt"]
    assert (tmp_path / names[0]).read_text("utf-8") == "one\n"


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match=r"ladder-1\.txt cannot be written"):
        write_new(tmp_path / "not there", "ladder-{}.txt", [])
