"""What stands over and under a stream: who talks to whom, how much, what is missing; what a line is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.stream.contradictions import Contradiction
    from tui.report.stream.data import Place, StreamData


def caption(data: StreamData) -> str:
    """Who talks to whom: "Stream 0: 192.0.2.1:40000 ▶ 192.0.2.2:80"."""
    return f"Stream {data.stream}: {data.names[data.client]} ▶ {data.names[1 - data.client]}"


def account(data: StreamData, contradicted: int) -> str:
    """How much there is: "▶ client 17 B  ◀ server 1,380 B · 1 hole (1,448 B) · ≠ 2 contradictions"."""
    client, server = data.streams.sides[data.client], data.streams.sides[1 - data.client]
    words = [f"▶ client {client.size:,} B  ◀ server {server.size:,} B"]
    if holes := client.holes + server.holes:
        words.append(f"{counted(holes, 'hole')} ({client.missing + server.missing:,} B)")
    if contradicted:
        words.append(f"≠ {counted(contradicted, 'contradiction')}")
    return " · ".join(words)


def describe(data: StreamData, place: Place, contradicted: Sequence[Contradiction]) -> str:
    """What the piece at a place is: whose bytes, where, of which packet, and what contradicts them."""
    pieces, number = data.pieces, place.piece
    end = int(pieces.ends[number])
    who = "▶ client" if end == data.client else "◀ server"
    first = int(pieces.begins[number]) - data.streams.sides[end].start + place.byte
    packet = int(pieces.rows[number]) + 1
    if pieces.skips[number] == HOLE:
        return f"{who}  byte {first:,}  {int(pieces.lengths[number]):,} B missing before packet {packet:,}"
    words = [f"{who}  byte {first:,}  packet {packet:,}"]
    words += (
        f"≠ packet {each.row + 1:,} has {counted(each.count, 'other byte')} here"
        for each in contradicted
        if each.place.piece == number
    )
    return "  ".join(words)


def counted(count: int, noun: str) -> str:
    """ "1 hole", "2 holes"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
