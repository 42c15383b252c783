"""What only temporary files have is kept whole, in files that were not there before."""

from __future__ import annotations

import stat
import sys
import time
from typing import TYPE_CHECKING

import pytest
from feigned import FeignedSocket, feigned_capture

from tui.capture.live.keeping import keep
from tui.capture.live.program import ProgramRecording
from tui.capture.live.spec import Limits
from tui.errors import AccessError, CaptureError
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.capture.live.recording import LiveRecording


def times_in(path: Path) -> list[int]:
    session = Session([str(path)])
    try:
        assert session.wait().notices == ()
        return list(session.snapshot().packets.time)
    finally:
        session.close()


def captured(packets: int, ring: Limits = Limits()) -> LiveRecording:  # noqa: B008 it is frozen
    """A capture of so many packets that goes on."""
    socket = FeignedSocket()
    capture = feigned_capture(socket, ring=ring)
    capture.segments.nobody_reads()
    for _ in range(packets):
        socket.put(1)
    while capture.packets() < packets:
        time.sleep(0.01)
    return capture


@pytest.fixture
def capture() -> Iterator[LiveRecording]:
    made = captured(10)
    yield made
    made.close()


def test_a_capture_is_stopped_and_kept_whole_for_its_user_alone(
    capture: LiveRecording, tmp_path: Path
) -> None:
    (path,) = keep([capture], [tmp_path])
    assert capture.complete
    assert len(times_in(path)) == 10
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_touched(
    capture: LiveRecording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "strftime", lambda _: "20260131-120000")
    taken = [tmp_path / f"tcpscope-20260131-120000{number}.pcapng" for number in ("", "-2")]
    for each in taken:
        each.write_text("mine")
    (path,) = keep([capture], [tmp_path])
    assert path.name == "tcpscope-20260131-120000-3.pcapng"
    assert [each.read_text() for each in taken] == ["mine", "mine"]


def test_of_a_ring_the_files_that_are_there_become_one(tmp_path: Path) -> None:
    capture = captured(25, Limits(packets=10, files=2))
    try:
        (path,) = keep([capture], [tmp_path])
        times = times_in(path)
        assert (capture.gone(), len(times)) == (10, 15)
        assert times == sorted(times)
    finally:
        capture.close()


def test_a_folder_that_takes_nothing_is_passed_over(capture: LiveRecording, tmp_path: Path) -> None:
    (path,) = keep([capture], [tmp_path / "not there", tmp_path])
    assert path.parent == tmp_path


def test_if_no_folder_takes_it_the_error_says_why_and_nothing_is_lost(
    capture: LiveRecording, tmp_path: Path
) -> None:
    with pytest.raises(AccessError, match=r"in .*not there: No such file or directory"):
        keep([capture], [tmp_path / "not there"])
    (path,) = keep([capture], [tmp_path])
    assert len(times_in(path)) == 10


def test_what_cannot_be_written_to_its_end_leaves_no_file(
    capture: LiveRecording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(_copy: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(capture.segments, "copy_to", fill_the_disk)
    with pytest.raises(AccessError, match="No space left"):
        keep([capture], [tmp_path])
    assert list(tmp_path.iterdir()) == []


def test_what_a_program_captured_is_kept_in_its_own_format(captures: Path, tmp_path: Path) -> None:
    source = captures / "http-get.pcap"
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.stdout.buffer.write(open({str(source)!r}, 'rb').read())",
    ]
    capture = ProgramRecording("there", command, lambda *_: CaptureError("it failed"))
    try:
        capture.await_beginning()
        (path,) = keep([capture], [tmp_path])
        assert path.suffix == ".pcap"
        assert path.read_bytes() == source.read_bytes()
    finally:
        capture.close()
