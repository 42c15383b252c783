"""tcp.analysis is tshark's, for conversations that lose, repeat, delay and stop their segments at random."""

from __future__ import annotations

import random
import struct
import subprocess
from io import StringIO
from typing import TYPE_CHECKING

import pytest
import tshark
import wire
from wire import ACK, FIN, PSH, RST, SYN

from tui.decode.layers.tcp_analysis import analysis_nodes
from tui.index.schema import ANALYSIS_TEXTS
from tui.report.fields import FieldsPrinter, parse_style
from tui.report.printer import print_packets
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.decode.nodes import Node

FIELDS = (
    "tcp.analysis",
    "tcp.analysis.flags",
    *(mark.field for mark in ANALYSIS_TEXTS),
    "tcp.analysis.duplicate_ack_num",
    "tcp.analysis.duplicate_ack_frame",
    "tcp.analysis.acks_frame",
    "tcp.analysis.ack_rtt",
    "tcp.analysis.initial_rtt",
    "tcp.analysis.bytes_in_flight",
    "tcp.analysis.push_bytes_sent",
    "tcp.analysis.rto",
    "tcp.analysis.rto_frame",
    "_ws.col.Info",
)
CONVERSATIONS = 90
SHORT, LONG = 200_000, 300_000_000  # ns between two segments


class End:
    """One end: what it sends next, and what it has taken."""

    def __init__(self, dice: random.Random, port: int) -> None:
        self.port = port
        self.next = self.first = dice.choice((1000, 0xFFFFFF00, 0xFFFFFFFF, 0x7FFFFF00, dice.getrandbits(32)))
        self.taken = 0
        self.window = dice.choice((50, 500, 8192))
        self.sent: list[tuple[int, int, int]] = []  # seq, flags, length


def _segment(dice: random.Random, own: End, other: End) -> bytes:
    """What an end may send: new or old data, a hole, an acknowledgment, a probe, a keep-alive, FIN, RST."""
    length, flags, seq, options = 0, ACK, own.next, b""
    kind = dice.choice("dddddddaaaaaaaarroospkkwwzfxn")
    if kind in "do":
        length = dice.choice((1, 2, 10, 100, 500))
        seq = own.next + (dice.choice((1, 10, 100)) if kind == "o" else 0)
        flags |= dice.choice((0, PSH))
        own.next = seq + length
    elif kind == "r" and own.sent:
        seq, flags, length = dice.choice(own.sent[-4:])
    elif kind == "k":
        seq, length = own.next - 1, dice.choice((0, 1))
    elif kind == "p":
        length = 1
    elif kind in "wz":
        own.window = 0 if kind == "z" else dice.choice((50, 500, 8192))
    elif kind == "s":
        left = own.taken + 20
        options = b"\x01\x01\x05\x0a" + struct.pack(">II", left % 2**32, (left + 30) % 2**32)
    elif kind == "n" and dice.random() < 0.2:
        flags, seq = SYN, dice.getrandbits(32)
        own.next = own.first = seq + 1
    elif kind in "fx" and dice.random() < 0.4:
        flags |= FIN if kind == "f" else RST
        own.next += kind == "f"
    if dice.random() < 0.6:
        own.taken = other.next + (dice.choice((1, 7)) if dice.random() < 0.06 else 0)
    own.sent.append((seq, flags, length))
    return wire.tcp(
        own.port, other.port, seq % 2**32, own.taken % 2**32, flags, own.window, options, bytes(length)
    )


def _conversation(dice: random.Random, number: int) -> Iterator[tuple[int, bytes]]:
    """(end, segment): mostly with a handshake, of which any part may be sent again or be missing.

    The ports are nobody's, else tshark would name another protocol in the Info text.
    """
    ends = End(dice, 42000 + number), End(dice, 41999)
    scale = dice.choice((b"", b"\x03\x03\x02"))
    opening = ((0, SYN, 0), (1, SYN | ACK, ends[0].next + 1), (0, ACK, ends[1].next + 1))
    for end, flags, ack in opening if dice.random() < 0.8 else ():
        for _ in range(dice.choice((0, 1, 1, 1, 1, 1, 1, 2))):
            seq, options = ends[end].first + (flags == ACK), b"" if flags == ACK else scale
            yield (
                end,
                wire.tcp(ends[end].port, ends[1 - end].port, seq % 2**32, ack % 2**32, flags, 8192, options),
            )
    for either in ends:
        either.next += 1
    ends[0].taken, ends[1].taken = ends[1].next, ends[0].next
    for _ in range(dice.randint(1, 60)):
        way = dice.choice((0, 0, 1))
        yield way, _segment(dice, ends[way], ends[1 - way])


def _capture(seed: int) -> bytes:
    """Interleaved conversations, with short and long times between their segments."""
    dice = random.Random(seed)
    running = [_conversation(dice, number) for number in range(CONVERSATIONS)]
    records, time = [], 10**18
    while running:
        conversation = dice.choice(running[:2])
        found = next(conversation, None)
        if found is None:
            running.remove(conversation)
            continue
        way, segment = found
        packet = wire.ip4(segment, 6, *((wire.A, wire.B)[:: 1 - 2 * way]))
        time += dice.choice((SHORT, SHORT, 10 * SHORT, LONG))
        records.append(wire.record(wire.ethernet(packet), time))
    return wire.header() + b"".join(records)


def _ours(path: Path) -> list[dict[str, str]]:
    session, out = Session([str(path)]), StringIO()
    printer = FieldsPrinter(session, FIELDS, parse_style(["occurrence=l"]), out)
    print_packets(session, printer, out, live=False)
    session.close()
    return [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in out.getvalue().splitlines()]


@tshark.needs_tshark
@pytest.mark.parametrize("seed", range(3))
def test_random_conversations_are_judged_as_tshark_judges_them(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "random.pcap"
    path.write_bytes(_capture(seed))
    theirs = tshark.fields(path, *FIELDS, passes=2)
    different = [
        (number, name, ours[name], wanted[name])
        for number, (ours, wanted) in enumerate(zip(_ours(path), theirs, strict=True), 1)
        for name in FIELDS
        if ours[name] != wanted[name]
    ]
    assert different == []
    assert {name for row in theirs for name, value in row.items() if value} == set(FIELDS)  # none untried


def _analysis_lines(nodes: tuple[Node, ...], depth: int = 0) -> Iterator[str]:
    for node in nodes:
        yield "    " * depth + node.text
        yield from _analysis_lines(node.children, depth + 1)


def _tsharks_analysis(path: Path) -> list[list[str]]:
    """Of each packet the heading and the lines below it, but for an expert info's details."""
    done = subprocess.run(["tshark", "-2", "-n", "-r", str(path), "-V"], capture_output=True, text=True)
    packets: list[list[str]] = []
    for line in done.stdout.splitlines():
        if line.startswith("Frame "):
            packets.append([])
            inside, details = False, 0
        depth = len(line) - len(line.lstrip())
        inside = line == "    [SEQ/ACK analysis]" or (inside and depth > 4)
        details = depth if "[Expert Info" in line else details if details and depth > details else 0
        if inside and (not details or depth == details):
            packets[-1].append(line[4:])
    return packets


@tshark.needs_tshark
def test_the_tree_says_of_a_segment_what_tsharks_says(tmp_path: Path) -> None:
    path = tmp_path / "random.pcap"
    path.write_bytes(_capture(7))
    session = Session([str(path)])
    snapshot = session.wait()
    ours = []
    for row in range(len(snapshot.packets)):
        judgement = session.context(snapshot, row).judgement
        ours.append([] if judgement is None else list(_analysis_lines(tuple(analysis_nodes(judgement)))))
    session.close()
    assert ours == _tsharks_analysis(path)
