"""The ladder says what the segments say, aligned at any width."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from conversation import parse
from examples import share
from flows import ACK, FIN, HANDSHAKE, PSH, RST, SYN, Segment, bulk, strand_of, strands_of
from frames import pcap
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.report.ladder import HEAD_LINES, Ladder
from tui.tcp.story import Unreachable

if TYPE_CHECKING:
    from pathlib import Path

    from tui.report.rungs import Strand

FAST_RETRANSMIT = "zeek+zeek@pr33/testing/btest/Traces/tcp/fastretransmit/fast001.trace"

THREE_WAY = """\
connection 0
Opened in 0.26 ms. The server closed first. Three segments, not four: the
client's ACK and FIN went as one (#9).

           client 172.16.196.142:41334               server 172.16.196.145:60000
                        ╞═══════════ OPENING  three-way ═══════════╡
 1 0.000000    SYN_SENT │────────────── SYN  seq 0 ───────────────▶│ SYN_RCVD
 2 0.000028 ESTABLISHED │◀─────── SYN, ACK  seq 0  ack 1 ✓ ────────│
 3 0.000236             │────────── ACK  seq 1  ack 1 ✓ ──────────▶│ ESTABLISHED
                        ╞═══════════ DATA  ▶ 3 B  ◀ 6 B ═══════════╡
 4 0.000044             │───── PSH, ACK  seq 1:4  3 B  ack 1 ─────▶│
 5 0.000010             │◀─────────── ACK  seq 1  ack 4 ───────────│
 6 0.000224             │◀───── PSH, ACK  seq 1:7  6 B  ack 4 ─────│
                        ╞═══════════ CLOSING  three-way ═══════════╡
 7 0.000040  CLOSE_WAIT │◀──────── FIN, ACK  seq 7  ack 4 ─────────│ FIN_WAIT_1
 8 0.000101             │─────────── ACK  seq 4  ack 7 ───────────▶│
 9 0.000081    LAST_ACK │─────── FIN, ACK  seq 4  ack 8 ✓ ────────▶│ TIME_WAIT
10 0.000013      CLOSED │◀────────── ACK  seq 8  ack 5 ✓ ──────────│"""

SIMULTANEOUS = """\
                       ╞══════════ CLOSING  simultaneous ══════════╡
1 0.000000 ESTABLISHED │◀── FIN, ACK  seq d8920052  ack 6928b219 ──│ FIN_WAIT_1
2 0.000869     CLOSING │── FIN, ACK  seq 6928b219  ack d8920052 ──▶│ CLOSING
3 0.000022   TIME_WAIT │◀─── ACK  seq d8920053  ack 6928b21a ✓ ────│
4 0.000288             │─── ACK  seq 6928b21a  ack d8920053 ✓ ────▶│ TIME_WAIT"""


def script(folder: Path, *statements: str) -> list[Strand]:
    """The connection that these statements of the packet language make behind a handshake."""
    ends = "end a 192.0.2.1:40000 isn 1000\nend b 192.0.2.2:80 isn 5000\n"
    opening = "a > b [S] seq 0\nb > a [S.] seq 0 ack 1\na > b [.] seq 1 ack 1\n"
    capture = folder / "script.pcap"
    capture.write_bytes(pcap(parse(ends + opening + "\n".join(statements), "script")))
    return strands_of(capture)


def lines(ladder: Ladder, width: int = 76, numbers: Numbers = Numbers.RELATIVE) -> list[str]:
    """All lines as text."""
    return [ladder.line(index, width, numbers).text.rstrip() for index in range(len(ladder))]


def test_the_ladder_of_scenario_4_as_text(captures: Path) -> None:
    ladder = Ladder(strands_of(captures / "three-way-close.pcap"))
    assert "\n".join(ladder.text(80, Numbers.RELATIVE)) == THREE_WAY


def test_crossing_fins_and_hexadecimal_numbers_as_text(captures: Path) -> None:
    ladder = Ladder(strands_of(captures / "simultaneous-close.pcap"))
    assert "\n".join(lines(ladder, 80, Numbers.HEX)) == SIMULTANEOUS


def test_what_has_no_room_is_said_shorter_and_keeps_its_numbers(captures: Path) -> None:
    ladder = Ladder(strands_of(captures / "three-way-close.pcap"))
    texts = [lines(ladder, width, Numbers.ABSOLUTE)[5] for width in (110, 76)]
    assert "─ PSH, ACK  seq 3255498565:3255498568  3 B  ack 4195434199 ─" in texts[0]
    assert "─ PA 3255498565+3 ack 4195434199 ─" in texts[1]


def test_a_run_of_data_is_one_line_until_it_is_unfolded() -> None:
    ladder = Ladder([bulk(9)])
    folded = lines(ladder)
    assert "▸ 6 segments  6,000 B  3 ACKs" in folded[-1]
    assert ladder.is_folded(len(folded) - 1)
    header = ladder.fold(len(folded) - 1, False)
    assert [ladder.row_at(index) for index in range(header, len(ladder))] == [3, *range(3, 12)]
    assert "▾ 6 segments" in lines(ladder)[header]
    assert ladder.fold(len(ladder) - 1, True) == header
    assert lines(ladder) == folded


def test_what_ends_send_in_turns_is_not_folded_together() -> None:
    request: Segment = (0, PSH | ACK, 1, 100, 1, 1)
    answers: list[Segment] = [(1, ACK, 1 + 500 * i, 500, 101, 0) for i in range(4)]
    ladder = Ladder([strand_of([*HANDSHAKE, request, *answers])])
    assert [ladder.row_at(index) for index in range(len(ladder))][-3:] == [3, 3, 4]
    assert "4 segments" in lines(ladder)[-1]


def test_every_packet_is_found_folded_and_unfolded() -> None:
    ladder = Ladder([bulk(9)])
    assert ladder.row_at(ladder.index_of(7)) == 3
    ladder.fold_all(False)
    assert [ladder.row_at(ladder.index_of(row)) for row in range(12)] == list(range(12))


def test_time_without_segments_is_seen_and_parts_a_run() -> None:
    data: list[Segment] = [(0, ACK, 1 + 10 * i, 10, 1, 1200 if i == 3 else 1) for i in range(6)]
    texts = lines(Ladder([strand_of([*HANDSHAKE, *data])]))
    assert "┊          · · ·  1.2 s  · · ·" in texts[-2]
    assert ["3 segments" in texts[-3], "3 segments" in texts[-1]] == [True, True]


def test_what_is_sent_again_has_another_arrow_and_a_word(shared_captures: Path) -> None:
    ladder = Ladder(strands_of(shared_captures / FAST_RETRANSMIT))
    again = [line for line in lines(ladder) if "again: " in line]
    assert [line.split()[0] for line in again] == ["22", "33"]
    assert all("╌╌╌" in line and "─" not in line for line in again)


def test_a_hole_is_seen_and_what_fills_it_is_late(tmp_path: Path) -> None:
    texts = lines(
        Ladder(
            script(
                tmp_path,
                'a > b [.] seq 1:5 ack 1 data "ping"',
                'a > b [.] seq 9:13 ack 1 data "ping"',
                'a > b [.] seq 5:9 ack 1 data "ping"',
                '+0.3 a > b [.] seq 5:9 ack 1 data "ping"',
            )
        ),
        90,
    )[-6:]
    marks = ["", "missing", "", "late:", "· · ·", "again:"]
    assert all(mark in text for mark, text in zip(marks, texts, strict=True))
    assert "╌ missing  seq 5:9  4 B ╌╌╌╌✗" in texts[1]


@pytest.mark.parametrize(
    ("statement", "says", "because"),
    [
        ("+60 a > b [.] seq 0 ack 1", "keep-alive: ACK", "TCP keep-alive segment"),
        ("b > a [R] seq 999999", "not taken: RST", "A RST outside the window: it resets nothing"),
        ("+1 b > a [S.] seq 0 ack 1", "again: SYN, ACK", "The SYN or SYN-ACK was sent again"),
        ("b > a [.] seq 1 ack 1 win 0", "window 0: ACK", "TCP Zero Window segment"),
        ("again #3", "captured twice: ACK", "The frame before, captured once more"),
    ],
)
def test_what_stands_out_is_said_in_the_arrow_and_explained_beside_it(
    statement: str, says: str, because: str, tmp_path: Path
) -> None:
    texts = lines(Ladder(script(tmp_path, statement)), 160)
    (line,) = [text for text in texts if says in text]
    assert line.endswith(because)


def test_a_syn_ack_that_crossed_another_is_not_sent_again(captures: Path) -> None:
    texts = lines(Ladder(strands_of(captures / "simultaneous-open.pcap")), 120)
    assert not [text for text in texts if "again" in text]


def test_a_wrong_acknowledgment_is_marked_and_explained() -> None:
    segments: list[Segment] = [HANDSHAKE[0], (1, SYN | ACK, 0, 0, 77, 1), (0, RST, 77, 0, -1, 1)]
    text = lines(Ladder([strand_of(segments)]), 156)[2]
    assert "SYN, ACK  seq 0  ack 77 ✗" in text
    assert text.endswith("ack 77 ✗ the SYN needs 1")


def test_an_icmp_error_stands_where_it_came() -> None:
    strand = strand_of([HANDSHAKE[0]])
    error = Unreachable(1, 5_000_000, "192.0.2.9", "Destination unreachable (Host unreachable)")
    ladder = Ladder([replace(strand, story=replace(strand.story, errors=(error,)))])
    assert "✗ ICMP: Destination unreachable (Host unreachable)" in lines(ladder, 130)[-1]
    assert "✗ ICMP: Host unreachable" in lines(ladder, 76)[-1]
    assert ladder.row_at(len(ladder) - 1) == 1


def test_connections_are_merged_and_each_line_names_its_own() -> None:
    ladder = Ladder([strand_of(HANDSHAKE, 4, 0, 2), strand_of(HANDSHAKE, 7, 1, 2)])
    assert [line.split()[:2] for line in lines(ladder) if "─" in line] == [
        ["1", "4"], ["2", "7"], ["3", "4"], ["4", "7"], ["5", "4"], ["6", "7"],
    ]  # fmt: skip


def test_the_head_tells_the_states_after_the_line(captures: Path) -> None:
    ladder = Ladder(strands_of(captures / "three-way-close.pcap"))
    head = ladder.head(ladder.index_of(6), 76, Numbers.RELATIVE)
    assert len(head) == HEAD_LINES
    assert head[0].text.startswith("Opened in 0.26 ms. The server closed first.")
    assert head[3].text.split() == ["#", "Δ", "s", "CLOSE_WAIT", "┬", "after", "#7", "┬", "FIN_WAIT_1"]


@pytest.mark.parametrize("numbers", Numbers)
@pytest.mark.parametrize("width", [72, 76, 100, 132, 156, 220])
def test_the_lifelines_are_straight_at_any_width(captures: Path, width: int, numbers: Numbers) -> None:
    ladder = Ladder(strands_of(captures / "three-way-close.pcap"))
    texts = [line.text for line in ladder.head(0, width, numbers)[3:]]
    texts += [ladder.line(index, width, numbers).text for index in range(len(ladder))]
    places = [[place for place, char in enumerate(text) if char in "│┊┬╞╡"] for text in texts]
    assert all(found == places[0] for found in places)
    assert max(map(len, texts)) <= width


flags = st.sampled_from([SYN, SYN | ACK, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK, FIN | SYN, 0, 0xFFF])
positions = st.one_of(st.integers(0, 40), st.integers(-(2**33), 2**33))
segments = st.tuples(
    st.integers(0, 1), flags, positions, st.integers(0, 5), positions, st.integers(-300, 300)
)


@settings(deadline=None, max_examples=share(150))
@given(
    st.lists(st.lists(segments, min_size=1, max_size=20), min_size=1, max_size=3), st.sampled_from(Numbers)
)
def test_any_segments_make_a_ladder_in_which_each_has_its_line(
    conversations: list[list[Segment]], numbers: Numbers
) -> None:
    step = len(conversations)
    ladder = Ladder([strand_of(each, number, number, step) for number, each in enumerate(conversations)])
    folded = lines(ladder, 76, numbers)
    ladder.fold_all(False)
    rows = sorted(number + step * i for number, each in enumerate(conversations) for i in range(len(each)))
    leading = [ladder.row_at(index) for index in range(len(ladder))]
    assert [row for row, _ in itertools.groupby(leading)] == rows
    assert [ladder.row_at(ladder.index_of(row)) for row in rows] == rows
    assert [line.text for index in range(len(ladder)) for line in ladder.head(index, 30, numbers)]
    ladder.fold_all(True)
    assert lines(ladder, 76, numbers) == folded
