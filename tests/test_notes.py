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
    assert [notes.zero(row) for row in (2, 3, 6, 7, 99)] == [0, 3, 3, 7, 7]
    assert notes.zeros().tolist() == [0, 3, 7]


def test_nothing_is_said_any_more_of_packets_that_left_the_ring() -> None:
    notes = Notes()
    notes.mark_all(np.array([1, 5, 9]))
    for row in (3, 5):
        notes.toggle_ignored(row)
        notes.comment(row, "one")
    version = notes.version
    notes.let_go(5)
    assert (set(notes.marked), set(notes.ignored), set(notes.comments)) == ({5, 9}, {5}, {5})
    assert notes.marked.holds(np.array([0, 5, 6, 9])).tolist() == [False, True, False, True]
    assert notes.version == version
    assert notes.unsaved
    notes.let_go(6)
    assert not notes.unsaved
    assert notes.toggle_mark(7)
    assert list(notes.marked) == [7, 9]


def test_times_go_on_to_count_from_a_reference_that_left_the_ring() -> None:
    notes = Notes()
    for row in (3, 5, 9):
        notes.toggle_reference(row)
    notes.let_go(3)
    assert [notes.zero(row) for row in (3, 4)] == [3, 3]
    notes.let_go(8)
    assert set(notes.references) == {9}
    assert [notes.zero(row) for row in (8, 9)] == [5, 9]
    assert notes.zeros().tolist() == [5, 9]
    notes.toggle_reference(9)
    assert notes.zero(9) == 5
    notes.let_go(20)
    assert notes.zero(20) == 5


def test_notes_take_memory_for_what_is_kept_only() -> None:
    rows = RowSet()
    for first in range(0, 10**9, 10**8):
        rows.let_go(first)
        rows.put(np.array([first + 7]))
    assert (list(rows), rows._flags.there.nbytes) == ([first + 7], 8)


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
