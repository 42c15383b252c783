"""What the status bar says, and what it leaves out first where it is narrow."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult

from tui.panes.status_bar import Status, StatusBar, Weight, fit, pieces

READING = Status(
    "a.pcap",
    packets=1_234_567,
    row=8,
    stream=3,
    done=45,
    total=100,
    pending="5g",
    forms="UTC · relative seq",
    hints="? help",
    notices=("cut short after packet 1,234 at byte 567,890",),
)


def said(status: Status, width: int = 300) -> str:
    return "   ".join(piece.text for piece in fit(pieces(status), width))


def test_it_says_what_is_open_where_the_cursor_is_and_how_far_it_was_read() -> None:
    assert said(replace(READING, notices=(), forms="", hints="", pending="")) == (
        "a.pcap   packet 9 of 1,234,567   connection 3   reading 45 %"
    )


def test_progress_ends_with_reading() -> None:
    assert "reading" not in said(replace(READING, finished=True))


def test_a_source_of_unknown_length_has_no_percentage() -> None:
    assert "reading, waiting for more" in said(replace(READING, total=None))


def test_reading_never_claims_to_be_done_before_it_is() -> None:
    assert "reading 99 %" in said(replace(READING, done=100))


def test_damage_has_a_sign_and_not_only_a_colour() -> None:
    assert "! cut short after packet 1,234 at byte 567,890" in said(READING)


def test_of_several_notices_the_latest_is_shown_and_the_others_are_counted() -> None:
    assert "! second (and 1 more)" in said(replace(READING, notices=("first", "second")))


@pytest.mark.parametrize("width", range(1, 200))
def test_what_is_shown_has_room_and_the_least_important_goes_first(width: int) -> None:
    every = pieces(READING)
    kept = fit(every, width)
    assert len(kept) == 1 or sum(len(piece.text) + 3 for piece in kept) <= width + 1
    gone = set(every) - set(kept)
    assert max((piece.weight for piece in gone), default=Weight(1)) <= min(piece.weight for piece in kept)


class Bar(App[None]):
    def compose(self) -> ComposeResult:
        yield StatusBar(READING)


async def test_it_fills_its_line_exactly() -> None:
    async with Bar().run_test(size=(80, 3)) as pilot:
        bar = pilot.app.query_one(StatusBar)
        assert bar.render_line(0).cell_length == 80


async def test_nothing_is_repainted_when_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bar().run_test(size=(80, 3)) as pilot:
        bar = pilot.app.query_one(StatusBar)
        painted: list[object] = []
        monkeypatch.setattr(bar, "refresh", lambda *regions, **_: painted.append(regions))
        bar.show(replace(READING))
        assert not painted
        bar.show(replace(READING, pending="55"))
        assert len(painted) == 1


async def test_a_name_that_would_steer_the_terminal_does_not() -> None:
    async with Bar().run_test(size=(80, 3)) as pilot:
        bar = pilot.app.query_one(StatusBar)
        bar.show(Status("\x1b[2Jevil"))
        assert "\x1b" not in bar.render_line(0).text


def test_a_list_that_does_not_show_all_says_so() -> None:
    text = said(replace(READING, filter="3 of 9 shown · tcp (Esc: all)"))
    assert "3 of 9 shown · tcp (Esc: all)" in text
