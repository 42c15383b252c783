"""The Info column of the packet list, in Wireshark's wording, straight from the bytes: no nodes, no scapy.

Invariant: nothing raises, whatever the bytes, and the text is printable. What is said is what this packet
says, and what its context does; answers and the like stand elsewhere. Only DNS names are characters from the
packet; `dns` makes them printable.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from tui.decode.counting import Counting
from tui.decode.dns import dns_info
from tui.decode.headers import HEADERS
from tui.decode.headers.field import ipv4, ipv6, mac
from tui.decode.headers.names import (
    ETHERTYPES,
    ICMP_CODES,
    ICMP_TYPES,
    ICMPV6_CODES,
    ICMPV6_TYPES,
    IP_PROTOCOLS,
    PPP_PROTOCOLS,
)
from tui.decode.layers.tcp import flag_names
from tui.decode.layers.tcp_analysis import info_marks
from tui.decode.spans import Span, spans_of
from tui.decode.tcp_options import TCP_OPTIONS
from tui.index.scan import FIRST_HEADERS, layers_of_datagram
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.decode.context import Context, Numbers

PortText: TypeAlias = "Callable[[int, str], str]"
"""How a port of "tcp" or "udp" is said."""

_TCP_HEADER = struct.Struct(">HHIIHHHH")
_PARTIAL = 16  # bytes of it that Wireshark reads at once
_SYN, _ACK, _URG = 2, 16, 32
# Plain ints: this runs for each row on the screen, and comparing members of an enumeration is slow.
_IP = (int(Layer.IPV4), int(Layer.IPV6))
_TAIL = (int(Layer.PAYLOAD), int(Layer.TRAILER))
_PAYLOAD = int(Layer.PAYLOAD)
_QUOTING = (int(Layer.ICMP), int(Layer.ICMPV6))
_flag_names = lru_cache(maxsize=4096)(flag_names)  # twelve bits


class Scene(Struct, frozen=True):
    """What an Info text is made of: the frame up to the layer that it tells of, and all layers around."""

    frame: bytes
    spans: Sequence[Span]
    place: int  # of the layer in `spans`
    context: Context
    numbers: Numbers
    port: PortText

    @property
    def start(self) -> int:
        """Where the layer begins."""
        return self.spans[self.place][1]

    @property
    def end(self) -> int:
        """Where the layer ends."""
        return self.spans[self.place][2]

    @property
    def payload(self) -> bytes:
        """What the layer carries; b"" if nothing of it was captured."""
        following = self.spans[self.place + 1 :]
        return next((self.frame[first:last] for kind, first, last in following if kind == _PAYLOAD), b"")

    def ip_at(self) -> int:
        """Where the IP header begins that carries the layer; -1 if there is none."""
        return next((first for kind, first, _ in reversed(self.spans[: self.place]) if kind in _IP), -1)


def plain_port(port: int, _protocol: str) -> str:
    """A port as it is said without names."""
    return str(port)


def info(
    frame: bytes,
    context: Context,
    numbers: Numbers,
    reassembled: bytes | None = None,
    port: PortText = plain_port,
) -> str:
    """The Info text of one packet; `reassembled` is what a datagram carries behind IP that this frame
    completes, `port` how a port of "tcp" or "udp" is said.
    """
    link = context.interface.link_type
    if link not in FIRST_HEADERS:
        return f"Unknown link type {link}"
    spans = spans_of(frame, link, context.length)
    if reassembled is not None:
        spans, frame = layers_of_datagram(reassembled, _protocol(frame, spans)), reassembled
    place = _told(spans)
    if place < 0:
        return f"{len(frame)} bytes"
    layer = spans[place][0]
    return _TEXTS.get(layer, _title)(Scene(frame, spans, place, context, numbers, port))


def _told(spans: Sequence[Span]) -> int:
    """The layer of which the text tells: the innermost that is not quoted in an ICMP error; -1 if there is
    none.
    """
    found = -1
    for place, (kind, _, _) in enumerate(spans):
        if kind not in _TAIL:
            found = place
        if kind in _QUOTING:
            break
    return found


def _protocol(frame: bytes, spans: Sequence[Span]) -> int:
    """The protocol number of the innermost IP header or its fragment header."""
    for kind, start, end in reversed(spans):
        at = start + {Layer.IPV4: 9, Layer.IPV6: 6, Layer.FRAGMENT: 0}.get(Layer(kind), len(frame))
        if at < end:
            return frame[at]
    return 0


def _tcp(scene: Scene) -> str:
    frame, start, context = scene.frame, scene.start, scene.context
    there = frame[start : scene.end].ljust(_TCP_HEADER.size, b"\0")
    source, destination, seq, ack, bits, window, _, urgent = _TCP_HEADER.unpack_from(there)
    flags = bits & 0xFFF
    own, other = Counting(context.base_seq, scene.numbers), Counting(context.base_ack, scene.numbers)
    scale = context.scale
    if not (flags & _SYN or scale is None or scale < 0):
        window <<= scale
    ends, header = (scene.port(source, "tcp"), scene.port(destination, "tcp")), (bits >> 12) * 4
    size = scene.end - start
    if size < _PARTIAL:
        return f"{ends[0]} → {ends[1]}{_cut(scene)}"
    if header < _TCP_HEADER.size or size < _TCP_HEADER.size:
        text = segment_text(ends, flags, own.text(seq), other.text(ack), window)
        bogus = f", bogus TCP header length ({header}, must be at least {_TCP_HEADER.size})"
        return text + (bogus if header < _TCP_HEADER.size else _cut(scene))
    tags = TCP_OPTIONS.tags(frame[: scene.end], start + _TCP_HEADER.size, start + header, other)
    marks = info_marks(context.judgement) if context.judgement is not None else ""
    rest = (urgent, context.seglen, tags, marks)
    text = segment_text(ends, flags, own.text(seq), other.text(ack), window, *rest)
    if size >= header or TCP_OPTIONS.is_faulty(frame[: scene.end], start + _TCP_HEADER.size, start + header):
        return text
    return text + _cut(scene)


def _cut(scene: Scene) -> str:
    """Why a header is not whole, as Wireshark says it: it was not captured, or its carrier ends before."""
    limited = scene.end == len(scene.frame) and scene.context.caplen < scene.context.length
    return "[Packet size limited during capture]" if limited else "[Malformed Packet]"


def segment_text(
    ports: tuple[str, str],
    flags: int,
    seq: str,
    ack: str,
    window: int,
    urgent: int | None = None,
    length: int | None = None,
    tags: Sequence[str] = (),
    marks: str = "",
) -> str:
    """The Info text of a TCP segment: `tags` are of its options, `marks` stand before all else.

    `urgent` and `length` are None where they cannot be told.
    """
    acked = f" Ack={ack}" if flags & _ACK else ""
    urging = f" Urg={urgent}" if flags & _URG and urgent is not None else ""
    carried = f" Len={length}" if length is not None else ""
    text = f"{ports[0]} → {ports[1]} [{_flag_names(flags)}] Seq={seq}{acked} Win={window}{urging}{carried}"
    return " ".join((f"{marks}{text}", *tags))


def _udp(scene: Scene) -> str:
    frame, start = scene.frame, scene.start
    if scene.end - start < 8:
        return _title(scene)
    source, destination, length = (int.from_bytes(frame[at : at + 2]) for at in range(start, start + 6, 2))
    if 53 in (source, destination) or 5353 in (source, destination) or 5355 in (source, destination):
        text = dns_info(scene.payload, multicast=5353 in (source, destination))
        if text is not None:
            return text
    ports = f"{scene.port(source, 'udp')} → {scene.port(destination, 'udp')}"
    return f"{ports} Len={max(length - 8, 0) if length else len(scene.payload)}"


def _arp(scene: Scene) -> str:
    """RFC 826 and 5227, for Ethernet and IPv4."""
    raw = scene.frame[scene.start : scene.end]
    if len(raw) < 28 or raw[4:6] != b"\6\4":
        return _title(scene)
    opcode = int.from_bytes(raw[6:8])
    sender, target = ipv4(raw[14:18]), ipv4(raw[24:28])
    if opcode == 1:
        if not any(raw[14:18]):
            return f"Who has {target}? (ARP Probe)"
        return f"ARP Announcement for {sender}" if sender == target else f"Who has {target}? Tell {sender}"
    if opcode == 2:
        if sender == target:
            return f"Gratuitous ARP for {sender} (Reply)"
        return f"{sender} is at {mac(raw[8:14])}"
    if opcode in (3, 8):
        return f"Who is {mac(raw[18:24])}? Tell {mac(raw[8:14])}"
    found = {4: f"{mac(raw[18:24])} is at {target}", 9: f"{mac(raw[8:14])} is at {sender}"}
    return found.get(opcode, f"Unknown ARP opcode 0x{opcode:04x}")


_IDENTIFIED = frozenset({0, 8, 13, 14, 15, 16, 17, 18})  # RFC 792, 950: requests and replies have a number


def _icmp(scene: Scene) -> str:
    frame, start = scene.frame, scene.start
    raw = frame[start : start + 8]
    if len(raw) < 2:
        return _title(scene)
    kind, code = raw[0], raw[1]
    text = f"{ICMP_TYPES.get(kind, 'Unknown ICMP (obsolete or malformed?)'):<20}"
    if kind in _IDENTIFIED and len(raw) == 8:
        at = scene.ip_at()
        little = int.from_bytes(raw[6:8], "little")
        hops = f", ttl={frame[at + 8]}" if at >= 0 else ""
        return f"{text} id=0x{raw[4:6].hex()}, seq={int.from_bytes(raw[6:8])}/{little}{hops}"
    names = ICMP_CODES.get(kind)
    return f"{text} ({names.get(code, f'Unknown code: {code}')})" if names else text.rstrip()


_ADVERTISED = ((0x80, "rtr"), (0x40, "sol"), (0x20, "ovr"))


def _icmpv6(scene: Scene) -> str:
    frame, start = scene.frame, scene.start
    raw = frame[start : scene.end] + scene.payload if scene.end - start < 8 else frame[start : start + 8]
    if len(raw) < 2:
        return _title(scene)
    kind, code = raw[0], raw[1]
    text = ICMPV6_TYPES.get(kind, f"Unknown ({kind})")
    if kind in (128, 129) and len(raw) >= 8:
        at = scene.ip_at()
        hops = f", hop limit={frame[at + 7]}" if at >= 0 else ""
        return f"{text} id=0x{raw[4:6].hex()}, seq={int.from_bytes(raw[6:8])}{hops}"
    if kind in (135, 136) and len(raw) >= 24:
        return f"{text} {_neighbor(raw, kind)}"
    if kind in (133, 134):
        address = _link_address(raw, 8 if kind == 133 else 16, 1)
        return f"{text} from {address}" if address else text
    name = ICMPV6_CODES.get(kind, {}).get(code)
    return f"{text} ({name})" if name else text


def _neighbor(raw: bytes, kind: int) -> str:
    """RFC 4861 4.3 and 4.4: who is asked for, or who advertises itself, and its link-layer address."""
    target = ipv6(raw[8:24])
    if kind == 135:
        address = _link_address(raw, 24, 1)
        return f"for {target} from {address}" if address else f"for {target}"
    flags = ", ".join(word for bit, word in _ADVERTISED if raw[4] & bit) or "none"
    address = _link_address(raw, 24, 2)
    return f"{target} ({flags}) is at {address}" if address else f"{target} ({flags})"


def _link_address(raw: bytes, at: int, wanted: int) -> str:
    """The address in the neighbor discovery option of that kind; "" if there is none."""
    while at + 8 <= len(raw) and raw[at + 1]:
        if raw[at] == wanted:
            return mac(raw[at + 2 : at + 8])
        at += raw[at + 1] * 8
    return ""


_ESP, _NO_NEXT_HEADER = 50, 59


def _internet4(scene: Scene) -> str:
    raw = scene.frame[scene.start : scene.end]
    if len(raw) < 20:
        return _title(scene)
    name, fragment = IP_PROTOCOLS.get(raw[9], "Unknown"), int.from_bytes(raw[6:8])
    if fragment & 0x3FFF:
        offset = (fragment & 0x1FFF) * 8
        return f"Fragmented IP protocol (proto={name} {raw[9]}, off={offset}, ID={raw[4:6].hex()})"
    return _carried(scene, raw[9])


def _internet6(scene: Scene) -> str:
    raw = scene.frame[scene.start : scene.end]
    if len(raw) < 40:
        return _title(scene)
    return _carried(scene, raw[6])


def _carried(scene: Scene, protocol: int) -> str:
    """A packet of a protocol that is not walked further."""
    if protocol == _ESP and len(scene.payload) >= 4:
        return f"ESP (SPI=0x{scene.payload[:4].hex()})"
    if protocol == _NO_NEXT_HEADER:
        return "IPv6 no next header"
    return f"{IP_PROTOCOLS.get(protocol, 'Unknown')} ({protocol})"


def _fragment6(scene: Scene) -> str:
    raw = scene.frame[scene.start : scene.end]
    if len(raw) < 8:
        return _title(scene)
    offset = int.from_bytes(raw[2:4])
    more = "y" if offset & 1 else "n"
    return f"IPv6 fragment (off={offset & 0xFFF8} more={more} ident=0x{raw[4:8].hex()} nxt={raw[0]})"


def _ethernet(scene: Scene) -> str:
    """What an EtherType names that is not walked further; else no more than that it is Ethernet."""
    number = int.from_bytes(scene.frame[scene.end - 2 : scene.end])
    return ETHERTYPES.get(number, HEADERS[Layer.ETHERNET].title)


def _ppp(scene: Scene) -> str:
    """RFC 1661 5: control protocols share their codes."""
    raw = scene.frame[scene.start : scene.end].removeprefix(b"\xff\x03")
    number = int.from_bytes(raw[:2])
    name = PPP_PROTOCOLS.get(number, "Unknown")
    if number >= 0x8000 and scene.payload:
        return _PPP_CODES.get(scene.payload[0], f"{name} (code {scene.payload[0]})")
    return f"{name} (0x{number:04x})"


_PPP_CODES = {
    1: "Configuration Request",
    2: "Configuration Ack",
    3: "Configuration Nak",
    4: "Configuration Reject",
    5: "Termination Request",
    6: "Termination Ack",
    7: "Code Reject",
    8: "Protocol Reject",
    9: "Echo Request",
    10: "Echo Reply",
    11: "Discard Request",
    12: "Identification",
    13: "Time Remaining",
}


def _title(scene: Scene) -> str:
    """A layer of which there is nothing more to say."""
    return HEADERS[Layer(scene.spans[scene.place][0])].title


_TEXTS: Mapping[int, Callable[[Scene], str]] = {
    Layer.TCP: _tcp,
    Layer.UDP: _udp,
    Layer.ARP: _arp,
    Layer.ICMP: _icmp,
    Layer.ICMPV6: _icmpv6,
    Layer.IPV4: _internet4,
    Layer.IPV6: _internet6,
    Layer.FRAGMENT: _fragment6,
    Layer.ETHERNET: _ethernet,
    Layer.PPP: _ppp,
}
