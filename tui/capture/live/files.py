"""Makes the files that a live capture is kept in: a temporary one, one that is named, or a ring of these."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
import time
from itertools import chain, count
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from tui.capture.live.privileges import NOBODY
from tui.capture.live.spec import STDOUT
from tui.errors import AccessError, UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

_PRIVATE = 0o600  # a capture is nobody else's business


class MadeFile(NamedTuple):
    """A new file, open for reading and writing without a buffer; `path` is None if it has no name."""

    file: BinaryIO
    path: Path | None


class Files:
    """The files of one capture.

    `path` is None for files without a name, and STDOUT for standard output, which cannot be read back.
    `numbered`: a ring of files beside it, NAME_00001_20260131120000.pcapng, as dumpcap names them. Inside of
    `owner()`, files are made, and deleted when they left the ring, as the user whose they are to be.
    """

    def __init__(
        self, path: Path | None, owner: Callable[[], AbstractContextManager[None]], numbered: bool = False
    ) -> None:
        """Nothing is made yet."""
        self._path = path
        self._owner = owner
        self._numbered = numbered
        self._made = 0

    def make(self) -> MadeFile:
        """The next file. AccessError or UsageError if it cannot be made, with what can be done."""
        self._made += 1
        if self._path is None:
            return MadeFile(_temporary(), None)
        if str(self._path) == STDOUT:
            return MadeFile(os.fdopen(os.dup(1), "wb", buffering=0), None)
        path = self._path.absolute()
        if self._numbered:
            moment = time.strftime("%Y%m%d%H%M%S")
            path = path.with_name(f"{path.stem}_{self._made:05}_{moment}{path.suffix}")
        with self._owner():
            return MadeFile(_named(path), path)

    def remove(self, made: MadeFile) -> None:
        """Delete a file that left the ring; AccessError if that is not allowed."""
        if made.path is None:
            return
        try:
            with self._owner():
                made.path.unlink(missing_ok=True)
        except OSError as error:
            message = f"{printable(str(made.path))} left the ring, but cannot be deleted: {error.strerror}"
            raise AccessError(message) from error


def unused(path: Path) -> Path:
    """`path` or, where there is such a file, NAME-2.pcapng and so on; standard output stays what it is."""
    if str(path) == STDOUT:
        return path
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return next(each for each in chain([path], numbered) if not each.exists())


def _temporary() -> BinaryIO:
    try:
        return tempfile.TemporaryFile(prefix="tcpscope-", buffering=0)
    except OSError as error:
        message = f"no temporary file could be made to capture into: {error.strerror}"
        raise AccessError(message, "set TMPDIR to a directory with room, or name a file with -w") from error


def _named(path: Path) -> BinaryIO:
    shown = printable(str(path))
    try:
        # O_NONBLOCK: a FIFO must not block us before it is refused.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(path, flags, _PRIVATE)
    except PermissionError as error:
        user = _user()
        message = f"{shown} cannot be written by the user {user}: {error.strerror}"
        also = "; root itself writes with --no-drop" if user == NOBODY else ""
        raise AccessError(message, f"name a file with -w where that one may write{also}") from error
    except OSError as error:
        raise AccessError(
            f"{shown} cannot be written: {error.strerror}", "name another file with -w"
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{shown} is no plain file", "-w - writes to standard output, for a pipe")
    os.ftruncate(descriptor, 0)
    return os.fdopen(descriptor, "r+b", buffering=0)


def _user() -> str:
    """Who we are at present; a number, if it has no name."""
    user = os.geteuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
