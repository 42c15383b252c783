"""The path of a file, as it is typed: which folder it leads into, and what there continues it.

Invariant: a name that cannot be shown as it is (control characters, bytes that are no text) is never put into
the text; `left_out` counts them, so that nobody wonders.
"""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice, takewhile
from pathlib import Path

from msgspec import Struct

from tui.errors import printable

MOST_ENTRIES = 10_000


class Folder(Struct, frozen=True):
    """What stands in a folder: names, those of folders end with "/". `problem` says why it is not known."""

    path: Path
    names: tuple[str, ...] = ()
    left_out: int = 0
    has_more: bool = False
    problem: str = ""


def path_of(text: str) -> Path:
    """The path that `text` names; "~" is the user's own folder."""
    path = Path(text)
    with suppress(RuntimeError):  # nobody is called so: it is a name like any other
        path = path.expanduser()
    return path.absolute()


def folder_of(text: str) -> Path:
    """The folder in which the last part of `text` is looked for."""
    return path_of(text[: text.rfind("/") + 1])


def read_folder(path: Path) -> Folder:
    """What stands in the folder, sorted, up to MOST_ENTRIES. May take as long as its file system takes."""
    try:
        with os.scandir(path) as found:
            entries = list(islice(found, MOST_ENTRIES + 1))
    except (OSError, ValueError) as error:
        return Folder(path, problem=printable(getattr(error, "strerror", None) or str(error)))
    shown = [each for each in entries[:MOST_ENTRIES] if each.name == printable(each.name)]
    names = sorted(each.name + "/" * _is_folder(each) for each in shown)
    left_out = min(len(entries), MOST_ENTRIES) - len(shown)
    return Folder(path, tuple(names), left_out, len(entries) > MOST_ENTRIES)


def matches(folder: Folder, text: str) -> tuple[str, ...]:
    """The names that continue `text`; hidden ones only if it says so."""
    begun = text.rpartition("/")[2]
    return tuple(
        name
        for name in folder.names
        if name.startswith(begun) and (begun.startswith(".") or not name.startswith("."))
    )


def completed(text: str, names: tuple[str, ...]) -> str:
    """`text`, continued as far as all of `names` agree."""
    lead, slash, begun = text.rpartition("/")
    return lead + slash + (_agreed(names) or begun)


def _agreed(names: tuple[str, ...]) -> str:
    """What all of the names begin with."""
    places = takewhile(lambda chars: len(set(chars)) == 1, zip(*names, strict=False))
    return "".join(chars[0] for chars in places)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link into a folder that we may not see
        return False
