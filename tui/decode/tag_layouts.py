"""What the Info text says of options, for many packets: packets have few layouts of options.

A layout is what kinds and lengths say: which options there are, and where. It is walked once; from then on
the values alone are taken out of the bytes. Invariant: the tags are those of Family.tags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.decode.headers.field import extract
from tui.decode.options import END_OF_LIST, NO_OPERATION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.decode.counting import Counting
    from tui.decode.headers.field import Field
    from tui.decode.options import Family, Item

    Edges = Callable[[], Counting]
    """How the sequence numbers in options count: asked only where there are some."""
    Tag = Callable[[bytes, int, Edges], Sequence[str]]
    """The tags of one option, of all options' bytes and of the number that they are."""

_SINGLE = (END_OF_LIST, NO_OPERATION)
_MOST = 32  # layouts of one length: who sends more would fill the memory


class _Layout(NamedTuple):
    """Options whose bytes under `mask`, kinds and lengths, are `bits`."""

    mask: int
    bits: int
    tags: tuple[Tag, ...]


class TagLayouts:
    """Makes the tags of one family's options."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._known: dict[int, list[_Layout]] = {}

    def tags(self, options: bytes, edges: Edges) -> list[str]:
        """See Family.tags; `options` are all of them."""
        number, known = int.from_bytes(options), self._known.setdefault(len(options), [])
        for layout in known:
            if number & layout.mask == layout.bits:
                return [text for tag in layout.tags for text in tag(options, number, edges)]
        if len(known) < _MOST:
            known.append(self._layout(options))
        return self._family.tags(options, 0, len(options), edges())

    def _layout(self, options: bytes) -> _Layout:
        mask, tags = bytearray(len(options)), []
        for item in self._family.walk(options, 0, len(options)):
            mask[item.start] = 0xFF
            if item.kind not in _SINGLE and item.start + 1 < len(options):
                mask[item.start + 1] = 0xFF
            if not item.fault:
                tags += self._tags(options, item)
        bits = int.from_bytes(options) & int.from_bytes(mask)
        return _Layout(int.from_bytes(mask), bits, tuple(tags))

    def _tags(self, options: bytes, item: Item) -> list[Tag]:
        option = self._family.options.get(item.kind)
        if option is None or not option.fits(options, item):
            return []
        if option.tag is None and option.rest_tag is None:
            return []
        if (
            option.tag is None
            or option.rest_tag is not None
            or not _are_numbers(option.fields, options, item)
        ):
            return [self._walked(item)]
        size, words = len(options) * 8, option.tag
        places = [
            (size - item.start * 8 - field.start - field.width, (1 << field.width) - 1, field.unit)
            for field in option.fields
        ]

        def tag(_: bytes, number: int, edges: Edges) -> Sequence[str]:
            text = words(*[(number >> shift & mask) * unit for shift, mask, unit in places])
            return (text,) if text else ()

        return [tag]

    def _walked(self, item: Item) -> Tag:
        """What only the family itself can say."""
        return lambda options, _, edges: self._family.tags(options, item.start, item.end, edges())


def _are_numbers(fields: Sequence[Field], options: bytes, item: Item) -> bool:
    """Whether the fields are all there, and numbers whose first byte counts most."""
    body = options[: item.end]
    return all(isinstance(extract(field, body, item.start), int) and not field.little for field in fields)
