"""A stream's bytes, and the order in which both sides' were delivered, are those of tshark's `follow`."""

from __future__ import annotations

import subprocess
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from tshark import needs_tshark

from tui.report.stream.data import StreamData
from tui.session import Session
from tui.tcp.reassembly import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tui.session import Snapshot

pytestmark = [pytest.mark.slow, needs_tshark]

DIFFERENT = {
    "zeek+zeek@pr33": "of what the snap length cut off tshark leaves out the rest, without a word",
    "truncated-header": "as before",
    "ndt-nnwk2": "as before",
    "miss_end_data": "bytes that are missing before a FIN tshark does not miss",
    "mqtt-events": "as before",
    "tcp-protodetect-bailout": "what lies behind a hole that nobody acknowledged tshark does not show",
}
"""By a part of their path the captures of which tshark says something else, and why."""

Turn = tuple[int, bytes]


def turns(pieces: Iterable[Turn]) -> list[Turn]:
    """What was said by turns: the bytes of one end that follow each other, joined."""
    return [
        (end, b"".join(said for _, said in run)) for end, run in groupby(pieces, key=lambda piece: piece[0])
    ]


def ours(data: StreamData) -> list[Turn]:
    pieces = data.pieces
    said = []
    for number in range(len(pieces)):
        hole = pieces.skips[number] == HOLE
        text = b"[%d bytes missing in capture file]\0" % pieces.lengths[number]  # tshark's, with its NUL
        said.append((int(pieces.ends[number]), text if hole else data.piece(number)))
    return turns(said)


def theirs(path: Path, stream: int) -> list[Turn]:
    command = ["tshark", "-n", "-q", "-r", str(path), "-z", f"follow,tcp,raw,{stream}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    lines = done.stdout.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("Node 1")) + 1
    said = (line for line in lines[begin:] if not line.startswith("="))
    return turns((int(line.startswith("\t")), bytes.fromhex(line)) for line in said)


def captures_of(folder: Path) -> list[Path]:
    listed = (folder / "dev.list").read_text("utf-8").splitlines()
    paths = [folder / line.split("\t")[0] for line in listed if line and not line.startswith("#")]
    return [path for path in paths if not any(part in str(path) for part in (*DIFFERENT, "invalid-version"))]


def compare(path: Path) -> int:
    """Compare all streams of a capture; how many there were."""
    session = Session([str(path)])
    try:
        snapshot: Snapshot = session.wait()
        for stream in range(len(snapshot.connections)):
            assert ours(StreamData(session, snapshot, stream)) == theirs(path, stream), (path, stream)
        return len(snapshot.connections)
    finally:
        session.close()


def test_the_streams_of_real_captures_are_tsharks(shared_captures: Path) -> None:
    assert sum(map(compare, captures_of(shared_captures))) > 50


def test_the_streams_of_the_scenarios_are_tsharks(captures: Path) -> None:
    assert sum(map(compare, sorted(captures.glob("*.pcap")))) > 20


@pytest.mark.parametrize("part", DIFFERENT)
def test_where_they_differ_they_do(part: str, shared_captures: Path) -> None:
    (path, *_) = (path for path in shared_captures.rglob("*") if part in str(path) and path.is_file())
    with pytest.raises(AssertionError):
        compare(path)
