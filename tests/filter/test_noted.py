"""Fields of notes: marks, ignored packets, references and comments, those of a file and new ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from viewing import numbers

from tui.filter.chunk import Means, View
from tui.report.filtered import view_of
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.session import Snapshot

CAPTURE = Path(__file__).parents[2] / "captures" / "three-way-close.pcap"


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session([str(CAPTURE)])
    try:
        session.wait()
        yield session
    finally:
        session.close()


def passing(session: Session, expression: str) -> str:
    return numbers(view_of(session, session.snapshot()), expression)


def test_marks_and_ignored_packets_are_booleans_that_every_packet_has(session: Session) -> None:
    session.notes.mark_all(np.array([1, 4]))
    session.notes.toggle_ignored(2)
    assert passing(session, "frame.marked == 1") == "2,5"
    assert passing(session, "!frame.marked == 1") == "1,3-4,6-10"
    assert passing(session, "frame.ignored == 1") == "3"
    assert passing(session, "frame.ignored") == "1-10"


def test_a_time_reference_is_only_there_where_it_was_set(session: Session) -> None:
    session.notes.toggle_reference(3)
    assert passing(session, "frame.ref_time") == "4"


def test_relative_times_count_from_the_last_reference(session: Session) -> None:
    before = passing(session, "frame.time_relative == 0")
    session.notes.toggle_reference(6)
    assert (before, passing(session, "frame.time_relative == 0")) == ("1", "1,7")
    assert passing(session, "frame.time_relative < 0") == "none"


def test_new_comments_are_found_beside_those_that_a_packet_lost(session: Session) -> None:
    session.notes.comment(0, "the first", "look here")
    session.notes.comment(1)
    assert passing(session, "frame.comment") == "1"
    assert passing(session, 'frame.comment contains "look"') == "1"
    assert passing(session, 'frame.comment == "the first"') == "1"
    assert passing(session, 'frame.comment contains "elsewhere"') == "none"


def test_without_notes_nothing_is_noted(session: Session) -> None:
    snapshot: Snapshot = session.snapshot()
    view = View(snapshot, Means(session.frame, session.datagram, lambda row: (), lambda rows: []))
    assert numbers(view, "frame.marked == 1 || frame.ref_time || frame.comment") == "none"
    assert numbers(view, "frame.time_relative == 0") == "1"
