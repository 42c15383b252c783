"""One packet as a tree: `decode` turns the bytes of a frame and what the index knows of it into nodes.

Invariant: nothing raises, whatever the bytes; spans lie inside the frame, children inside their parents, and
texts are printable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.decode.frame import comment_nodes, frame_node
from tui.decode.headers import HEADERS
from tui.decode.layers import BUILDERS
from tui.decode.layers.part import Part
from tui.decode.nodes import Node, computed, without_span
from tui.decode.payload import payload_nodes
from tui.decode.spans import Span, padding_end, spans_of
from tui.index.scan import FIRST_HEADERS, layers_of_datagram
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.decode.context import Context, Numbers

_IP = (Layer.IPV4, Layer.IPV6)
_ERRORS = {
    Layer.ICMP: (3, 4, 5, 11, 12),
    Layer.ICMPV6: range(1, 5),
}  # RFC 792, 4443: types that quote a packet
_TYPED = (Layer.ETHERNET, Layer.VLAN, Layer.SLL, Layer.SLL2)  # headers whose next protocol is an EtherType


def decode(
    frame: bytes, context: Context, numbers: Numbers, verify: bool, reassembled: bytes | None = None
) -> tuple[Node, ...]:
    """The header tree of `frame`: comments, the frame, a node for each layer, the payload.

    `numbers` is how sequence numbers are written, `verify` whether checksums are judged. `reassembled` is
    what the last fragment's datagram carries behind IP; its nodes are not in the frame.
    """
    link = context.interface.link_type
    if link not in FIRST_HEADERS:
        names, nodes = "data", _unknown_link(frame, link)
    else:
        spans = spans_of(frame, link, context.length)
        parts = tuple(_parts(frame, spans, context, numbers, verify, own=reassembled is None))
        names, nodes = _nodes(frame, parts, context)
        if reassembled is not None:
            more, nodes_of_datagram = _reassembled(reassembled, parts, context, numbers, verify)
            names, nodes = f"{names}:{more}", nodes + nodes_of_datagram
    return (*comment_nodes(context), frame_node(frame, context, names), *nodes)


def _unknown_link(frame: bytes, link: int) -> tuple[Node, ...]:
    _, data = payload_nodes(frame, 0, len(frame), None)
    return (Node("", f"Unknown link type {link}", 0, len(frame) * 8), *data)


def _parts(
    frame: bytes,
    spans: Sequence[Span],
    context: Context,
    numbers: Numbers,
    verify: bool,
    own: bool,
    carrier: Part | None = None,
) -> Iterator[Part]:
    """The layers as builders want them; `own`: the last TCP header is the one that `context` speaks of."""
    last_tcp = (
        max((place for place, span in enumerate(spans) if span[0] == Layer.TCP), default=-1) if own else -1
    )
    quoted = False
    for place, (kind, start, end) in enumerate(spans):
        layer = Layer(kind)
        if layer in _ERRORS and start < end and frame[start] not in _ERRORS[layer]:
            last = max([end, *(stop for number, _, stop in spans[place + 1 :] if number == Layer.PAYLOAD)])
        else:
            last = end
        own_tcp = place == last_tcp
        part = Part(layer, frame, start, last, context, numbers, verify, carrier, quoted, own_tcp)
        yield part
        if layer in _IP:
            carrier = part
        quoted = quoted or layer in (Layer.ICMP, Layer.ICMPV6)


def _nodes(frame: bytes, parts: Sequence[Part], context: Context) -> tuple[str, tuple[Node, ...]]:
    """The names for "Protocols in frame", and the nodes of all layers."""
    names: list[str] = []
    nodes: list[Node] = []
    behind: Part | None = None
    for part in parts:
        if part.layer is Layer.TRAILER:
            nodes += _trailer(part, context)
        elif part.layer is Layer.PAYLOAD:
            start = max(part.start, behind.end) if behind is not None else part.start
            name, found = payload_nodes(frame, start, part.end, behind)
            names += [name] if name else []
            nodes += found
        else:
            names.append(HEADERS[part.layer].name)
            names += ["ethertype"] if part.layer in _TYPED else []
            nodes.append(BUILDERS[part.layer](part))
            behind = part
    return ":".join(names), tuple(nodes)


def _trailer(part: Part, context: Context) -> Iterator[Node]:
    """Bytes behind the IP packet: padding to Ethernet's least length, what a device added, the frame check
    sequence.
    """
    check = context.interface.fcs_length if context.caplen == context.length else 0
    end = max(part.end - check, part.start)
    middle = padding_end(part.frame, part.start, end)
    pieces = (("eth.padding", "Padding", part.start, middle), ("eth.trailer", "Trailer", middle, end))
    for name, label, first, last in pieces:
        data = part.frame[first:last]
        shown = data[:36].hex() + ("…" if len(data) > 36 else "")
        if data:
            yield Node(name, f"{label}: {shown}", first * 8, last * 8, (), data)
    if end < part.end:
        found = part.frame[end : part.end]
        yield Node(
            "eth.fcs", f"Frame check sequence: 0x{found.hex()} [unverified]", end * 8, part.end * 8, (), found
        )


def _reassembled(
    data: bytes, parts: Sequence[Part], context: Context, numbers: Numbers, verify: bool
) -> tuple[str, tuple[Node, ...]]:
    """The nodes of a datagram's payload that several frames carried: without a span."""
    carrier = next((part for part in reversed(parts) if part.layer in _IP), None)
    if carrier is None:
        return "data", ()
    header = next((part for part in reversed(parts) if part.layer is Layer.FRAGMENT), None)
    at = header.start if header is not None else carrier.start + (9 if carrier.layer is Layer.IPV4 else 6)
    protocol = carrier.frame[at] if at < len(carrier.frame) else 0
    title = computed(
        "", f"Reassembled from several frames: {len(data)} bytes behind IP, none of them marked in this one"
    )
    spans = layers_of_datagram(data, protocol)
    whole = replace(context, length=len(data), caplen=len(data))
    inner = tuple(_parts(data, spans, whole, numbers, verify, own=True, carrier=None))
    names, nodes = _nodes(data, inner, whole)
    return names, (title, *map(without_span, nodes))
