"""Captures to run filters over, and what the filters find there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cases import REFUSED, ranges

from tui.errors import FilterError
from tui.filter.language import compile_filter
from tui.report.filtered import view_of
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.chunk import View


@contextmanager
def opened(path: Path) -> Iterator[View]:
    """The whole capture."""
    session = Session([str(path)])
    try:
        yield view_of(session, session.wait())
    finally:
        session.close()


def numbers(view: View, expression: str) -> str:
    """The packets that pass, as cases.ranges writes them; REFUSED if it is no filter."""
    try:
        compiled = compile_filter(expression)
    except FilterError:
        return REFUSED
    mask = compiled.run(view)
    return ranges(place + 1 for place in mask.nonzero()[0].tolist())
