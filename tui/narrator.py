"""Brings together what a connection's story is made of: columns, addresses, the SYNs' options, ICMP errors.

It stands beside the session, which imports it when the first story is asked for: a summary needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.decode.options import walk
from tui.index.schema import NOWHERE, Known
from tui.tcp.flow import ROOM, SYN, Flow, make_flow
from tui.tcp.offer import Offer
from tui.tcp.quotes import quoting_rows
from tui.tcp.story import Story, Unreachable, end_text
from tui.tcp.tell import Ends, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from tui.index.addresses import AddressBook
    from tui.index.table import Packets

MOST_ERRORS = 100  # ICMP errors that a story tells
_TCP_HEADER = 20  # bytes before the options


class Narrator(Struct, frozen=True):
    """Tells the connections of one snapshot.

    `frame` gives the bytes of a packet by its row, `info` the text of its Info column; both may raise
    CaptureError.
    """

    packets: Packets
    connections: NDArray[np.void]
    addresses: AddressBook
    frame: Callable[[int], bytes]
    info: Callable[[int], str]

    def flow(self, stream: int) -> Flow:
        """The segments of connection `stream`."""
        return make_flow(self.packets, self.connections[stream], stream)

    def story(self, stream: int) -> Story | None:
        """The story of connection `stream`; None if it has no segment of its own (only quoted ones)."""
        flow = make_flow(self.packets, self.connections[stream], stream, ROOM)
        return tell(flow, stream, self._ends(stream, flow)) if len(flow) else None

    def _ends(self, stream: int, flow: Flow) -> Ends:
        connection = self.connections[stream]
        ports = (int(connection["port"][0]), int(connection["port"][1]))
        return Ends(
            addresses=(self._place(connection, 0), self._place(connection, 1)),
            ports=ports,
            scales=(int(connection["scale"][0]), int(connection["scale"][1])),
            offers=(self._offer(flow, 0), self._offer(flow, 1)),
            errors=self._errors(stream),
            reused=bool(connection["known"] & Known.REUSED),
            began_before=int(connection["first"]) < self.packets.first,
        )

    def _place(self, connection: np.void, end: int) -> str:
        return end_text(self.addresses.text(int(connection["addr"][end])), connection["port"][end])

    def _offer(self, flow: Flow, end: int) -> Offer | None:
        """The options of an end's first SYN."""
        syns = flow.rows[(flow.ends == end) & (flow.flags & SYN != 0)]
        if not len(syns) or self.packets.tcp_at[syns[0]] == NOWHERE:
            return None
        row = int(syns[0])
        frame, start = self.frame(row), int(self.packets.tcp_at[row])
        items = walk(frame, start + _TCP_HEADER, start + 4 * (int(self.packets.bits[row]) >> 12))
        return Offer.read({item.kind: frame[item.start + 2 : item.end] for item in items})

    def _errors(self, stream: int) -> tuple[Unreachable, ...]:
        """The ICMP errors that quote a segment of the connection, at most MOST_ERRORS."""
        rows = quoting_rows(self.packets, self.connections[stream], stream)[:MOST_ERRORS]
        return tuple(
            Unreachable(
                row=row,
                time=int(self.packets.time[row]),
                source=self.addresses.text(int(self.packets.src[row])),
                text=self.info(row),
            )
            for row in rows.tolist()
        )
