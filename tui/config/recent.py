"""What is remembered from one run to the next without being asked for: files, filters, themes and forms.

Invariant: nothing here can stop the program or do harm. A file that is damaged, missing or unreadable is an
empty memory; what cannot be written is forgotten. It is replaced as a whole, under the lock of its folder,
and is its owner's alone (mode 0600). Root never writes it into another one's folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from tui.capture.live.privileges import as_invoker
from tui.config.config import Choices
from tui.config.places import recent_file
from tui.config.settings import SETTINGS
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MOST_FILES = 20
MOST_FILTERS = 50
_MOST_BYTES = 1 << 20
# Settings whose words are kept.
_CHOICES = ("theme", "time", "numbers", "columns", "colouring", "colouring_rules")
_TRIES, _TRY_SECONDS = 20, 0.01


class Memory(Struct, frozen=True):
    """What is remembered; the most recent comes first."""

    files: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    saved: Mapping[str, str] = field(default_factory=dict)  # filters by their names
    choices: Choices = field(default_factory=Choices)


class Recent:
    """Remembers in a file; without one (None) nothing. Whoever asks gets what other instances added too."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    @classmethod
    def of_user(cls) -> Recent:
        """The memory of the user who is at the keyboard."""
        return cls(recent_file())

    def files(self) -> tuple[Path, ...]:
        """Absolute paths of captures, the one that was opened last first; they may be gone meanwhile."""
        return tuple(map(Path, self._load().files))

    def filters(self) -> tuple[str, ...]:
        """Display filters, the one that was used last first."""
        return self._load().filters

    def saved_filters(self) -> Mapping[str, str]:
        """The display filters that were given names, by these; what was saved last comes last."""
        return self._load().saved

    def choices(self) -> Choices:
        """The theme and the forms that the last run ended with."""
        return self._load().choices

    def add(self, file: Path) -> None:
        """A capture was opened."""
        path = str(file.absolute())
        self._change(lambda old: replace(old, files=_first(path, old.files, MOST_FILES)))

    def add_filter(self, text: str) -> None:
        """A display filter was used."""
        self._change(lambda old: replace(old, filters=_first(text, old.filters, MOST_FILTERS)))

    def save_filter(self, name: str, text: str) -> None:
        """A display filter was given a name; a blank one takes the name away."""

        def change(old: Memory) -> Memory:
            saved = {each: old.saved[each] for each in old.saved if each != name}
            return replace(old, saved=saved | ({name: text} if text.strip() else {}))

        self._change(change)

    def keep(self, choices: Choices) -> None:
        """A run ends with these."""
        self._change(lambda old: replace(old, choices=choices))

    def _load(self) -> Memory:
        if self._file is None:
            return Memory()
        try:
            with as_invoker(), self._file.open("rb") as file:
                return _memory(json.loads(file.read(_MOST_BYTES)))
        except (OSError, ValueError, RecursionError):
            return Memory()  # missing, damaged, or not ours to read: one that nobody has to repair

    def _change(self, change: Callable[[Memory], Memory]) -> None:
        if self._file is None:
            return
        with suppress(OSError), as_invoker():  # a home that cannot be written to has no memory
            if not _may_write(self._file.parent):
                return
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(self._file.parent):
                _write(self._file, json.dumps(_plain(change(self._load())), indent=1))


NO_MEMORY = Recent(None)
"""Remembers nothing."""


def _first(text: str, others: tuple[str, ...], most: int) -> tuple[str, ...]:
    return (text, *(each for each in others if each != text))[:most]


def _memory(found: Any) -> Memory:
    """What was read, as far as it is of the right kind."""
    entries = found if isinstance(found, dict) else {}
    words = {name: entries.get(name) for name in _CHOICES}
    chosen = {}
    for name, word in words.items():
        with suppress(UsageError):
            chosen[name] = SETTINGS[name].kind.read(word)
    kept = {name: value for name, value in chosen.items() if value is not None}
    return Memory(
        _strings(entries.get("files"))[:MOST_FILES],
        _strings(entries.get("filters"))[:MOST_FILTERS],
        _named(entries.get("saved")),
        replace(Choices(), **kept),
    )


def _strings(found: Any) -> tuple[str, ...]:
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _named(found: Any) -> dict[str, str]:
    named = found.items() if isinstance(found, dict) else ()
    return {name: text for name, text in named if isinstance(text, str)}


def _plain(memory: Memory) -> dict[str, Any]:
    words = {name: SETTINGS[name].kind.plain(getattr(memory.choices, name)) for name in _CHOICES}
    return {"files": memory.files, "filters": memory.filters, "saved": memory.saved} | words


def _may_write(folder: Path) -> bool:
    """Whether it is our own, or we are not root, who would leave files there that its owner cannot change."""
    if os.geteuid() != 0:
        return True
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    return nearest.stat().st_uid == 0


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone in the folder; not, if another one does not leave it or the file system has no locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_TRY_SECONDS)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)


def _write(file: Path, text: str) -> None:
    """Write it aside, with mode 0600 from the beginning, and put it in the place of the old one."""
    with NamedTemporaryFile("w", dir=file.parent, prefix=file.name, delete=False) as aside:
        written = Path(aside.name)
        try:
            aside.write(text)
            aside.close()
            written.replace(file)
        except OSError:
            written.unlink(missing_ok=True)
            raise
