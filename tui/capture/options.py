"""The option lists that end pcapng blocks: one walk, and the tables that say what an option's value is.

Every length is checked against the list's end. A damaged list never loses what stood before the damage: it
comes with a sentence. Source: pcapng draft, section 3.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ByteOrder = Literal["big", "little"]

END = 0
COMMENT = 1


def byte_order(big_endian: bool) -> ByteOrder:
    """The name that int.from_bytes has for it."""
    return "big" if big_endian else "little"


def decode_text(value: bytes) -> str:
    """UTF-8 up to the first NUL (some writers end texts with one), printable."""
    return printable(value.partition(b"\0")[0].decode("utf-8", "replace"))


def _decode_lines(value: bytes) -> str:
    """The same for a text that may have several lines."""
    lines = value.partition(b"\0")[0].replace(b"\r\n", b"\n").split(b"\n")
    return "\n".join(map(decode_text, lines))


class Form(Struct, frozen=True):
    """How an option's value is laid out: how long it must be (None: any length), and how it is read."""

    size: int | None
    read: Callable[[bytes, ByteOrder], Any]


def _integer(size: int, *, signed: bool = False) -> Form:
    return Form(size, lambda value, order: int.from_bytes(value, order, signed=signed))


def _read_ticks(value: bytes, order: ByteOrder) -> int:
    return int.from_bytes(value[:4], order) << 32 | int.from_bytes(value[4:], order)


def _read_filter(value: bytes, _order: ByteOrder) -> str:
    return decode_text(value[1:]) if value[:1] == b"\0" else "(BPF program)"


TEXT = Form(None, lambda value, _order: decode_text(value))
FILTER = Form(
    None, _read_filter
)  # a byte that says what follows: 0 is libpcap's filter language, 1 the compiled program
BYTE = _integer(1)
UINT32 = _integer(4)
UINT64 = _integer(8)
INT64 = _integer(8, signed=True)
TICKS = Form(8, _read_ticks)  # the higher 32 bits come first in both byte orders
MAC = Form(6, lambda value, _order: value)


class Option(Struct, frozen=True):
    """One kind of option: its code, its name in the draft, the field that its value is stored in."""

    code: int
    name: str
    field: str
    form: Form


class Options(Struct, frozen=True):
    """What a list of options says: values by field, comments, and what was wrong with it ("": nothing)."""

    values: Mapping[str, Any]
    comments: tuple[str, ...]
    damage: str


def read_options(data: bytes, big_endian: bool, table: tuple[Option, ...]) -> Options:
    """Read the list `data`; what `table` lacks is passed over, an option given twice counts as given last."""
    known = {option.code: option for option in table}
    order = byte_order(big_endian)
    values: dict[str, Any] = {}
    comments: list[str] = []
    damage = ""
    for code, value, flaw in walk(data, order):
        if flaw:
            damage = flaw
        elif code == COMMENT:
            comments.append(_decode_lines(value))
        elif option := known.get(code):
            if option.form.size in (None, len(value)):
                values[option.field] = option.form.read(value, order)
            else:
                damage = f"option {option.name}: {option.form.size} bytes expected, found {len(value)}"
    return Options(values, tuple(comments), damage)


def walk(data: bytes, order: ByteOrder) -> Iterator[tuple[int, bytes, str]]:
    """Every (code, value, "") up to opt_endofopt or the end; last, if damaged, (END, b"", what is wrong)."""
    position = 0
    while position < len(data):
        if len(data) - position < 4:
            yield END, b"", f"options cut short: 4 bytes expected, {len(data) - position} left"
            return
        code = int.from_bytes(data[position : position + 2], order)
        size = int.from_bytes(data[position + 2 : position + 4], order)
        position += 4
        if code == END:
            return
        if size > len(data) - position:
            yield END, b"", f"option {code} too long: {size} bytes, {len(data) - position} left"
            return
        yield code, data[position : position + size], ""
        position += size + -size % 4
