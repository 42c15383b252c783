"""What a user may name, and what comes of it: files, FIFOs, standard input, and all that is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tui.capture.source import open_recording
from tui.capture.spool import Spool
from tui.errors import AccessError, CaptureError, TcpscopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = bytes(range(256)) * 3000  # more than a pipe holds, and than one piece


@pytest.fixture
def stdin() -> Iterator[int]:
    """The end to write to of a pipe that is standard input meanwhile."""
    saved = os.dup(0)
    read_end, write_end = os.pipe()
    os.dup2(read_end, 0)
    os.close(read_end)
    yield write_end
    os.dup2(saved, 0)
    os.close(saved)


def everything(recording: Spool) -> bytes:
    while not recording.complete:
        recording.wait(60)
    return recording.read(0, recording.size)


def spooled(name: str) -> Spool:
    recording = open_recording(name)
    assert isinstance(recording, Spool)
    return recording


def message_for(name: str) -> str:
    with pytest.raises(CaptureError) as caught:
        open_recording(name)
    return caught.value.message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert message_for(str(tmp_path / "none.pcap")) == f"{tmp_path}/none.pcap: no such file"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert message_for(str(tmp_path)) == f"{tmp_path} is a directory, expected a capture file"


def test_a_device_is_refused() -> None:
    assert message_for("/dev/zero") == "/dev/zero is a character device, expected a capture file"


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have 107 bytes only
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.socket")
        assert message_for("a.socket") == "a.socket is a socket, expected a capture file"


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000, "\udcff\x1b[2J", "/etc/passwd/x"])
def test_an_impossible_name_is_one_clear_line(name: str) -> None:
    assert message_for(name).isprintable()


def test_a_file_that_may_not_be_read_is_a_matter_of_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret.pcap"
    path.write_bytes(DATA)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # file modes do not stop root, who may run this
    with pytest.raises(AccessError, match=r"secret\.pcap: no permission to read it"):
        open_recording(str(path))


def test_a_fifo_that_nobody_writes_to_yet_blocks_nobody(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    recording = spooled(str(fifo))
    recording.wait(0.01)
    assert not recording.complete
    assert recording.size == 0
    recording.close()
    assert recording.complete
    assert recording.failure is None


def test_a_fifo_is_read_to_the_end_of_its_writer(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    recording = spooled(str(fifo))
    writer = threading.Thread(target=fifo.write_bytes, args=(DATA,))
    writer.start()
    assert everything(recording) == DATA
    assert recording.failure is None
    assert recording.total == len(DATA)
    writer.join()
    recording.close()


def test_what_a_pipe_has_brought_so_far_can_be_read_at_once(stdin: int) -> None:
    recording = spooled("-")
    assert recording.name == "standard input"
    for number, word in enumerate([b"\xd4\xc3\xb2\xa1", b"abcd"]):
        os.write(stdin, word)
        while recording.size < 4 * (number + 1):
            recording.wait(60)
        assert recording.read(4 * number, 4) == word
        assert not recording.complete
        assert recording.total is None
    os.close(stdin)
    assert everything(recording) == b"\xd4\xc3\xb2\xa1abcd"
    recording.close()


def test_closing_ends_the_thread_that_waits_for_a_pipe(stdin: int) -> None:
    before = threading.active_count()
    recording = spooled("-")
    os.write(stdin, b"\xd4\xc3")
    recording.close()
    assert threading.active_count() == before
    os.close(stdin)


def test_an_empty_pipe_is_complete_and_empty(stdin: int) -> None:
    os.close(stdin)
    recording = spooled("-")
    assert everything(recording) == b""
    assert recording.failure is None
    recording.close()


def test_a_file_on_standard_input_is_read_in_place(tmp_path: Path, stdin: int) -> None:
    os.close(stdin)
    path = tmp_path / "capture.pcap"
    path.write_bytes(DATA)
    with path.open("rb") as file:
        os.dup2(file.fileno(), 0)
        recording = open_recording("-")
        assert not isinstance(recording, Spool)
        assert recording.read(0, recording.size) == DATA
        recording.close()


def test_a_file_on_standard_input_is_read_from_where_it_stands(tmp_path: Path, stdin: int) -> None:
    os.close(stdin)
    path = tmp_path / "capture.pcap"
    path.write_bytes(b"skipped" + DATA)
    with path.open("rb") as file:
        os.dup2(file.fileno(), 0)
        os.lseek(0, 7, os.SEEK_SET)
        recording = spooled("-")
        assert everything(recording) == DATA
        recording.close()


def test_a_terminal_as_standard_input_is_refused_with_advice(stdin: int) -> None:
    os.close(stdin)
    master, slave = os.openpty()
    os.dup2(slave, 0)
    with pytest.raises(UsageError) as caught:
        open_recording("-")
    os.close(master)
    os.close(slave)
    assert "tcpdump -w -" in caught.value.hint


def test_closed_standard_input_is_an_error_of_ours(stdin: int) -> None:
    os.close(stdin)
    os.close(0)
    with pytest.raises(TcpscopeError, match="standard input: "):
        open_recording("-")


def test_a_process_substitution_is_read_to_its_end() -> None:
    program = (
        "import sys; from tui.capture.source import open_recording as o\n"
        "r = o(sys.argv[1])\n"
        "while not r.complete: r.wait(60)\n"
        "print(r.size, r.failure)"
    )
    command = f"{sys.executable} -c '{program}' <(head -c 300000 /dev/zero)"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("300000 None\n", "")
