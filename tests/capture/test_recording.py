"""Plain files: read in place, grown, shrunk, deleted and replaced under our eyes."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tui.capture.source import open_recording
from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.capture.recording import Recording

DATA = b"\xd4\xc3\xb2\xa1" + bytes(range(200))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "capture.pcap"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def recording(path: Path) -> Iterator[Recording]:
    recording = open_recording(str(path))
    yield recording
    recording.close()


def test_a_plain_file_is_complete_and_as_long_as_it_is(recording: Recording) -> None:
    assert recording.complete
    assert recording.size == recording.total == len(DATA)
    assert recording.failure is None


def test_bytes_are_read_wherever_they_stand(recording: Recording) -> None:
    assert recording.read(4, 10) == bytes(range(10))
    buffer = bytearray(300)
    assert recording.read_into(memoryview(buffer), 4) == 200
    assert buffer[:200] == bytes(range(200))


def test_at_the_end_there_is_nothing_to_read(recording: Recording) -> None:
    assert recording.read_into(memoryview(bytearray(10)), len(DATA)) == 0


def test_bytes_that_are_not_there_are_an_error_with_the_place(recording: Recording) -> None:
    with pytest.raises(CaptureError, match=r"capture\.pcap: 10 bytes expected at byte 200, 4 are there"):
        recording.read(200, 10)


def test_what_a_file_has_grown_by_is_read_without_following(recording: Recording, path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")
    assert recording.read(len(DATA), 4) == b"more"
    assert recording.total == len(DATA) + 4
    assert recording.check() is None


def test_a_followed_file_is_not_complete_until_it_is_closed(path: Path) -> None:
    recording = open_recording(str(path), follow=True)
    assert not recording.complete
    assert recording.total is None
    recording.close()
    assert recording.complete


def test_waiting_for_a_followed_file_ends_when_it_is_closed(path: Path) -> None:
    recording = open_recording(str(path), follow=True)
    threading.Timer(0.01, recording.close).start()
    while not recording.complete:
        recording.wait(60)


def test_a_followed_file_is_read_as_it_grows(path: Path) -> None:
    recording = open_recording(str(path), follow=True)
    with path.open("ab", buffering=0) as file:
        for number in range(3):
            file.write(bytes([number]))
            recording.wait(60)
            assert recording.size == len(DATA) + number + 1
            assert recording.read(len(DATA) + number, 1) == bytes([number])
    recording.close()


def test_waiting_for_a_complete_file_takes_no_time(recording: Recording) -> None:
    start = time.monotonic()
    recording.wait(60)
    assert time.monotonic() - start < 10


def test_a_file_that_shrank_is_told_and_stays_told(recording: Recording, path: Path) -> None:
    os.truncate(path, 100)
    words = f"{path} shrank from 204 to 100 bytes while it was open"
    assert recording.check() == words
    assert recording.check() == words
    with pytest.raises(CaptureError):
        recording.read(100, 1)


def test_a_deleted_file_is_told_and_can_still_be_read(recording: Recording, path: Path) -> None:
    path.unlink()
    assert recording.check() == f"{path} was deleted while it was open; it is kept until it is closed here"
    assert recording.read(0, 4) == DATA[:4]


def test_a_replaced_file_is_told_and_the_old_one_stays(recording: Recording, path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(bytes(500))
    other.rename(path)
    assert recording.check() == f"{path} was replaced while it was open; the old file is shown"
    assert recording.read(0, 4) == DATA[:4]


def test_a_file_found_by_a_relative_name_is_found_after_a_change_of_directory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    recording = open_recording(path.name)
    monkeypatch.chdir("/")
    assert recording.check() is None
    recording.close()


def test_reading_after_closing_is_an_error(recording: Recording) -> None:
    recording.close()
    with pytest.raises(CaptureError, match="is closed"):
        recording.read(0, 1)
