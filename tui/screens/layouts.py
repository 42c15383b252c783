"""THE table of layouts: how the panes share the screen, and which of them are seen.

Exactly one rule decides what is visible (:func:`visible`); the styles (`app.tcss`) only say where the visible
ones lie. The focused pane is always visible.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Slot(Enum):
    """The places that panes take; the order is the order of tab. The value is the widget's id."""

    LIST = "list"
    TREE = "tree"
    HEX = "hex"
    HANDSHAKE = "handshake"


class Layout(Struct, frozen=True):
    """One arrangement; `id` is also its style class.

    `columns` and `rows` are the least size of the terminal at which it may be chosen. The slots in `turns`
    share one place, in which one of them is seen at a time. A slot in `yields` gives its room to the tree's
    place while that holds the wide diagram, unless the terminal has room for both.
    """

    id: str
    text: str
    columns: int
    rows: int
    turns: frozenset[Slot] = frozenset()
    hidden: frozenset[Slot] = frozenset()
    yields: frozenset[Slot] = frozenset()


_HEX = frozenset({Slot.HEX})
_BELOW = frozenset({Slot.TREE, Slot.HEX, Slot.HANDSHAKE})

LAYOUTS = (
    Layout("-sidebar", "list over tree and bytes, handshake at the side", 120, 20, yields=_HEX),
    Layout("-stacked", "list, tree and bytes one over the other, handshake at the side", 110, 36),
    Layout("-columns", "list over handshake, tree and bytes", 150, 20, yields=_HEX),
    Layout("-turns", "list over one of the others, which take turns", 0, 0, turns=_BELOW),
    Layout("-story", "list and handshake side by side", 110, 10, hidden=frozenset({Slot.TREE, Slot.HEX})),
)

ROOM_FOR_ALL = 190
"""Columns from which on the diagram, 16 bytes a line and the handshake have room beside each other."""

BREADTHS = ((ROOM_FOR_ALL, "-w190"), (140, "-w140"), (0, "-w0"))
"""From how many columns on panes are broader, and the style class that says so."""


def fitting(columns: int, rows: int) -> tuple[Layout, ...]:
    """The layouts that a terminal of this size can show, best first; never empty."""
    return tuple(layout for layout in LAYOUTS if columns >= layout.columns and rows >= layout.rows)


def visible(
    layout: Layout, focused: Slot, turn: Slot, zoomed: bool, crowded: bool = False
) -> frozenset[Slot]:
    """The slots that are seen: `turn` has its turn; `crowded`, the tree's place needs more room."""
    if zoomed:
        return frozenset({focused})
    yielding = layout.yields if crowded else frozenset()
    seen = frozenset(Slot) - layout.turns - layout.hidden - yielding | {focused}
    return seen | {turn} if layout.turns and focused not in layout.turns else seen


def neighbour(slot: Slot, step: int) -> Slot:
    """The slot `step` further in the order of tab, round and round."""
    order = tuple(Slot)
    return order[(order.index(slot) + step) % len(order)]


def breadth(columns: int) -> str:
    """The style class for a terminal of so many columns."""
    return next(name for least, name in BREADTHS if columns >= least)
