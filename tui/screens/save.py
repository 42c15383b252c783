"""The dialog that saves packets: which ones, as what, and where to.

Invariant: a file that is there is written over only if Enter was pressed twice for it. The name's ending says
format and compression: the keys that change these change the name.
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import chain, count
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import numpy as np
from textual import on
from textual.widgets import Input, Label

from tui.actions import Place, key_text
from tui.capture.formats import Format
from tui.capture.save.compression import COMPRESSIONS, compression_of
from tui.capture.save.target import is_there, saved_to
from tui.errors import TcpscopeError, printable
from tui.report.save.choice import Choice, Which
from tui.report.save.name import format_of, named, stem_of
from tui.report.save.saving import Cancelled, Saved, Saving
from tui.screens.file_dialog import FileDialog
from tui.screens.stoppable import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from tui.report.save.request import Request
    from tui.screens.main import MainScreen
    from tui.session import Snapshot

_NUMBERED = {Which.NUMBERS: "packets, such as 100-200,300", Which.CONNECTION: "the number of a connection"}


class SaveScreen(FileDialog[str]):
    """Returns what was saved, as a sentence, or None."""

    def __init__(self, main: MainScreen, snapshot: Snapshot, request: Request | None = None) -> None:
        """`request` is done as if it was typed here."""
        super().__init__(
            main.actions,
            Place.SAVE,
            "Save packets",
            "the path of the file",
            {
                "save_packets": self._next_packets,
                "save_format": self._next_format,
                "save_compressed": self._next_compression,
                "save_ignored": self._keep_or_leave,
                "close": self._leave,
            },
        )
        self._main = main
        self._snapshot = snapshot
        self._notes = main.session.notes
        self._which = Which.SHOWN
        self._counts = self._count()
        self._without_ignored = False
        self._request = request
        self._warned: Path | None = None  # this file is there, and it was said
        self._busy = False
        self._saving: Saving | None = None
        self._options = Label(markup=False)
        self._numbers = Input(select_on_focus=False, id="numbers")
        self._numbers.display = False

    def above(self) -> Iterable[Widget]:
        return self._options, self._numbers

    def on_mount(self) -> None:
        if self._request is None:
            self.run_worker(self._propose())
        else:
            self._choose_packets(self._request.which, self._request.numbers)
            with self.path_field.prevent(Input.Changed):
                self.type_path(self._request.file)
        self._describe()

    def looked(self) -> None:
        request, self._request = self._request, None
        if request is not None:
            self.enter()

    def taken(self, path: Path, *, is_there: bool) -> None:
        if self._busy:
            return
        if is_there and path != self._warned:
            self._warned = path
            self.tell(f"{path.name} is there already. Enter again writes over it.")
            return
        self.run_worker(self._save(path, replace=is_there))

    @on(Input.Changed)
    def _describe(self) -> None:
        """Show what is chosen."""
        self._options.update("\n".join(self._lines()))

    def _lines(self) -> Iterable[str]:
        name = self.path_field.value
        compression = compression_of(name)
        compressions = ["no", *(each.name for each in COMPRESSIONS if each.installed)]
        packets = [(each.value, f"{each.value} {self._counts[each]}".strip()) for each in self._counts]
        yield self._line("save_packets", "Packets", self._which.value, packets)
        yield self._line(
            "save_format", "Format", format_of(name).value, [(each.value,) * 2 for each in Format]
        )
        chosen = compression.name if compression else "no"
        missing = ", ".join(each.name for each in COMPRESSIONS if not each.installed)
        hint = f" ({missing}: install tcpscope[compressed])" if missing else ""
        yield (
            self._line("save_compressed", "Compressed", chosen, [(each, each) for each in compressions])
            + hint
        )
        if self._notes.ignored:
            chosen = "left out" if self._without_ignored else "saved"
            yield self._line(
                "save_ignored", "Ignored", chosen, [("saved", "saved"), ("left out", "left out")]
            )

    def _line(self, action: str, title: str, chosen: str, choices: Iterable[tuple[str, str]]) -> str:
        key = key_text(self._actions[action].keys[0])
        shown = (f"[{text}]" if name == chosen else f" {text} " for name, text in choices)
        return f"{key:>3} {title:11}{''.join(shown)}"

    def _count(self) -> dict[Which, str]:
        """What can be chosen, and how many packets each has, or which connection it is."""
        stream = int(self._snapshot.packets.stream[self._main.packet_list.row])
        counts = {
            Which.SHOWN: f"{self._main.packet_list.line_count():,}",
            Which.ALL: f"{len(self._snapshot.packets):,}",
            Which.MARKED: f"{len(self._notes.marked):,}",
            Which.NUMBERS: "",
            Which.CONNECTION: f"{stream}" if stream >= 0 else "",
        }
        left_out = {Which.MARKED} if not self._notes.marked else set()
        left_out |= {Which.CONNECTION} if not len(self._snapshot.connections) else set()
        return {which: text for which, text in counts.items() if which not in left_out}

    # what the keys do

    def _next_packets(self) -> None:
        choices = list(self._counts)
        self._choose_packets(choices[(choices.index(self._which) + 1) % len(choices)])
        (self._numbers if self._numbers.display else self.path_field).focus()

    def _choose_packets(self, which: Which, numbers: str = "") -> None:
        self._which = which
        self._numbers.display = which in _NUMBERED
        self._numbers.placeholder = _NUMBERED.get(which, "")
        self._numbers.value = numbers or self._counts.get(which, "")
        self._describe()

    def _next_format(self) -> None:
        name = self.path_field.value
        other = Format.PCAP if format_of(name) is Format.PCAPNG else Format.PCAPNG
        self._rename(named(name, other, compression_of(name)))

    def _next_compression(self) -> None:
        name = self.path_field.value
        kinds = [None, *(each for each in COMPRESSIONS if each.installed)]
        present = compression_of(name)
        after = kinds.index(present) + 1 if present in kinds else 0
        self._rename(named(name, format_of(name), kinds[after % len(kinds)]))

    def _rename(self, name: str) -> None:
        """Change the name; one that is selected stays so, to be replaced by what is typed."""
        selected = self.path_field.selected_text == self.path_field.value
        self.type_path(name)
        if selected:
            self.path_field.select_all()

    def _keep_or_leave(self) -> None:
        self._without_ignored = not self._without_ignored
        self._describe()

    def _leave(self) -> None:
        if self._saving is not None:
            self._saving.stop()
        elif not self._busy:
            self.dismiss(None)

    # the work

    async def _propose(self) -> None:
        """A name that is free, if none was typed meanwhile."""
        name = await asyncio.to_thread(_free_name, self._main.session.readers[0].recording.name)
        if not self.path_field.value:
            self.type_path(name)
            self.path_field.select_all()

    async def _save(self, path: Path, *, replace: bool) -> None:
        self._busy = True
        self.tell("saving…")
        notes = self._notes.version
        try:
            saving, with_all_comments = await asyncio.to_thread(self._prepare(format_of(path.name)))
            self._saving = saving
            write = partial(_write, saving, path, replace=replace)
            saved = await in_thread(self, write, stop=saving.stop, progress=self._tell_progress)
        except Cancelled:
            self.tell("cancelled: nothing was saved")
        except TcpscopeError as error:
            self.tell(str(error))
        else:
            if with_all_comments and notes == self._notes.version:
                self._notes.saved()
            self.dismiss(_sentence(saved, path))
        finally:
            self._busy, self._saving, self._warned = False, None, None

    def _prepare(self, form: Format) -> Callable[[], tuple[Saving, bool]]:
        """What finds the packets, and tells whether all comments of the person go with them."""
        leave_out = frozenset(self._notes.ignored) if self._without_ignored else frozenset()
        choice = Choice(self._which, self._numbers.value, leave_out)
        marked, comments = frozenset(self._notes.marked), dict(self._notes.comments)
        session, snapshot, passing = self._main.session, self._snapshot, self._main.filtering.passing

        def prepare() -> tuple[Saving, bool]:
            rows = choice.rows(snapshot, marked, passing)
            saving = Saving(session, snapshot, rows, form, comments)
            commented = np.array(list(comments), np.int64)  # of integers: else isin takes seconds
            return saving, form is Format.PCAPNG and bool(np.isin(commented, rows).all())

        return prepare

    def _tell_progress(self) -> None:
        if self._saving is not None:
            share = 100 * self._saving.done // self._saving.total
            self.tell(f"saving: {share} % ({key_text(self._actions['close'].keys[0])}: cancel)")


def _write(saving: Saving, path: Path, *, replace: bool) -> Saved:
    with saved_to(path, compression_of(path.name), replace=replace) as output:
        return saving.write(output)


def _free_name(source: str) -> str:
    """A path in the current folder that is not there, after the capture's name."""
    stem = stem_of(PurePath(source).name) or "packets"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    paths = (Path.cwd() / f"{name}.pcapng" for name in names)
    return str(next(path for path in paths if not is_there(path)))


def _sentence(saved: Saved, path: Path) -> str:
    gone = f"; {saved.gone:,} had left the ring" if saved.gone else ""
    return f"{saved.packets:,} packets saved to {printable(str(path))}{gone}"
