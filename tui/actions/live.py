"""A live capture."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

LIVE_ACTIONS = (
    Action("follow", ("f",), "Follow the newest packet", "Go with the newest packet, or stay.", Group.LIVE),
    Action("pause", ("p",), "Pause", "Let the list stand still while capturing goes on.", Group.LIVE),
    Action("stop_capture", ("ctrl+e",), "Stop capturing", "End the capture; what it has stays.", Group.LIVE),
    Action(
        "restart",
        ("ctrl+r",),
        "Begin the capture anew",
        "End this one, begin another with an empty list.",
        Group.LIVE,
    ),
    Action(
        "capture_options",
        ("I",),
        "Capture something else…",
        "Other interfaces or another capture filter, from now on.",
        Group.LIVE,
    ),
    Action(
        "own_ssh",
        ("E",),
        "Own SSH connection",
        "Capture your own SSH connection too, or not.",
        Group.LIVE,
    ),
    Action("keep", ("w",), "Keep the packets", "Write them to a file, and leave.", Group.LIVE, Place.LEAVE),
    Action("delete", ("d",), "Delete the packets", "Leave without them.", Group.LIVE, Place.LEAVE),
)
