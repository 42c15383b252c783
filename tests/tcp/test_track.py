"""The track kernel gives tshark's numbers, for conversations that no sane program would have."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tshark
import wire
from wire import ACK, FIN, RST, SYN

from tui.index.schema import PACKET, PACKET_COLUMNS, SCALE_NONE, SCALE_UNKNOWN, Known, Mark
from tui.session import Session, Snapshot
from tui.tcp.track import Tracker

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = (
    SYN,
    SYN | ACK,
    ACK,
    ACK,
    ACK,
    FIN | ACK,
    FIN,
    RST,
    RST | ACK,
    0,
    SYN | RST,
    SYN | FIN,
    SYN | FIN | ACK,
)
FIELDS = (
    "tcp.stream",
    "tcp.seq",
    "tcp.ack",
    "tcp.len",
    "tcp.nxtseq",
    "tcp.window_size_scalefactor",
    "tcp.completeness",
    "tcp.time_relative",
    "tcp.time_delta",
)
SEQUENCE = (1000, 1001, 1010, 2000, 0, 0xFFFFFFFF)
CONVERSATIONS = 150
Packet = tuple[int, bytes]  # EtherType, IP packet


def _segment(dice: random.Random, srcport: int, dstport: int) -> bytes:
    flags = dice.choice(FLAGS)
    options = dice.choice((b"", b"\x03\x03" + bytes([dice.choice((0, 1, 7, 14, 15))]), b"\x02\x04\x05\xb4"))
    # tshark -2 tells a base anew at every SYN-ACK that differs; tcpscope keeps one base for a direction.
    sequence = srcport if flags & (SYN | ACK) == SYN | ACK else dice.choice(SEQUENCE)
    return wire.tcp(
        srcport,
        dstport,
        sequence,
        dice.choice((0, 1000, 1001, 5000)),
        flags,
        dice.choice((0, 100, 65535)),
        options if flags & SYN else b"",
        bytes(dice.choice((0, 0, 1, 10))),
    )


def _conversation(dice: random.Random, number: int) -> list[Packet]:
    """A few segments between two ends; ports are its own."""
    ports = (1024 + number, 80)
    six = dice.random() < 0.3
    packets: list[Packet] = []
    for _ in range(dice.randint(1, 14)):
        way = dice.randint(0, 1)
        segment = _segment(dice, ports[way], ports[1 - way])
        ends = ((wire.A6, wire.B6) if six else (wire.A, wire.B))[:: 1 - 2 * way]
        packet = wire.ip6(segment, 6, *ends) if six else wire.ip4(segment, 6, *ends)
        synack = segment[13] & (SYN | ACK) == SYN | ACK
        if dice.random() < 0.06 and not synack:
            packet = _icmp_error(packet, six, dice)
        packets.append((0x86DD if six else 0x0800, packet))
    return packets


def _icmp_error(packet: bytes, six: bool, dice: random.Random) -> bytes:
    header = 40 if six else 20
    quoted = packet[: header + dice.choice((8, 12, 16, 20, 40, 100))]
    if six:
        return wire.ip6(struct.pack(">BBHI", 1, 0, 0, 0) + quoted, 58)
    return wire.ip4(struct.pack(">BBHI", 3, 1, 0, 0) + quoted, 1)


def _capture(seed: int) -> bytes:
    """Interleaved conversations, one packet a millisecond."""
    dice = random.Random(seed)
    conversations = [_conversation(dice, number) for number in range(CONVERSATIONS)]
    frames = []
    while conversations:
        conversation = dice.choice(conversations[:5])
        ethertype, packet = conversation.pop(0)
        frames.append(wire.ethernet(packet, ethertype))
        if not conversation:
            conversations.remove(conversation)
    return wire.pcap(frames, start=10**18)


def _read(path: Path, data: bytes) -> tuple[Session, Snapshot]:
    path.write_bytes(data)
    session = Session([str(path)])
    return session, session.wait()


def _seconds(nanoseconds: int | None) -> str:
    return "" if nanoseconds is None else f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09}"


def _relative(number: int, base: int | None) -> str:
    return str(number if base is None else (number - base) % 2**32)


def _ours(session: Session, snapshot: Snapshot, row: int) -> tuple[str, ...]:
    """The row's FIELDS as tshark would print them."""
    packets, context = snapshot.packets, session.context(snapshot, row)
    if context.stream is None:
        return ()
    flags, seglen = int(packets.bits[row]), context.seglen
    seq = _relative(int(packets.seq[row]), context.base_seq)
    ack = _relative(int(packets.ack[row]), context.base_ack if flags & ACK else None)
    following = "" if seglen is None else str((int(seq) + seglen + (1 if flags & (SYN | FIN) else 0)) % 2**32)
    scale = SCALE_UNKNOWN if context.scale is None else context.scale
    factor = "" if flags & SYN else str(scale if scale < 0 else 1 << scale)
    return (
        str(context.stream),
        seq,
        ack,
        "" if seglen is None else str(seglen),
        following,
        factor,
        str(context.completeness),
        _seconds(context.time_relative),
        _seconds(context.time_delta),
    )


@tshark.needs_tshark
@pytest.mark.parametrize("seed", range(4))
def test_random_conversations_have_tsharks_numbers(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "random.pcap"
    session, snapshot = _read(path, _capture(seed))
    rows = tshark.fields(path, *FIELDS, passes=2)
    theirs = [tuple(row.values()) if row["tcp.stream"] else () for row in rows]
    ours = [_ours(session, snapshot, row) for row in range(len(snapshot.packets))]
    session.close()
    assert ours == theirs


Segment = tuple[int, int, int, int]  # end, flags, seq, ack


def _frames(*segments: Segment, ports: tuple[int, int] = (1024, 80)) -> list[bytes]:
    names = (wire.A, wire.B)
    return [
        wire.ethernet(
            wire.ip4(wire.tcp(ports[end], ports[1 - end], seq, ack, flags), 6, names[end], names[1 - end])
        )
        for end, flags, seq, ack in segments
    ]


def _track(frames: list[bytes], tmp_path: Path) -> Snapshot:
    session, snapshot = _read(tmp_path / "f.pcap", wire.pcap(frames))
    session.close()
    return snapshot


OPENING = ((0, SYN, 100, 0), (1, SYN | ACK, 500, 101), (0, ACK, 101, 501))


def test_both_directions_are_one_stream_and_its_first_sender_is_end_a(tmp_path: Path) -> None:
    snapshot = _track(_frames(*OPENING), tmp_path)
    connection = snapshot.connections[0]
    assert list(snapshot.packets.stream) == [0, 0, 0]
    assert [bool(marks & Mark.FROM_B) for marks in snapshot.packets.marks] == [False, True, False]
    assert list(connection["port"]) == [1024, 80]
    assert list(connection["base"]) == [100, 500]
    assert list(connection["packets"]) == [2, 1]
    assert connection["known"] == Known.BASE_A | Known.BASE_B | Known.SYN_A | Known.SYN_B
    assert (connection["first"], connection["last"]) == (0, 2)
    assert (connection["start"], connection["end"]) == (0, 2_000_000)


def test_a_retransmitted_syn_stays_and_another_one_opens_a_stream(tmp_path: Path) -> None:
    again = (0, SYN, 100, 0)
    snapshot = _track(_frames(*OPENING, again, (0, SYN, 9000, 0), (1, ACK, 501, 101)), tmp_path)
    assert list(snapshot.packets.stream) == [0, 0, 0, 0, 1, 1]
    assert [bool(known & Known.REUSED) for known in snapshot.connections["known"]] == [False, True]


def test_a_syn_without_window_scale_settles_it_for_both(tmp_path: Path) -> None:
    snapshot = _track(_frames(*OPENING), tmp_path)
    assert list(snapshot.connections["scale"][0]) == [SCALE_NONE, SCALE_NONE]


def test_a_quoted_segment_belongs_to_its_stream_but_is_not_counted(tmp_path: Path) -> None:
    frames = _frames(*OPENING)
    quoted = wire.ethernet(wire.ip4(struct.pack(">BBHI", 3, 1, 0, 0) + frames[0][14:], 1, wire.B, wire.A))
    snapshot = _track([*frames, quoted], tmp_path)
    assert list(snapshot.packets.stream) == [0, 0, 0, 0]
    assert snapshot.packets.marks[3] & Mark.QUOTED
    assert list(snapshot.connections["packets"][0]) == [2, 1]
    assert snapshot.addresses.text(snapshot.packets.src[3]) == wire.B


def test_payload_is_counted_for_its_sender(tmp_path: Path) -> None:
    data = wire.ethernet(wire.ip4(wire.tcp(1024, 80, 101, 501, ACK, data=b"12345")))
    snapshot = _track([*_frames(*OPENING), data, data], tmp_path)
    assert list(snapshot.connections["bytes"][0]) == [10, 0]


def test_the_same_ports_with_addresses_exchanged_are_another_stream(tmp_path: Path) -> None:
    one = wire.ethernet(wire.ip4(wire.tcp(5, 6)))
    two = wire.ethernet(wire.ip4(wire.tcp(6, 5)))
    back = wire.ethernet(wire.ip4(wire.tcp(6, 5, 0, 1001, ACK), 6, wire.B, wire.A))
    assert list(_track([one, two, back], tmp_path).packets.stream) == [0, 1, 0]


def test_an_end_that_talks_to_itself_is_end_a(tmp_path: Path) -> None:
    itself = wire.ethernet(wire.ip4(wire.tcp(7, 7), 6, wire.A, wire.A))
    snapshot = _track([itself, itself], tmp_path)
    assert list(snapshot.packets.stream) == [0, 0]
    assert list(snapshot.connections["packets"][0]) == [2, 0]


def test_thousands_of_connections_are_told_apart(tmp_path: Path) -> None:
    frames = [frame for number in range(3000) for frame in _frames(OPENING[0], ports=(1024 + number, 80))]
    answers = [frame for number in range(3000) for frame in _frames(OPENING[1], ports=(1024 + number, 80))]
    snapshot = _track([*frames, *answers], tmp_path)
    assert list(snapshot.packets.stream) == [*range(3000), *range(3000)]
    assert (snapshot.connections["packets"] == 1).all()


@pytest.mark.parametrize("size", [1, 2, 7])
def test_connections_are_the_same_however_the_rows_are_cut(size: int, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(_capture(9))
    session = Session([str(tmp_path / "f")])
    whole = session.wait()
    session.close()
    rows = np.zeros(len(whole.packets), PACKET)
    for column in PACKET_COLUMNS:
        if column.kept:
            rows[column.name] = getattr(whole.packets, column.name)
    rows["wscale"] = -1
    rows["key_src"], rows["key_dst"] = rows["src"], rows["dst"]
    connections = []
    for step in (size, len(rows)):
        tracker, copy = Tracker(), rows.copy()
        for first in range(0, len(copy), step):
            tracker.track(copy[first : first + step], first)
        connections.append((copy.tobytes(), tracker.connections[: tracker.count].tobytes()))
    assert connections[0] == connections[1]


def test_tshark_takes_the_base_of_a_quoted_syn_ack(tmp_path: Path) -> None:
    frames = _frames(*OPENING)
    other = _frames((1, SYN | ACK, 700, 101))[0]
    quoted = wire.ethernet(wire.ip4(struct.pack(">BBHI", 3, 1, 0, 0) + other[14:], 1))
    assert list(_track([*frames, quoted], tmp_path).connections["base"][0]) == [100, 700]
