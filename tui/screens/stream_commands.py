"""What the actions of the stream's screen do, and those that open it: one function a row of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.errors import TcpscopeError
from tui.report.files import write_new_bytes

if TYPE_CHECKING:
    from tui.screens.main import MainScreen
    from tui.screens.stream import StreamScreen

Handler = Callable[["StreamScreen", "int | None"], object]

COPIED_LINES = 1000
"""What a clipboard takes through the terminal; more is written to a file."""


def _open(main: MainScreen, count: int | None) -> None:
    from tui.screens.stream import open_stream

    if main.snapshot is None or not len(main.snapshot.packets):
        main.say("there are no packets yet")
        return
    row, connections = main.packet_list.row, len(main.snapshot.connections)
    if count is None:
        open_stream(main, int(main.snapshot.packets.stream[row]), row)
    elif count < connections:
        open_stream(main, count, None)
    else:
        main.say(f"there is no connection {count}; the last one is {connections - 1:,}")


STREAM_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {"stream": _open}
"""What they do on the main screen."""


def _visit(screen: StreamScreen, count: int | None) -> None:
    screen.pane.activate()


def _form(screen: StreamScreen, count: int | None) -> None:
    from tui.screens.stream_view import Form

    forms = list(Form)
    form = forms[(forms.index(screen.choice.form) + 1) % len(forms)]
    screen.choose(replace(screen.choice, form=form))


def _side(screen: StreamScreen, count: int | None) -> None:
    from tui.screens.stream_view import Whose

    sides = list(Whose)
    screen.choose(replace(screen.choice, whose=sides[(sides.index(screen.choice.whose) + 1) % len(sides)]))


def _stream(step: int) -> Handler:
    def go(screen: StreamScreen, count: int | None) -> None:
        stream = screen.choice.stream + step * (count or 1)
        last = len(screen.snapshot.connections) - 1
        if 0 <= stream <= last:
            screen.choose(replace(screen.choice, stream=stream))
        else:
            screen.say("the first stream is 0" if step < 0 else f"the last stream is {last:,}")

    return go


def _find(screen: StreamScreen, count: int | None) -> None:
    from tui.screens.find import FindScreen

    def seek(text: str | None) -> None:
        if text:
            screen.sought = text
            screen.pane.seek(text)
            screen.find(forward=True)

    screen.stop_finding()
    screen.app.push_screen(FindScreen(screen.sought, screen.actions), seek)


def _contradiction(screen: StreamScreen, count: int | None) -> None:
    place, all_of_them = screen.pane.place, screen.contradicted
    if not all_of_them or place is None:
        screen.say("what was sent twice was sent alike")
        return
    pane = screen.pane
    behind = (each for each in all_of_them if pane.line_of(each.place) > pane.cursor)
    pane.go(next(behind, all_of_them[0]).place)


def _copy(screen: StreamScreen, count: int | None) -> None:
    made = screen.made
    if made is None or not len(made.lines):
        screen.say("there is nothing to copy")
    elif len(made.lines) > COPIED_LINES:
        screen.say(f"{len(made.lines):,} lines are too many for the clipboard: write the bytes to a file")
    else:
        try:
            text = "\n".join(made.lines.line(index).text for index in range(len(made.lines)))
        except TcpscopeError as error:
            screen.say(str(error))
        else:
            screen.app.copy_to_clipboard(text)
            screen.say("copied")


def _write(screen: StreamScreen, count: int | None) -> None:
    from tui.report.stream.blocks import Blocks

    made = screen.made
    if made is None or not len(made.lines):
        screen.say("there is nothing to write")
    else:
        screen.say("writing …")
        whose = made.choice.whose.value.split()[0]
        name = f"tcpscope-stream-{made.data.stream}-{whose}-{{}}.bin"
        blocks = Blocks(made.data, made.data.chosen(made.end))
        screen.write_file(
            partial(write_new_bytes, Path.cwd(), name, iter(blocks)), "the bytes are written to"
        )


def _help(screen: StreamScreen, count: int | None) -> None:
    screen.open_help()


def _close(screen: StreamScreen, count: int | None) -> None:
    if screen.stop_finding():
        screen.say("stopped")
    else:
        screen.dismiss()


COMMANDS: Mapping[str, Handler] = {
    "visit": _visit,
    "stream_form": _form,
    "stream_side": _side,
    "stream_next": _stream(1),
    "stream_previous": _stream(-1),
    "stream_find": _find,
    "stream_find_next": lambda screen, count: screen.find(forward=True),
    "stream_find_previous": lambda screen, count: screen.find(forward=False),
    "stream_contradiction": _contradiction,
    "copy": _copy,
    "write": _write,
    "help": _help,
    "close": _close,
}
"""What they do there."""
