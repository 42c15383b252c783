"""Text that leaves the program never writes over a file, and says why it cannot be written."""

from __future__ import annotations

import os
import pwd
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


def test_a_file_belongs_to_who_called_sudo_if_its_folder_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    user = pwd.getpwnam("daemon")
    monkeypatch.setenv("SUDO_UID", str(user.pw_uid))
    assert write_new(tmp_path, "x{}", ["new"]).stat().st_uid == 0
    os.chown(tmp_path, user.pw_uid, -1)
    made = write_new(tmp_path, "x{}", ["new"]).stat()
    assert (made.st_uid, made.st_gid) == (user.pw_uid, user.pw_gid)
