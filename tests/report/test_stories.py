"""What `--explain`, `--connections` and `--fail-on` say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tui.cli import main
from tui.report.roster import Roster
from tui.session import Session
from tui.tcp.findings import FINDINGS

if TYPE_CHECKING:
    from pathlib import Path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    return code, capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    connections: list[dict[str, Any]] = json.loads(run(capsys, *arguments, "-T", "json")[1])
    return connections


def test_the_explanation_says_the_verdict_and_proves_each_stage(
    captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(capsys, "--explain", str(captures / "three-way-close.pcap"))
    assert code == 0
    assert "Three segments, not four" in text
    assert "ack 4195434206 = FIN 4195434205 + 1 ✓" in text
    assert "ack 4195434205: the FIN needs 4195434206" in text
    assert "▶ #" not in text


def test_the_json_of_an_explanation_holds_states_and_numbers(
    captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (connection,) = told(capsys, "--explain", str(captures / "four-way-close.pcap"))
    assert connection["closing"] == "four-way"
    assert connection["closed_first"] == "client"
    assert (connection["client"]["state"], connection["server"]["state"]) == ("TIME_WAIT", "CLOSED")
    last = connection["stages"][-1]
    assert last["packet"] == 11
    assert last["acknowledges"] == {"what": "FIN", "of": 3178165018, "expected": 3178165019, "holds": True}


def test_a_line_a_connection_with_the_client_first(
    captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = run(capsys, "--connections", str(captures / "http-get.pcap"))
    (line,) = text.splitlines()
    assert "192.168.101.25:57290 > 192.168.101.5:8080" in line
    assert "142 B > 267 B <" in line
    assert line.endswith("TIME_WAIT/CLOSED")


def test_one_connection_is_told_by_its_number(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(captures / f"{name}.pcap") for name in ("http-get", "four-way-close")]
    (connection,) = told(capsys, "--connections", "--stream", "1", *files)
    assert connection["stream"] == 1
    assert connection["client"]["address"] == "192.168.101.25:57290"
    assert run(capsys, "--connections", "--stream", "7", *files)[0] == 2


KEYS = [
    "stream",
    "client",
    "server",
    "client_assumed",
    "start",
    "duration",
    "opening",
    "closing",
    "reason",
    "closed_first",
    "rtt",
    "completeness",
    "conn_state",
    "history",
    "findings",
]
END_KEYS = ["address", "state", "packets", "data_segments", "bytes", "resent"]


def test_a_connection_has_the_promised_keys_and_no_others(
    captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture = str(captures / "http-get.pcap")
    (line,), (story,) = told(capsys, "--connections", capture), told(capsys, "--explain", capture)
    assert list(line) == KEYS
    assert list(story) == [*KEYS, "negotiated", "verdict", "stages"]
    assert list(line["client"]) == list(line["server"]) == END_KEYS
    assert story | line == story


def test_a_connection_is_told_without_its_story(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (connection,) = told(capsys, "--connections", str(captures / "http-get.pcap"))
    assert connection["client"] == {
        "address": "192.168.101.25:57290",
        "state": "TIME_WAIT",
        "packets": 6,
        "data_segments": 1,
        "bytes": 142,
        "resent": 0,
    }
    assert connection["rtt"] == ["0.000115000", "0.000032000"]
    assert (connection["completeness"], connection["reason"], connection["findings"]) == (31, None, [])
    assert (connection["conn_state"], connection["history"]) == ("SF", "ShADadFf")


def test_a_failure_is_told_with_its_reason_and_what_was_found(
    captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (connection,) = told(capsys, "--connections", str(captures / "unreachable.pcap"))
    assert connection["reason"] == "unreachable by ICMP"
    assert connection["server"]["state"] is None
    assert connection["rtt"] is None
    assert connection["findings"] == ["retransmission", "unreachable", "syn-resent"]


def test_a_line_says_what_the_story_says(captures: Path) -> None:
    for capture in sorted(captures.glob("*.pcap")):
        session = Session([str(capture)])
        try:
            snapshot = session.wait()
            entries = list(Roster(snapshot, session.survey(snapshot)).entries())
            stories = [
                session.story(snapshot, int(snapshot.connections["first"][entry.stream])) for entry in entries
            ]
        finally:
            session.close()
        assert len(entries) == len(snapshot.connections)
        for entry, story in zip(entries, stories, strict=True):
            assert story is not None
            client, server = (1, 0) if story.client == 1 else (0, 1)
            states = story.states_after(story.last_row)
            assert entry.states == [state and state.name for state in (states[client], states[server])]
            assert (entry.opening, entry.closing) == (story.opening.value, story.closing.value)
            assert entry.sizes == [story.traffic[end].size for end in (client, server)]
            assert entry.rtt == list(story.rtt or (-1, -1)), capture.name


def test_a_connection_that_only_icmp_errors_tell_of_is_not_listed(
    captures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (captures / "unreachable.pcap").read_bytes()
    first = 24 + 16 + int.from_bytes(data[32:36], "little")
    capture = tmp_path / "error.pcap"
    capture.write_bytes(
        data[:24] + data[first : first + 16 + int.from_bytes(data[first + 8 : first + 12], "little")]
    )
    assert run(capsys, "--connections", str(capture)) == (0, "")
    assert told(capsys, "--connections", str(capture)) == []


@pytest.mark.parametrize(
    ("capture", "what", "code"),
    [
        ("echo-server", "one-side", 4),
        ("header-fields", "refused,still-open", 4),
        ("http-get", "reset,refused,retransmission", 0),
        ("fast-retransmit", "retransmission", 4),
        ("duplicated-frames", "retransmission", 0),
        ("duplicated-frames", "duplicate-frame", 4),
    ],
)
def test_fail_on_decides_the_exit_code(captures: Path, capture: str, what: str, code: int) -> None:
    assert main(["--fail-on", what, str(captures / f"{capture}.pcap")]) == code


def test_fail_on_may_ask_of_one_connection(captures: Path) -> None:
    files = [str(captures / f"{name}.pcap") for name in ("http-get", "refused", "unreachable")]
    assert [main(["--fail-on", "refused", "--stream", str(n), *files]) for n in range(3)] == [0, 4, 0]
    assert [main(["--fail-on", "unreachable", "--stream", str(n), *files]) for n in range(3)] == [0, 0, 4]
    assert main(["--fail-on", "refused", "--stream", "3", *files]) == 2


def test_fail_on_refuses_names_that_there_are_not(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fail-on", "refusd", str(captures / "http-get.pcap")]) == 2
    assert "no 'refusd'" in capsys.readouterr().err


def test_the_help_lists_every_name_of_fail_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    words = capsys.readouterr().out.replace(",", " ").split()
    assert {finding.name for finding in FINDINGS} <= set(words)
