"""Names of addresses and ports."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

NAMES_ACTIONS = (
    Action(
        "names",
        ("A",),
        "Names of addresses and ports…",
        "Services, hosts file, DNS answers, vendors; AA: on, off.",
        Group.SHOW,
    ),
    Action(
        "names_toggle",
        ("enter", "space"),
        "Turn these names on or off",
        "One kind of names, on or off.",
        Group.SHOW,
        Place.NAMES,
    ),
    Action(
        "names_all",
        ("A",),
        "Names on or off",
        "All kinds that ask nobody on; or all off.",
        Group.SHOW,
        Place.NAMES,
    ),
)
