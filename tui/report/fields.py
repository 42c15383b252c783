"""`-T fields`: chosen fields of every packet, a line each, as `tshark -T fields -e … -E …` prints them.

Invariant: packets are taken in batches, one write each; a field that only needs the columns reads no packet.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TextIO

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.decode.frame import arrival
from tui.decode.headers.field import ipv4, ipv6, mac
from tui.errors import UsageError, printable
from tui.filter.chunk import Means, View
from tui.filter.fields import Field, Type, find
from tui.report.listing import Listing, TimeForm
from tui.report.printer import header_tree_alone
from tui.report.times import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.filter.chunk import Chunk, Ints
    from tui.filter.field import Values
    from tui.names.names import Names
    from tui.session import Session, Snapshot

_BATCH = 1024  # packets; their frames are held at once
_BYTE_ORDER_MARK = "\ufeff"


class Occurrence(Enum):
    """Which of several values of a field in one packet are printed."""

    FIRST = "f"
    LAST = "l"
    ALL = "a"


class Style(Struct, frozen=True):
    """What `-E` chooses."""

    separator: str = "\t"
    aggregator: str = ","
    quote: str = ""
    occurrence: Occurrence = Occurrence.ALL
    header: bool = False
    bom: bool = False


_QUOTES = {"d": '"', "s": "'", "n": ""}
_SWITCH = {"y": True, "n": False}
_SPECIAL = {"/t": "\t", "/s": " ", "\\t": "\t", "\\s": " "}


def _character(text: str) -> str:
    if text not in _SPECIAL and len(text) != 1:
        raise KeyError(text)
    return _SPECIAL.get(text, text)


# THE options of -E: what a value becomes (KeyError: it is none), and what the values are.
_STYLES: dict[str, tuple[Callable[[str], object], str]] = {
    "separator": (_character, "/t, /s or one character"),
    "aggregator": (_character, "/s or one character"),
    "quote": (_QUOTES.__getitem__, "d, s or n"),
    "occurrence": ({choice.value: choice for choice in Occurrence}.__getitem__, "f, l or a"),
    "header": (_SWITCH.__getitem__, "y or n"),
    "bom": (_SWITCH.__getitem__, "y or n"),
}


def parse_style(options: Sequence[str]) -> Style:
    """The style that `-E` options such as "separator=," choose; UsageError for one that is not known."""
    style = Style()
    for option in options:
        name, _, text = option.partition("=")
        if name not in _STYLES:
            raise UsageError(f"-E {option}: there is no option {name!r}", f"one of {', '.join(_STYLES)}")
        read, values = _STYLES[name]
        try:
            style = replace(style, **{name: read(text)})  # the table pairs them
        except KeyError:
            raise UsageError(f"-E {option}: {text!r} is no value of {name}", f"it takes {values}") from None
    return style


class FieldsPrinter:
    """A printer (see report/printer.py) of these fields; UsageError if one of them is no field."""

    def __init__(
        self,
        session: Session,
        fields: Sequence[str],
        style: Style,
        out: TextIO,
        names: Names | None = None,
    ) -> None:
        self._fields = [find(name) for name in fields]
        self._session = session
        self._style = style
        self._out = out
        self._listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, names=names)
        self._printed = Printed()
        self._view: View | None = None  # of the latest snapshot

    def begin(self) -> None:
        """Print what comes first."""
        if self._style.bom:
            self._out.write(_BYTE_ORDER_MARK)
        if self._style.header:
            self._out.write(self._style.separator.join(field.name for field in self._fields) + "\n")

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> None:
        """Print these packets."""
        if self._view is None or self._view.capture is not snapshot:
            found = means(self._session, snapshot, self._listing)
            self._view = View(snapshot, replace(found, before=self._printed.before))
        view = self._view
        self._printed.go_on(start, stop)
        for first in range(start, stop, _BATCH):
            chunk = view.chunk(first, min(first + _BATCH, stop))
            texts = [_texts(field, chunk, self._style) for field in self._fields]
            self._out.write("\n".join(map(self._style.separator.join, zip(*texts, strict=True))) + "\n")

    def end(self) -> None:
        """Nothing."""


class Printed:
    """Which packets are printed, as they come in runs of rows."""

    def __init__(self) -> None:
        self._start = self._stop = 0
        self._last = 0  # the row that is printed before this run

    def go_on(self, start: int, stop: int) -> None:
        """Rows [start, stop) are printed next."""
        self._last = self._stop - 1 if self._stop else start
        self._start, self._stop = start, stop

    def before(self, rows: Ints) -> Ints:
        """For each of these rows, which are of this run, the row that is printed before it (see Means)."""
        return np.where(rows > self._start, rows - 1, self._last)


def means(session: Session, snapshot: Snapshot, listing: Listing) -> Means:
    """How fields get at the packets of a snapshot of `session`."""
    return Means(
        frame=session.frame,
        datagram=session.datagram,
        nodes=lambda row: header_tree_alone(session, snapshot, row),
        cells=lambda rows: listing.rows(snapshot, rows, late=True),
        survey=lambda: session.survey(snapshot),
        notes=session.notes,
        comments=lambda row: session.comments(snapshot.packets, row),
    )


def plain_values(field: Field, chunk: Chunk) -> list[tuple[int | str, ...]]:
    """The values of `field` for each packet of the chunk: numbers as such, all else as tshark writes it."""
    write, found = _WRITERS.get(field.type), values_of(field, chunk)
    return [tuple(map(write, values)) for values in found] if write else found  # type: ignore[return-value]  # no bytes are left


def values_of(field: Field, chunk: Chunk) -> Values:
    """The values of `field` for each packet of the chunk, as the field gives them."""
    if field.values is not None:
        return field.values(chunk)
    assert field.column is not None, "a field has a column or values"
    column = field.column(chunk)
    there = [True] * len(chunk) if column.present is None else column.present.tolist()
    return [(value,) if present else () for value, present in zip(column.values.tolist(), there, strict=True)]


def _texts(field: Field, chunk: Chunk, style: Style) -> list[str]:
    """What is printed of `field` for each packet of the chunk; "" where it has none."""
    write, quote = writer_of(field), style.quote
    if field.column is not None:
        column = field.column(chunk)
        texts = list(map(write, column.values.tolist()))
        if column.present is not None and not column.present.all():
            texts = [
                text if there else "" for text, there in zip(texts, column.present.tolist(), strict=True)
            ]
    else:
        assert field.values is not None, "a field has a column or values"
        part = _PARTS[style.occurrence]
        texts = [style.aggregator.join(map(write, values[part])) for values in field.values(chunk)]
    return [f"{quote}{text}{quote}" if text else "" for text in texts] if quote else texts


_PARTS: dict[Occurrence, slice] = {
    Occurrence.FIRST: slice(1),
    Occurrence.LAST: slice(-1, None),
    Occurrence.ALL: slice(None),
}


def writer_of(field: Field) -> Callable[..., str]:
    """How tshark writes a value of the field's type."""
    if field.type is Type.HEX:
        form = f"0x{{:0{field.digits}x}}"
        return form.format
    return _WRITERS.get(field.type, str)


# What is not here is written as a decimal number. The header tree gives addresses as text.
_WRITERS: dict[Type, Callable[..., str]] = {
    Type.IPV4: lambda value: value if isinstance(value, str) else ipv4(value),
    Type.IPV6: lambda value: value if isinstance(value, str) else ipv6(value),
    Type.ETHER: lambda value: value if isinstance(value, str) else mac(value),
    Type.BYTES: lambda raw: raw.hex() or "<MISSING>",
    Type.STRING: printable,
    Type.TIME: arrival,
    Type.DURATION: seconds,
}
