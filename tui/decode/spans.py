"""The layers of a frame, as decoding wants them: the kernel's walk, which goes towards IP, and ARP, which
leads nowhere.

Invariant: spans lie inside the frame, outermost first, and do not overlap but for a header that its own
lengths contradict.
"""

from __future__ import annotations

from tui.decode.headers import FIELDS
from tui.decode.headers.field import extract
from tui.index.scan import layers
from tui.index.schema import Layer

Span = tuple[int, int, int]  # Layer, first byte, byte after the last

_ARP_TYPES = (0x0806, 0x8035)  # ARP and RARP
_ARP_HEADER = 8
_LEAST_FRAME = 60  # IEEE 802.3 3.2.8, without the frame check sequence
# Where the header before says what follows it.
_TYPES = {
    int(layer): field
    for name in ("eth.type", "vlan.etype", "sll.etype", "llc.type")
    for layer, field in FIELDS[name]
}


def spans_of(frame: bytes, link_type: int, length: int) -> list[Span]:
    """The layers of `frame`, which was `length` bytes on the wire."""
    found = layers(frame, link_type, length)
    for place, (kind, start, end) in enumerate(found):
        if kind == Layer.PAYLOAD and place and _announces_arp(frame, found[place - 1]):
            return [*found[:place], *_arp(frame, start, end), *found[place + 1 :]]
    return found


def padding_end(frame: bytes, start: int, end: int) -> int:
    """Where the padding to Ethernet's least length ends in a trailer that is bytes [start, end) of the frame.

    `start` if there is none: padding is of zeros, and complete (Wireshark's rule).
    """
    stop = _LEAST_FRAME if start < _LEAST_FRAME <= end else start
    return start if any(frame[start:stop]) else stop


def _announces_arp(frame: bytes, span: Span) -> bool:
    field = _TYPES.get(span[0])
    return field is not None and extract(field, frame[: span[2]], span[1]) in _ARP_TYPES


def _arp(frame: bytes, start: int, end: int) -> list[Span]:
    """RFC 826: two addresses of each kind, of the sizes that the header says; the rest is padding."""
    sizes = frame[start + 4 : start + 6]
    stop = min(start + _ARP_HEADER + 2 * sum(sizes), end)
    spans: list[Span] = [(Layer.ARP, start, stop)]
    return [*spans, (Layer.TRAILER, stop, end)] if stop < end else spans
