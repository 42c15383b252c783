"""Saving packets."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place

SAVING_ACTIONS = (
    Action(
        "save",
        ("w",),
        "Save packets…",
        "Those shown, all, marked, a range, or a connection.",
        Group.SAVING,
        takes="a file, and which packets,",
    ),
    Action(
        "save_packets",
        ("f2",),
        "Save: other packets",
        "All, marked, a range, a connection.",
        Group.SAVING,
        Place.SAVE,
    ),
    Action(
        "save_format", ("f3",), "Save: other format", "pcapng keeps all; or pcap.", Group.SAVING, Place.SAVE
    ),
    Action(
        "save_compressed",
        ("f4",),
        "Save: compressed or not",
        "With gzip, zstd, lz4, or not.",
        Group.SAVING,
        Place.SAVE,
    ),
    Action(
        "save_ignored",
        ("f5",),
        "Save: ignored packets",
        "Save them too, or leave them out.",
        Group.SAVING,
        Place.SAVE,
    ),
)
