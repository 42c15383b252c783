"""What a capture's files hold, without a network: limits, rings, full disks, reading while it is written."""

from __future__ import annotations

import errno
import time
from contextlib import nullcontext
from itertools import count
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tui.capture.interface import NANOSECOND_TICKS, Interface
from tui.capture.live.files import Files
from tui.capture.live.recorder import Recorder
from tui.capture.live.recording import LiveRecording
from tui.capture.live.spec import Limits
from tui.capture.pcapng_writer import enhanced_packet, section_header
from tui.errors import CaptureError
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tui.capture.live.sockets import Frame

NONE = Limits()
HEADER = section_header("test")
PACKET = enhanced_packet(0, 0, 60, bytes(60))
ENDING = section_header("the end")


def _recorder(folder: Path, ring: Limits = NONE, stop: Limits = NONE) -> Recorder:
    folder.mkdir(exist_ok=True)
    return Recorder(Files(folder / "x.pcapng", nullcontext, ring != NONE), ring, stop, HEADER)


def _write(recorder: Recorder, packets: int) -> bool:
    return recorder.write([PACKET] * packets, lambda: ENDING)


def _sizes(folder: Path) -> list[int]:
    return [(path.stat().st_size - len(HEADER)) // len(PACKET) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize(("at_once", "times"), [(1, 12), (5, 3), (100, 1)])
def test_a_limit_of_packets_is_exact_however_many_come_at_once(
    tmp_path: Path, at_once: int, times: int
) -> None:
    recorder = _recorder(tmp_path, stop=Limits(packets=11))
    assert [_write(recorder, at_once) for _ in range(times)][-1] is False
    assert recorder.packets == 11
    assert _sizes(tmp_path) == [11]


@pytest.mark.parametrize(("at_once", "times"), [(1, 17), (17, 1)])
def test_a_ring_has_its_limit_in_each_file(tmp_path: Path, at_once: int, times: int) -> None:
    recorder = _recorder(tmp_path, ring=Limits(packets=4, files=2))
    assert all(_write(recorder, at_once) for _ in range(times))
    assert _sizes(tmp_path) == [4, 1]
    assert recorder.segments.gone == 12
    assert recorder.packets == 17


def test_a_file_ends_with_the_packet_that_fills_it(tmp_path: Path) -> None:
    size = len(HEADER) + 3 * len(PACKET)
    recorder = _recorder(tmp_path, ring=Limits(size=size - 1))
    _write(recorder, 5)
    assert _sizes(tmp_path) == [3, 2]


def test_the_files_of_a_ring_are_read_as_one_section(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path, ring=Limits(packets=2))
    _write(recorder, 5)
    read, place = bytearray(), 0
    buffer = memoryview(bytearray(100))
    while got := recorder.segments.read_into(buffer, place):
        read += buffer[:got]
        place += got
    assert bytes(read) == HEADER + 2 * PACKET + ENDING + 2 * PACKET + ENDING + PACKET


def test_what_nobody_reads_leaves_at_once_and_what_is_read_stays_until_it_was(tmp_path: Path) -> None:
    unread = _recorder(tmp_path / "unread", ring=Limits(packets=1, files=1))
    unread.segments.nobody_reads()
    _write(unread, 3)
    with pytest.raises(CaptureError, match="has left the ring"):
        unread.segments.read_into(memoryview(bytearray(1)), 0)

    read = _recorder(tmp_path / "read", ring=Limits(packets=1, files=1))
    _write(read, 3)
    buffer = memoryview(bytearray(len(HEADER)))
    assert read.segments.read_into(buffer, 0) == len(HEADER)
    assert bytes(buffer) == HEADER


class _FullDisk:
    """A file that takes so many bytes more."""

    def __init__(self, file: object, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: memoryview) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written: int = self._file.write(data[: self._room])  # type: ignore[attr-defined]  # a BinaryIO
        self._room -= written
        return written

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


@pytest.mark.parametrize(("room", "kept"), [(0, 0), (1, 0), (len(PACKET), 1), (3 * len(PACKET) - 1, 2)])
def test_a_full_disk_keeps_whole_packets_and_counts_the_others(tmp_path: Path, room: int, kept: int) -> None:
    recorder = _recorder(tmp_path)
    segment = recorder.segments.last
    segment.made = segment.made._replace(file=_FullDisk(segment.made.file, room))  # type: ignore[arg-type]
    with pytest.raises(CaptureError, match="the disk is full"):
        _write(recorder, 5)
    assert (recorder.packets, recorder.lost) == (kept, 5 - kept)
    assert (tmp_path / "x.pcapng").read_bytes() == HEADER + kept * PACKET
    assert segment.packets == kept


class _Packets:
    """A socket that gives what it was given."""

    interfaces: Sequence[Interface] = ()

    def __init__(self, *bursts: list[Frame]) -> None:
        self._bursts: Iterator[list[Frame]] = iter(bursts)
        self.closed = False

    def receive(self, _seconds: float) -> list[Frame]:
        return next(self._bursts, [])

    def dropped(self) -> int:
        return 4

    def close(self) -> None:
        self.closed = True


def test_a_session_reads_a_capture_as_it_grows(tmp_path: Path) -> None:
    interface = Interface(recording=0, link_type=1, resolution=NANOSECOND_TICKS, name="test0")
    bursts = [[(0, number, 60, bytes(60), 1)] for number in range(50)]
    socket = _Packets(*bursts)
    socket.interfaces = [interface, replace(interface, name="test1")]
    recorder = _recorder(tmp_path, ring=Limits(packets=7, files=2), stop=Limits(packets=50))
    recording = LiveRecording("test", socket, recorder)
    recording.start()
    session = Session([recording])
    try:
        snapshot = session.wait()
        assert len(snapshot.packets) == 50
        assert snapshot.packets.time.tolist() == list(range(50))
        assert [each.name for each in snapshot.interfaces] == ["test0", "test1"]
        assert snapshot.notices == ()
        assert (recording.packets(), recording.gone(), recording.drops()) == (50, 42, (4, 0))
        assert socket.closed
    finally:
        session.close()


def test_what_came_before_the_end_is_recorded_and_nothing_of_later(tmp_path: Path) -> None:
    future = time.time_ns() + 10**12
    numbers = count()
    before = [(0, next(numbers), 60, bytes(60), 0) for _ in range(3)]
    socket = _Packets(before, [(0, next(numbers), 60, bytes(60), 0), (0, future, 60, bytes(60), 0)], before)
    recording = LiveRecording("test", socket, _recorder(tmp_path, stop=Limits(seconds=0.0)))
    recording.start()
    recording.finish()
    assert recording.packets() == 4
    recording.close()
