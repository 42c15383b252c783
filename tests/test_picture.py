"""The frames that a Picture gives show the same as the frames that it got, and are shorter."""

from __future__ import annotations

import re

import pytest
from emulated import shown
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.looks import UnknownSequenceError
from tui.picture import Picture

COLUMNS, LINES = 20, 5
STYLES = [
    Style.null(),
    Style(bold=True, color="#10a0ff", bgcolor="#202020"),
    Style(bold=True, italic=True, color="#10a0ff", bgcolor="#202020"),
    Style(color="#ffffff", bgcolor="#202020"),
    Style(dim=True, bold=True, color="red"),
    Style(reverse=True),
    Style(underline=True, strike=True, bgcolor="#a06000"),
    Style(blink=True, color="bright_yellow", bgcolor="bright_blue"),
]
TEXTS = ["a", "ab", "  ", "a  b", "packet", "│", "→ 7", "你好", "e\u0301x", " 你 ", "▶ SYN ──▶"]

Span = tuple[int, int, list[tuple[str, Style]]]
pieces = st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(STYLES)), min_size=1, max_size=4)
spans = st.tuples(st.integers(0, LINES - 1), st.integers(0, COLUMNS - 1), pieces)
once = st.lists(spans, min_size=1, max_size=LINES, unique_by=lambda span: span[0])  # no cell is painted twice
frames = st.lists(once, min_size=1, max_size=6)


def render(strip: Strip, system: ColorSystem) -> str:
    return "".join(
        Strip.render_style(style.copy(), text, color_system=system) if style else text
        for text, style, _ in strip
    )


def frame(painted: list[Span], system: ColorSystem = ColorSystem.TRUECOLOR) -> str:
    """What Textual writes to paint spans: each at its place, then the cursor's."""
    parts = []
    for y, x, texts in painted:
        strip = Strip([Segment(text, style) for text, style in texts]).crop(0, COLUMNS - x)
        parts += [str(Control.move_to(x, y)), render(strip, system)]
    return "".join([*parts, str(Control.move_to(0, 0))])


def full(char: str, style: Style) -> str:
    return frame([(y, 0, [(char * COLUMNS, style)]) for y in range(LINES)])


@settings(max_examples=share(150), deadline=None)
@given(
    frames,
    st.sampled_from([ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD]),
    st.booleans(),
)
def test_the_terminal_shows_the_same_as_without(
    painted: list[list[Span]], system: ColorSystem, filled: bool
) -> None:
    plain = [full(".", STYLES[1])] * filled + [frame(each, system) for each in painted]
    picture = Picture(COLUMNS, LINES)
    assert shown(map(picture.update, plain), COLUMNS, LINES) == shown(plain, COLUMNS, LINES)


@settings(max_examples=share(50), deadline=None)
@given(frames)
def test_what_is_there_already_is_not_sent_again(painted: list[list[Span]]) -> None:
    picture = Picture(COLUMNS, LINES)
    for each in painted:
        picture.update(frame(each))
    last = frame(painted[-1][-1:])
    picture.update(last)
    assert picture.update(last) == ""


def test_a_frame_of_all_cells_is_sent_whole() -> None:
    picture = Picture(COLUMNS, LINES)
    whole = full("x", STYLES[1])
    picture.update(whole)
    assert picture.update(whole).count("x") == COLUMNS * LINES


def test_only_the_cells_that_changed_are_sent_with_the_attributes_that_changed() -> None:
    picture = Picture(COLUMNS, LINES)
    picture.update(full(".", STYLES[3]))
    picture.update(frame([(1, 3, [("packet 1", STYLES[1])])]))
    assert picture.update(frame([(1, 3, [("packet 2", STYLES[1])])])) == "\x1b[2;11H2\x1b[H"
    italic = picture.update(frame([(1, 3, [("packet 3", STYLES[2])])]))
    assert italic == "\x1b[2;4H\x1b[3mpacket 3\x1b[H"


def test_a_look_needs_no_change_on_a_blank_where_it_cannot_be_seen() -> None:
    picture = Picture(COLUMNS, LINES)
    picture.update(full(".", STYLES[3]))
    sent = picture.update(frame([(0, 0, [("ab", STYLES[1]), ("   ", STYLES[3]), ("cd", STYLES[1])])]))
    assert sent.count("m") == 1


def test_unchanged_cells_are_jumped_over_if_that_is_shorter() -> None:
    picture = Picture(COLUMNS, LINES)
    picture.update(full(".", STYLES[3]))
    sent = picture.update(frame([(2, 0, [("a", STYLES[3]), ("." * 10, STYLES[3]), ("b..c", STYLES[3])])]))
    assert sent == "\x1b[3Ha\x1b[10Cb..c\x1b[H"


def test_half_a_wide_character_is_never_taken_for_known() -> None:
    picture = Picture(COLUMNS, LINES)
    first = frame([(0, 0, [("你好", STYLES[1])])])
    picture.update(first)
    picture.update(frame([(0, 1, [("x", STYLES[1])])]))
    assert "你" in picture.update(first)


def test_a_line_with_wide_characters_is_sent_without_jumps() -> None:
    picture = Picture(COLUMNS, LINES)
    picture.update(frame([(0, 0, [("你" + "." * 15, STYLES[1])])]))
    assert "." * 15 in picture.update(frame([(0, 0, [("好" + "." * 15 + "x", STYLES[1])])]))


@pytest.mark.parametrize(
    "data",
    [
        "\x1b[?1049h",
        "\x1b[1;1Ha\x1b[2J",
        "text without a place",
        "\x1b[1;1H\x1b]8;id=1;https://example.org\x1b\\a\x1b]8;;\x1b\\\x1b[1;1H",
        f"\x1b[1;{COLUMNS}Hab\x1b[1;1H",
        f"\x1b[{LINES + 1};1Ha\x1b[1;1H",
        "\x1b[1;1H\x1b[38;2;1ma\x1b[0m\x1b[1;1H",
        "\x1b[1;1H\x1b[1ma\x1b[1;1H",
        "\x1b[1;1H❤\ufe0f\x1b[1;1H",
        "\x1b[1;1H\u0301a\x1b[1;1H",
        "\x1b[0;0Ha\x1b[1;1H",
        "\x1b[1;1H\x07\x1b[1;1H",
    ],
)
def test_what_is_more_than_cells_at_places_is_refused(data: str) -> None:
    with pytest.raises(UnknownSequenceError):
        Picture(COLUMNS, LINES).update(data)


def test_a_frame_in_colours_becomes_much_shorter() -> None:
    picture = Picture(COLUMNS, LINES)
    line = [(char, STYLES[1 + x % 2]) for x, char in enumerate("0123456789")]
    whole = frame([(y, 0, line) for y in range(LINES)])
    assert len(picture.update(whole)) < len(whole) / 3
    assert all(cell_len(text) for text in re.findall(r"m(\d)", whole))
