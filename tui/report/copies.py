"""The forms in which a packet, a field, bytes or a connection can be copied or written to a file.

THE table is FORMS: what is offered, how it is made, which file it goes to. Invariant: text of a form can be
pasted into a terminal: but for line ends and tabs it has no control characters.
"""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tui.errors import UsageError, printable
from tui.filter.field import Type
from tui.filter.language.entities import find_field
from tui.filter.wording import condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.decode.nodes import Node

_DUMPED = 16  # bytes a line of a dump
_LISTED = 12  # of a C array
_PREVIEWED = 24  # bytes that a preview is made of
_LINE_ENDS = {0x0A, 0x0D, 0x09}


class Selection(Struct, frozen=True):
    """What is selected on the screen.

    `field` is of the tree as it is shown, `same_field` as filters see it (relative sequence numbers). `data`
    are the field's bytes, or the whole frame's from byte 0 on. `story` tells the connection, which may take
    its time; None if there is none.
    """

    titles: Sequence[str]
    cells: Sequence[str]
    field: Node | None = None
    same_field: Node | None = None
    data: bytes = b""
    start: int = 0  # of the data, in the frame
    filter: str = ""  # the display filter in force
    story: Callable[[], str] | None = None


class Form(Struct, frozen=True):
    """A form: its name, its text (UsageError if what it needs is not selected), its file's suffix."""

    name: str
    text: Callable[[Selection], str]
    suffix: str = "txt"
    slow: bool = False  # its text is made in a thread, and not shown beforehand


def preview(form: Form, selection: Selection) -> str:
    """The beginning of the text, made of the first bytes only; UsageError as of the whole."""
    if form.slow:
        return _no_story(selection) or "verdict, states, stages and their proofs"
    text = form.text(replace(selection, data=selection.data[:_PREVIEWED]))
    return printable(" ".join(text.split("\n")))


def _row(selection: Selection) -> str:
    return "  ".join(selection.cells)


def _separated(dialect: str) -> Callable[[Selection], str]:
    def text(selection: Selection) -> str:
        out = io.StringIO()
        csv.writer(out, dialect, lineterminator="\n").writerows([selection.titles, selection.cells])
        return out.getvalue().rstrip("\n")

    return text


def _needed(selection: Selection) -> Node:
    if selection.field is None:
        raise UsageError("no field is selected")
    return selection.field


def _value(selection: Selection) -> str:
    """As filters and tshark write it, without quotation marks."""
    node = selection.same_field or _needed(selection)
    value, field = node.value, find_field(node.name)
    if value is None:
        raise UsageError(f"{node.text.partition(':')[0]} has no value of its own")
    if isinstance(value, bytes):
        return value.hex(":")
    if field is not None and field.type is Type.HEX and isinstance(value, int):
        return f"{value:#x}"
    return str(int(value)) if isinstance(value, bool) else printable(str(value))


def _condition(selection: Selection) -> str:
    return condition(selection.same_field or _needed(selection))


def _bytes(selection: Selection) -> bytes:
    if not selection.data:
        raise UsageError("no bytes of the packet are selected")
    return selection.data


def _dump(selection: Selection) -> str:
    """Offsets, hex digits and characters, as text2pcap and xxd read them."""
    lines = []
    for at in range(0, len(_bytes(selection)), _DUMPED):
        raw = selection.data[at : at + _DUMPED]
        digits = "  ".join(raw[half : half + 8].hex(" ") for half in range(0, len(raw), 8))
        characters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in raw)
        lines.append(f"{selection.start + at:04x}  {digits:<48}  {characters}")
    return "\n".join(lines)


def _c_array(selection: Selection) -> str:
    data = _bytes(selection)
    lines = (
        "  " + ", ".join(f"0x{byte:02x}" for byte in data[at : at + _LISTED])
        for at in range(0, len(data), _LISTED)
    )
    body = ",\n".join(lines)
    return f"static const unsigned char packet[] = {{\n{body}\n}};"


def _characters(selection: Selection) -> str:
    """Printable ASCII and line ends, as Wireshark's "as Printable Text"."""
    kept = bytes(byte for byte in _bytes(selection) if 0x20 <= byte < 0x7F or byte in _LINE_ENDS)
    text = kept.decode("ascii").replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise UsageError("none of the bytes is a printable character")
    return text


def _filter(selection: Selection) -> str:
    if not selection.filter:
        raise UsageError("no display filter is in force")
    return selection.filter


def _no_story(selection: Selection) -> str:
    if selection.story is None:
        raise UsageError("this packet belongs to no TCP connection")
    return ""


def _story(selection: Selection) -> str:
    _no_story(selection)
    assert selection.story is not None, "else it was refused"
    return selection.story()


FORMS = (
    Form("row", _row),
    Form("row as CSV", _separated("excel"), "csv"),
    Form("row as TSV", _separated("excel-tab"), "tsv"),
    Form("field", lambda selection: _needed(selection).text),
    Form("value", _value),
    Form("field as a filter", _condition),
    Form("bytes in hex", lambda selection: _bytes(selection).hex(" ")),
    Form("bytes as a hex dump", _dump),
    Form("bytes as a C array", _c_array, "h"),
    Form("bytes in base64", lambda selection: b64encode(_bytes(selection)).decode()),
    Form("bytes as printable text", _characters),
    Form("display filter", _filter),
    Form("explanation of the connection", _story, slow=True),
)
"""Every form, in the order of the menu."""
