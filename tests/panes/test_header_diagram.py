"""The header diagram is RFC 9293's figure 1 with the values that the nodes have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pane_host import TCP_AT, field, heard, packet, running, screen

from tui.panes.header_diagram import BANDS, HeaderDiagram

if TYPE_CHECKING:
    import pytest
    from textual.message import Message


def names(said: list[Message]) -> list[str]:
    return [message.node.name for message in said if isinstance(message, HeaderDiagram.FieldSelected)]


def test_the_boxes_of_each_row_make_32_bits() -> None:
    assert [sum(cell.bits for cell in band) for band in BANDS] == [32] * 5


async def test_every_value_of_the_header_is_in_its_box() -> None:
    pane = HeaderDiagram()
    async with running(pane, (72, 24)):
        pane.show(packet()[1])
        rows = screen(pane)
        assert rows[1].split() == [str(bit % 10) for bit in range(32)]
        assert [text.strip() for text in rows[3].strip("|").split("|")] == [
            "Source Port: 1470 (05be)",
            "Destination Port: 25 (0019)",
        ]
        assert "Sequence Number: 0 = 2126795696" in rows[5]
        assert [text.strip() for text in rows[12].strip("|").split("|")] == [
            *("6", "?", "?"),
            *("0", "0", "0", "0", "0", "0", "1", "0"),
            "Window: 65535",
        ]
        assert "Checksum: 0xc8f7 [unverified]" in rows[14]
        assert "Maximum segment size: 1460" in rows[16]
        assert "data: 6 bytes" in rows[18]


async def test_the_flags_names_stand_in_columns_over_their_bits() -> None:
    pane = HeaderDiagram()
    async with running(pane, (72, 24)):
        pane.show(packet()[1])
        letters = ["".join(row[17 + 2 * bit] for row in screen(pane)[9:12]) for bit in range(8)]
        assert letters == ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"]


async def test_all_rows_fit_into_72_columns_and_are_equally_wide() -> None:
    pane = HeaderDiagram()
    async with running(pane, (72, 24)):
        pane.show(packet()[1])
        assert {len(row) for row in screen(pane)[2:20] if row} == {65}


async def test_a_packet_without_tcp_is_said_to_have_none() -> None:
    pane = HeaderDiagram()
    async with running(pane):
        pane.show((field("arp", "Address Resolution Protocol", 0, 80, None),))
        assert screen(pane)[0] == "This packet has no TCP header."
        pane.move(1)
        pane.right()
        pane.select_bit(3)
        assert pane.selected is None


async def test_the_arrows_go_from_box_to_box(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = HeaderDiagram()
    async with running(pane):
        pane.show(packet()[1])
        said = heard(monkeypatch, pane)
        pane.right()
        pane.move(1)
        pane.move(2)
        pane.move(1)
        pane.end()
        pane.home()
        assert names(said) == [
            "tcp.dstport",
            "tcp.seq",
            "tcp.hdr_len",
            "tcp.checksum",
            "tcp.len",
            "tcp.srcport",
        ]


async def test_a_click_selects_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = HeaderDiagram()
    async with running(pane) as pilot:
        pane.show(packet()[1])
        said = heard(monkeypatch, pane)
        await pilot.click(pane, offset=(17 + 2 * 6, 12))
        await pilot.pause()
        assert names(said) == ["tcp.flags.syn"]


async def test_the_box_of_the_selected_field_is_drawn_in_reverse() -> None:
    pane = HeaderDiagram()
    async with running(pane):
        pane.show(packet()[1])
        pane.select_bit(TCP_AT + 112)
        marked = [text for text, style, _ in pane.render_line(12) if style is not None and style.reverse]
        assert [text.strip() for text in marked] == ["Window: 65535"]
