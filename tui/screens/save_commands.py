"""What the action of saving does on the main screen, and what may be typed behind it in the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.filter.completion import Completion
    from tui.report.save.request import Request
    from tui.screens.main import MainScreen
    from tui.session import Snapshot


def save_as(main: MainScreen, text: str) -> None:
    """Save what `text` says; a file that is there is asked about. UsageError if it says nothing."""
    from tui.report.save.request import request_of

    _open(main, _snapshot(main), request_of(text))


def judge_request(main: MainScreen, text: str) -> str:
    """What `save_as` would do; UsageError if that is nothing. No file system is asked: a key never waits."""
    from tui.capture.save.compression import compression_of
    from tui.report.save.name import format_of
    from tui.report.save.request import request_of

    request = request_of(text)
    packets = _count(main, _snapshot(main), request)
    compression = compression_of(request.file)
    form = format_of(request.file).value + (f", {compression.name}" if compression else "")
    return f"save {packets:,} packets ({request.which.value}) to {request.file} ({form})"


def complete_request(text: str) -> Iterator[Completion]:
    """What may stand at the end of `text`: files that are there, or what packets are called behind one."""
    from tui.filter.completion import Completion, What
    from tui.report.folders import folder_of, matches, read_folder
    from tui.report.save.request import WORDS

    file, _, begun = text.rpartition(" ")
    for word, which in WORDS.items() if file.strip() else ():
        if word.startswith(begun):
            yield Completion(word, len(text) - len(begun), len(text), What.VALUE, f"packets: {which.value}")
    for name in matches(read_folder(folder_of(text)), text):
        what = "a folder" if name.endswith("/") else "is there already"
        yield Completion(name, text.rfind("/") + 1, len(text), What.VALUE, what)


def _count(main: MainScreen, snapshot: Snapshot, request: Request) -> int:
    """How many packets are asked for; UsageError if none."""
    from tui.report.save.choice import Choice, Which

    match request.which:
        case Which.SHOWN:
            count = main.packet_list.line_count()
        case Which.ALL:
            count = len(snapshot.packets)
        case Which.MARKED:
            count = len(main.session.notes.marked)
        case Which.NUMBERS | Which.CONNECTION:
            numbers = request.numbers or f"{snapshot.packets.stream[main.packet_list.row]}"
            count = len(Choice(request.which, numbers).rows(snapshot, (), lambda rows: rows))
    if not count:
        raise UsageError("there are no such packets to save")
    return count


def _save(main: MainScreen, count: int | None) -> None:
    try:
        _open(main, _snapshot(main))
    except UsageError as error:
        main.say(str(error))


def _snapshot(main: MainScreen) -> Snapshot:
    if main.snapshot is None or not len(main.snapshot.packets):
        raise UsageError("there are no packets yet")
    return main.snapshot


def _open(main: MainScreen, snapshot: Snapshot, request: Request | None = None) -> None:
    from tui.screens.save import SaveScreen

    def say(done: str | None) -> None:
        if done:
            main.say(done)

    main.app.push_screen(SaveScreen(main, snapshot, request), say)


SAVE_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {"save": _save}
