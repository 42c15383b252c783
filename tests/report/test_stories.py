"""What `--explain`, `--connections` and `--fail-on` say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tui.cli import main
from tui.report.stories import FAILURES

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


@pytest.mark.parametrize(
    ("capture", "what", "code"),
    [
        ("echo-server", "one-side", 4),
        ("header-fields", "refused,still-open", 4),
        ("http-get", "reset,refused,retransmission", 0),
    ],
)
def test_fail_on_decides_the_exit_code(captures: Path, capture: str, what: str, code: int) -> None:
    assert main(["--fail-on", what, str(captures / f"{capture}.pcap")]) == code


def test_fail_on_refuses_names_that_there_are_not(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fail-on", "refusd", str(captures / "http-get.pcap")]) == 2
    assert "no 'refusd'" in capsys.readouterr().err


def test_the_help_lists_every_name_of_fail_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert all(failure.name in text for failure in FAILURES)
