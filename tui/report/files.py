"""Text that leaves the program for a file of its own.

Invariant: no file that is there is ever written over. It is of the user who called sudo, where the folder is.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tui.capture.live.privileges import give_to_invoker
from tui.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_WHERE_TO_WRITE = "start tcpscope in a folder that you may write to"


def write_new(folder: Path, name: str, lines: Iterable[str]) -> Path:
    """Write lines to the first file `name` that is not there yet, {} in it being 1, 2, 3…; its path.

    AccessError if it cannot be written.
    """
    return write_new_bytes(folder, name, (f"{line}\n".encode() for line in lines))


def write_new_bytes(folder: Path, name: str, parts: Iterable[bytes]) -> Path:
    """The same for what is no text."""
    for number in count(1):
        path = folder / name.format(number)
        try:
            with path.open("xb") as file:
                give_to_invoker(file.fileno(), folder)
                file.writelines(parts)
        except FileExistsError:
            continue
        except OSError as error:
            reason = error.strerror or str(error)
            raise AccessError(f"{path.name} cannot be written: {reason}", _WHERE_TO_WRITE) from error
        return path
    raise AssertionError("there is always a next number")
