"""Colouring rules: on or off, and the screen that arranges them."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

COLOURING_ACTIONS = (
    Action(
        "colouring",
        ("K",),
        "Colouring on or off",
        "Rules colour and mark the packets, or not.",
        Group.COLOURING,
    ),
    Action(
        "colouring_rules", ("ctrl+k",), "Colouring rules…", "See, change, import, export.", Group.COLOURING
    ),
    Action(
        "toggle_rule",
        ("space",),
        "Rule on or off",
        "A rule that is off is kept.",
        Group.COLOURING,
        Place.COLOURING,
    ),
    Action(
        "edit_rule",
        ("enter",),
        "Change the rule…",
        "Its name, filter, looks.",
        Group.COLOURING,
        Place.COLOURING,
    ),
    Action("add_rule", ("a",), "Add a rule…", "Before this one.", Group.COLOURING, Place.COLOURING),
    Action("remove_rule", ("x",), "Remove the rule", "Take it out.", Group.COLOURING, Place.COLOURING),
    Action("rule_down", (">",), "Move the rule down", "It comes later.", Group.COLOURING, Place.COLOURING),
    Action("rule_up", ("<",), "Move the rule up", "It comes earlier.", Group.COLOURING, Place.COLOURING),
    Action(
        "undo_rules", ("u",), "Undo", "The rules as before the last change.", Group.COLOURING, Place.COLOURING
    ),
    Action(
        "import_rules",
        ("i",),
        "Import rules…",
        "Those of a Wireshark colorfilters file instead.",
        Group.COLOURING,
        Place.COLOURING,
    ),
    Action(
        "export_rules",
        ("e",),
        "Export the rules…",
        "To a file that Wireshark reads too.",
        Group.COLOURING,
        Place.COLOURING,
    ),
    Action("usual_rules", ("r",), "The usual rules", "As at first.", Group.COLOURING, Place.COLOURING),
)
