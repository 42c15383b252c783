"""`--statistics` on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tui.cli import main

if TYPE_CHECKING:
    from pathlib import Path

NAME = "three-way-close.pcap"


def test_conversations_are_printed(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--statistics", "conversations,tcp", str(captures / NAME)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "TCP conversations: 1"
    assert lines[2].split()[:4] == ["172.16.196.142", "41334", "172.16.196.145", "60000"]


def test_json_is_one_document(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-r", str(captures / NAME), "--statistics", "hierarchy", "-T", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["protocol"] for each in found] == ["eth", "eth:ip", "eth:ip:tcp"]


def test_only_packets_that_pass_the_filter_count(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--statistics", "lengths", "-T", "json", "-Y", "tcp.flags.syn == 1", str(captures / NAME)]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)[0]["packets"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--statistics", "nonsense"],
        ["--statistics", "lengths", "-q"],
        ["--statistics", "lengths", "-T", "text"],
        ["--statistics", "lengths", "-T", "json", "-e", "ip.src"],
        ["--statistics", "lengths", "--connections"],
        ["--statistics", ""],
    ],
)
def test_what_makes_no_sense_is_refused(
    captures: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main([*arguments, str(captures / NAME)]) == 2
    assert capsys.readouterr().err.startswith("tcpscope: ")
