"""Keeps what stands only in temporary files: each capture becomes a file of its own in a folder.

Invariant: a file that is there already is never touched, and what is named was written to its end.
"""

from __future__ import annotations

import os
import time
from itertools import chain, count
from typing import TYPE_CHECKING, BinaryIO

from tui.capture.live.privileges import as_invoker
from tui.capture.live.program import ProgramRecording
from tui.capture.live.recording import LiveRecording
from tui.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Capture = LiveRecording | ProgramRecording
"""A recording that is made by this program, not read."""
_PRIVATE = 0o600  # as the files of captures are
_PIECE = 1 << 20  # bytes that are copied at once
_WAIT_SECONDS = 0.1
_PCAPNG = b"\x0a\x0d\x0d\x0a"


def keep(captures: Sequence[Capture], folders: Sequence[Path]) -> list[Path]:
    """Stop the captures and copy each into the first of `folders` that can be written; where they are now.

    The files belong to the user who called sudo, if one did. AccessError if no folder takes them; what was
    copied before stays.
    """
    for capture in captures:
        capture.stop()
    return [_keep(capture, folders) for capture in captures]


def _keep(capture: Capture, folders: Sequence[Path]) -> Path:
    while not capture.complete:
        capture.wait(_WAIT_SECONDS)
    failures = []
    for folder in folders:
        try:
            return _write(capture, folder)
        except OSError as error:
            failures.append(f"in {folder}: {error.strerror}")
    raise AccessError(f"{capture.name} cannot be kept {', '.join(failures)}", "make room in one of them")


def _write(capture: Capture, folder: Path) -> Path:
    with as_invoker():
        path, file = _create(folder, _suffix(capture))
    try:
        with file:
            _copy(capture, file)
    except OSError:
        with as_invoker():
            path.unlink()
        raise
    return path


def _create(folder: Path, suffix: str) -> tuple[Path, BinaryIO]:
    """A file that was not there, and nobody else may read."""
    stem = f"tcpscope-{time.strftime('%Y%m%d-%H%M%S')}"
    for again in chain([""], (f"-{number}" for number in count(2))):
        path = folder / f"{stem}{again}{suffix}"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
        except FileExistsError:
            continue
        return path, os.fdopen(descriptor, "wb")
    raise AssertionError("numbers do not end")


def _suffix(capture: Capture) -> str:
    """A program elsewhere may write the older format."""
    if isinstance(capture, LiveRecording) or capture.read(0, len(_PCAPNG)) == _PCAPNG:
        return ".pcapng"
    return ".pcap"


def _copy(capture: Capture, file: BinaryIO) -> None:
    if isinstance(capture, LiveRecording):
        capture.segments.copy_to(file)
        return
    place, buffer = 0, memoryview(bytearray(_PIECE))
    while got := capture.read_into(buffer, place):
        file.write(buffer[:got])
        place += got
