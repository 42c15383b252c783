"""One layer of a frame as its node builder sees it: the bytes, what carries it, and how numbers are to be
shown.

Invariant: `head` ends where the layer ends, so no field of it can reach beyond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.decode.checksum import Verdict, judge, pseudo_header
from tui.decode.headers import HEADERS, Field, extract, read_all
from tui.decode.nodes import Node, computed
from tui.errors import printable
from tui.index.schema import Layer

if TYPE_CHECKING:
    from tui.decode.context import Context, Numbers


class Part(Struct, frozen=True):
    """Bytes [start, end) of the frame are a header of kind `layer`; `carrier` is the IP header that it stands
    behind.

    `quoted` is true inside an ICMP error, `own` for the TCP header that `context` speaks of.
    """

    layer: Layer
    frame: bytes
    start: int
    end: int
    context: Context
    numbers: Numbers
    verify: bool
    carrier: Part | None = None
    quoted: bool = False
    own: bool = False

    @property
    def head(self) -> bytes:
        """The frame up to the layer's end."""
        return self.frame[: self.end]

    def number(self, field: Field) -> int:
        """The value of a numeric field; 0 if its bytes are not there."""
        value = extract(field, self.head, self.start)
        return value if isinstance(value, int) else 0

    def node(self, summary: str, children: tuple[Node, ...]) -> Node:
        """The top node of this layer."""
        return Node(HEADERS[self.layer].name, printable(summary), self.start * 8, self.end * 8, children)

    def fields(self) -> tuple[Node, ...]:
        """The nodes of the layer's table."""
        return read_all(HEADERS[self.layer].fields, self.head, self.start)

    def optional(
        self, rows: tuple[tuple[int, tuple[Field, ...]], ...], flags: int, at: int
    ) -> tuple[Node, ...]:
        """Fields that stand behind each other from byte `at` on, each group there if its mask is 0 or has a
        bit in `flags`.
        """
        nodes: tuple[Node, ...] = ()
        for mask, fields in rows:
            if mask and not flags & mask:
                continue
            for field in fields:
                nodes += read_all((field,), self.head, at)
                at += field.width // 8
        return nodes

    def addresses(self) -> tuple[bytes, bytes]:
        """Source and destination of an IP header, as they are in the frame."""
        first, size = (12, 4) if self.layer is Layer.IPV4 else (8, 16)
        at = self.start + first
        return self.head[at : at + size], self.head[at + size : at + 2 * size]

    @property
    def payload_end(self) -> int | None:
        """Where an IP packet ends by its own length, perhaps behind the captured bytes; None if it does not
        say (offload, jumbogram).
        """
        head, at = self.head, self.start
        if self.layer is Layer.IPV4:
            total = int.from_bytes(head[at + 2 : at + 4])
            return at + total if total else None
        length = int.from_bytes(head[at + 4 : at + 6])
        return at + 40 + length if length else None

    def is_fragment(self) -> bool:
        """Whether an IPv4 header says that the packet is not whole."""
        return (
            self.layer is Layer.IPV4
            and int.from_bytes(self.head[self.start + 6 : self.start + 8]) & 0x3FFF != 0
        )


def checksum_nodes(
    part: Part, field: Field, protocol: int, end: int | None = None, pseudo: bool = True
) -> tuple[Node, ...]:
    """The checksum of an upper layer and its status; judged if all bytes up to `end` (default: the IP
    packet's end) were captured.
    """
    found = extract(field, part.head, part.start)
    carrier = part.carrier
    if not isinstance(found, int) or carrier is None:
        return ()
    stop = end if end is not None else carrier.payload_end
    if stop is None:
        stop = len(part.frame)
    whole = part.start < stop <= len(part.frame) and not carrier.is_fragment() and not part.quoted
    verdict, should = Verdict.UNVERIFIED, 0
    if whole:
        extra = pseudo_header(*carrier.addresses(), stop - part.start, protocol) if pseudo else b""
        verdict, should = judge(part.frame[part.start : stop], field.start // 8, extra)
    return verdict_nodes(part, field, found, verdict, should)


_STATUS = {
    Verdict.UNVERIFIED: ("Unverified", 2),
    Verdict.CORRECT: ("Good", 1),
    Verdict.WRONG: ("Bad", 0),
    Verdict.OFFLOADED: ("Bad", 0),
}


def verdict_nodes(part: Part, field: Field, found: int, verdict: Verdict, should: int) -> tuple[Node, ...]:
    """ "Checksum: 0x275b [unverified]" and "[Checksum Status: Unverified]"."""
    words = verdict.value
    if verdict in (Verdict.WRONG, Verdict.OFFLOADED):
        words += f", should be 0x{should:04x}"
    text, number = _STATUS[verdict]
    at = part.start * 8 + field.start
    status = "Header checksum status" if field.name == "ip.checksum" else "Checksum Status"
    return (
        Node(field.name, f"{field.label}: 0x{found:04x} [{words}]", at, at + field.width, (), found),
        computed(f"{field.name}.status", f"{status}: {text}", number),
    )
