"""THE type table: what Wireshark calls a field's type, and what may be done with its values.

Invariant: rows are those of Wireshark 4.0, which tshark's own refusals show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.filter.field import Field, Type

if TYPE_CHECKING:
    from collections.abc import Mapping


class Traits(Struct, frozen=True):
    """What a type is called, what it may be compared with (types of its family), and what else it may."""

    title: str
    family: str
    compares: bool = True
    searched: bool = False  # contains, matches
    sliced: bool = False
    masked: bool = False  # &
    added: bool = False  # + -
    multiplied: bool = False  # * / %
    written: bool = False  # string()


TRAITS: Mapping[Type, Traits] = {
    Type.UINT: Traits("Unsigned integer", "number", masked=True, added=True, multiplied=True, written=True),
    Type.INT: Traits("Signed integer", "number", masked=True, added=True, multiplied=True, written=True),
    Type.BOOL: Traits("Boolean", "boolean"),
    Type.NONE: Traits("Label", "label", compares=False),
    Type.IPV4: Traits("IPv4 address", "IPv4 address", sliced=True, masked=True, written=True),
    Type.IPV6: Traits("IPv6 address", "IPv6 address", sliced=True, masked=True, written=True),
    Type.ETHER: Traits("Ethernet address", "bytes", searched=True, sliced=True, masked=True, written=True),
    Type.BYTES: Traits("Byte sequence", "bytes", searched=True, sliced=True, masked=True),
    Type.STRING: Traits("Character string", "string", searched=True, sliced=True),
    Type.TIME: Traits("Date and time", "date"),
    Type.DURATION: Traits("Time offset", "duration", added=True),
    Type.PROTOCOL: Traits("Protocol", "protocol", searched=True, sliced=True),
}


class Shape(Struct, frozen=True):
    """The type of a value in an expression; `bits`: how wide integers may be, `names`: words for numbers."""

    type: Type
    bits: int = 32
    names: Mapping[int, str] | None = None

    @property
    def traits(self) -> Traits:
        """The type's row of the table."""
        return TRAITS[self.type]

    @property
    def title(self) -> str:
        """ "Unsigned integer (2 bytes)"."""
        if not self.traits.multiplied:
            return self.traits.title
        size = self.bits // 8
        return f"{self.traits.title} ({size} byte{'s' if size > 1 else ''})"

    @property
    def size(self) -> int | None:
        """How many bytes every value has; None if that differs from value to value."""
        return self.bits // 8 if self.traits.multiplied else _SIZES.get(self.type)

    def fits(self, other: Shape) -> bool:
        """Whether values of both may be compared."""
        return self.traits.family == other.traits.family


# Wireshark gives times, booleans and labels no length.
_SIZES = {
    **dict.fromkeys((Type.NONE, Type.BOOL, Type.TIME, Type.DURATION), 0),
    Type.IPV4: 4,
    Type.IPV6: 16,
    Type.ETHER: 6,
}

NUMBER = Shape(Type.UINT)
BYTES = Shape(Type.BYTES)
STRING = Shape(Type.STRING)


def shape_of(field: Field) -> Shape:
    """What a field's values are in an expression: how they are written does not matter."""
    return Shape(Type.UINT if field.type is Type.HEX else field.type, field.bits, field.names)
