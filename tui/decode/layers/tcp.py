"""The nodes of a TCP header, in Wireshark's wording: what is in the frame, and in brackets what follows from
it and the connection.

Invariant: sequence numbers are relative to the bases that the index knows; without them the raw numbers are
shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.decode.counting import Counting
from tui.decode.headers import HEADERS, transport
from tui.decode.headers.field import Field, caption, extract, node_of, read
from tui.decode.layers.part import Part, checksum_nodes
from tui.decode.layers.tcp_analysis import analysis_nodes
from tui.decode.layers.tunnel import unverified
from tui.decode.nodes import Node, computed
from tui.decode.tcp_options import TCP_OPTIONS
from tui.decode.times import seconds
from tui.index.schema import Layer
from tui.tcp.seq import add

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROTOCOL = 6
_LEAST_HEADER = 20  # bytes
_RELATIVE = "relative sequence number"
_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_COMPLETENESS = {
    0: "Incomplete",
    1: "Incomplete, SYN_SENT",
    3: "Incomplete, CLIENT_ESTABLISHED",
    7: "Incomplete, ESTABLISHED",
    15: "Incomplete, DATA",
    **dict.fromkeys((31, 47, 63), "Complete, WITH_DATA"),
    **dict.fromkeys((23, 39, 55), "Complete, NO_DATA"),
}


def flag_names(flags: int) -> str:
    """ "SYN, ACK": the flags that are set, from FIN on."""
    bits = reversed(transport.TCP_FLAG_BITS)
    names = [name for number, (*_, name) in enumerate(bits) if flags >> number & 1]
    if flags & 0xE00:
        names.append("Reserved")
    return ", ".join(names) or "<None>"


def completeness_text(bits: int) -> str:
    """tcp.completeness in Wireshark's words: "Complete, WITH_DATA (31)"."""
    return f"{_COMPLETENESS.get(bits, 'Incomplete')} ({bits})"


def flag_letters(flags: int) -> str:
    """ "·······A··S·": a letter for each flag that is set, reserved bits first."""
    letters = "RRR" + "".join(mark for _, _, _, mark, _ in transport.TCP_FLAG_BITS)
    return "".join(letter if flags >> 11 - place & 1 else "·" for place, letter in enumerate(letters))


def segment_length(part: Part) -> int | None:
    """Payload bytes by the IP header, whatever was captured; None if it cannot be told."""
    if part.quoted or part.end - part.start < 20:
        return part.context.seglen if part.own and not part.quoted else None
    if part.own and part.context.seglen is not None:
        return part.context.seglen
    end = part.carrier.payload_end if part.carrier is not None else None
    if end is None:
        end = part.context.length
    return max(end - part.start - part.number(transport.HEADER_LENGTH), 0)


def tcp(part: Part) -> Node:
    """The whole header."""
    context = part.context if part.own else None
    bases = (context.base_seq, context.base_ack) if context is not None and not part.quoted else (None, None)
    own, other = (Counting(base, part.numbers) for base in bases)
    nodes = tuple(_nodes(part, own, other))
    source, destination = part.number(transport.SOURCE_PORT), part.number(transport.DESTINATION_PORT)
    words = f"{HEADERS[Layer.TCP].title}, Src Port: {source}, Dst Port: {destination}"
    shown = {node.name: node.value for node in nodes}
    if "tcp.seq" in shown:
        words += f", Seq: {own.text(part.number(transport.SEQUENCE_RAW))}"
    if part.number(transport.FLAGS) & _ACK:
        words += f", Ack: {other.text(part.number(transport.ACKNOWLEDGMENT_RAW))}"
    if shown.get("tcp.len") is not None:
        words += f", Len: {shown['tcp.len']}"
    if part.end - part.start < 20:
        words += " [header cut short]"
    return part.node(words, nodes)


def _nodes(part: Part, own: Counting, other: Counting) -> Iterator[Node]:
    head, start = part.head, part.start
    for field in (transport.SOURCE_PORT, transport.DESTINATION_PORT):
        yield from _present(read(field, head, start))
    yield from _connection(part)
    length = segment_length(part)
    if length is not None:
        yield computed("tcp.len", f"TCP Segment Len: {length}", length)
    header = read(transport.HEADER_LENGTH, head, start)
    if header is not None and part.number(transport.HEADER_LENGTH) < _LEAST_HEADER:
        yield from _number(part, transport.SEQUENCE_RAW, "tcp.seq", "Sequence Number", own, _RELATIVE)
        yield header  # Wireshark goes no further
        return
    yield from _sequence(part, own, other, length)
    yield from _present(header)
    yield from (_flags(part, node) for node in _present(read(transport.FLAGS, head, start)))
    yield from _window(part)
    if part.verify and not part.quoted and part.end - start >= 20:
        yield from checksum_nodes(part, transport.CHECKSUM, _PROTOCOL)
    else:
        yield from unverified(part, transport.CHECKSUM)
    yield from _present(read(transport.URGENT_POINTER, head, start))
    if part.number(transport.HEADER_LENGTH) > _LEAST_HEADER <= part.end - start:
        yield _options(part, other)
    yield from _times(part)
    if part.own and part.context.judgement is not None:
        yield from analysis_nodes(part.context.judgement)


def _present(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else (node,)


def _connection(part: Part) -> Iterator[Node]:
    context = part.context
    if not part.own or context.stream is None:
        return
    yield computed("tcp.stream", f"Stream index: {context.stream}", context.stream)
    if context.completeness is not None:
        text = f"Conversation completeness: {completeness_text(context.completeness)}"
        yield computed("tcp.completeness", text, context.completeness)


def _sequence(part: Part, own: Counting, other: Counting, length: int | None) -> Iterator[Node]:
    yield from _number(part, transport.SEQUENCE_RAW, "tcp.seq", "Sequence Number", own, _RELATIVE)
    raw, flags = part.number(transport.SEQUENCE_RAW), part.number(transport.FLAGS)
    if length is not None:
        following = add(raw, length + (1 if flags & (_SYN | _FIN) else 0))
        suffix = "    (relative sequence number)" if own.relative else ""
        text = f"Next Sequence Number: {own.text(following)}{suffix}"
        yield computed("tcp.nxtseq", text, own.value(following))
    counting = other if flags & _ACK else replace(other, base=None)
    yield from _number(
        part,
        transport.ACKNOWLEDGMENT_RAW,
        "tcp.ack",
        "Acknowledgment Number",
        counting,
        "relative ack number",
    )


def _number(
    part: Part, field: Field, name: str, label: str, counting: Counting, words: str
) -> Iterator[Node]:
    """A sequence number as it is counted, then as it is on the wire."""
    raw = extract(field, part.head, part.start)
    if not isinstance(raw, int):
        return
    node = node_of(field, raw, part.start)
    text = f"{label}: {counting.text(raw)}" + (f"    ({words})" if counting.relative else "")
    yield replace(node, name=name, text=text, value=counting.value(raw))
    yield node


def _flags(part: Part, node: Node) -> Node:
    value = part.number(transport.FLAGS)
    letters = flag_letters(value)
    marks = Node("tcp.flags.str", f"[TCP Flags: {letters}]", node.start, node.end, (), letters)
    text = caption(transport.FLAGS, f"0x{value:03x} ({flag_names(value)})")
    return replace(node, text=text, children=(*node.children, marks))


def _window(part: Part) -> Iterator[Node]:
    node = read(transport.WINDOW, part.head, part.start)
    if node is None:
        return
    yield node
    if not part.own or part.quoted:
        return
    size, scale = part.number(transport.WINDOW), part.context.scale
    syn = part.number(transport.FLAGS) & _SYN
    factor = 1 if syn or scale is None or scale < 0 else 1 << scale
    text = f"[Calculated window size: {size * factor}]"
    yield Node("tcp.window_size", text, node.start, node.end, (), size * factor)
    if syn:
        return
    number, words = (-1, "-1 (unknown)") if scale is None else (-2, "-2 (no window scaling used)")
    if scale is not None and scale >= 0:
        number, words = factor, str(factor)
    text = f"[Window size scaling factor: {words}]"
    yield Node("tcp.window_size_scalefactor", text, node.start, node.end, (), number)


def _options(part: Part, other: Counting) -> Node:
    start, end = part.start + _LEAST_HEADER, part.start + part.number(transport.HEADER_LENGTH)
    text = TCP_OPTIONS.heading(part.head, start, end)
    items = TCP_OPTIONS.nodes(part.head, start, end, other)
    return Node("tcp.options", text, start * 8, part.end * 8, items, part.frame[start : part.end])


def _times(part: Part) -> Iterator[Node]:
    context = part.context
    rows = (
        ("tcp.time_relative", "Time since first frame in this TCP stream", context.time_relative),
        ("tcp.time_delta", "Time since previous frame in this TCP stream", context.time_delta),
    )
    nodes = tuple(
        computed(name, f"{label}: {seconds(ns)} seconds", ns) for name, label, ns in rows if ns is not None
    )
    if part.own and nodes:
        yield computed("", "Timestamps", None, nodes)
