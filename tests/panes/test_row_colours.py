"""The packet list shows the colouring rules: marks and colours, asked for around the window only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from pane_host import heard, running
from rich.color import ColorSystem
from test_packet_list import COLUMNS, FakeListing, snapshot

from tui.panes.packet_list import PacketList
from tui.report.colouring import Coloured
from tui.report.colouring_rules import NO_RULE, ColouringRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from tui.session import Snapshot

RULE = ColouringRule("odd", "frame.number % 2", "o", "#112233", "#445566")


class Rules:
    """Colours every second row; notes how often it was asked, and for which rows."""

    def __init__(self, unsure: Sequence[int] = ()) -> None:
        self.asked: list[list[int]] = []
        self.unsure = unsure

    def __call__(self, snapshot: Snapshot, rows: Sequence[int]) -> Coloured:
        self.asked.append(list(rows))
        return Coloured({row: RULE if row % 2 else NO_RULE for row in rows}, list(self.unsure))


async def test_the_gutter_says_without_colour_which_rule_a_row_has() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    pane.colours.use(Rules())
    async with running(pane):
        pane.show(snapshot(4))
        assert [pane.render_line(y).text[1] for y in range(1, 5)] == [" ", "o", " ", "o"]


async def test_a_row_has_its_rules_colours_unless_the_cursor_is_there() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    pane.colours.use(Rules())
    async with running(pane):
        pane.app.console._color_system = ColorSystem.TRUECOLOR
        pane.show(snapshot(4))
        assert colours(pane, 2) == ("#112233", "#445566")
        pane.move(1)
        assert not set(colours(pane, 2)) & {"#112233", "#445566"}


async def test_with_sixteen_colours_only_those_of_the_theme_are_shown() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    pane.colours.use(Rules())
    async with running(pane):
        pane.app.console._color_system = ColorSystem.STANDARD
        pane.app.theme_variables["palette-error"] = "#ff0000"
        pane.show(snapshot(4))
        pane.fill({}, {3: replace(RULE, foreground="error", background="")})
        assert colours(pane, 2) == colours(pane, 3)
        assert pane.render_line(2).text[1] == "o"
        assert colours(pane, 4)[0] == "#ff0000"


def colours(pane: PacketList, y: int) -> tuple[str, str]:
    """Of text and ground, in a line of the pane."""
    style = next(iter(pane.render_line(y))).style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    return style.color.name, style.bgcolor.name


async def test_rules_are_asked_around_the_window_and_not_at_each_key() -> None:
    pane, rules = PacketList(FakeListing(), COLUMNS), Rules()
    pane.colours.use(rules)
    async with running(pane, (100, 24)):
        pane.show(snapshot(1_000_000))
        before = len(rules.asked)
        assert max(map(max, rules.asked)) < 200
        for _ in range(60):
            pane.move(1)
        assert len(rules.asked) <= before + 1
        pane.end()
        assert sorted(rules.asked[-1])[0] > 999_000


async def test_rows_that_are_unsure_are_told_and_take_what_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    pane.colours.use(Rules(unsure=[2]))
    async with running(pane):
        said = heard(monkeypatch, pane)
        pane.show(snapshot(4))
        assert [message.rows for message in said if isinstance(message, PacketList.ColoursMissed)] == [[2]]
        pane.fill({}, {2: RULE})
        assert pane.render_line(3).text[1] == "o"


async def test_other_rules_colour_what_is_shown_at_once() -> None:
    pane = PacketList(FakeListing(), COLUMNS)
    pane.colours.use(Rules())
    async with running(pane):
        pane.show(snapshot(4))
        pane.colours.use(None)
        pane.renew(())
        assert pane.render_line(2).text[1] == " "
