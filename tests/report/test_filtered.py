"""-Y: only what passes a display filter is printed."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from tshark import needs_tshark

from tui.cli import main
from tui.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def capture(captures: Path) -> str:
    return str(captures / "http-get.pcap")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(arguments) == ExitCode.OK
    return capsys.readouterr().out.splitlines()


def test_fields_of_packets_that_pass_are_printed(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(
        capsys, "-r", capture, "-Y", "frame.number in {2, 4..5, 10}", "-T", "fields", "-e", "frame.number"
    )
    assert found == ["2", "4", "5", "10"]


def test_times_between_packets_count_from_the_packet_before_not_from_the_one_displayed(
    capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("-T", "fields", "-e", "frame.time_delta", "-e", "tcp.time_delta", capture)
    everything = printed(capsys, *command)
    assert printed(capsys, "-Y", "tcp.srcport == 8080", *command) == [everything[row] for row in (1, 4, 5, 8)]


@needs_tshark
@pytest.mark.parametrize(
    "display_filter", ["frame", "tcp.srcport == 8080", "tcp.len > 0", "frame.number > 9"]
)
def test_times_from_the_packet_displayed_before_are_tsharks(
    capture: str, capsys: pytest.CaptureFixture[str], display_filter: str
) -> None:
    chosen = ["-r", capture, "-Y", display_filter, "-T", "fields", "-e", "frame.time_delta_displayed"]
    theirs = subprocess.run(["tshark", *chosen], capture_output=True, text=True, check=True).stdout
    assert printed(capsys, *chosen) == theirs.splitlines()
    found = json.loads("\n".join(printed(capsys, *chosen[:4], "-T", "json", *chosen[6:])))
    ours = [packet["fields"]["frame.time_delta_displayed"][0] for packet in found]
    assert ours == theirs.splitlines()


def test_json_of_some_packets_is_json(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads("\n".join(printed(capsys, "-T", "json", "-Y", "tcp.flags.fin == 1", capture)))
    assert [packet["number"] for packet in found] == [8, 9]


def test_json_of_no_packet_is_an_empty_array(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads("\n".join(printed(capsys, "-T", "json", "-Y", "udp", capture))) == []


def test_the_summary_counts_what_passes(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Displayed:   4 (40.0%)" in printed(capsys, "-q", "-Y", "tcp.srcport == 8080", capture)


def test_a_wrong_filter_is_underlined_and_nothing_is_printed(
    capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-T", "text", "-Y", "tcp.prt == 80", capture]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-2:] == ["  tcp.prt == 80", "  ^^^^^^^"]


def test_a_doubtful_filter_warns_once(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-T", "fields", "-e", "frame.number", "-Y", "tcp.flags.syn", capture]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 10
    assert err.count("tcp.flags.syn == 1") == 1


def test_a_filter_of_stories_is_refused(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", "-Y", "tcp", capture]) == ExitCode.USAGE
    assert "-Y" in capsys.readouterr().err


def test_the_whole_packets_of_a_cut_capture_are_filtered(
    captures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (captures / "http-get.pcap").read_bytes()
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(data[:-10])
    assert (
        main(["-T", "fields", "-e", "frame.number", "-Y", "frame contains 08:00", str(cut)])
        == ExitCode.DAMAGED
    )
    assert len(capsys.readouterr().out.splitlines()) == 9
