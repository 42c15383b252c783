"""Statistics of the capture."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

STATISTICS_ACTIONS = (
    Action(
        "statistics",
        ("S",),
        "Statistics",
        "Properties, protocols, endpoints, SYN floods and more.",
        Group.STATISTICS,
    ),
    Action(
        "next_part",
        ("tab",),
        "Next part",
        "The next part; 6 Tab the sixth one.",
        Group.STATISTICS,
        Place.STATISTICS,
        counted=True,
    ),
    Action(
        "previous_part",
        ("shift+tab",),
        "Previous part",
        "The part before.",
        Group.STATISTICS,
        Place.STATISTICS,
    ),
    Action(
        "next_layer",
        ("v",),
        "Ethernet, IPv4, IPv6, TCP, UDP",
        "Of what endpoints and conversations are.",
        Group.STATISTICS,
        Place.STATISTICS,
    ),
    Action(
        "limit",
        ("f",),
        "Displayed packets, or all",
        "Count what the filter shows, or all packets.",
        Group.STATISTICS,
        Place.STATISTICS,
    ),
    Action(
        "only_line",
        ("enter",),
        "Show these packets only",
        "Show only its packets; compute the hash.",
        Group.STATISTICS,
        Place.STATISTICS,
    ),
)
