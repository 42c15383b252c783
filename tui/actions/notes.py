"""What a person says of packets: marks, time references, comments, and what to ignore."""

from __future__ import annotations

from tui.actions.action import ANY_LETTER, Action, Group, Place

NOTES_ACTIONS = (
    Action("mark", ("M",), "Mark the packet", "Mark the packet; again: not any more.", Group.NOTES),
    Action(
        "next_marked",
        ("g m",),
        "Next marked packet",
        "To the next marked packet.",
        Group.NOTES,
        counted=True,
    ),
    Action(
        "previous_marked",
        ("g M",),
        "Previous marked packet",
        "To the marked packet before.",
        Group.NOTES,
        counted=True,
    ),
    Action("mark_all", ("g a",), "Mark all shown packets", "Mark all that the list shows.", Group.NOTES),
    Action("unmark_all", ("g u",), "Unmark all packets", "No packet is marked any more.", Group.NOTES),
    Action(
        "reference",
        ("r",),
        "Time reference",
        "Later times count from this packet; again: not.",
        Group.NOTES,
    ),
    Action(
        "ignore",
        ("i",),
        "Ignore the packet",
        "Only in the list: the analysis still counts it.",
        Group.NOTES,
    ),
    Action(
        "comment",
        ("c",),
        "Comment on the packet…",
        "Write comments; saved in pcapng files.",
        Group.NOTES,
        takes="the comment",
    ),
    Action(
        "next_comment",
        ("g c",),
        "Next packet with a comment",
        "To the next packet with a comment.",
        Group.NOTES,
        counted=True,
    ),
    Action(
        "previous_comment",
        ("g C",),
        "Previous packet with a comment",
        "To the packet with a comment before.",
        Group.NOTES,
        counted=True,
    ),
    Action(
        "bookmark",
        (f"m {ANY_LETTER}",),
        "Bookmark: set one",
        "Remember the packet under a letter.",
        Group.NOTES,
        takes="a letter",
    ),
    Action(
        "to_bookmark",
        (f"' {ANY_LETTER}",),
        "Bookmark: go to one",
        "To the packet that a letter remembers.",
        Group.NOTES,
        takes="a letter",
    ),
    Action(
        "jump_back",
        ("' '",),
        "Bookmark: before the last jump",
        "Where you were before the last jump.",
        Group.NOTES,
    ),
    Action(
        "write_comment",
        ("enter",),
        "Keep the comments",
        "They are the packet's from now on.",
        Group.NOTES,
        Place.COMMENT,
    ),
    Action("new_line", ("ctrl+j",), "New line", "A new line in the comment.", Group.NOTES, Place.COMMENT),
)
