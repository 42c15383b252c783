"""Fields as cells of the packet list: their values in words or as numbers, for the rows that are looked at.

Invariant: a row is looked at only when it is asked for. What takes decoding, or a survey of all connections,
is known apart (`late`), so that nobody who may not wait asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.errors import CaptureError, printable
from tui.filter.field import Effort, Field, Type
from tui.report.fields import values_of, writer_of
from tui.report.filtered import view_of
from tui.report.list_columns import field_of
from tui.tcp.verdict import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.filter.chunk import Chunk, Ints
    from tui.report.list_columns import ListColumn
    from tui.session import Session, Snapshot

_LATE = (Effort.CONNECTIONS, Effort.DECODING)
_AGGREGATOR = ","
_YES, _NO = "True", "False"
_THERE = "✓"

Cells = list[str]
"""One column's cell for each row."""


class FieldCells:
    """Makes the cells of those of `columns` (by their places) that are fields.

    `before` gives the packet that is displayed before one; itself, if that is the first.
    """

    def __init__(
        self, session: Session, columns: Mapping[int, ListColumn], before: Callable[[int], int]
    ) -> None:
        self._session = session
        self._before = before
        self._fields = {
            place: (field, write_of(field, column))
            for place, column in columns.items()
            if (field := field_of(column)) is not None
        }
        self.late = frozenset(place for place, (field, _) in self._fields.items() if is_late(field))
        self.of_displayed = any(field.of_displayed for field, _ in self._fields.values())

    def cells(self, snapshot: Snapshot, rows: Sequence[int], *, late: bool) -> dict[int, Cells]:
        """By place: the cells of these rows in all columns, or only in those that are not late."""
        asked = {place: row for place, row in self._fields.items() if late or place not in self.late}
        if not asked:
            return {}
        ascending, back = np.unique(np.asarray(rows, np.int64), return_inverse=True)
        chunk = view_of(self._session, snapshot, self._all_before).pick(ascending)
        found = {place: _texts(field, chunk, write) for place, (field, write) in asked.items()}
        return {place: [texts[index] for index in back.tolist()] for place, texts in found.items()}

    def _all_before(self, rows: Ints) -> Ints:
        return np.array([self._before(row) for row in rows.tolist()], np.int64)


def is_late(field: Field) -> bool:
    """Whether its values take longer than somebody can wait who moves the cursor."""
    return field.effort in _LATE


def write_of(field: Field, column: ListColumn) -> Callable[..., str]:
    """How a value of the field is written in the column."""
    plain = writer_of(field)
    if column.form == "number":
        return (lambda value: str(int(value))) if field.type is Type.BOOL else plain
    if field.type is Type.DURATION:
        return duration
    if field.type is Type.NONE:
        return lambda value: _THERE
    names = field.names or ({1: _YES, 0: _NO} if field.type is Type.BOOL else None)
    return (lambda value: names.get(value) or plain(value)) if names else plain


def _texts(field: Field, chunk: Chunk, write: Callable[..., str]) -> Cells:
    try:
        return [printable(_AGGREGATOR.join(map(write, values))) for values in values_of(field, chunk)]
    except CaptureError as error:
        if len(chunk) == 1:
            return [f"[{error.message}]"]
        each = (chunk.view.pick(chunk.at[place : place + 1]) for place in range(len(chunk)))
        return [text for alone in each for text in _texts(field, alone, write)]
