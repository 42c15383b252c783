"""The rule that says which panes are seen."""

from __future__ import annotations

import pytest

from tui.screens.layouts import LAYOUTS, Layout, Slot, fitting, neighbour, visible

BY_ID = {layout.id: layout for layout in LAYOUTS}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@pytest.mark.parametrize("focused", Slot)
@pytest.mark.parametrize("zoomed", [False, True])
def test_the_focused_pane_is_always_seen(layout: Layout, focused: Slot, zoomed: bool) -> None:
    assert focused in visible(layout, focused, Slot.TREE, zoomed)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_zoom_leaves_only_the_focused_pane(layout: Layout) -> None:
    assert visible(layout, Slot.HEX, Slot.TREE, zoomed=True) == {Slot.HEX}


def test_a_wide_terminal_shows_all_four_panes() -> None:
    assert visible(fitting(120, 30)[0], Slot.LIST, Slot.TREE, zoomed=False) == set(Slot)


def test_at_80x24_the_panes_below_the_list_take_turns() -> None:
    layout = fitting(80, 24)[0]
    assert visible(layout, Slot.LIST, Slot.TREE, zoomed=False) == {Slot.LIST, Slot.TREE}
    assert visible(layout, Slot.LIST, Slot.HANDSHAKE, zoomed=False) == {Slot.LIST, Slot.HANDSHAKE}
    assert visible(layout, Slot.HEX, Slot.TREE, zoomed=False) == {Slot.LIST, Slot.HEX}


@pytest.mark.parametrize("size", [(1, 1), (80, 24), (119, 24), (120, 30), (300, 80)])
def test_some_layout_fits_every_terminal(size: tuple[int, int]) -> None:
    assert fitting(*size)


@pytest.mark.parametrize("slot", Slot)
def test_tab_goes_round_through_all_panes(slot: Slot) -> None:
    seen = [slot]
    while (following := neighbour(seen[-1], 1)) is not slot:
        seen.append(following)
    assert set(seen) == set(Slot)


@pytest.mark.parametrize("slot", Slot)
def test_shift_tab_undoes_tab(slot: Slot) -> None:
    assert neighbour(neighbour(slot, 1), -1) is slot
