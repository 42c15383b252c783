"""What TCP and UDP carry: which protocol a payload is, by its first bytes and its ports.

Invariant: that is what the header tree calls it (tui/decode/payload.py), found without dissecting it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.decode import text_lines, tls
from tui.decode.protocols import TCP_PORTS, UDP_PORTS
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tui.decode.protocols import Dissector
    from tui.filter.chunk import Bools, Chunk, Header

_DATA = "data"
_HTTP_MARK = b"HTTP/"  # in every start line
_PORTS: Mapping[int, Mapping[int, Dissector]] = {Layer.TCP: TCP_PORTS, Layer.UDP: UDP_PORTS}
_QUOTING = frozenset({Layer.ICMP, Layer.ICMPV6})

NAMES: Mapping[str, str] = {
    **{row.name: row.title for rows in _PORTS.values() for row in rows.values()},
    **{name: title for title, name in text_lines.LINE_PORTS.values()},
    "http": "Hypertext Transfer Protocol",
    "rtsp": "Real Time Streaming Protocol",
    "sip": "Session Initiation Protocol",
    "tls": "Transport Layer Security",
    _DATA: "Data",
}
"""The protocols that are recognised, and what they are called."""


def _on_ports(*ports: int) -> Callable[[Chunk], Bools]:
    return lambda chunk: np.isin(chunk.raw("srcport"), ports) | np.isin(chunk.raw("dstport"), ports)


def _with_data(chunk: Chunk) -> Bools:
    """Segments that carry anything."""
    found: Bools = chunk.tcp & (chunk.raw("seglen") > 0)
    return found


def _ports() -> dict[str, set[int]]:
    """By protocol the ports that announce it."""
    found: dict[str, set[int]] = {}
    for port, (_, name) in text_lines.LINE_PORTS.items():
        found.setdefault(name, set()).add(port)
    for rows in _PORTS.values():
        for port, row in rows.items():
            found.setdefault(row.name, set()).add(port)
    return found


CANDIDATES: Mapping[str, Callable[[Chunk], Bools]] = {
    **{name: _on_ports(*ports) for name, ports in _ports().items()},
    "http": lambda chunk: chunk.frames.holding(_HTTP_MARK),
    "tls": _with_data,
}
"""By protocol the packets that can carry it, as far as that is quickly told."""


class Payload(NamedTuple):
    """A payload: its protocol, and where it stands: bytes [start, end) of `data`."""

    protocol: str
    data: bytes
    start: int
    end: int

    @property
    def message(self) -> bytes:
        """Its bytes."""
        return self.data[self.start : self.end]


def payloads(headers: Sequence[Header]) -> Iterator[Payload]:
    """What the TCP and UDP headers of a packet carry, but for what an ICMP error quotes."""
    for before, header in pairwise(headers):
        if before.layer in _QUOTING:
            return
        if header.layer == Layer.PAYLOAD and before.layer in _PORTS and header.start < header.end:
            name, skip = _recognise(before, header)
            yield Payload(name, header.data, header.start + skip, header.end)


def _recognise(carrier: Header, header: Header) -> tuple[str, int]:
    """The protocol, and how many bytes stand before its message."""
    data, start, end = header.data, header.start, header.end
    message = text_lines.message(data, start, end)
    if message is not None:
        return message[0], 0
    ports = [int.from_bytes(data[carrier.start + at : carrier.start + at + 2]) for at in (2, 0)]
    if carrier.layer == Layer.TCP:
        if tls.records(data, start, end) is not None:
            return "tls", 0
        lines = next((found for port in ports if (found := text_lines.lines(data, start, end, port))), None)
        if lines is not None:
            return lines[0], 0
    rows = _PORTS[carrier.layer]
    row = next((rows[port] for port in ports if port in rows), None)
    return (row.name, row.skip) if row is not None and start + row.skip < end else (_DATA, 0)
