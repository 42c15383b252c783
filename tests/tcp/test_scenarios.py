"""The seven scenarios of captures/: the states after every stage, the kinds, the proofs, the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from told import name, states, told

from tui.tcp.story import Closing, Opening

if TYPE_CHECKING:
    from pathlib import Path

OPENED = ["1 SYN_SENT SYN_RCVD", "2 ESTABLISHED SYN_RCVD", "3 ESTABLISHED ESTABLISHED"]


@dataclass(frozen=True)
class Expected:
    """What must be told of a capture; `states` are packet number, client's state, server's state."""

    opening: Opening
    closing: Closing
    states: list[str]
    says: tuple[str, ...]


SCENARIOS = {
    "echo-server": Expected(
        Opening.THREE_WAY,
        Closing.ONE_SIDE,
        [*OPENED, "7 CLOSE_WAIT FIN_WAIT_1", "8 CLOSE_WAIT FIN_WAIT_1", "9 CLOSE_WAIT FIN_WAIT_2"],
        ("server closed first", "client acknowledged it (#9) but has not closed"),
    ),
    "daytime-server": Expected(
        Opening.THREE_WAY,
        Closing.THREE_WAY,
        [*OPENED, "6 CLOSE_WAIT FIN_WAIT_1", "7 LAST_ACK TIME_WAIT", "8 CLOSED TIME_WAIT"],
        ("server closed first", "client's ACK and FIN went as one (#7)"),
    ),
    "header-fields": Expected(Opening.THREE_WAY, Closing.OPEN, OPENED, ("Still open",)),
    "three-way-close": Expected(
        Opening.THREE_WAY,
        Closing.THREE_WAY,
        [
            *OPENED,
            "7 CLOSE_WAIT FIN_WAIT_1",
            "8 CLOSE_WAIT FIN_WAIT_1",
            "9 LAST_ACK TIME_WAIT",
            "10 CLOSED TIME_WAIT",
        ],
        ("Opened in 0.26 ms", "server closed first", "Three segments, not four", "went as one (#9)"),
    ),
    "four-way-close": Expected(
        Opening.THREE_WAY,
        Closing.FOUR_WAY,
        [
            *OPENED,
            "8 FIN_WAIT_1 CLOSE_WAIT",
            "9 FIN_WAIT_2 CLOSE_WAIT",
            "10 TIME_WAIT LAST_ACK",
            "11 TIME_WAIT CLOSED",
        ],
        ("client closed first", "Four segments"),
    ),
    "simultaneous-close": Expected(
        Opening.MIDSTREAM,
        Closing.SIMULTANEOUS,
        ["1 ESTABLISHED FIN_WAIT_1", "2 CLOSING CLOSING", "3 TIME_WAIT CLOSING", "4 TIME_WAIT TIME_WAIT"],
        ("mid-stream", "Both ends closed at once", "#2 does not acknowledge #1"),
    ),
    "http-get": Expected(
        Opening.THREE_WAY,
        Closing.THREE_WAY,
        [*OPENED, "8 FIN_WAIT_1 CLOSE_WAIT", "9 TIME_WAIT LAST_ACK", "10 TIME_WAIT CLOSED"],
        ("client closed first", "server's ACK and FIN went as one (#9)"),
    ),
}

# Capture, packet number, what is acknowledged, its sequence number, the acknowledgment, whether it covers it.
PROOFS = [
    ("three-way-close", 2, "SYN", 3255498564, 3255498565, True),
    ("three-way-close", 3, "SYN", 4195434198, 4195434199, True),
    ("three-way-close", 8, "FIN", 4195434205, 4195434205, False),
    ("three-way-close", 9, "FIN", 4195434205, 4195434206, True),
    ("three-way-close", 10, "FIN", 3255498568, 3255498569, True),
    ("header-fields", 2, "SYN", 0x1212FB2A, 0x1212FB2B, True),
    ("header-fields", 3, "SYN", 0xBF93848C, 0xBF93848D, True),
    ("daytime-server", 7, "FIN", 821610676, 821610677, True),
    ("daytime-server", 8, "FIN", 1925249826, 1925249827, True),
    ("simultaneous-close", 2, "FIN", 3633446994, 3633446994, False),
    ("simultaneous-close", 3, "FIN", 1764274713, 1764274714, True),
    ("simultaneous-close", 4, "FIN", 3633446994, 3633446995, True),
    ("http-get", 9, "FIN", 250118434, 250118435, True),
]


@pytest.mark.parametrize("capture", SCENARIOS)
def test_a_scenario_is_told_right(captures: Path, capture: str) -> None:
    story, expected = told(captures / f"{capture}.pcap"), SCENARIOS[capture]
    assert (story.opening, story.closing) == (expected.opening, expected.closing)
    assert states(story) == expected.states
    for words in expected.says:
        assert words in story.verdict


@pytest.mark.parametrize(("capture", "number", "what", "of", "ack", "holds"), PROOFS)
def test_a_stage_is_proven_by_its_numbers(
    captures: Path, capture: str, number: int, what: str, of: int, ack: int, holds: bool
) -> None:
    stage = told(captures / f"{capture}.pcap").stage_of(number - 1)
    assert stage is not None
    assert stage.proof is not None
    assert (stage.proof.what, stage.proof.of, stage.proof.ack, stage.proof.holds) == (what, of, ack, holds)


def test_the_states_between_two_stages_are_those_of_the_one_before(captures: Path) -> None:
    story = told(captures / "three-way-close.pcap")
    after = [name(story, story.states_after(row)) for row in range(10)]
    assert after[3:6] == ["ESTABLISHED ESTABLISHED"] * 3
    assert after[6] == "CLOSE_WAIT FIN_WAIT_1"


def test_a_capture_that_begins_in_mid_stream_takes_its_states_and_its_client_for_assumed(
    captures: Path,
) -> None:
    story = told(captures / "simultaneous-close.pcap")
    assert story.course.assumed
    assert story.client_assumed
    assert story.addresses[1 - (story.client or 0)] == "10.29.64.142:443"
