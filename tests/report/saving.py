"""Saves captures, and looks at what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.capture.formats import Format
from tui.capture.save.target import saved_to
from tui.report.save.ranges import rows_in
from tui.report.save.saving import Saved, Saving
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def save(
    paths: Sequence[Path],
    saved: Path,
    numbers: str = "1-",
    form: Format = Format.PCAPNG,
    comments: Mapping[int, tuple[str, ...]] | None = None,
) -> Saved:
    """Save the packets with these numbers; those that are not there are left out."""
    session = Session([str(path) for path in paths])
    try:
        snapshot = session.wait()
        rows = rows_in(numbers, len(snapshot.packets))
        saving = Saving(session, snapshot, rows, form, comments or {})
        with saved_to(saved, None, replace=False) as output:
            return saving.write(output)
    finally:
        session.close()


def of_us(path: Path) -> list[tuple[Any, ...]]:
    """Each packet as we see it: time, lengths, interface, comments, bytes."""
    session = Session([str(path)])
    try:
        snapshot = session.wait()
        contexts = [session.context(snapshot, row) for row in range(len(snapshot.packets))]
        return [
            (
                each.time,
                each.length,
                each.interface.link_type,
                each.interface.name,
                each.interface.filter,
                each.comments,
                session.frame(each.number - 1),
            )
            for each in contexts
        ]
    finally:
        session.close()
