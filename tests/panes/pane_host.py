"""Tiny apps that hold one pane, what they heard from it, and a packet to show in it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.app import App, ComposeResult

from tui.decode.nodes import Node, computed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest
    from textual.geometry import Region
    from textual.message import Message
    from textual.pilot import Pilot
    from textual.widget import Widget

    from tui.panes.lines import PaintedLines


class Host(App[None]):
    """One pane that fills the screen."""

    def __init__(self, pane: Widget) -> None:
        super().__init__()
        self.pane = pane

    def compose(self) -> ComposeResult:
        yield self.pane


@asynccontextmanager
async def running(pane: Widget, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The pane on a screen, focused and painted."""
    async with Host(pane).run_test(size=size) as pilot:
        pane.focus()
        await pilot.pause()
        yield pilot


def screen(pane: PaintedLines) -> list[str]:
    """The pane's rows as text, without the blanks at their ends."""
    return [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]


def regions(monkeypatch: pytest.MonkeyPatch, pane: Widget) -> list[Region]:
    """From now on: the regions that the pane asks Textual to repaint."""
    found: list[Region] = []
    refresh = pane.refresh

    def spy(*regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Widget:
        found.extend(regions or [pane.size.region])
        return refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    monkeypatch.setattr(pane, "refresh", spy)
    return found


def heard(monkeypatch: pytest.MonkeyPatch, pane: Widget) -> list[Message]:
    """From now on: the messages that the pane posts."""
    found: list[Message] = []
    post = pane.post_message

    def spy(message: Message) -> bool:
        if type(message).__module__.startswith("tui."):
            found.append(message)
        return post(message)

    monkeypatch.setattr(pane, "post_message", spy)
    return found


def field(name: str, text: str, start: int, width: int, value: object, *children: Node) -> Node:
    return Node(name, text, start, start + width, children, value)


FLAGS = ("cwr", "ece", "urg", "ack", "push", "reset", "syn", "fin")
TCP_AT = 8 * 14


def packet(source: int = 1470, syn: bool = True, payload: int = 6) -> tuple[bytes, tuple[Node, ...]]:
    """A frame of 14 bytes Ethernet, 24 bytes TCP (no IP, to stay small) and some payload, with its nodes."""
    at, size = TCP_AT, 24
    flags = [
        field(f"tcp.flags.{name}", f"{name}: …", at + 104 + bit, 1, name == "syn" and syn)
        for bit, name in enumerate(FLAGS)
    ]
    option = field("tcp.options.mss", "TCP Option - Maximum segment size: 1460 bytes", at + 160, 32, 1460)
    tcp = field(
        "tcp",
        f"Transmission Control Protocol, Src Port: {source}",
        at,
        8 * size,
        None,
        field("tcp.srcport", f"Source Port: {source} ({source:04x})", at, 16, source),
        field("tcp.dstport", "Destination Port: 25 (0019)", at + 16, 16, 25),
        computed("tcp.stream", "Stream index: 0", 0),
        computed("tcp.len", f"TCP Segment Len: {payload}", payload),
        field("tcp.seq", "Sequence Number: 0    (relative sequence number)", at + 32, 32, 0),
        field("tcp.seq_raw", "Sequence Number (raw): 2126795696", at + 32, 32, 2126795696),
        field("tcp.ack", "Acknowledgment Number: 0", at + 64, 32, 0),
        field("tcp.hdr_len", "0110 .... = Header Length: 24 bytes (6)", at + 96, 4, 24),
        field("tcp.flags", "Flags: 0x002 (SYN)", at + 100, 12, 2 * syn, *flags),
        field("tcp.window_size_value", "Window: 65535", at + 112, 16, 65535),
        field("tcp.checksum", "Checksum: 0xc8f7 [unverified]", at + 128, 16, 0xC8F7),
        field("tcp.urgent_pointer", "Urgent Pointer: 0", at + 144, 16, 0),
        field("tcp.options", "Options: (4 bytes), Maximum segment size", at + 160, 32, b"", option),
    )
    frame = (
        bytes(14)
        + source.to_bytes(2, "big")
        + bytes.fromhex("0019 7ec453b0 00000000 6002 ffff c8f7 0000 020405b4")
    )
    frame += b"hello!!!"[:payload].ljust(payload, b"x")
    ethernet = field(
        "eth", "Ethernet II", 0, at, None, field("eth.dst", "Destination: 00:00:00:00:00:00", 0, 48, "")
    )
    whole = field("frame", f"Frame 1: {len(frame)} bytes", 0, 8 * len(frame), None)
    data = field("data", f"Data ({payload} bytes)", at + 8 * size, 8 * payload, None)
    return frame, (whole, ethernet, tcp, data) if payload else (whole, ethernet, tcp)
