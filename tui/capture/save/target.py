"""The file that packets are saved to.

Invariant: under its name stands what stood there before or all that was written, never a part of it; whatever
fails or is cancelled leaves nothing behind. It is of the user who called sudo, where the folder is.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from tui.capture.live.privileges import give, give_to_invoker
from tui.capture.save.draft import Draft, open_folder
from tui.errors import AccessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.capture.save.compression import Compression, Compressor

STDOUT = "-"
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
        with _drafted(path, replace=replace) as file:
            output = Output(file, compression)
            yield output
            output.finish()
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


@contextmanager
def _drafted(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """What is written inside stands under the name at the end; nothing does if anything fails."""
    folder = open_folder(path.parent)
    try:
        replaced = _replaced(folder, path, replace)
        draft = Draft(folder)
        try:
            yield draft.file
            _hand_over(draft.file.fileno(), folder, replaced)
            os.fsync(draft.file.fileno())
            draft.name(path.name, replace=replace)
        finally:
            draft.close()
    finally:
        os.close(folder)


def _replaced(folder: int, path: Path, replace: bool) -> os.stat_result | None:
    """The file that is there already; UsageError if it may not be replaced."""
    try:
        found = os.stat(path.name or ".", dir_fd=folder, follow_symlinks=False)  # "/" has no name
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{path} is no plain file", "name another file")
    if not replace:
        raise UsageError(f"{path} is there already", "name another file, or remove it first")
    return found


def _hand_over(file: int, folder: int, replaced: os.stat_result | None) -> None:
    """Let a file, an open one, be whose the one was that it replaces, and as readable; else the caller's."""
    if replaced is None:
        give_to_invoker(file, folder)
        return
    if os.geteuid() == 0:
        give(file, replaced.st_uid, replaced.st_gid)
    os.fchmod(file, stat.S_IMODE(replaced.st_mode))
