"""A capture ends where it was told to, and its files are as large as they were told to be."""

from __future__ import annotations

import re
import signal
import time
from typing import TYPE_CHECKING

import pytest
from captured_frames import frames_of, tshark_reads
from hosts import SECONDS, TCPSCOPE, capturing, two_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hosts import Host

pytestmark = pytest.mark.slow

FILTER = "udp and port 9"
OVERHEAD = 44  # bytes of a block around a packet's


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


def _record(hosts: tuple[Host, Host], folder: Path, count: int, *arguments: str) -> list[Path]:
    """The files, in order, after `count` datagrams of 142 bytes; the capture ends by itself."""
    near, far = hosts
    written = ("--no-drop", "-w", str(folder / "cut.pcapng"), *arguments, FILTER)
    with capturing(far, "-i", "far0", *written) as capture:
        near.datagrams(far.address, count, pause=0.001)
        assert capture.end() == 0
    return sorted(folder.iterdir())


def _numbers(path: Path) -> list[int]:
    """Of the datagrams in a file."""
    return [int(re.findall(rb"datagram (\d+)", frame.data)[0]) for frame in frames_of(path)]


@pytest.mark.parametrize("limit", [("-c", "7"), ("-a", "packets:7")])
def test_it_ends_after_so_many_packets(
    hosts: tuple[Host, Host], tmp_path: Path, limit: tuple[str, str]
) -> None:
    (path,) = _record(hosts, tmp_path, 30, *limit)
    assert _numbers(path) == list(range(7))
    assert tshark_reads(path) == 7


def test_it_ends_after_so_many_bytes(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    (path,) = _record(hosts, tmp_path, 50, "-a", "filesize:4")
    numbers = _numbers(path)
    assert numbers == list(range(len(numbers)))
    statistics = 100
    assert 4000 <= path.stat().st_size < 4000 + 142 + OVERHEAD + statistics
    tshark_reads(path)


def test_it_ends_after_so_long_though_nothing_comes(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    _, far = hosts
    begun = time.monotonic()
    with capturing(far, "-i", "far0", "-q", "-a", "duration:0.5", FILTER) as capture:
        assert capture.end() == 0
    assert time.monotonic() - begun < SECONDS
    assert "0 packets captured" in capture.said


def test_a_ring_keeps_the_latest_files(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    paths = _record(hosts, tmp_path, 40, "-b", "packets:5", "-b", "files:3", "-c", "32")
    assert [_numbers(path) for path in paths] == [
        [20, 21, 22, 23, 24],
        [25, 26, 27, 28, 29],
        [30, 31],
    ]
    assert [tshark_reads(path) for path in paths] == [5, 5, 2]
    names = [re.fullmatch(r"cut_(\d{5})_\d{14}\.pcapng", path.name) for path in paths]
    assert [name[1] for name in names if name] == ["00005", "00006", "00007"]


def test_a_ring_of_bytes_loses_nothing_between_files(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    paths = _record(hosts, tmp_path, 100, "-b", "filesize:3", "-c", "100")
    assert len(paths) > 3
    assert [number for path in paths for number in _numbers(path)] == list(range(100))
    assert all(path.stat().st_size < 3000 + 142 + OVERHEAD + 100 for path in paths)
    assert sum(map(tshark_reads, paths)) == 100


def test_a_ring_of_seconds_begins_a_file_when_its_time_has_come(
    hosts: tuple[Host, Host], tmp_path: Path
) -> None:
    near, far = hosts
    ring = ("-b", "duration:0.4", "-w", str(tmp_path / "cut.pcapng"), "--no-drop")
    with capturing(far, "-i", "far0", *ring, FILTER) as capture:
        near.datagrams(far.address, 12, pause=0.1)
        assert capture.end(signal.SIGTERM) == 0
    paths = sorted(tmp_path.iterdir())
    assert len(paths) > 2
    assert [number for path in paths for number in _numbers(path)] == list(range(12))


def test_it_ends_after_so_many_files(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    paths = _record(hosts, tmp_path, 50, "-b", "packets:5", "-a", "files:3")
    assert [number for path in paths for number in _numbers(path)] == list(range(15))
    assert len(paths) == 3


def test_what_is_printed_of_a_ring_goes_on_over_its_files(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    ring = ("-b", "packets:10", "-b", "files:2", "-w", str(tmp_path / "cut.pcapng"), "--no-drop")
    printed = ("-T", "fields", "-e", "frame.number", "-e", "frame.interface_id", "-e", "udp.length")
    with capturing(far, "-i", "far0", "-c", "55", *ring, *printed, FILTER) as capture:
        near.datagrams(far.address, 60, pause=0.002)
        assert capture.end() == 0
    assert capture.out.splitlines() == [f"{number}\t0\t108" for number in range(1, 56)]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_ring_without_a_name_leaves_nothing_behind(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    ring = ("-b", "packets:3", "-b", "files:2", "--no-drop")
    with capturing(
        far, "-i", "far0", "-c", "10", *ring, "-q", FILTER, environment={"TMPDIR": str(tmp_path)}
    ) as capture:
        near.datagrams(far.address, 10)
        assert capture.end() == 0
    assert "Packets:     4, and 6 that left the ring of files" in capture.out
    assert list(tmp_path.iterdir()) == []


def test_several_sources_are_merged_while_one_is_silent(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "recorded.pcapng"
    with capturing(far, "-i", "far0", "-c", "2", "--no-drop", "-w", str(path), FILTER) as capture:
        near.datagrams(far.address, 2)
        assert capture.end() == 0
    printed = ("-T", "fields", "-e", "udp.length", "-r", str(path))
    with capturing(far, "-i", "lo", "--no-drop", *printed, FILTER) as capture:
        assert capture.process.stdout is not None
        assert [capture.process.stdout.readline() for _ in range(2)] == ["108\n"] * 2
        far.datagrams("127.0.0.1", 1, size=50)
        assert capture.process.stdout.readline() == "58\n"
        assert capture.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("-i", "far0", "tcp prt 80"), 2, "syntax error"),
        (("-i", "far0", "-f", "port http and nonsense"), 2, "nonsense"),
        (("-i", "lo,far0", "host"), 2, "capture filter 'host'"),
        (("-i", "far1"), 3, "did you mean far0?"),
        (("-i", "far0", "-w", "/proc/no/such/file"), 3, "cannot be written"),
        (("-i", "far0", "-w", "/dev/null"), 2, "no plain file"),
        (("-i", "far0", "-a", "packages:3"), 2, "nothing is called 'packages'"),
        (("-i", "far0", "-a", "packets:none"), 2, "a number above 0"),
    ],
)
def test_what_is_wrong_is_said_before_anything_starts(
    hosts: tuple[Host, Host], arguments: tuple[str, ...], status: int, words: str
) -> None:
    returned, out, said = hosts[1].outcome(*TCPSCOPE, *arguments)
    assert (returned, out) == (status, "")
    assert words in said
    assert "Traceback" not in said
    assert "capturing on" not in said


def test_a_wrong_filter_leaves_the_file_as_it_was(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    path = tmp_path / "kept.pcapng"
    path.write_text("what was there")
    hosts[1].outcome(*TCPSCOPE, "-i", "far0", "-w", str(path), "tcp prt 80")
    assert path.read_text() == "what was there"


def test_interfaces_are_listed_with_their_state_and_addresses(hosts: tuple[Host, Host]) -> None:
    _, far = hosts
    listed = far.run(*TCPSCOPE, "-D")
    assert re.search(r"^1\. far0  up  10\.97\.0\.2  fd97::2", listed, re.MULTILINE)
    assert re.search(r"^2\. lo  up  loopback  127\.0\.0\.1  ::1$", listed, re.MULTILINE)
    assert "\n3. any  all of them\n" in listed
