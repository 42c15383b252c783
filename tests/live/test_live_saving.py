"""Packets of a live capture are saved while it goes on, those of a ring as far as they are there."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from tui.capture.formats import Format
from tui.capture.interface import NANOSECOND_TICKS, Interface
from tui.capture.live import segments
from tui.capture.live.files import Files
from tui.capture.live.recorder import Recorder
from tui.capture.live.recording import LiveRecording
from tui.capture.live.spec import Limits
from tui.capture.pcapng_writer import section_header
from tui.capture.save.target import saved_to
from tui.index.table import Packets
from tui.report.save.saving import Saved, Saving
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tui.capture.live.sockets import Frame

HEADER = section_header("test", system="Linux 6")
INTERFACE = Interface(
    recording=0, link_type=1, resolution=NANOSECOND_TICKS, name="test0", filter="udp", snap_length=96
)
PACKETS = 50


class _Packets:
    """A socket that gives a packet at a time, numbered."""

    interfaces: Sequence[Interface] = (INTERFACE, replace(INTERFACE, name="test1"))

    def __init__(self) -> None:
        self._bursts: Iterator[list[Frame]] = iter(
            [(number % 2, number, 60, bytes([number]) * 60, 1)] for number in range(PACKETS)
        )

    def receive(self, _seconds: float) -> list[Frame]:
        return next(self._bursts, [])

    def dropped(self) -> int:
        return 0

    def close(self) -> None:
        pass


def _captured(folder: Path | None, ring: Limits) -> Session:
    files = Files(folder / "ring.pcapng" if folder else None, nullcontext, ring != Limits())
    recorder = Recorder(files, ring, Limits(packets=PACKETS), HEADER)
    recording = LiveRecording("test", _Packets(), recorder)
    recording.start()
    return Session([recording])


def _save(session: Session, path: Path) -> Saved:
    snapshot = session.wait()
    saving = Saving(session, snapshot, np.arange(len(snapshot.packets)), Format.PCAPNG)
    with saved_to(path, None, replace=False) as output:
        return saving.write(output)


def _check(path: Path, first: int) -> None:
    saved = Session([str(path)])
    try:
        snapshot = saved.wait()
        assert snapshot.notices == ()
        assert snapshot.packets.time.tolist() == list(range(first, PACKETS))
        assert [saved.frame(row)[0] for row in range(PACKETS - first)] == list(range(first, PACKETS))
        assert snapshot.packets.interface.tolist() == [number % 2 for number in range(first, PACKETS)]
        assert snapshot.interfaces == (INTERFACE, replace(INTERFACE, name="test1"))
    finally:
        saved.close()


def test_a_capture_in_a_temporary_file_is_saved_whole(tmp_path: Path) -> None:
    session = _captured(None, Limits())
    try:
        assert _save(session, tmp_path / "saved") == Saved(PACKETS, 0)
    finally:
        session.close()
    _check(tmp_path / "saved", 0)


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A ring of two files that has the last eight packets."""
    monkeypatch.setattr(segments, "GRACE_SECONDS", 0.0)
    (tmp_path / "ring").mkdir()
    session = _captured(tmp_path / "ring", Limits(packets=7, files=2))
    yield session
    session.close()


def test_of_a_ring_what_is_there_is_saved_with_its_interfaces(ring: Session, tmp_path: Path) -> None:
    assert _save(ring, tmp_path / "saved") == Saved(8, 42)
    _check(tmp_path / "saved", 42)


def test_what_leaves_the_ring_while_it_is_saved_is_left_out(ring: Session, tmp_path: Path) -> None:
    packets = ring.wait().packets
    everything = Packets(packets._columns, len(packets), packets.quoting)
    early = replace(ring.wait(), packets=everything)  # as it was before files left
    saving = Saving(ring, early, np.arange(PACKETS), Format.PCAPNG)
    with saved_to(tmp_path / "saved", None, replace=False) as output:
        assert saving.write(output) == Saved(8, 42)
    _check(tmp_path / "saved", 42)
