"""Spools: what happens to the source or to the disk loses nothing that had already come."""

from __future__ import annotations

import tempfile
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tui.capture.spool import Spool
from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator


def wait_for_end(spool: Spool) -> None:
    while not spool.complete:
        spool.wait(60)


def test_a_source_that_fails_leaves_what_it_gave_and_says_why() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"abc"
        raise CaptureError("the cable was cut")

    spool = Spool("eth0", pieces(), threading.Event())
    wait_for_end(spool)
    assert spool.read(0, spool.size) == b"abc"
    assert spool.failure is not None
    assert spool.failure.message == "the cable was cut"
    spool.close()


def test_a_full_disk_leaves_what_was_written_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: open("/dev/full", "r+b", buffering=0))  # noqa: SIM115, PTH123
    spool = Spool("eth0", iter([b"abc"]), threading.Event())
    wait_for_end(spool)
    assert spool.failure is not None
    assert "could not be written after byte 0: No space left on device" in spool.failure.message
    assert "TMPDIR" in spool.failure.hint
    spool.close()


def test_no_temporary_directory_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(CaptureError, match="no temporary file could be made"):
        Spool("eth0", iter([b"abc"]), threading.Event())


def test_news_between_reading_and_waiting_is_not_slept_through() -> None:
    go = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        go.wait(60)

    spool = Spool("eth0", pieces(), threading.Event())
    while spool.size == 0:
        pass
    start = time.monotonic()
    spool.wait(60)
    assert time.monotonic() - start < 10
    go.set()
    spool.close()


def test_closing_stops_a_source_that_never_ends() -> None:
    def pieces() -> Iterator[bytes]:
        while True:
            yield bytes(1000)

    before = threading.active_count()
    spool = Spool("eth0", pieces(), threading.Event())
    spool.wait(60)
    spool.close()
    assert threading.active_count() == before
    assert spool.failure is None


def test_nobody_else_can_harm_a_spool() -> None:
    spool = Spool("eth0", iter([b"abc"]), threading.Event())
    assert spool.check() is None
    spool.close()
