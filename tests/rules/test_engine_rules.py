"""One engine thread writes; the screen reads immutable snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sources import program

from tui.index.schema import PACKET
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.session import Snapshot

ENGINE = (
    *("tui/capture", "tui/index", "tui/tcp", "tui/decode", "tui/names", "tui/filter"),
    *("tui/session", "tui/report"),
)


@pytest.fixture
def snapshot(captures: Path) -> Iterator[Snapshot]:
    session = Session([str(captures / "three-way-close.pcap")])
    yield session.wait()
    session.close()


def test_threads_are_started_by_the_session_by_recordings_and_to_ask_name_servers_only() -> None:
    starters = {
        source.place for source in program() for name, _ in source.calls() if name in {"Thread", "submit"}
    }
    recordings = {"tui/capture/spool.py", "tui/capture/live/recording.py"}
    asking = {"tui/names/reverse.py"}  # a resolver that hangs must not keep anybody from leaving
    assert starters == {"tui/session.py"} | recordings | asking


def test_the_engine_posts_nothing_to_the_screen() -> None:
    posts = {"post_message", "call_from_thread", "call_later", "run_worker"}
    assert [
        source.at(call) for source in program(*ENGINE) for name, call in source.calls() if name in posts
    ] == []


def test_a_snapshot_cannot_be_changed(snapshot: Snapshot) -> None:
    with pytest.raises(AttributeError):
        snapshot.version = 0  # type: ignore[misc]  # that it cannot be is what is tested
    assert len(snapshot.connections) == 1
    assert not snapshot.connections.flags.writeable


@pytest.mark.parametrize("name", PACKET.names or ())
def test_a_column_of_a_snapshot_cannot_be_changed(snapshot: Snapshot, name: str) -> None:
    column: np.ndarray = getattr(snapshot.packets, name, np.zeros(0))
    if len(column):
        assert not column.flags.writeable
