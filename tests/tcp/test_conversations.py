"""Conversations that the RFC draws, and some that go wrong: the states of both ends, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversation import parse
from frames import pcap
from told import states, told, told_of

from tui.tcp.story import Closing, Opening

if TYPE_CHECKING:
    from pathlib import Path

OPEN = """
client > server [S] seq 0 win 1000
server > client [S.] seq 0 ack 1 win 1000
client > server [.] seq 1 ack 1 win 1000
"""
OPENED = ["1 SYN_SENT SYN_RCVD", "2 ESTABLISHED SYN_RCVD", "3 ESTABLISHED ESTABLISHED"]


def test_figure_7_syns_that_cross_open_a_connection_from_both_ends(tmp_path: Path) -> None:
    story = told_of(
        tmp_path,
        """
client > server [S] seq 0 win 1000
server > client [S] seq 0 win 1000
client > server [S.] seq 0 ack 1 win 1000
server > client [S.] seq 0 ack 1 win 1000
""",
    )
    assert story.opening is Opening.SIMULTANEOUS
    assert states(story) == [
        "1 SYN_SENT LISTEN",
        "2 SYN_RCVD SYN_RCVD",
        "3 SYN_RCVD ESTABLISHED",
        "4 ESTABLISHED ESTABLISHED",
    ]


def test_figure_10_a_half_open_connection_is_cleared_by_a_rst(tmp_path: Path) -> None:
    story = told_of(
        tmp_path,
        """
client > server [S] seq 0 win 1000
server > client [.] seq 300 ack -900 win 1000
client > server [R] seq -900 win 0
client > server [S] seq 0 win 1000
""",
    )
    assert states(story)[:3] == ["1 SYN_SENT ESTABLISHED", "2 SYN_SENT ESTABLISHED", "3 SYN_SENT CLOSED"]


def test_figure_12_four_segments_close(tmp_path: Path) -> None:
    story = told_of(
        tmp_path,
        OPEN
        + """client > server [F.] seq 1 ack 1 win 1000
server > client [.] seq 1 ack 2 win 1000
server > client [F.] seq 1 ack 2 win 1000
client > server [.] seq 2 ack 2 win 1000
""",
    )
    assert story.closing is Closing.FOUR_WAY
    assert states(story)[3:] == [
        "4 FIN_WAIT_1 CLOSE_WAIT",
        "5 FIN_WAIT_2 CLOSE_WAIT",
        "6 TIME_WAIT LAST_ACK",
        "7 TIME_WAIT CLOSED",
    ]


def test_figure_13_fins_that_cross_close_from_both_ends(tmp_path: Path) -> None:
    story = told_of(
        tmp_path,
        OPEN
        + """client > server [F.] seq 1 ack 1 win 1000
server > client [F.] seq 1 ack 1 win 1000
client > server [.] seq 2 ack 2 win 1000
server > client [.] seq 2 ack 2 win 1000
""",
    )
    assert story.closing is Closing.SIMULTANEOUS
    assert states(story)[3:] == [
        "4 FIN_WAIT_1 ESTABLISHED",
        "5 CLOSING CLOSING",
        "6 CLOSING TIME_WAIT",
        "7 TIME_WAIT TIME_WAIT",
    ]


def test_a_syn_answered_by_a_rst_is_refused(tmp_path: Path) -> None:
    story = told_of(tmp_path, "client > server [S] seq 0 win 1\nserver > client [R.] seq -5000 ack 1 win 0")
    assert story.opening is Opening.REFUSED
    assert story.closing is Closing.NEVER_OPEN
    assert states(story) == ["1 SYN_SENT CLOSED", "2 CLOSED CLOSED"]
    assert "server answered the SYN with a RST (#2)" in story.verdict


def test_a_syn_without_an_answer_shows_nothing_of_the_other_end(tmp_path: Path) -> None:
    story = told_of(tmp_path, "client > server [S] seq 0 win 1\nclient > server [S] seq 0 win 1")
    assert story.opening is Opening.UNANSWERED
    assert states(story) == ["1 SYN_SENT -", "2 SYN_SENT -"]
    assert "2 SYNs" in story.verdict


def test_a_syn_ack_with_a_wrong_ack_opens_nothing(tmp_path: Path) -> None:
    story = told_of(tmp_path, "client > server [S] seq 0 win 1\nserver > client [S.] seq 0 ack 7 win 1")
    assert story.opening is Opening.WRONG_NUMBER
    assert states(story) == ["1 SYN_SENT SYN_RCVD", "2 SYN_SENT SYN_RCVD"]
    proof = story.stages[1].proof
    assert proof is not None
    assert not proof.holds
    assert (proof.ack, proof.expected) == (1007, 1001)


def test_a_third_ack_with_a_wrong_number_opens_nothing(tmp_path: Path) -> None:
    story = told_of(
        tmp_path,
        """
client > server [S] seq 0 win 1
server > client [S.] seq 0 ack 1 win 1
client > server [.] seq 1 ack 9 win 1
""",
    )
    assert story.opening is Opening.WRONG_NUMBER
    assert states(story)[-1] == "3 ESTABLISHED SYN_RCVD"


def test_a_syn_ack_that_is_never_acknowledged_leaves_the_connection_half_open(tmp_path: Path) -> None:
    story = told_of(tmp_path, "client > server [S] seq 0 win 1\nserver > client [S.] seq 0 ack 1 win 1")
    assert story.opening is Opening.HALF_OPEN
    assert states(story)[-1] == "2 ESTABLISHED SYN_RCVD"


def test_a_rst_with_the_expected_number_closes_both_ends(tmp_path: Path) -> None:
    story = told_of(tmp_path, OPEN + "server > client [R] seq 1 win 0")
    assert story.closing is Closing.RESET
    assert states(story)[-1] == "4 CLOSED CLOSED"


def test_a_blind_rst_closes_nothing(tmp_path: Path) -> None:
    inside = told_of(tmp_path, OPEN + "server > client [R] seq 500 win 0")
    outside = told_of(tmp_path, OPEN + "server > client [R] seq 500000 win 0")
    assert inside.closing is outside.closing is Closing.OPEN
    assert states(inside)[-1] == states(outside)[-1] == "4 ESTABLISHED ESTABLISHED"


def test_an_ack_of_data_does_not_acknowledge_the_fin_behind_it(tmp_path: Path) -> None:
    story = told_of(
        tmp_path,
        OPEN
        + """client > server [FP.] seq 1:4 ack 1 win 1000 data "bye"
server > client [.] seq 1 ack 4 win 1000
server > client [.] seq 1 ack 5 win 1000
""",
    )
    assert states(story)[3:] == [
        "4 FIN_WAIT_1 CLOSE_WAIT",
        "5 FIN_WAIT_1 CLOSE_WAIT",
        "6 FIN_WAIT_2 CLOSE_WAIT",
    ]
    assert [stage.proof.holds for stage in story.stages[4:] if stage.proof] == [False, True]


def test_states_are_right_across_the_wrap_of_sequence_numbers(tmp_path: Path) -> None:
    script = (OPEN + "client > server [F.] seq 1 ack 1 win 9\nserver > client [F.] seq 1 ack 2 win 9").strip()
    lines = [f"12:00:00.{number:06d} {line}" for number, line in enumerate(script.splitlines())]
    ends = "date 2020-01-01\nend client 192.0.2.1:1 isn 4294967295\nend server 192.0.2.2:2 isn 4294967294\n"
    path = tmp_path / "wrap.pcap"
    path.write_bytes(pcap(parse(ends + "\n".join(lines), "test")))
    story = told(path)
    assert states(story)[:3] == OPENED
    assert states(story)[-1] == "5 TIME_WAIT LAST_ACK"
