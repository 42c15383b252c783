"""What was said on a connection: its two streams of bytes."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

STREAM_ACTIONS = (
    Action(
        "stream",
        ("s",),
        "Follow the stream",
        "What was said on the connection; 7s: connection 7's.",
        Group.STREAM,
        counted=True,
        also=(Place.LADDER,),
    ),
    Action(
        "stream_of_connection",
        ("f",),
        "Follow its stream",
        "What was said on this connection.",
        Group.STREAM,
        Place.CONNECTIONS,
    ),
    Action(
        "stream_form",
        ("f", "s"),
        "Change the form",
        "Text, hex, raw, HTTP with bodies, TLS records.",
        Group.STREAM,
        Place.STREAM,
    ),
    Action(
        "stream_side",
        ("tab",),
        "Change the side",
        "Both sides, the client's only, the server's only.",
        Group.STREAM,
        Place.STREAM,
    ),
    Action(
        "stream_next",
        ("]",),
        "Next stream",
        "The next connection's stream; 3] three on.",
        Group.STREAM,
        Place.STREAM,
        counted=True,
    ),
    Action(
        "stream_previous",
        ("[",),
        "Previous stream",
        "The stream before; 3[ three back.",
        Group.STREAM,
        Place.STREAM,
        counted=True,
    ),
    Action(
        "stream_find",
        ("/", "ctrl+f"),
        "Find in the stream…",
        "Ask for a text and go to it.",
        Group.STREAM,
        Place.STREAM,
    ),
    Action(
        "stream_find_next",
        ("n",),
        "Find the next",
        "To the text's next occurrence.",
        Group.STREAM,
        Place.STREAM,
    ),
    Action(
        "stream_find_previous",
        ("N",),
        "Find the one before",
        "To the text's occurrence before.",
        Group.STREAM,
        Place.STREAM,
    ),
    Action(
        "stream_contradiction",
        ("d",),
        "Next contradiction",
        "To bytes that a later packet sent otherwise.",
        Group.STREAM,
        Place.STREAM,
    ),
)
