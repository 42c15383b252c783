"""The file that packets are saved to.

Invariant: under its name stands what stood there before or all that was written, never a part of it; whatever
fails or is cancelled leaves nothing behind.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from tui.errors import AccessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.capture.save.compression import Compression, Compressor

STDOUT = "-"
_PRIVATE = 0o600  # as the files of captures are
_ELSEWHERE = "save it elsewhere, or make room"


class Output:
    """Takes bytes, and hands them on, compressed if that is wanted."""

    def __init__(self, file: BinaryIO, compression: Compression | None) -> None:
        """`file` has no buffer. UsageError if the compression's module is not installed."""
        self._file = file
        self._compressor: Compressor | None = None
        if compression is not None:
            head, self._compressor = compression.start()
            self._put(head)

    def write(self, data: bytes | memoryview) -> None:
        """Write all of `data`; OSError if it cannot be."""
        self._put(data if self._compressor is None else self._compressor.compress(data))

    def finish(self) -> None:
        """Write what the compressor still holds."""
        if self._compressor is not None:
            self._put(self._compressor.flush())

    def _put(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


@contextmanager
def saved_to(path: Path, compression: Compression | None, *, replace: bool) -> Iterator[Output]:
    """What is written inside becomes the file `path` when all of it is, and not before.

    `replace`: a file of that name may be there. UsageError if one is and may not be, or if it is no plain
    file; AccessError if it cannot be written, with what can be done.
    """
    try:
        path = path.resolve()  # a link stays one: what it leads to is replaced
        if not path.parent.is_dir():
            message = f"{path} cannot be written: there is no folder {path.parent}"
            raise AccessError(message, "name one that is there")
        mode = _mode(path, replace)
        with _written_beside(path, compression, mode, replace) as output:
            yield output
    except OSError as error:
        reason = error.strerror or str(error)
        raise AccessError(f"{path} cannot be written: {reason}", _ELSEWHERE) from error


@contextmanager
def saved_to_stdout(compression: Compression | None) -> Iterator[Output]:
    """What is written inside goes to standard output; UsageError if that is a terminal."""
    if os.isatty(1):
        raise UsageError(
            "standard output is a terminal, and packets are no text", "redirect it, or name a file"
        )
    try:
        with os.fdopen(os.dup(1), "wb", buffering=0) as file:
            output = Output(file, compression)
            yield output
            output.finish()
    except BrokenPipeError:  # whoever reads it has enough
        raise
    except OSError as error:
        raise AccessError(f"standard output cannot be written: {error.strerror}", _ELSEWHERE) from error


def is_there(path: Path) -> bool:
    """Whether something of this name is there, so that one must ask before it is written over."""
    return os.path.lexists(path)  # pathlib's exists follows links


def _mode(path: Path, replace: bool) -> int:
    """Who may read and write the new file: as with the one that it replaces."""
    try:
        found = path.stat().st_mode
    except FileNotFoundError:
        return _PRIVATE
    if not stat.S_ISREG(found):
        raise UsageError(f"{path} is no plain file", "name another file")
    if not replace:
        raise UsageError(f"{path} is there already", "name another file, or remove it first")
    return stat.S_IMODE(found)


@contextmanager
def _written_beside(
    path: Path, compression: Compression | None, mode: int, replace: bool
) -> Iterator[Output]:
    """A file beside `path`, which takes its place at the end; gone if anything fails."""
    # Only inside a file system is a file put into its place at once; and names have an end.
    beside = path.with_name(f".tcpscope-{secrets.token_hex(8)}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            output = Output(file, compression)
            yield output
            output.finish()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        _put_in_place(beside, path, replace)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _put_in_place(beside: Path, path: Path, replace: bool) -> None:
    if replace:
        beside.replace(path)
        return
    try:
        path.hardlink_to(beside)  # unlike a renaming it fails if the name is taken meanwhile
    except FileExistsError as error:
        raise UsageError(f"{path} is there by now", "name another file") from error
    except OSError:  # a file system without hard links
        beside.rename(path)
    else:
        beside.unlink()
