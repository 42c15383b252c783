"""Which panes are seen, where, and which of them has the focus.

Invariant: the focused pane is visible, and what is visible follows from layout, turn and zoom alone
(`layouts.visible`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size

from tui.screens.layouts import LAYOUTS, ROOM_FOR_ALL, Layout, Slot, breadth, fitting, neighbour, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.widget import Widget

    from tui.panes.lines import LinePane


class Arrangement:
    """Arranges the panes that lie in `frame`."""

    def __init__(self, frame: Widget, panes: Mapping[Slot, LinePane]) -> None:
        self._frame = frame
        self._panes = dict(panes)
        self._chosen: Layout | None = None
        self._turn = Slot.TREE
        self._size = Size(80, 24)
        self.layout = LAYOUTS[0]
        self.focused = Slot.LIST
        self._wide = False
        self.zoomed = False

    @property
    def pane(self) -> LinePane:
        """The pane that has the focus."""
        return self._panes[self.focused]

    @property
    def visible(self) -> frozenset[Slot]:
        """The slots that are seen now."""
        crowded = self._wide and self._size.width < ROOM_FOR_ALL
        return visible(self.layout, self.focused, self._turn, self.zoomed, crowded)

    def fit(self, size: Size) -> None:
        """The terminal has another size: keep the chosen layout if it fits, else take the best that does."""
        self._size = size
        choices = fitting(size.width, size.height)
        self.layout = self._chosen if self._chosen in choices and self._chosen is not None else choices[0]
        self.apply()

    def cycle(self) -> None:
        """Take the next layout that fits."""
        choices = fitting(self._size.width, self._size.height)
        index = choices.index(self.layout) if self.layout in choices else -1
        self._chosen = self.layout = choices[(index + 1) % len(choices)]
        self.zoomed = False
        self.apply()

    def zoom(self, on: bool) -> None:
        """Give the focused pane the whole screen, or show the others again."""
        self.zoomed = on
        self.apply()

    def focus(self, slot: Slot) -> None:
        """Move the focus to a slot, which becomes visible."""
        self._note(slot)
        self.apply()
        self.pane.focus()

    def step(self, step: int) -> None:
        """Move the focus to the next (1) or previous (-1) slot of those that the layout does not hide."""
        slot = neighbour(self.focused, step)
        while slot in self.layout.hidden:
            slot = neighbour(slot, step)
        self.focus(slot)

    def note_focus(self, pane: object) -> None:
        """A pane got the focus by the mouse, or by Textual."""
        for slot, known in self._panes.items():
            if known is pane and slot is not self.focused:
                self._note(slot)
                self.apply()

    def replace(self, slot: Slot, pane: LinePane, wide: bool) -> None:
        """Another pane takes the slot; `wide`: it wants more room than the one that belongs there."""
        self._wide = wide
        before = self._panes[slot]
        self._panes[slot] = pane
        before.display = False
        self.apply()
        if self.focused is slot:
            pane.focus()

    def apply(self) -> None:
        """Show what is visible and hide the rest."""
        seen = self.visible
        classes = [breadth(self._size.width)]
        if not self.zoomed:
            classes += [self.layout.id] + ["-wide-tree"] * self._wide + ["-no-hex"] * (Slot.HEX not in seen)
        self._frame.set_classes(classes)
        for slot, pane in self._panes.items():
            if pane.display != (slot in seen):
                pane.display = slot in seen

    def _note(self, slot: Slot) -> None:
        self.focused = slot
        if slot in self.layout.turns:
            self._turn = slot
