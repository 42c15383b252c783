"""The walk over TCP's and IP's options: kind, length, value, item by item.

Invariant: every item has at least one byte and none reaches beyond the options' end, whatever the lengths
say. A length that cannot be (RFC 9293 3.1, RFC 791 3.1: it counts kind and length themselves) ends the walk
with an item that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from tui.decode.headers.field import Field, extract, read_all
from tui.decode.nodes import Node, computed
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.decode.counting import Counting

END_OF_LIST, NO_OPERATION = 0, 1


class Item(NamedTuple):
    """One option: bytes [start, end) of the frame; `fault` says what is wrong with its length."""

    kind: int
    start: int
    end: int
    fault: str = ""


def walk(frame: bytes, start: int, end: int, *, padding: bool = False) -> Iterator[Item]:
    """The options that stand at bytes [start, end) of `frame`, up to the end-of-list option.

    If the frame ends before, the last item ends with it, though its own length says more; without a length
    there it is none (Wireshark's rule).
    With `padding` also what comes behind that: zeros (RFC 9293 §3.1), each an item of its own, as Wireshark
    has it of TCP; if there is anything else, one item that is faulty.
    """
    there = min(end, len(frame))
    ended = False
    while start < there:
        kind = frame[start]
        if ended and kind != END_OF_LIST:
            yield Item(END_OF_LIST, start, there, "non-zero header padding")
            return
        if kind in (END_OF_LIST, NO_OPERATION):
            yield Item(kind, start, start + 1)
            ended = kind == END_OF_LIST
            if ended and not padding:
                return
            start += 1
            continue
        if start + 1 == end:
            yield Item(kind, start, end, "no room for its length")
        if start + 1 >= there:
            return
        length = frame[start + 1]
        if length < 2:
            yield Item(kind, start, start + 2, f"with too-short option length = {length} bytes")
            return
        if start + length > end:
            yield Item(
                kind, start, there, f"option length = {length} bytes says option goes past end of options"
            )
            return
        yield Item(kind, start, min(start + length, there))
        start += length


class Option(Struct, frozen=True):
    """A kind of option: Wireshark's field name, its name, its fixed length if it has one, its fields (bits
    from the option's start).

    `says` makes what follows the name of the fields' values, `tag` what the Info column says ("MSS=1460");
    `rest` makes nodes of what no table can say, `rest_tag` its tag.
    """

    name: str
    title: str
    length: int | None = None
    fields: tuple[Field, ...] = ()
    says: Callable[..., str] | None = None
    tag: Callable[..., str] | None = None
    rest: Callable[[bytes, Item, Counting], tuple[Node, ...]] | None = None
    rest_tag: Callable[[bytes, Item, Counting], str] | None = None

    def fits(self, frame: bytes, item: Item) -> bool:
        """Whether the length that an item states is the kind's; of any other nothing is read."""
        return self.length is None or frame[item.start + 1] == self.length


class Family(Struct, frozen=True):
    """TCP's or IP's options: how each line begins, the kinds, the nodes of kind and length that every option
    begins with, and whether the bytes behind the last one are looked at.
    """

    prefix: str
    options: Mapping[int, Option]
    unknown: Callable[[int], Option]
    opening: Callable[[bytes, Item], tuple[Node, ...]]
    padding: bool = False

    def walk(self, frame: bytes, start: int, end: int) -> Iterator[Item]:
        """See `walk`."""
        return walk(frame, start, end, padding=self.padding)

    def option(self, kind: int) -> Option:
        """The row of `kind`, or what is shown for one that Wireshark does not know."""
        return self.options.get(kind) or self.unknown(kind)

    def node(self, frame: bytes, item: Item, edges: Counting) -> Node:
        """The node of one option; `edges` is how the sequence numbers in it count."""
        option = self.option(item.kind)
        body = frame[: item.end]
        children: tuple[Node, ...] = ()
        text = f"{self.prefix}{option.title}"
        if item.fault:
            text += f" ({item.fault})"
        elif not option.fits(frame, item):
            children = (*self.opening(body, item), computed("", f"option length should be {option.length}"))
        else:
            children = self.opening(body, item) + read_all(option.fields, body, item.start)
            if option.rest is not None:
                children += option.rest(body, item, edges)
            text += _filled(option.says, option, body, item)
        name = "" if item.fault else option.name
        value = frame[item.start : item.end]
        return Node(name, printable(text), item.start * 8, item.end * 8, children, value)

    def nodes(self, frame: bytes, start: int, end: int, edges: Counting) -> tuple[Node, ...]:
        """The nodes of all options at bytes [start, end)."""
        return tuple(self.node(frame, item, edges) for item in self.walk(frame, start, end))

    def tags(self, frame: bytes, start: int, end: int, edges: Counting) -> list[str]:
        """What the Info column says of the options at bytes [start, end)."""
        return [
            tag
            for item in self.walk(frame, start, end)
            if not item.fault and (tag := self._tag(frame, item, edges))
        ]

    def is_faulty(self, frame: bytes, start: int, end: int) -> bool:
        """Whether an option's length ends the walk over bytes [start, end)."""
        return any(item.fault for item in self.walk(frame, start, end))

    def _tag(self, frame: bytes, item: Item, edges: Counting) -> str:
        option = self.options.get(item.kind)
        if option is None or not option.fits(frame, item):
            return ""
        if option.rest_tag is not None:
            return option.rest_tag(frame[: item.end], item, edges)
        return _filled(option.tag, option, frame[: item.end], item) if option.tag else ""

    def heading(self, frame: bytes, start: int, end: int) -> str:
        """ "Options: (12 bytes), No-Operation (NOP), Timestamps"."""
        names = [self.option(item.kind).title for item in self.walk(frame, start, end) if not item.fault]
        return ", ".join([f"Options: ({end - start} bytes)", *names])


def _filled(words: Callable[..., str] | None, option: Option, body: bytes, item: Item) -> str:
    if words is None:
        return ""
    values = [extract(field, body, item.start) for field in option.fields]
    return "" if None in values else words(*values)
