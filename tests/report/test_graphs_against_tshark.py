"""What graphs draw is what tshark says, packet by packet, of real captures."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from graphing import drawn, opened, series
from tshark import fields, needs_tshark

from tui.filter.language import compile_filter
from tui.report.filtered import view_of
from tui.report.graphs import intervals
from tui.report.graphs.segments import Direction

if TYPE_CHECKING:
    from pathlib import Path

    from tui.session import Session

pytestmark = [pytest.mark.slow, needs_tshark]

CAPTURES = (
    "zeek+zeek@pr33/testing/btest/Traces/tcp/composite/comp015.trace",
    "zeek+zeek@pr33/testing/btest/Traces/tcp/forwardacknowledgement/fack006.trace",
    "zeek+zeek@pr33/testing/btest/Traces/tcp/forwardacknowledgement/fack044.trace",
    "zeek+zeek/testing/btest/Traces/tcp/missing-syn.pcap",
    "zeek+zeek/testing/btest/Traces/smtp.pcap",
    "OISF+suricata-verify/tests/mqtt-limit-2/input.pcap",
    "OISF+suricata-verify/tests/tcp-protodetect-bailout/input.pcap",
    "m-lab+etl/parser/testdata/PCAP/ndt-nnwk2_1611335823_00000000000C2DFE.pcap.gz",
    "seladb+PcapPlusPlus/Tests/Pcap++Test/PcapExamples/one_tcp_stream_max_seq.pcap",
)
RESENT = ("retransmission", "fast_retransmission", "spurious_retransmission")


@pytest.fixture(params=CAPTURES, ids=lambda path: path.split("/")[-2])
def capture(request: pytest.FixtureRequest, shared_captures: Path) -> Path:
    path: Path = shared_captures / request.param
    return path


def _by_packet(session: Session, kind: str, name: str) -> dict[int, int]:
    """Of both directions of all connections: packet number → value."""
    found: dict[int, int] = {}
    for stream in range(len(session.snapshot().connections)):
        for end in (0, 1):
            points = series(drawn(session, stream, end, kind), name)
            if points is not None:
                found |= dict(zip((points.rows + 1).tolist(), points.y.tolist(), strict=True))
    return found


def _nanoseconds(text: str) -> int:
    whole, _, rest = text.partition(".")
    value = int(whole.lstrip("-")) * 10**9 + int(rest.ljust(9, "0"))
    return -value if text.startswith("-") else value


def _said(capture: Path, field: str) -> dict[int, str]:
    rows = fields(capture, "frame.number", field)
    return {int(row["frame.number"]): row[field] for row in rows if row[field]}


def test_round_trips_are_those_of_tcp_analysis_ack_rtt(capture: Path) -> None:
    expected = {packet: _nanoseconds(text) for packet, text in _said(capture, "tcp.analysis.ack_rtt").items()}
    with opened(capture) as session:
        assert _by_packet(session, "rtt", "round trip") == expected


@pytest.mark.parametrize("kind", ["flight", "window"])
def test_bytes_in_flight_are_those_of_tcp_analysis(capture: Path, kind: str) -> None:
    expected = {packet: int(text) for packet, text in _said(capture, "tcp.analysis.bytes_in_flight").items()}
    with opened(capture) as session:
        assert _by_packet(session, kind, "bytes in flight") == expected


def test_windows_are_those_of_tcp_window_size(capture: Path) -> None:
    said = _said(capture, "tcp.window_size")
    with opened(capture) as session:
        found = _by_packet(session, "window", "window")
    assert found
    assert found == {packet: int(said[packet]) for packet in found}


def test_segments_stand_at_their_relative_sequence_numbers(capture: Path) -> None:
    said = _said(capture, "tcp.seq")
    with opened(capture) as session:
        found = _by_packet(session, "stevens", "segments")
        ends = _by_packet(session, "tcptrace", "segments")
    lengths = _said(capture, "tcp.len")
    assert found
    assert found == {packet: int(said[packet]) for packet in found}
    without_flags = {packet for packet, end in ends.items() if end - found[packet] == int(lengths[packet])}
    odd = set(ends) - without_flags  # SYN and FIN take one number more
    flags = _said(capture, "tcp.flags")
    assert all(int(flags[packet], 16) & 3 for packet in odd)


def test_what_was_sent_again_is_marked(capture: Path) -> None:
    expected = {packet for name in RESENT for packet in _said(capture, f"tcp.analysis.{name}")}
    with opened(capture) as session:
        assert _by_packet(session, "tcptrace", "resent").keys() == expected


def test_a_closed_window_is_marked(capture: Path) -> None:
    expected = set(_said(capture, "tcp.analysis.zero_window"))
    with opened(capture) as session:
        assert _by_packet(session, "tcptrace", "zero window").keys() == expected


def test_sack_blocks_have_the_edges_of_the_option(capture: Path) -> None:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
    command += ["-e", "frame.number", "-e", "tcp.options.sack_le", "-e", "tcp.options.sack_re"]
    lines = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout
    expected = set()
    for line in lines.splitlines():
        number, left, right = line.split("\t")
        if left:
            edges = zip(map(int, left.split(",")), map(int, right.split(",")), strict=True)
            expected |= {(int(number), *pair) for pair in edges}
    found = set()
    with opened(capture) as session:
        for stream in range(len(session.snapshot().connections)):
            for end in (0, 1):
                blocks = series(drawn(session, stream, end, "tcptrace"), "SACK")
                if blocks is not None:
                    assert blocks.low is not None
                    columns = (blocks.rows + 1, blocks.low, blocks.y)
                    found |= set(zip(*(column.tolist() for column in columns), strict=True))
    assert found == expected


@pytest.mark.parametrize(
    ("interval", "text"), [("0.1", ""), ("0.5", "tcp.len > 0"), ("2", "tcp.flags.ack == 1")]
)
def test_intervals_have_the_packets_of_io_stat(shared_captures: Path, interval: str, text: str) -> None:
    path = shared_captures / CAPTURES[0]
    statistics = f"io,stat,{interval}" + (f",{text}" if text else "")
    command = ["tshark", "-q", "-n", "-r", str(path), "-z", statistics]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    rows = re.findall(r"^\|\s*([\d.]+) <> +(?:[\d.]+|Dur) *\| +(\d+)", lines, re.MULTILINE)
    expected = [int(count) for _, count in rows]
    assert expected
    with opened(path) as session:
        snapshot = session.snapshot()
        passing = np.flatnonzero(compile_filter(text).run(view_of(session, snapshot)))
        every, moments = intervals.timed(snapshot.packets)
        rows_of, times = intervals.timed(snapshot.packets, passing)
        start = int(moments[0])
        span = (0, int(moments.max()) - start)
        _, counts, at = intervals.count(rows_of, times - start, *span, round(float(interval) * 1e9))
    assert len(every) == len(snapshot.packets)
    assert counts.tolist() == expected
    filled = at[counts > 0]
    assert set(filled.tolist()) <= set(passing.tolist())


def test_a_direction_begins_with_the_first_packet_of_its_connection(capture: Path) -> None:
    said = _said(capture, "tcp.time_relative")
    with opened(capture) as session:
        for stream in range(len(session.snapshot().connections)):
            sent = Direction(session.snapshot(), stream, 0).sent
            for row, time in zip(sent.rows.tolist(), sent.times.tolist(), strict=True):
                assert time == _nanoseconds(said[row + 1])
