"""Graphs of a connection and of the capture."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place


def _here(name: str, keys: tuple[str, ...], text: str, explained: str, *, counted: bool = False) -> Action:
    return Action(f"graph_{name}", keys, text, explained, Group.GRAPHS, Place.GRAPHS, counted=counted)


GRAPHS_ACTIONS = (
    Action(
        "graphs",
        ("P",),
        "Graphs of the connection",
        "Sequence numbers, round trips, rates, windows over time.",
        Group.GRAPHS,
        also=(Place.CONNECTIONS,),
    ),
    _here("next", ("tab",), "Next graph", "The next graph; 3 Tab the third one.", counted=True),
    _here("previous", ("shift+tab",), "Previous graph", "The graph before.", counted=True),
    _here("turn", ("d",), "Other direction", "The data of the other end."),
    _here("next_connection", ("]",), "Next connection", "The graph of the next connection.", counted=True),
    _here(
        "previous_connection",
        ("[",),
        "Previous connection",
        "The graph of the connection before.",
        counted=True,
    ),
    _here("next_point", (".",), "Next point", "To the series' next point.", counted=True),
    _here("previous_point", (",",), "Previous point", "To the series' point before.", counted=True),
    _here("zoom_in", ("+",), "Zoom in: time", "Half as much time, around the cursor.", counted=True),
    _here("zoom_out", ("-",), "Zoom out: time", "Twice as much time.", counted=True),
    _here("higher", ("y",), "Zoom in: values", "Half as many values, around the cursor.", counted=True),
    _here("lower", ("Y",), "Zoom out: values", "Twice as many values.", counted=True),
    _here("fit", ("f",), "Fit", "Show all points."),
    _here("pan_left", ("shift+left", "<"), "Earlier", "Move what is seen to earlier times.", counted=True),
    _here("pan_right", ("shift+right", ">"), "Later", "Move what is seen to later times.", counted=True),
    _here("pan_up", ("shift+up",), "Greater", "Move what is seen to greater values.", counted=True),
    _here("pan_down", ("shift+down",), "Smaller", "Move what is seen to smaller values.", counted=True),
    _here("longer", ("i",), "Longer interval", "Average or count over longer intervals.", counted=True),
    _here("shorter", ("I",), "Shorter interval", "Average or count over shorter ones.", counted=True),
    _here("filter", ("/",), "Add a filter's line", "Count also the packets that pass a filter."),
    _here("unfilter", ("D",), "Drop the last filter's line", "Drop the filter that was added last."),
    _here("csv", ("w c",), "Write: CSV", "Write all points to a new CSV file."),
    _here("svg", ("w s",), "Write: SVG", "Write what is seen as a new SVG picture."),
    _here("png", ("w p",), "Write: PNG", "Write what is seen as a new PNG picture."),
)
