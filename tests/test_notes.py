"""Notes: marks, ignored packets, references and comments, and the version that tells that they changed."""

from __future__ import annotations

import numpy as np
import pytest

from tui.notes import Notes, RowSet


@pytest.mark.parametrize(
    ("toggle", "rows"),
    [("toggle_mark", "marked"), ("toggle_ignored", "ignored"), ("toggle_reference", "references")],
)
def test_what_is_toggled_twice_is_as_before(toggle: str, rows: str) -> None:
    notes = Notes()
    assert getattr(notes, toggle)(3)
    assert getattr(notes, rows) == {3}
    assert not getattr(notes, toggle)(3)
    assert getattr(notes, rows) == set()


def test_the_version_rises_with_every_change() -> None:
    notes = Notes()
    versions = [notes.version]
    for change in (
        lambda: notes.toggle_mark(1),
        lambda: notes.toggle_ignored(1),
        lambda: notes.toggle_reference(1),
        lambda: notes.mark_all(np.array([1, 2])),
        notes.unmark_all,
        lambda: notes.comment(1, "why?"),
    ):
        change()
        versions.append(notes.version)
    assert versions == sorted(set(versions))


def test_times_count_from_the_last_reference_at_or_before_a_packet() -> None:
    notes = Notes()
    for row in (7, 3, 5):
        notes.toggle_reference(row)
    notes.toggle_reference(5)
    assert [notes.reference_before(row) for row in (2, 3, 6, 7, 99)] == [None, 3, 3, 7, 7]


def test_marking_all_keeps_what_is_marked() -> None:
    notes = Notes()
    notes.toggle_mark(9)
    notes.mark_all(np.array([1, 2]))
    assert set(notes.marked) == {1, 2, 9}
    notes.unmark_all()
    assert set(notes.marked) == set()


def test_a_set_of_packets_is_a_set() -> None:
    rows = RowSet()
    assert not rows
    assert 0 not in rows
    rows.put(np.array([5, 2, 5]))
    assert (set(rows), list(rows), len(rows)) == ({2, 5}, [2, 5], 2)
    assert np.int64(5) in rows
    assert -1 not in rows
    assert 99 not in rows
    assert rows.holds(np.array([0, 2, 5, 99])).tolist() == [False, True, True, False]
    rows.put(np.array([2]), in_it=False)
    assert set(rows) == {5}
    rows.put(np.zeros(0, np.int64))
    assert rows.rows().tolist() == [5]


def test_changed_comments_are_unsaved_until_they_are_saved() -> None:
    notes = Notes()
    assert not notes.unsaved
    notes.comment(4, "one", "two\nlines")
    assert notes.unsaved
    assert notes.comments == {4: ("one", "two\nlines")}
    notes.saved()
    assert not notes.unsaved


def test_comments_that_are_taken_away_are_remembered_as_none() -> None:
    notes = Notes()
    notes.comment(4)
    assert notes.comments == {4: ()}
