"""What is saved takes its name only when all of it is there; a failure leaves everything as it was."""

from __future__ import annotations

import errno
import gzip
import os
import pwd
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui.capture.compressed import decompressed
from tui.capture.save.compression import COMPRESSIONS, compression_of
from tui.capture.save.target import Output, saved_to
from tui.errors import AccessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.capture.save.compression import Compression


@pytest.fixture(autouse=True, params=["without a name", "hidden"])
def draft(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a file is until it has its name: without one, or where there can be no such file."""
    kind: str = request.param
    if kind == "hidden":
        monkeypatch.setattr("tui.capture.save.draft._unnamed", lambda folder: None)
    return kind


def save(
    path: Path,
    data: bytes,
    *,
    replace: bool = False,
    compression: Compression | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    with saved_to(path, compression, replace=replace) as output:
        output.write(data)
        meanwhile()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_what_is_written_is_there_in_the_end_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with saved_to(path, None, replace=False) as output:
        output.write(b"one")
        assert not path.exists()
        output.write(b"two")
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["x"]


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(0o644)
    with pytest.raises(UsageError, match="is there already"):
        save(path, b"new")
    assert path.read_bytes() == b"old"
    save(path, b"new", replace=True)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert names(tmp_path) == ["x"]


def test_a_file_that_comes_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with pytest.raises(UsageError, match="is there by now"):
        save(path, b"new", meanwhile=lambda: path.write_bytes(b"theirs"))
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["x"]


def test_a_file_system_without_hard_links_does_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("tui.capture.save.draft._unnamed", lambda folder: None)
    monkeypatch.setattr(os, "link", refuse)
    save(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"
    assert names(tmp_path) == ["x"]


KILLED = """
import os, pathlib, signal, sys
from tui.capture.save.target import saved_to
with saved_to(pathlib.Path(sys.argv[1]), None, replace=True) as output:
    output.write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_is_killed_leaves_the_old_file_and_nothing_else(tmp_path: Path, draft: str) -> None:
    if draft == "hidden" or not _has_files_without_a_name(tmp_path):
        pytest.skip("what has a name stays where it is")
    path = tmp_path / "x"
    path.write_bytes(b"old")
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)]).returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x"]


def _has_files_without_a_name(folder: Path) -> bool:
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
    except (AttributeError, OSError):
        return False
    return True


@pytest.fixture
def through_sudo(monkeypatch: pytest.MonkeyPatch) -> pwd.struct_passwd:
    """Somebody who called sudo."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    user = pwd.getpwnam("daemon")
    monkeypatch.setenv("SUDO_UID", str(user.pw_uid))
    return user


def owner(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid


def test_a_file_belongs_to_who_called_sudo_if_its_folder_does(
    tmp_path: Path, through_sudo: pwd.struct_passwd
) -> None:
    save(tmp_path / "roots", b"new")
    assert owner(tmp_path / "roots") == (0, 0)
    os.chown(tmp_path, through_sudo.pw_uid, -1)
    save(tmp_path / "theirs", b"new")
    assert owner(tmp_path / "theirs") == (through_sudo.pw_uid, through_sudo.pw_gid)


@pytest.mark.usefixtures("through_sudo")
def test_a_file_system_without_owners_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    os.chown(tmp_path, pwd.getpwnam("daemon").pw_uid, -1)
    monkeypatch.setattr(os, "fchown", refuse)
    for data in (b"new", b"newer"):
        save(tmp_path / "x", data, replace=True)
        assert (tmp_path / "x").read_bytes() == data


@pytest.mark.usefixtures("through_sudo")
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path: Path) -> None:
    path, other = tmp_path / "x", pwd.getpwnam("nobody")
    path.write_bytes(b"old")
    os.chown(path, other.pw_uid, other.pw_gid)
    save(path, b"new", replace=True)
    assert (path.read_bytes(), owner(path)) == (b"new", (other.pw_uid, other.pw_gid))


@pytest.mark.usefixtures("through_sudo")
def test_a_link_that_is_put_in_the_way_gives_nothing_away(tmp_path: Path) -> None:
    """Somebody has the folder that is named lead elsewhere while packets are written."""
    theirs, roots = tmp_path / "theirs", tmp_path / "roots"
    for folder in (theirs, roots):
        folder.mkdir()
    os.chown(theirs, pwd.getpwnam("daemon").pw_uid, -1)

    def swap() -> None:
        theirs.rename(tmp_path / "moved")
        theirs.symlink_to(roots)

    save(theirs / "x", b"new", meanwhile=swap)
    assert names(roots) == []
    assert names(tmp_path / "moved") == ["x"]


def test_a_user_saves_where_files_may_be_made_but_not_be_seen() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    nobody = pwd.getpwnam("nobody").pw_uid
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        path = Path(name) / "x"
        path.parent.chmod(0o733)
        os.seteuid(nobody)
        try:
            save(path, b"new")
        finally:
            os.seteuid(0)
        assert (path.read_bytes(), path.stat().st_uid) == (b"new", nobody)


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), ValueError(), UsageError("no")])
def test_whatever_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, failure: BaseException) -> None:
    def fail() -> None:
        raise failure

    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(type(failure)):
        save(path, b"new", replace=True, meanwhile=fail)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Output, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Output, "_put", full)
    with pytest.raises(AccessError, match="No space left on device"):
        save(tmp_path / "x", b"new")
    assert names(tmp_path) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match=f"there is no folder {tmp_path}/no"):
        save(tmp_path / "no" / "x", b"new")


@pytest.mark.parametrize("replace", [False, True])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, replace: bool) -> None:
    with pytest.raises(UsageError, match="is no plain file"):
        save(tmp_path, b"new", replace=replace)
    with pytest.raises(UsageError, match="is no plain file"):
        save(Path("/"), b"new", replace=replace)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "there" / "file")
    save(tmp_path / "link", b"new", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "file").read_bytes() == b"new"


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda each: each.name)
def test_what_is_compressed_is_read_back(tmp_path: Path, compression: Compression) -> None:
    data = os.urandom(100_000) + bytes(1_000_000)
    path = tmp_path / f"x{compression.ending}"
    assert compression_of(path.name) is compression
    save(path, data, compression=compression)
    assert path.stat().st_size < 200_000
    assert b"".join(decompressed("x", iter([path.read_bytes()]))) == data


def test_gzip_is_what_gzip_reads(tmp_path: Path) -> None:
    save(tmp_path / "x.gz", b"some" * 1000, compression=COMPRESSIONS[0])
    assert gzip.decompress((tmp_path / "x.gz").read_bytes()) == b"some" * 1000


def test_a_module_that_is_missing_is_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    with pytest.raises(UsageError, match=r"needs the Python module zstandard \(pip install"):
        save(tmp_path / "x.zst", b"", compression=compression_of("x.zst"))
    assert names(tmp_path) == []
