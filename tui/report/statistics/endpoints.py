"""Who sent and received how much, at one layer; equal to tshark -z endpoints,…

As JSON an endpoint is an object with the keys address, port (TCP and UDP), packets, bytes, tx_packets,
tx_bytes, rx_packets, rx_bytes. Bytes are of whole frames. Who sends to himself is counted twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.report.ends import packed, unpacked
from tui.report.statistics.facts import Facts, address, count, port
from tui.report.statistics.layers import LAYERS, Kind

if TYPE_CHECKING:
    from tui.index.tally import Tally
    from tui.report.statistics.facts import FactColumn, Values

_COUNTS = (
    count("packets", "Packets", "packets that it sent or received"),
    count("bytes", "Bytes", "bytes of these packets"),
    count("tx_packets", "Tx Packets", "packets that it sent"),
    count("tx_bytes", "Tx Bytes", "bytes that it sent"),
    count("rx_packets", "Rx Packets", "packets that it received"),
    count("rx_bytes", "Rx Bytes", "bytes that it received"),
)


def endpoint_columns(kind: Kind) -> tuple[FactColumn, ...]:
    """The columns of the endpoints of a layer."""
    ports = (port("port", "Port", "its port"),) if LAYERS[kind].has_ports else ()
    return (address("address", "Address", "who it is"), *ports, *_COUNTS)


def endpoints(tally: Tally, kind: Kind) -> Facts:
    """The endpoints of a layer, in the order in which they appeared."""
    layer = LAYERS[kind]
    talks = tally.talks
    talks = talks[talks["layer"] == layer.layer]
    ends = packed(talks["addr"], talks["port"])
    known, firsts, places = np.unique(ends.ravel(), return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    places = places.reshape(ends.shape)

    def total(name: str, side: int) -> Values:
        """What the ends sent (0) or received (1)."""
        sums = np.zeros(len(known), np.int64)
        for end in (0, 1):
            np.add.at(sums, places[:, end ^ side], talks[name][:, end].astype(np.int64))
        return sums[order]

    tx_packets, rx_packets = total("packets", 0), total("packets", 1)
    tx_bytes, rx_bytes = total("bytes", 0), total("bytes", 1)
    numbers, ports = unpacked(known[order])
    return Facts(
        {
            "address": numbers,
            "port": ports,
            "packets": tx_packets + rx_packets,
            "bytes": tx_bytes + rx_bytes,
            "tx_packets": tx_packets,
            "tx_bytes": tx_bytes,
            "rx_packets": rx_packets,
            "rx_bytes": rx_bytes,
        },
        book=tally.book,
        leads_to=lambda line: layer.of_end(tally.book, int(numbers[line]), int(ports[line])),
    )
