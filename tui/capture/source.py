"""Opens what the user named, whatever it is: a file, a compressed file, a FIFO, standard input.

Nothing here blocks. Every name gives a recording or one clear error.
"""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

from tui.capture.compressed import MAGIC_SIZE, decompressed, load, recognise
from tui.capture.inlet import read_pieces
from tui.capture.recording import Recording
from tui.capture.spool import Spool
from tui.errors import AccessError, CaptureError, UsageError, printable

Source = str | Recording  # what the user named, or what is open already

_STDIN = 0

_REFUSED = {
    stat.S_IFDIR: ("is a directory", "name a file in it"),
    stat.S_IFCHR: ("is a character device", ""),
    stat.S_IFBLK: ("is a block device", ""),
    stat.S_IFSOCK: ("is a socket", ""),
}


def open_recording(name: Source, follow: bool = False) -> Recording:
    """Open the file or FIFO `name`, or standard input for "-"; what is a recording already stays as it is.

    `follow`: it is still being written. A compressed capture, a FIFO and a pipe are spooled. AccessError if
    it may not be read, UsageError if standard input is a terminal, CaptureError if there is no such file or
    it cannot be a capture.
    """
    if isinstance(name, Recording):
        return name
    if name == "-":
        return _open_stdin(follow)
    shown = printable(name)
    path = Path(name)
    try:
        # Before it is opened: to open a device can have effects.
        _refuse(shown, path.stat().st_mode)
        # A FIFO that nobody writes to yet would block without O_NONBLOCK.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise CaptureError(f"{shown}: no such file") from error
    except PermissionError as error:
        raise AccessError(f"{shown}: no permission to read it") from error
    except OSError as error:
        raise CaptureError(f"{shown}: {error.strerror}") from error
    except ValueError as error:  # a NUL in the name
        raise CaptureError(f"{shown}: {error}") from error
    os.set_blocking(descriptor, True)
    return _record(shown, descriptor, path, follow)


def _open_stdin(follow: bool) -> Recording:
    name = "standard input"
    if os.isatty(_STDIN):
        raise UsageError(
            f"{name} is a terminal, expected a capture",
            "pipe one in: tcpdump -w - | tcpscope -, or name a file",
        )
    try:
        mode = os.fstat(_STDIN).st_mode
        if not stat.S_ISSOCK(mode):
            _refuse(name, mode)
        descriptor = os.dup(_STDIN)
    except OSError as error:
        raise CaptureError(f"{name}: {error.strerror}") from error
    return _record(name, descriptor, None, follow)


def _refuse(name: str, mode: int) -> None:
    if refused := _REFUSED.get(stat.S_IFMT(mode)):
        what, hint = refused
        raise CaptureError(f"{name} {what}, expected a capture file", hint)


def _record(name: str, descriptor: int, path: Path | None, follow: bool) -> Recording:
    """Own `descriptor`: read in place if it is a plain file that stands at its beginning, else spooled."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode) and os.lseek(descriptor, 0, os.SEEK_CUR) == 0:
        codec = recognise(os.pread(descriptor, MAGIC_SIZE, 0))
        if codec is None:
            return Recording(name, os.fdopen(descriptor, "rb", buffering=0), path, follow)
        try:
            load(codec)
        except CaptureError:
            os.close(descriptor)
            raise
    stop = threading.Event()
    return Spool(name, decompressed(name, read_pieces(name, descriptor, stop, follow)), stop)
