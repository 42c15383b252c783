"""What the actions of the graphs' screen do: one function a row of the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.errors import UsageError
from tui.report.files import write_new, write_new_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.screens.graphs import GraphsScreen
    from tui.screens.main import MainScreen

Handler = Callable[["GraphsScreen", "int | None"], object]

_PAN = 0.25  # of what is seen
_PAGES = 4  # the cursor moves by this part of what is seen
_FILE = "tcpscope-graph-{{}}.{}"


def _open(main: MainScreen, count: int | None) -> None:
    from tui.screens.graphs import open_graphs

    if main.snapshot is None or not len(main.snapshot.packets):
        main.say("there are no packets yet")
        return
    row = main.packet_list.row
    open_graphs(main, int(main.snapshot.packets.stream[row]), row)


GRAPHS_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {"graphs": _open}
"""What they do on the main screen."""


def _kind(step: int) -> Handler:
    def choose(screen: GraphsScreen, count: int | None) -> None:
        from tui.screens.graphing import INTERVALS

        kinds = INTERVALS + 1
        number = screen.choice.kind + step if count is None else min(count, kinds) - 1
        screen.choose_kind(number % kinds)

    return choose


def _turn(screen: GraphsScreen, count: int | None) -> None:
    screen.choose(replace(screen.choice, end=1 - screen.choice.end))


def _connection(step: int) -> Handler:
    def choose(screen: GraphsScreen, count: int | None) -> None:
        stream = screen.choice.stream
        screen.choose_stream((-1 if stream is None else stream) + step * (count or 1))

    return choose


def _interval(step: int) -> Handler:
    def choose(screen: GraphsScreen, count: int | None) -> None:
        made = screen.made
        if made is None or made.interval is None:
            screen.say("this graph has no interval")
            return
        from tui.report.graphs import intervals

        interval = intervals.other(made.interval, step * (count or 1), made.duration)
        if interval == made.interval:
            screen.say("there is no longer interval" if step > 0 else "there is no shorter interval")
        screen.choose(replace(screen.choice, interval=interval))

    return choose


def _filter(screen: GraphsScreen, count: int | None) -> None:
    from tui.report.filtered import view_of
    from tui.screens.filter_bar import FilterBar

    snapshot = screen.main.snapshot
    view = None if snapshot is None else view_of(screen.main.session, snapshot)
    screen.app.push_screen(
        FilterBar("", screen.main.recent.filters(), view, screen.actions), screen.add_filter
    )


def _unfilter(screen: GraphsScreen, count: int | None) -> None:
    if screen.choice.filters:
        screen.choose(replace(screen.choice, filters=screen.choice.filters[:-1]))
    else:
        screen.say("there is no filter")


def _zoom(across: float, down: float) -> Handler:
    def zoom(screen: GraphsScreen, count: int | None) -> None:
        times = min(count or 1, 64)
        screen.pane.zoom(across**times, down**times)

    return zoom


def _pan(across: int, down: int) -> Handler:
    def pan(screen: GraphsScreen, count: int | None) -> None:
        by = _PAN * (count or 1)
        screen.pane.pan(across * by, down * by)

    return pan


def _columns(step: int, pages: int = 0) -> Handler:
    def move(screen: GraphsScreen, count: int | None) -> None:
        cells = screen.pane.text_width // pages if pages else 1
        screen.pane.step_column(step * (count or 1) * max(cells, 1))

    return move


def _points(step: int) -> Handler:
    return lambda screen, count: screen.pane.step(step * (count or 1))


def _series(step: int) -> Handler:
    return lambda screen, count: screen.pane.move(step * (count or 1))


def _write(kind: str) -> Handler:
    def write(screen: GraphsScreen, count: int | None) -> None:
        made = screen.made
        if made is None or not len(made.graph):
            screen.say("there is nothing to write")
        else:
            screen.say("writing …")
            lines = _csv(screen) if kind == "csv" else _svg(screen)
            screen.write_file(partial(_write_lines, kind, lines))

    return write


def _csv(screen: GraphsScreen) -> Iterator[str]:
    from tui.report.graphs.csv import csv_lines

    assert screen.made is not None, "there is something to write"
    return csv_lines(screen.made.graph)


def _svg(screen: GraphsScreen) -> Iterator[str]:
    """What the screen shows, in the colours for paper."""
    from tui.palettes import PALETTES
    from tui.report.explain import Tone
    from tui.report.graphs.svg import svg_lines

    assert screen.made is not None, "there is something to write"
    paper = PALETTES["light"]
    colours = {
        Tone.PLAIN: paper.foreground,
        Tone.MUTED: paper.muted,
        Tone.TITLE: paper.primary,
        Tone.STRONG: paper.secondary,
        Tone.GOOD: paper.success,
        Tone.WARN: paper.warning,
        Tone.BAD: paper.error,
    }
    x, y = screen.pane.seen
    return svg_lines(screen.made.graph, screen.title_of(screen.made), x, y, colours, paper.background)


def _write_lines(kind: str, lines: Iterator[str]) -> Path:
    name = _FILE.format(kind)
    if kind == "png":
        return write_new_bytes(Path.cwd(), name, [_png("\n".join(lines))])
    return write_new(Path.cwd(), name, lines)


def _png(drawn: str) -> bytes:
    """An SVG picture as a PNG file's bytes; UsageError if what draws it is not installed."""
    try:
        import resvg_py
    except ImportError as error:
        raise UsageError(
            "PNG pictures need the package resvg-py", "pip install 'tcpscope[graphs]', or write SVG"
        ) from error
    image: bytes = resvg_py.svg_to_bytes(svg_string=drawn)
    return image


GRAPH_COMMANDS: Mapping[str, Handler] = {
    "graph_next": _kind(1),
    "graph_previous": _kind(-1),
    "graph_turn": _turn,
    "graph_next_connection": _connection(1),
    "graph_previous_connection": _connection(-1),
    "graph_next_point": _points(1),
    "graph_previous_point": _points(-1),
    "graph_zoom_in": _zoom(0.5, 1),
    "graph_zoom_out": _zoom(2, 1),
    "graph_higher": _zoom(1, 0.5),
    "graph_lower": _zoom(1, 2),
    "graph_fit": lambda screen, count: screen.pane.fit(),
    "graph_pan_left": _pan(-1, 0),
    "graph_pan_right": _pan(1, 0),
    "graph_pan_up": _pan(0, 1),
    "graph_pan_down": _pan(0, -1),
    "graph_longer": _interval(1),
    "graph_shorter": _interval(-1),
    "graph_filter": _filter,
    "graph_unfilter": _unfilter,
    "graph_csv": _write("csv"),
    "graph_svg": _write("svg"),
    "graph_png": _write("png"),
    "left": _columns(-1),
    "right": _columns(1),
    "page_up": _columns(-1, _PAGES),
    "page_down": _columns(1, _PAGES),
    "half_up": _columns(-1, 2 * _PAGES),
    "half_down": _columns(1, 2 * _PAGES),
    "up": _series(-1),
    "down": _series(1),
    "first": lambda screen, count: screen.pane.home(),
    "last": lambda screen, count: screen.pane.end(),
    "visit": lambda screen, count: screen.pane.activate(),
    "help": lambda screen, count: screen.open_help(),
    "close": lambda screen, count: screen.leave(),
}
"""What they do in a graph, and what moves there."""
