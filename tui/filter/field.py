"""What a field is: its name, its type, and how its values come about.

Invariant: a field has a column or values, never both.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.filter.chunk import Bools, Chunk
    from tui.filter.columns import Columns


class Type(Enum):
    """What a field's values are; the text says how they are held."""

    UINT = "int"
    INT = "int, may be negative"
    HEX = "int, written in hex"
    BOOL = "int, 0 or 1"
    NONE = "int, 1 where it is there"
    IPV4 = "4 bytes"
    IPV6 = "16 bytes"
    ETHER = "6 bytes"
    BYTES = "bytes"
    STRING = "str"
    TIME = "int, ns since 1970 UTC, written as a date"
    DURATION = "int, ns, written in seconds"
    PROTOCOL = "bytes: all that its header and what follows it are"


class Effort(IntEnum):
    """What it takes to get a field, in powers of ten."""

    COLUMNS = 0
    CONNECTIONS = 1  # what is gathered from all connections
    BYTES = 2  # read from the file, looked at for many packets at once
    HEADERS = 3  # each packet's headers are walked over
    DECODING = 4  # each packet's header tree is made


Value = int | bytes | str
Values = list[tuple[Value, ...]]
"""For each packet of a chunk the field's occurrences, outermost first."""


class Field(Struct, frozen=True):
    """A field: Wireshark's name and label, its type, and one of two ways to get it.

    `column` gives at most one value a packet for a whole chunk in numpy, `values` every occurrence in each
    packet, with `effort`. `digits` is how many a HEX value is written with; `bits` is the width of
    Wireshark's integer type, which a number that it is compared with must fit; `names` are words for values.
    `verbatim`: a value's bytes stand in the frame as they are. `candidates`: the packets that can have it.
    `of_displayed`: its values depend on which packets are displayed, so no filter can ask for them.
    """

    name: str
    label: str
    type: Type
    column: Columns | None = None
    values: Callable[[Chunk], Values] | None = None
    digits: int = 0
    bits: int = 32
    names: Mapping[int, str] | None = None
    effort: Effort = Effort.COLUMNS
    verbatim: bool = False
    candidates: Callable[[Chunk], Bools] | None = None
    of_displayed: bool = False
