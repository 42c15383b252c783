"""`--statistics`: a part of the statistics as text, or with -T json.

Which keys JSON has says the module of the part: properties is one object, every other part an array with an
object a line. Of endpoints and conversations each object has the key layer before the others: "Ethernet",
"IPv4", "IPv6", "TCP" or "UDP".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.errors import UsageError, printable
from tui.report.filtered import view_of
from tui.report.statistics.layers import Kind
from tui.report.statistics.part import OF_A_KIND, Part, Statistics, first_sorting
from tui.report.statistics.properties import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.filter.language import Filter
    from tui.report.statistics.facts import FactTable, Values
    from tui.session import Session, Snapshot

Wanted = tuple[Part, tuple[Kind, ...]]

_GAP = "  "
_FURTHER = ", or with one layer: endpoints,tcp"


def parse_wanted(text: str) -> Wanted:
    """The part that is asked for, and of which layers; UsageError if there is no such thing."""
    name, _, layer = text.lower().partition(",")
    part = next((part for part in Part if part.value == name), None)
    if part is None:
        names = ", ".join(part.value for part in Part)
        raise UsageError(f"--statistics {text}: there is no {name!r}", f"one of {names}{_FURTHER}")
    if not layer:
        return part, tuple(Kind) if part in OF_A_KIND else (Kind.TCP,)
    kind = next((kind for kind in Kind if kind.value.lower() == layer), None)
    if kind is None or part not in OF_A_KIND:
        names = ", ".join(kind.value.lower() for kind in Kind)
        raise UsageError(
            f"--statistics {text}: {name} has no {layer!r}",
            f"endpoints and conversations are of {names}",
        )
    return part, (kind,)


def statistics(
    session: Session, snapshot: Snapshot, wanted: Wanted, display_filter: Filter | None, *, as_json: bool
) -> Iterator[str]:
    """What is asked for, piece by piece; of the packets that pass the filter, if there is one."""
    made, rows = Statistics(session), _passing(session, snapshot, display_filter)
    part, kinds = wanted
    if part is Part.PROPERTIES:
        made.hashes.update({number: sha256(reader) for number, reader in enumerate(session.readers)})
        if as_json:
            yield f"{json.dumps(made.properties(snapshot, rows).record(), ensure_ascii=False)}\n"
            return
    tables = {kind: made.table(part, kind, snapshot, rows, first_sorting(part, kind)) for kind in kinds}
    if as_json:
        yield from _objects(part, tables)
    else:
        for kind, table in tables.items():
            if part in OF_A_KIND:
                yield f"{'' if kind is kinds[0] else chr(10)}{kind.value} {part.value}: {len(table):,}\n"
            yield from _lines(table)
            if part is Part.SYNS:
                yield from _floods(table)


def _passing(session: Session, snapshot: Snapshot, display_filter: Filter | None) -> Values | None:
    if display_filter is None:
        return None
    return np.flatnonzero(display_filter.run(view_of(session, snapshot)))


def _objects(part: Part, tables: dict[Kind, FactTable]) -> Iterator[str]:
    before = "["
    for kind, table in tables.items():
        layer: dict[str, Any] = {"layer": kind.value} if part in OF_A_KIND else {}
        for entry in table.objects():
            yield f"{before}\n{json.dumps(layer | entry, ensure_ascii=False)}"
            before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _lines(table: FactTable) -> Iterator[str]:
    """The table with a heading; every column as wide as its longest cell."""
    rows = [[text for text, _ in table.cells(line)] for line in range(len(table))]
    titles = [column.title for column in table.columns]
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        cells = (
            text.rjust(width) if column.align == "right" else text.ljust(width)
            for text, width, column in zip(row, widths, table.columns, strict=True)
        )
        yield f"{printable(_GAP.join(cells).rstrip())}\n"


def _floods(table: FactTable) -> Iterator[str]:
    """A sentence about each server that looks flooded."""
    for line in range(len(table)):
        place = table.place_at(line)
        if table.facts.arrays["flood"][place]:
            yield f"{table.facts.address(int(table.facts.arrays['address'][place]))}: {table.note(line)}\n"
