"""A file that is written before it takes its name.

Until then it has none, where the file system knows such files (O_TMPFILE, open(2)), so that it goes when the
program does, however that ends; elsewhere it is a hidden one of a name that nobody guesses.
Invariant: the folder is opened once, and all is done in it: no link that is put in the way leads elsewhere.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from contextlib import suppress

from tui.errors import UsageError

_PRIVATE = 0o600  # as the files of captures are
_HERE = "."
_UNKNOWN = (
    errno.EOPNOTSUPP,
    errno.EISDIR,
    errno.ENOENT,
    errno.EINVAL,
)  # what says that there is no O_TMPFILE


class Draft:
    """A new file in the folder of this descriptor; `close` it, which discards one that was not named."""

    def __init__(self, folder: int) -> None:
        """OSError if it cannot be made."""
        self._folder = folder
        self._beside = ""  # its name meanwhile, if it has one
        descriptor = _unnamed(folder)
        if descriptor is None:
            self._beside = _hidden_name()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            descriptor = os.open(self._beside, flags, _PRIVATE, dir_fd=folder)
        self.file = os.fdopen(descriptor, "wb", buffering=0)

    def name(self, name: str, *, replace: bool) -> None:
        """Take this name, all at once; UsageError if it is taken and may not be, OSError if it cannot be."""
        if replace:
            self._replace(name)
            return
        try:
            self._link(name)  # unlike a renaming it fails if the name is taken meanwhile
        except FileExistsError as error:
            raise UsageError(f"{name} is there by now", "name another file") from error
        except OSError:  # a file system without hard links
            if not self._beside:
                raise
            self._replace(name)

    def close(self) -> None:
        """Let go of it, and of the name that it had meanwhile."""
        self.file.close()
        if self._beside:
            with suppress(FileNotFoundError):
                os.unlink(self._beside, dir_fd=self._folder)

    def _replace(self, name: str) -> None:
        if not self._beside:  # only what has a name can be put in the place of another
            beside = _hidden_name()
            self._link(beside)
            self._beside = beside
        os.replace(self._beside, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def _link(self, name: str) -> None:
        source = self._beside or _by_descriptor(self.file.fileno())
        os.link(source, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)


def open_folder(path: str | os.PathLike[str]) -> int:
    """A descriptor of a folder in which files may be made, though it may not be looked into."""
    how = os.O_PATH if sys.platform == "linux" else os.O_RDONLY
    return os.open(path, how | os.O_DIRECTORY | os.O_CLOEXEC)


def _unnamed(folder: int) -> int | None:
    """A new file without a name; None if there can be none here, or it could not be named later."""
    if sys.platform != "linux":
        return None
    try:
        descriptor = os.open(_HERE, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, _PRIVATE, dir_fd=folder)
    except OSError as error:
        if error.errno in _UNKNOWN:
            return None
        raise
    if os.path.exists(_by_descriptor(descriptor)):  # noqa: PTH110 what is looked at is a link to a file without a name
        return descriptor
    os.close(descriptor)
    return None


def _by_descriptor(descriptor: int) -> str:
    """The name by which an open file is linked; see O_TMPFILE in open(2)."""
    return f"/proc/self/fd/{descriptor}"


def _hidden_name() -> str:
    return f".tcpscope-{secrets.token_hex(8)}.part"
