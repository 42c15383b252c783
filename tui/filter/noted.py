"""Fields that come from what a person says of packets: marks, what is ignored, time references, comments.

Invariant: where a view knows of no notes, there are none; no byte of a packet is read but for comments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.filter.columns import Column
from tui.filter.field import Effort, Field, Type
from tui.index.schema import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.filter.chunk import Bools, Chunk
    from tui.filter.columns import Columns
    from tui.filter.field import Values
    from tui.notes import Notes, RowSet


def _among(chunk: Chunk, rows_of: Callable[[Notes], RowSet]) -> Bools:
    notes = chunk.view.means.notes
    rows = rows_of(notes) if notes is not None else ()
    return rows.holds(chunk.at) if rows else np.zeros(len(chunk), np.bool_)


def _either(rows_of: Callable[[Notes], RowSet]) -> Columns:
    """1 or 0 for every packet."""
    return lambda chunk: Column(_among(chunk, rows_of).astype(np.int64))


def _reference(chunk: Chunk) -> Column:
    there = _among(chunk, lambda notes: notes.references)
    return Column(there.astype(np.int64), there)


def _commented(chunk: Chunk) -> Bools:
    """Which packets may have comments."""
    there, notes = chunk.marked(Mark.COMMENT), chunk.view.means.notes
    if notes is not None and notes.comments:
        there = there | np.isin(chunk.at, tuple(notes.comments))
    return there


def _comments(chunk: Chunk) -> Values:
    comments = chunk.view.means.comments
    return [comments(row) for row in chunk.rows] if comments is not None else [()] * len(chunk)


FIELDS = (
    Field("frame.marked", "Frame is marked", Type.BOOL, _either(lambda notes: notes.marked)),
    Field("frame.ignored", "Frame is ignored", Type.BOOL, _either(lambda notes: notes.ignored)),
    Field("frame.ref_time", "This is a Time Reference frame", Type.NONE, _reference),
    Field(
        "frame.comment",
        "Comment",
        Type.STRING,
        values=_comments,
        effort=Effort.BYTES,
        candidates=_commented,
    ),
)
NAMES = frozenset({"frame.time_relative", *(field.name for field in FIELDS)})
"""The fields that change when notes do."""
