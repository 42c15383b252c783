"""The hex dump shows bytes, tells layers apart, and marks fields to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pane_host import TCP_AT, field, heard, packet, regions, running, screen

from tui.panes.header_tree import HeaderTree
from tui.panes.hex_dump import HexDump

if TYPE_CHECKING:
    from textual.message import Message

    from tui.panes.lines import Line


def offsets(said: list[Message]) -> list[int]:
    return [message.offset for message in said if isinstance(message, HexDump.ByteSelected)]


def reversed_text(pane: HexDump, y: int) -> str:
    return "".join(text for text, style, _ in pane.render_line(y) if style is not None and style.reverse)


async def test_sixteen_bytes_a_line_with_a_bar_before_each_layer() -> None:
    pane = HexDump()
    async with running(pane) as pilot:
        pilot.app.set_focus(None)
        await pilot.pause()
        pane.show(*packet())
        assert screen(pane)[:3] == [
            "0000  00 00 00 00 00 00 00 00  00 00 00 00 00 00│05 be  ................",
            "0010  00 19 7e c4 53 b0 00 00  00 00 60 02 ff ff c8 f7  ..~.S.....`.....",
            "0020  00 00 02 04 05 b4│68 65  6c 6c 6f 21              ......hello!",
        ]


async def test_eight_bytes_a_line_where_the_pane_is_narrow() -> None:
    pane = HexDump()
    async with running(pane, (60, 24)):
        pane.show(*packet())
        assert screen(pane)[2].split("  ")[0] == "0010"


async def test_the_layers_have_different_looks() -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        ethernet, tcp = (list(pane.render_line(y))[1].style for y in (0, 1))
        assert ethernet != tcp


async def test_a_field_smaller_than_a_byte_is_marked_in_its_bits() -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.mark(TCP_AT + 110, TCP_AT + 111)
        assert screen(pane)[-1] == "offset 0x1b  0000 00[1]0"
        assert reversed_text(pane, 1) == "02."


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (96, 100, "offset 0x1a  [0110] 0000"),
        (100, 112, "offset 0x1a  0110 [0000]  [0000 0010]"),
        (112, 128, "offset 0x1c  2 bytes"),
        (0, 8, "offset 0x0e  1 byte"),
    ],
)
async def test_the_foot_says_where_the_field_is(start: int, end: int, text: str) -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.mark(TCP_AT + start, TCP_AT + end)
        assert screen(pane)[-1] == text


async def test_a_computed_field_marks_nothing() -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.mark(0, 0)
        assert not any(reversed_text(pane, y) for y in range(3))


async def test_marking_another_field_repaints_its_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.mark(TCP_AT, TCP_AT + 16)
        asked = regions(monkeypatch, pane)
        pane.mark(TCP_AT + 16, TCP_AT + 32)
        assert {region.y for region in asked} <= {0, 1, 23}


async def test_a_byte_that_is_selected_stays_selected_within_its_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.mark(TCP_AT + 32, TCP_AT + 64)
        said = heard(monkeypatch, pane)
        pane.right()
        pane.mark(TCP_AT + 32, TCP_AT + 64)
        pane.right()
        assert offsets(said) == [19, 20]


async def test_the_cursor_moves_by_bytes_lines_and_to_both_ends() -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.right()
        pane.move(1)
        assert pane.byte == 17
        pane.end()
        assert pane.byte == 43
        pane.right()
        assert pane.byte == 43
        pane.home()
        pane.left()
        assert pane.byte == 0


async def test_the_cursor_is_in_brackets_so_that_it_is_seen_without_colour() -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.go(17)
        assert " 00[19]7e " in screen(pane)[1]
        pane.go(16)
        assert screen(pane)[1].startswith("0010 [00]19 ")
        pane.go(31)
        assert "c8[f7] " in screen(pane)[1]


@pytest.mark.parametrize(("x", "byte"), [(6, 16), (7, 16), (9, 17), (31, 24), (56, 16), (71, 31)])
async def test_a_click_on_hex_or_ascii_selects_the_byte(x: int, byte: int) -> None:
    pane = HexDump()
    async with running(pane) as pilot:
        pane.show(*packet())
        await pilot.click(pane, offset=(x, 1))
        assert pane.byte == byte


async def test_of_a_large_frame_only_visible_lines_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = HexDump()
    made: list[int] = []
    line = pane.line

    def spy(index: int, width: int) -> Line:
        made.append(index)
        return line(index, width)

    monkeypatch.setattr(pane, "line", spy)
    async with running(pane):
        frame = bytes(256 * 1024)
        pane.show(frame, (field("data", "Data", 0, 8 * len(frame), None),))
        pane.end()
        assert screen(pane)[-2].startswith("3fff0")
        assert len(made) <= 2 * 23


async def test_a_shorter_frame_forgets_a_mark_beyond_its_end() -> None:
    pane = HexDump()
    async with running(pane):
        pane.show(*packet())
        pane.mark(TCP_AT + 110, TCP_AT + 111)
        pane.show(b"abc", ())
        assert screen(pane)[-1] == "offset 0x02"
        pane.show(b"", ())
        assert screen(pane)[-1] == ""


async def test_from_the_byte_to_the_field_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, nodes = packet()
    tree = HeaderTree()
    async with running(tree):
        tree.show(nodes)
        said = heard(monkeypatch, tree)
        tree.select_bit(8 * 0x1B + 6)
    pane = HexDump()
    (message,) = said
    assert isinstance(message, HeaderTree.FieldSelected)
    async with running(pane):
        pane.show(frame, nodes)
        pane.mark(message.node.start, message.node.end)
        assert pane.byte == 0x1B
        assert screen(pane)[-1] == "offset 0x1b  0000 00[1]0"
