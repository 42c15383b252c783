"""Who talked to whom, how much and how long, at one layer; equal to tshark -z conv,…

As JSON a conversation is an object with the keys address_a, port_a, address_b, port_b (ports for TCP and
UDP), stream (TCP: tcp.stream), packets, bytes, packets_ab, bytes_ab, packets_ba, bytes_ba, start (string:
seconds since the capture's first packet), duration (string: seconds), bits_ab, bits_ba (bits a second; null
if it has no duration). Bytes are of whole frames. A is who sent the first packet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.report.statistics.facts import Facts, address, count, port, ratio, span
from tui.report.statistics.layers import LAYERS, Kind

if TYPE_CHECKING:
    from tui.index.tally import Tally
    from tui.report.statistics.facts import FactColumn, Values

_BITS = 8
_SECOND = 1e9

_COUNTS = (
    count("packets", "Packets", "packets in both directions"),
    count("bytes", "Bytes", "bytes of these packets"),
    count("packets_ab", "Pkts A→B", "packets that A sent"),
    count("bytes_ab", "Bytes A→B", "bytes that A sent"),
    count("packets_ba", "Pkts A←B", "packets that B sent"),
    count("bytes_ba", "Bytes A←B", "bytes that B sent"),
    span("start", "Start", "seconds from the capture's first packet to its own"),
    span("duration", "Duration", "seconds from its first packet to its latest"),
    ratio("bits_ab", "Bits/s A→B", "bits that A sent a second, over its duration", 0),
    ratio("bits_ba", "Bits/s A←B", "bits that B sent a second, over its duration", 0),
)


def conversation_columns(kind: Kind) -> tuple[FactColumn, ...]:
    """The columns of the conversations of a layer."""
    a, b = (
        address("address_a", "Address A", "who sent the first packet"),
        address("address_b", "Address B", "the other end"),
    )
    if not LAYERS[kind].has_ports:
        return (a, b, *_COUNTS)
    ports = port("port_a", "Port A", "A's port"), port("port_b", "Port B", "B's port")
    stream = (port("stream", "Stream", "Wireshark's number of the connection (tcp.stream)"),)
    return (a, ports[0], b, ports[1], *(stream if kind is Kind.TCP else ()), *_COUNTS)


def conversations(tally: Tally, kind: Kind, first_time: int) -> Facts:
    """The conversations of a layer, in the order in which they appeared; `first_time`: the capture's, ns."""
    layer, book = LAYERS[kind], tally.book
    talks = tally.talks
    talks = talks[talks["layer"] == layer.layer]
    turned = talks["opener"] == 1

    def pair(name: str) -> tuple[Values, ...]:
        both = talks[name].astype(np.int64)
        return np.where(turned, both[:, 1], both[:, 0]), np.where(turned, both[:, 0], both[:, 1])

    (a, b), (port_a, port_b) = pair("addr"), pair("port")
    packets, sizes = pair("packets"), pair("bytes")
    duration = talks["end"] - talks["start"]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [np.where(duration > 0, size * _BITS * _SECOND / duration, np.nan) for size in sizes]

    def leads_to(line: int) -> str:
        if kind is Kind.TCP:
            return f"tcp.stream == {int(talks['stream'][line])}"
        return layer.of_pair(book, (int(a[line]), int(b[line])), (int(port_a[line]), int(port_b[line])))

    return Facts(
        {
            "address_a": a,
            "port_a": port_a,
            "address_b": b,
            "port_b": port_b,
            "stream": talks["stream"],
            "packets": packets[0] + packets[1],
            "bytes": sizes[0] + sizes[1],
            "packets_ab": packets[0],
            "bytes_ab": sizes[0],
            "packets_ba": packets[1],
            "bytes_ba": sizes[1],
            "start": talks["start"] - first_time,
            "duration": duration,
            "bits_ab": rates[0],
            "bits_ba": rates[1],
        },
        book=book,
        leads_to=leads_to,
    )
