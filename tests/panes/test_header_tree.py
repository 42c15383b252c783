"""The tree keeps its open branches and its field from packet to packet, and finds the field of a bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pane_host import TCP_AT, field, heard, packet, regions, running, screen

from tui.decode.nodes import walk
from tui.panes.header_tree import HeaderTree

if TYPE_CHECKING:
    from textual.message import Message

    from tui.decode.nodes import Node


def names(said: list[Message]) -> list[str]:
    return [message.node.name for message in said if isinstance(message, HeaderTree.FieldSelected)]


def selected(pane: HeaderTree) -> Node:
    assert pane.selected is not None
    return pane.selected


async def test_tcp_is_open_at_first_and_the_rest_is_closed() -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet()[1])
        assert screen(pane)[:5] == [
            "  Frame 1: 44 bytes",
            "▸ Ethernet II",
            "▾ Transmission Control Protocol, Src Port: 1470",
            "    Source Port: 1470 (05be)",
            "    Destination Port: 25 (0019)",
        ]
        assert selected(pane).name == "tcp"


async def test_the_open_branches_and_the_field_stay_from_packet_to_packet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet()[1])
        pane.select_bit(TCP_AT + 111)
        said = heard(monkeypatch, pane)
        pane.show(packet(source=9, payload=0)[1])
        assert selected(pane).name == "tcp.flags.fin"
        assert names(said) == []


async def test_the_field_comes_back_after_a_packet_without_it() -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet()[1])
        pane.select_bit(TCP_AT)
        pane.show((field("arp", "Address Resolution Protocol", 0, 80, None),))
        assert selected(pane).name == "arp"
        pane.show(packet()[1])
        assert selected(pane).name == "tcp.srcport"


async def test_a_packet_that_differs_in_one_field_repaints_that_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet(payload=1)[1])
        pane.select_bit(TCP_AT + 20)
        asked = regions(monkeypatch, pane)
        pane.show(packet(payload=2)[1])
        assert {region.y for region in asked} == {0, 6, 16}


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        (0, "eth.dst"),
        (50, "eth"),
        (TCP_AT + 17, "tcp.dstport"),
        (TCP_AT + 99, "tcp.hdr_len"),
        (TCP_AT + 101, "tcp.flags"),
        (TCP_AT + 110, "tcp.flags.syn"),
        (TCP_AT + 165, "tcp.options.mss"),
        (TCP_AT + 24 * 8, "data"),
    ],
)
async def test_a_bit_selects_the_smallest_field_that_holds_it(
    monkeypatch: pytest.MonkeyPatch, bit: int, name: str
) -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet()[1])
        said = heard(monkeypatch, pane)
        pane.select_bit(bit)
        assert names(said) == [name]
        assert selected(pane).start <= bit < selected(pane).end


async def test_a_bit_beyond_the_frame_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet()[1])
        said = heard(monkeypatch, pane)
        pane.select_bit(100_000)
        assert names(said) == []


async def test_every_field_of_a_packet_is_reached_by_its_own_first_bit() -> None:
    pane = HeaderTree()
    async with running(pane):
        nodes = packet()[1]
        pane.show(nodes)
        for node in walk(nodes):
            if node.start < node.end:
                pane.select_bit(node.start)
                assert selected(pane).start == node.start
                assert selected(pane).end <= node.end


async def test_left_closes_then_goes_to_the_parent_and_right_opens_then_enters() -> None:
    pane = HeaderTree()
    async with running(pane):
        pane.show(packet()[1])
        pane.select_bit(TCP_AT + 110)
        pane.left()
        assert selected(pane).name == "tcp.flags"
        pane.left()
        assert "  ▸ Flags: 0x002 (SYN)" in screen(pane)
        pane.left()
        assert selected(pane).name == "tcp"
        pane.left()
        pane.left()
        assert "▸ Transmission" in "".join(screen(pane))
        pane.right()
        pane.right()
        assert selected(pane).name == "tcp.srcport"
        pane.right()
        assert selected(pane).name == "tcp.srcport"


async def test_all_branches_open_and_close_at_once() -> None:
    pane = HeaderTree()
    async with running(pane, (80, 50)):
        nodes = packet()[1]
        pane.show(nodes)
        pane.expand_all()
        assert pane.line_count() == len(list(walk(nodes)))
        pane.select_bit(TCP_AT + 110)
        pane.collapse_all()
        assert pane.line_count() == len(nodes)
        assert selected(pane).name == "tcp"


async def test_a_click_on_the_fold_mark_opens_the_branch() -> None:
    pane = HeaderTree()
    async with running(pane) as pilot:
        pane.show(packet()[1])
        await pilot.click(pane, offset=(5, 1))
        assert selected(pane).name == "eth"
        assert screen(pane)[1] == "▸ Ethernet II"
        await pilot.click(pane, offset=(0, 1))
        assert screen(pane)[1] == "▾ Ethernet II"


async def test_an_empty_tree_can_be_moved_in() -> None:
    pane = HeaderTree()
    async with running(pane):
        for step in (pane.left, pane.right, pane.activate, pane.end, pane.expand_all, pane.collapse_all):
            step()
        assert pane.selected is None


async def test_fields_with_the_same_name_open_one_by_one() -> None:
    pane = HeaderTree()
    tags = [field("vlan.id", f"ID: {number}", 32 * number, 12, number) for number in (0, 1)]
    twins = tuple(field("vlan", f"VLAN {tag.value}", tag.start, 32, None, tag) for tag in tags)
    async with running(pane):
        pane.show(twins)
        pane.select_bit(33)
        assert screen(pane)[:3] == ["▸ VLAN 0", "▾ VLAN 1", "    ID: 1"]
