"""The ladder's pane makes only the lines that are seen, and folds."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from flows import HANDSHAKE, Segment, bulk, strand_of
from pane_host import heard, running, screen

from tui.decode.context import Numbers
from tui.panes.ladder import LadderPane
from tui.report.ladder import Ladder

if TYPE_CHECKING:
    import pytest

    from tui.report.explain import StoryLine

MILLION = 1_000_000
SIZE = (80, 24)


async def test_a_million_segments_are_there_at_once_and_only_the_visible_lines_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strand = bulk(MILLION)
    pane = LadderPane()
    async with running(pane, SIZE):
        began = perf_counter()
        ladder = Ladder([strand])
        ladder.fold_all(False)
        assert perf_counter() - began < 2
        made = set[int]()
        make = ladder.line

        def spy(index: int, width: int, numbers: Numbers) -> StoryLine:
            made.add(index)
            return make(index, width, numbers)

        monkeypatch.setattr(ladder, "line", spy)
        pane.show(ladder, MILLION // 2, Numbers.RELATIVE)
        assert pane.line_count() > MILLION
        assert 0 < len(made) <= SIZE[1]
        assert any(str(MILLION // 2 + 1) in text for text in screen(pane))


async def test_a_pane_without_a_ladder_is_empty() -> None:
    pane = LadderPane()
    async with running(pane, SIZE):
        for key in (pane.left, pane.right, pane.activate, pane.end):
            key()
        assert not any(screen(pane))


async def test_right_unfolds_and_left_folds() -> None:
    pane = LadderPane()
    async with running(pane, SIZE):
        pane.show(Ladder([bulk(9)]), 0, Numbers.RELATIVE)
        folded = pane.line_count()
        pane.end()
        pane.right()
        assert pane.line_count() == folded + 9
        pane.end()
        pane.left()
        assert (pane.line_count(), pane.cursor) == (folded, folded - 1)


async def test_unfolding_an_open_run_leaves_the_cursor_where_it_is() -> None:
    pane = LadderPane()
    async with running(pane, SIZE):
        pane.show(Ladder([bulk(9)]), 0, Numbers.RELATIVE)
        pane.fold_all(False)
        pane.end()
        pane.right()
        assert pane.cursor == pane.line_count() - 1


async def test_enter_unfolds_a_run_and_goes_to_any_other_line_s_packet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = LadderPane()
    async with running(pane, SIZE):
        pane.show(Ladder([bulk(9)]), 3, Numbers.RELATIVE)
        messages = heard(monkeypatch, pane)
        pane.activate()
        assert messages == []
        pane.move(3)
        pane.activate()
        (wanted,) = messages
        assert isinstance(wanted, LadderPane.PacketWanted)
        assert wanted.row == 5


async def test_the_head_follows_the_cursor_from_connection_to_connection() -> None:
    reset: Segment = (1, 4 | 16, 1, 0, 1, 1)
    first = strand_of(HANDSHAKE, 4, 0, 2)
    second = strand_of([*HANDSHAKE, reset], 7, 1, 2)
    pane = LadderPane()
    async with running(pane, SIZE):
        pane.show(Ladder([first, second]), 0, Numbers.RELATIVE)
        assert "Still open" in screen(pane)[0]
        pane.end()
        assert "reset" in screen(pane)[0]
